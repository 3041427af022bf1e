"""How the use of opioids and of rescue medication is shown."""

from __future__ import annotations

from typing import Any

from outcomes.plots.medication import doses_figure
from outcomes.report.markup import joined
from outcomes.report.presentation import Presentation, Shown, conf_level, visit_of
from outcomes.tables import format as f
from outcomes.tables.arms import ordered
from outcomes.tables.format import inside_sentence
from outcomes.tables.medication import doses, rescue, responses


def _results(result: Any) -> Shown:
    arms, level = result.arms, conf_level(result)
    visit = inside_sentence(visit_of(result).label)  # type: ignore[union-attr]
    opioids = (
        responses(
            result.responses,
            result.differences,
            arms=arms,
            visit=visit,
            missing=result.specification.missing,
            conf_level=level,
        ),
        doses(result.doses, arms=arms, visits=result.visits, conf_level=level),
    )
    taken = rescue(result.rescue, result.rescue_differences, arms=arms, conf_level=level)
    return Shown(
        says=_says(result),
        tables=(
            *(opioids if result.responses["n"].any() else ()),
            *((taken,) if len(result.rescue) else ()),
        ),
    )


def _says(result: Any) -> str:
    first = result.doses[result.doses["visit"] == result.visits[0].id].set_index("arm")["n"]
    if not first.sum():
        return "Nobody was on opioids at baseline, so there are no doses to describe or compare."
    each = [f"{f.count(first[arm.id])} with {arm.label}" for arm in ordered(result.arms)]
    return f"On opioids at baseline were {joined(each)}."


def _figures(result: Any) -> Shown:
    if result.doses["mean"].isna().all():
        return Shown(says="There are no doses to draw.")
    return Shown(
        says="Patients are averaged as far as they were followed: who left is not in later means.",
        figures=(
            doses_figure(
                result.doses,
                arms=result.arms,
                visits=result.visits,
                conf_level=conf_level(result),
            ),
        ),
    )


def _missing(result: Any) -> str:
    return {
        "non_responder": "Without a response at the visit patients count as not having responded",
        "exclude": "Patients not followed to the visit are left out",
    }[result.specification.missing]


def _summary(_result: Any) -> str:
    return "Differences in risk"


PRESENTATION = Presentation(
    name="Use of medication",
    short="Medication",
    summary=_summary,
    missing=_missing,
    robustness="Other factor sets, denominators and rules for missing responses were not examined.",
    results=_results,
    figures=_figures,
)
