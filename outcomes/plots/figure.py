"""A figure with everything a reader who cannot see it needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from matplotlib.axes import Axes

from outcomes.tables.table import Table


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """A drawing function with its caption, its description in words and its data.

    Parameters
    ----------
    key : str
        Short name, unique in a report: salt of the SVG's identifiers and name of its file.
    title, description : str
        What the figure shows, generated from the numbers; become SVG title and desc.
    caption : str
        Printed above the figure.
    draw : callable
        Draws onto the axes it is given.
    data : Table
        The numbers drawn; individual-level figures give binned or summarised data.
    panels : int
        Number of axes `draw` is given, side by side.
    size : tuple of float
        Width and height of one panel in inches.
    """

    key: str
    title: str
    description: str
    caption: str
    draw: Callable[..., Axes | None]
    data: Table
    panels: int = 1
    size: tuple[float, float] = (5.6, 3.9)
