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
        Draws onto the one axes it is given.
    data : Table
        The numbers drawn; individual-level figures give binned or summarised data.
    size, narrow_size : tuple of int
        Width and height in CSS pixels, at which text has its intended size: where there is room,
        and on a screen 320 pixels wide.
    """

    key: str
    title: str
    description: str
    caption: str
    draw: Callable[[Axes], Axes | None]
    data: Table
    size: tuple[int, int] = (440, 300)
    narrow_size: tuple[int, int] = (284, 260)
