"""Analysis population: from randomisation to what the estimate rests on."""

from __future__ import annotations

from outcomes.analyses.result import Result
from outcomes.report.block import Block
from outcomes.report.markup import section
from outcomes.tables import format as f
from outcomes.tables.flow import flow
from outcomes.tables.format import inside_sentence
from outcomes.tables.html import table_html
from outcomes.trial.trial import Trial


def population(trial: Trial, result: Result) -> Block:  # noqa: ARG001 - sections share a shape
    """Show how many patients each step leaves in each arm."""
    table = flow(result.flow, arms=result.arms)
    return Block(
        id="population",
        title="Analysis population",
        html=section("population", "Analysis population", _says(result), [table_html(table)]),
    )


def _says(result: Result) -> str:
    counts = result.flow.groupby("stage", sort=False, observed=True)["n"].sum()
    total, last, stage = counts.iloc[0], counts.iloc[-1], str(counts.index[-1])
    if len(counts) == 1:
        return f"{f.count(total)} patients were randomised."
    return (
        f"Of {f.count(total)} patients randomised, {f.count_percent(last, total)} remain at the "
        f"last step: {inside_sentence(stage)}."
    )
