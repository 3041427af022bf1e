"""Assumption checks: what can be seen in these data of what the model assumes."""

from __future__ import annotations

from outcomes.analyses.result import Result
from outcomes.report.block import Block
from outcomes.report.drawing import figure_files, figures_markup
from outcomes.report.kinds import presentation_of
from outcomes.report.markup import section
from outcomes.tables.html import table_html
from outcomes.trial.trial import Trial


def checks(trial: Trial, result: Result) -> Block:  # noqa: ARG001 - sections share a shape
    """Show what was examined of the model's assumptions, or say that nothing was."""
    shown = presentation_of(result).checks(result)
    says = shown.says or "This report examines no model assumption."
    parts = [
        *(table_html(table) for table in shown.tables),
        *figures_markup(shown.figures),
    ]
    return Block(
        id="checks",
        title="Assumption checks",
        html=section("checks", "Assumption checks", says, parts),
        figures=figure_files(shown.figures),
    )
