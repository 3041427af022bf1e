"""How a mixed model for repeated measures is shown."""

from __future__ import annotations

from typing import Any

from outcomes.analyses.clustered import clustered_frame
from outcomes.plots.differences import differences_figure
from outcomes.plots.profile import means_figure
from outcomes.plots.residuals import residuals_figure
from outcomes.report.markup import joined
from outcomes.report.presentation import Presentation, Shown, conf_level, visit_of
from outcomes.report.scales import digits, judgement_tables, margins, scale_caption
from outcomes.tables import format as f
from outcomes.tables.arms import active
from outcomes.tables.clustered import mixed_beside_nested
from outcomes.tables.fit import attempts, covariance
from outcomes.tables.format import inside_sentence
from outcomes.tables.mmrm import differences_by_visit, means_by_visit
from outcomes.tables.table import Table
from outcomes.trial.study import Visit


def _follow_up(result: Any) -> tuple[Visit, ...]:
    return tuple(visit for visit in result.visits if not visit.baseline)


def _results(result: Any) -> Shown:
    shared: dict[str, Any] = {
        "arms": result.arms,
        "visits": _follow_up(result),
        "outcome": scale_caption(result.outcome),
        "digits": digits(result),
        "conf_level": conf_level(result),
        "visit": visit_of(result).id,  # type: ignore[union-attr]
    }
    return Shown(
        says=_says(result),
        tables=(
            differences_by_visit(result.contrasts, **shared),
            *judgement_tables(result),
            means_by_visit(result.means, baseline_mean=result.baseline_mean, **shared),
            *_sensitivity(result),
        ),
    )


def _sensitivity(result: Any) -> tuple[Table, ...]:
    """Show the model that knows of treatment groups, where there are any."""
    visit = visit_of(result)
    if not result.clustered or visit is None:
        return ()
    here = result.contrasts[result.contrasts["visit"] == visit.id]
    return (
        mixed_beside_nested(
            here.assign(n=result.n_subjects),
            clustered_frame(result.clustered),
            arms=result.arms,
            outcome=result.outcome.label,
            visit=inside_sentence(visit.label),
            digits=digits(result),
            conf_level=conf_level(result),
        ),
    )


def _says(result: Any) -> str:
    """Name the visits at which each active arm's interval leaves out no difference."""
    said = []
    for arm in active(result.arms):
        rows = result.contrasts[result.contrasts["arm"] == arm.id]
        apart = rows[(rows["conf_low"] > 0) | (rows["conf_high"] < 0)]
        names = [each.label for each in _follow_up(result) if each.id in set(apart["visit"])]
        where = joined([inside_sentence(name) for name in names]) if names else "no visit"
        said.append(f"for {arm.label} at {where}")
    return f"The interval of the difference leaves out zero {joined(said)}."


def _figures(result: Any) -> Shown:
    outcome = result.outcome
    shared: dict[str, Any] = {
        "arms": result.arms,
        "outcome": outcome.label,
        "unit": outcome.unit,
        "higher_is": outcome.higher_is,
        "conf_level": conf_level(result),
        "digits": digits(result),
        "visits": result.visits,
    }
    return Shown(
        says=_figures_say(result),
        figures=(
            means_figure(result.means, baseline_mean=result.baseline_mean, **shared),
            differences_figure(result.contrasts, margins=margins(result), **shared),
        ),
    )


def _figures_say(result: Any) -> str:
    """Say how the difference moves from the first visit to the last."""
    visits = _follow_up(result)
    if len(visits) < 2:
        return "The figures show the adjusted means of the arms and their difference."
    said = []
    for arm in active(result.arms):
        rows = result.contrasts[result.contrasts["arm"] == arm.id].set_index("visit")["estimate"]
        each = [
            f"{f.number(rows[visit.id], digits(result))} at {inside_sentence(visit.label)}"
            for visit in (visits[0], visits[-1])
            if visit.id in rows
        ]
        said.append(f"{joined(each)} for {arm.label}")
    return f"The difference is {joined(said)}."


def _checks(result: Any) -> Shown:
    fitted = result.covariance
    tables = [attempts(result.attempts)]
    if len(fitted) > 1:
        tables.append(covariance(fitted, visits=result.visits, digits=digits(result)))
    used = str(result.attempts["covariance"].iloc[-1]).replace("_", " ")
    tried = len(result.attempts)
    how = "at the first attempt" if tried == 1 else f"after {tried} attempts"
    return Shown(
        says=f"The {used} covariance was fitted {how}; points near the line mean that residuals "
        "are close to normal.",
        tables=tuple(tables),
        figures=(residuals_figure(result.residual_quantiles),),
    )


def _missing(_result: Any) -> str:
    return "Missing at random, given arm, covariates and the scores that were observed"


def _summary(_result: Any) -> str:
    return "Contrast of adjusted means, active minus reference, at the visit"


PRESENTATION = Presentation(
    name="Mixed model for repeated measures",
    short="MMRM",
    summary=_summary,
    missing=_missing,
    robustness="No sensitivity analysis is part of this report: that scores are missing at random "
    "was assumed, not examined.",
    results=_results,
    figures=_figures,
    checks=_checks,
)
