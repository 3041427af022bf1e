"""Figures of the analysis, each with caption, description and data."""

from __future__ import annotations

from outcomes.analyses.result import Result
from outcomes.report.block import Block
from outcomes.report.drawing import figure_files, figures_markup
from outcomes.report.kinds import presentation_of
from outcomes.report.markup import section
from outcomes.trial.trial import Trial


def figures(trial: Trial, result: Result) -> Block:  # noqa: ARG001 - sections share a shape
    """Draw the figures of this kind of analysis."""
    shown = presentation_of(result).figures(result)
    says = shown.says or "This kind of analysis is shown in tables alone."
    parts = figures_markup(shown.figures)
    return Block(
        id="figures",
        title="Figures",
        html=section("figures", "Figures", says, parts),
        figures=figure_files(shown.figures),
    )
