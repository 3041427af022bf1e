"""How a standardised effect size is shown."""

from __future__ import annotations

from typing import Any

from outcomes.report.markup import joined
from outcomes.report.presentation import Presentation, Shown, conf_level, visit_of
from outcomes.report.scales import digits, scale_caption
from outcomes.tables import format as f
from outcomes.tables.arms import active
from outcomes.tables.effect_size import effect_size
from outcomes.tables.format import inside_sentence


def _results(result: Any) -> Shown:
    visit = visit_of(result)
    table = effect_size(
        result.groups,
        result.contrasts,
        arms=result.arms,
        outcome=scale_caption(result.outcome),
        visit=inside_sentence(visit.label) if visit else "the visit",
        digits=digits(result),
        conf_level=conf_level(result),
    )
    return Shown(says=_says(result), tables=(table,))


def _says(result: Any) -> str:
    g = result.contrasts.set_index("arm")["estimate"]
    each = [f"{f.number(g[arm.id], 2)} for {arm.label}" for arm in active(result.arms)]
    return f"The change from baseline differs by a Hedges’ g of {joined(each)}."


def _missing(_result: Any) -> str:
    return "Patients without a score at the visit or before treatment are left out"


def _summary(_result: Any) -> str:
    return (
        "Difference in mean change over the pooled standard deviation, corrected for small samples"
    )


PRESENTATION = Presentation(
    name="Standardised effect size",
    short="Hedges’ g",
    summary=_summary,
    missing=_missing,
    robustness="The effect is unadjusted, and patients without a score are left out; what that may "
    "change was not examined.",
    results=_results,
)
