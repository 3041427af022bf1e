"""Planned against used: each choice as the study file declares it, and as it was made."""

from __future__ import annotations

from outcomes.analyses.result import Planned, Result
from outcomes.report.block import Block
from outcomes.report.markup import joined, section
from outcomes.tables.format import inside_sentence
from outcomes.tables.html import table_html
from outcomes.tables.table import Column, Row, Table
from outcomes.trial.trial import Trial


def planned_and_used(trial: Trial, result: Result) -> Block:  # noqa: ARG001 - sections share a shape
    """Show every planned choice beside what was used, and why."""
    choices = result.planned
    tables = [table_html(_table(choices))] if choices else []
    return Block(
        id="planned",
        title="Planned and used",
        html=section("planned", "Planned and used", _says(choices), tables),
        meta={"deviations": sum(not choice.as_planned for choice in choices)},
    )


def _says(choices: tuple[Planned, ...]) -> str:
    changed = [inside_sentence(choice.choice) for choice in choices if not choice.as_planned]
    if not choices:
        return "The analysis records no choice between alternatives."
    if not changed:
        many = {1: "The one choice was", 2: "Both choices were"}
        return f"{many.get(len(choices), f'All {len(choices)} choices were')} made as planned."
    verb = "differs" if len(changed) == 1 else "differ"
    return f"{len(changed)} of {len(choices)} choices {verb} from the plan: {joined(changed)}."


def _table(choices: tuple[Planned, ...]) -> Table:
    return Table(
        caption="Each planned choice and what was used.",
        stub="Choice",
        columns=tuple(Column(label=label, align="left") for label in ("Planned", "Used", "Reason")),
        rows=tuple(map(_row, choices)),
        stack=True,
    )


def _row(choice: Planned) -> Row:
    used = "✓ as planned" if choice.as_planned else f"▲ differs: {choice.used}"
    return Row(label=choice.choice, cells=(choice.planned, used, choice.reason))
