"""A figure on the page: caption, drawing, and its data folded away."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup

from outcomes.plots.figure import Figure
from outcomes.plots.svg import figure_html, figure_svg
from outcomes.report.markup import fragment
from outcomes.tables.html import table_html


def figures_markup(figures: Iterable[Figure]) -> list[Markup]:
    """Lay figures out side by side where there is room; nothing for no figures."""
    drawn = [_figure_markup(figure) for figure in figures]
    return [fragment("figures", figures=drawn)] if drawn else []


def _figure_markup(figure: Figure) -> Markup:
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
