"""How differences by subgroup are shown."""

from __future__ import annotations

from typing import Any

from outcomes.plots.subgroups import subgroups_figure
from outcomes.report.presentation import Presentation, Shown, conf_level, visit_of
from outcomes.report.scales import digits
from outcomes.tables import format as f
from outcomes.tables.format import inside_sentence
from outcomes.tables.subgroups import subgroups


def _shared(result: Any) -> dict[str, Any]:
    return {
        "arms": result.arms,
        "outcome": result.outcome.label,
        "visit": inside_sentence(visit_of(result).label),  # type: ignore[union-attr]
        "conf_level": conf_level(result),
        "digits": digits(result),
    }


def _results(result: Any) -> Shown:
    return Shown(
        says=_says(result),
        tables=(subgroups(result.effects, result.interactions, **_shared(result)),),
    )


def _says(result: Any) -> str:
    """Count the tests of interaction and name the smallest p value."""
    tested = result.interactions[result.interactions["p_value"].notna()]
    if tested.empty:
        return "No interaction could be tested; the footnotes of the table say why."
    least = tested.loc[tested["p_value"].idxmin()]
    count = f"{len(tested)} test{'s' * (len(tested) > 1)} of interaction"
    return f"Of {count} the smallest p value is that of {least['label']}: " + (
        f"{f.p_phrase(least['p_value'])}, not adjusted for the number of tests."
    )


def _figures(result: Any) -> Shown:
    figure = subgroups_figure(
        result.effects,
        result.interactions,
        unit=result.outcome.unit,
        higher_is=result.outcome.higher_is,
        **_shared(result),
    )
    return Shown(
        says="Whether effects differ is answered by the tests of interaction, not by which "
        "intervals leave out no difference.",
        figures=(figure,),
    )


def _missing(_result: Any) -> str:
    return "Missing at random, given arm, modifier, covariates and the scores that were observed"


def _summary(_result: Any) -> str:
    return "Contrast of adjusted means within levels of a modifier, active minus reference"


PRESENTATION = Presentation(
    name="Differences by subgroup",
    short="Subgroups",
    summary=_summary,
    missing=_missing,
    robustness="No sensitivity analysis is part of this report.",
    consort=("21d", "28"),
    results=_results,
    figures=_figures,
)
