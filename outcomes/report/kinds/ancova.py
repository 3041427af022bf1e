"""How an analysis of covariance is shown."""

from __future__ import annotations

from typing import Any

from outcomes.report.markup import joined
from outcomes.report.presentation import Presentation, Shown, conf_level, visit_of
from outcomes.report.scales import digits, judgement_tables, scale_caption
from outcomes.tables import format as f
from outcomes.tables.ancova import differences
from outcomes.tables.arms import ordered
from outcomes.tables.format import inside_sentence


def _results(result: Any) -> Shown:
    visit = visit_of(result)
    table = differences(
        result.means,
        result.contrasts,
        arms=result.arms,
        outcome=scale_caption(result.outcome),
        visit=inside_sentence(visit.label) if visit else "the visit",
        digits=digits(result),
        conf_level=conf_level(result),
    )
    return Shown(says=_says(result), tables=(table, *judgement_tables(result)))


def _says(result: Any) -> str:
    means = result.means.set_index("arm")["estimate"]
    each = [
        f"{f.number(means[arm.id], digits(result))} with {arm.label}"
        for arm in ordered(result.arms)
    ]
    return f"The adjusted mean is {joined(each)}."


def _missing(_result: Any) -> str:
    return "Patients without a score at the visit or before treatment are left out"


def _summary(_result: Any) -> str:
    return "Coefficient of arm, active minus reference"


PRESENTATION = Presentation(
    name="Analysis of covariance",
    short="ANCOVA",
    summary=_summary,
    missing=_missing,
    robustness="No sensitivity analysis is part of this report: patients without a score are left "
    "out, and what that may change was not examined.",
    results=_results,
)
