"""Results: the tables of the analysis, and every number of it as analysis results data."""

from __future__ import annotations

from outcomes.analyses.result import Result
from outcomes.report.block import Block, ard_rows
from outcomes.report.kinds import presentation_of
from outcomes.report.markup import section
from outcomes.tables.html import table_html
from outcomes.trial.trial import Trial


def results(trial: Trial, result: Result) -> Block:  # noqa: ARG001 - sections share a shape
    """Show the tables of this kind of analysis; the block carries the numbers as data."""
    shown = presentation_of(result).results(result)
    parts = [table_html(table) for table in shown.tables]
    return Block(
        id="results",
        title="Results",
        html=section("results", "Results", shown.says, parts),
        ard=ard_rows(result.to_ard()),
    )
