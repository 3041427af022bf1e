"""Warnings and deviations: what a reader should weigh."""

from __future__ import annotations

from outcomes.analyses.result import Note, Result
from outcomes.report.block import Block
from outcomes.report.markup import fragment, section
from outcomes.report.sections.estimand import estimand_notes
from outcomes.tables.design_effects import design_effects
from outcomes.tables.html import table_html
from outcomes.trial.trial import Trial

_ORDER = ("warning", "deviation", "information")


def warnings(trial: Trial, result: Result) -> Block:
    """List every note of the analysis, warnings first."""
    found = (*estimand_notes(trial, result), *result.notes)
    notes = sorted(found, key=lambda note: _ORDER.index(note.kind))
    parts = [fragment("notes", notes=notes)] if notes else []
    if not result.design_effects.empty:
        parts.append(table_html(design_effects(result.design_effects, arms=result.arms)))
    return Block(
        id="warnings",
        title="Warnings and deviations",
        html=section("warnings", "Warnings and deviations", _says(notes), parts),
        meta={"notes": [{"kind": note.kind, "title": note.title} for note in notes]},
    )


def _says(notes: list[Note]) -> str:
    if not notes:
        return "The analysis raised no warning and departs from its plan nowhere."
    if len(notes) == 1:
        return "One point a reader should weigh; it did not stop the analysis."
    return f"{len(notes)} points a reader should weigh; none stopped the analysis."
