"""A figure on the page: caption, drawing, and its data folded away."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup

from outcomes.plots.figure import Figure
from outcomes.plots.svg import figure_html, figure_svg
from outcomes.report.markup import fragment
from outcomes.tables.html import table_html


def figure_markup(figure: Figure) -> Markup:
    """Lay a figure out with its caption and its data table."""
    return fragment(
        "figure",
        caption=figure.caption,
        drawing=drawing(figure),
        data=table_html(figure.data, counted=False),
    )


def drawing(figure: Figure) -> Markup:
    """Draw a figure without caption and data."""
    return Markup(figure_html(figure))  # noqa: S704 - figure_html escapes its words


def figure_files(figures: Iterable[Figure]) -> dict[str, str]:
    """Draw each figure as a document of its own, by its key."""
    return {figure.key: figure_svg(figure) for figure in figures}
