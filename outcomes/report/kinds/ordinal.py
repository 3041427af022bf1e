"""How ordered categories are shown."""

from __future__ import annotations

from typing import Any

from outcomes.plots.categories import categories_figure
from outcomes.report.markup import joined
from outcomes.report.presentation import Presentation, Shown, conf_level, visit_of
from outcomes.tables import format as f
from outcomes.tables import ordinal as tables
from outcomes.tables.arms import active
from outcomes.tables.format import inside_sentence


def _visit(result: Any) -> str:
    visit = visit_of(result)
    return inside_sentence(visit.label) if visit else "the visit"


def _results(result: Any) -> Shown:
    return Shown(
        says=_says(result),
        tables=(
            tables.contrasts(result.contrasts, arms=result.arms, conf_level=conf_level(result)),
            tables.categories(
                result.categories,
                arms=result.arms,
                outcome=result.outcome.label,
                visit=_visit(result),
            ),
        ),
    )


def _says(result: Any) -> str:
    rows = result.contrasts[result.contrasts["quantity"] == "probability_of_superiority"]
    found = rows.set_index("arm")["estimate"]
    each = [f"{f.percent(found[arm.id])} with {arm.label}" for arm in active(result.arms)]
    return (
        "The probability that a patient is in a better category than one of the reference arm, "
        f"ties counted half, is {joined(each)}."
    )


def _figures(result: Any) -> Shown:
    figure = categories_figure(
        result.categories,
        arms=result.arms,
        outcome=result.outcome.label,
        visit=_visit(result),
    )
    return Shown(says="The bars show where the arms differ.", figures=(figure,))


def _checks(result: Any) -> Shown:
    p_value = float(result.assumption["p_value"].iloc[-1])
    said = "With two categories there is nothing to check."
    if p_value == p_value:
        said = (
            f"The score test of proportional odds gives {f.p_phrase(p_value)}; under the "
            "assumption the odds ratio is the same at every cut."
        )
    return Shown(
        says=said,
        tables=(
            tables.assumption(result.assumption),
            tables.cuts(result.cut_odds_ratios, arms=result.arms, conf_level=conf_level(result)),
        ),
    )


def _missing(result: Any) -> str:
    if result.specification.missing == "worst":
        return "Patients without a category at the visit count as the worst"
    return "Patients without a category at the visit are left out"


def _summary(_result: Any) -> str:
    return "Common odds ratio of a better category, active against reference"


PRESENTATION = Presentation(
    name="Ordered categories",
    short="Proportional odds",
    summary=_summary,
    missing=_missing,
    robustness="No other way of counting missing categories is part of this report.",
    results=_results,
    figures=_figures,
    checks=_checks,
)
