"""How a sensitivity analysis of missing data is shown."""

from __future__ import annotations

from typing import Any

from outcomes.analyses.missing_data.estimates import GROUPS
from outcomes.plots.assumptions import assumptions_figure
from outcomes.plots.figure import Figure
from outcomes.plots.missing import missing_patterns_figure
from outcomes.plots.tipping import tipping_figure
from outcomes.report.markup import joined
from outcomes.report.presentation import Presentation, Shown, conf_level, visit_of
from outcomes.report.scales import digits
from outcomes.tables import format as f
from outcomes.tables import missing_data as tables
from outcomes.tables.arms import active, ordered
from outcomes.tables.format import inside_sentence
from outcomes.tables.lost import intercurrent_events, sampler, seen_and_lost
from outcomes.tables.table import Table


def _visit(result: Any) -> str:
    visit = visit_of(result)
    return inside_sentence(visit.label) if visit else "the visit"


def _base(result: Any) -> str:
    return inside_sentence(result.specification.assumptions[0].label)


def _results(result: Any) -> Shown:
    shared: dict[str, Any] = {
        "arms": result.arms,
        "outcome": result.outcome.label,
        "visit": _visit(result),
        "digits": digits(result),
        "conf_level": conf_level(result),
    }
    shown = [
        tables.estimates_by_assumption(result.estimates, groups=GROUPS, **shared),
        *_shifts(result, shared),
        *_responders(result),
        *_events(result),
    ]
    return Shown(says=result.examined, tables=tuple(shown))


def _shifts(result: Any, shared: dict[str, Any]) -> tuple[Table, ...]:
    """Show what shifts do, where there is an imputed score to shift."""
    tipping = result.tipping
    if tipping.grid.empty:
        return ()
    return (tables.shifts(tipping.grid, tipping.points, assumption=_base(result), **shared),)


def _responders(result: Any) -> tuple[Table, ...]:
    if result.responders.empty:
        return ()
    return (
        tables.responders_by_assumption(
            result.responders,
            arms=result.arms,
            groups=GROUPS,
            response=f"Improvement of at least {f.plain(result.specification.percent)}% from "
            "baseline",
            visit=_visit(result),
            conf_level=conf_level(result),
        ),
    )


def _events(result: Any) -> tuple[Table, ...]:
    """Show who was lost when, and intercurrent events whose days are recorded."""
    lost = seen_and_lost(result.imputed, result.lost, arms=result.arms, visits=result.visits)
    if result.intercurrent.empty:
        return (lost,)
    return (lost, intercurrent_events(result.intercurrent, arms=result.arms))


def _figures(result: Any) -> Shown:
    outcome = result.outcome
    shared: dict[str, Any] = {"outcome": outcome.label, "visit": _visit(result)}
    estimates = result.estimates.assign(group=result.estimates["group"].map(GROUPS))
    forest = assumptions_figure(
        estimates,
        arms=result.arms,
        unit=outcome.unit,
        higher_is=outcome.higher_is,
        conf_level=conf_level(result),
        digits=digits(result),
        **shared,
    )
    patterns = missing_patterns_figure(
        result.patterns, arms=result.arms, visits=result.visits, outcome=outcome.label
    )
    return Shown(says=_figures_say(result), figures=(forest, *_maps(result, shared), patterns))


def _maps(result: Any, shared: dict[str, Any]) -> list[Figure]:
    """One map for each active arm."""
    grid = result.tipping.grid
    return [
        tipping_figure(
            grid[grid["arm"] == arm.id],
            active=arm,
            reference=ordered(result.arms)[0],
            assumption=_base(result),
            verdict=result.verdict[arm.id],
            alpha=result.specification.alpha,
            unit=result.outcome.unit,
            digits=digits(result),
            key=f"tipping-{position}",
            **shared,
        )
        for position, arm in enumerate(active(result.arms), start=1)
        if (grid["arm"] == arm.id).any()
    ]


def _figures_say(result: Any) -> str:
    """Say how many patients were seen at every visit."""
    each = result.patterns.drop_duplicates(["pattern", "arm"])
    said = []
    for arm in ordered(result.arms):
        rows = each[each["arm"] == arm.id]
        complete = rows.loc[rows["kind"] == "complete", "n"].sum()
        said.append(f"{f.count_percent(complete, rows['n'].sum())} with {arm.label}")
    return f"Seen at every visit were {joined(said)}."


def _checks(result: Any) -> Shown:
    """Show the sampler's diagnostics, or say that there was nothing to sample."""
    if result.diagnostics.empty:
        return Shown(
            says="Standard errors come from leaving out one patient at a time, so that no chain "
            "or number of random imputations needs checking. What an assumption says of scores "
            "that were not seen cannot be checked in the scores that were."
        )
    worst = result.diagnostics["r_hat"].max()
    return Shown(
        says=f"The largest split R-hat of the sampler is {f.number(worst, 3)}; values near 1 mean "
        "that its chains met.",
        tables=(sampler(result.diagnostics),),
    )


def _missing(result: Any) -> str:
    first, *others = (inside_sentence(each.label) for each in result.specification.assumptions)
    if not others:
        return f"Imputed as {first}"
    return f"Imputed as {first}; beside it as {joined(others)}"


def _summary(_result: Any) -> str:
    return "Coefficient of arm in completed data, active minus reference, at the visit"


PRESENTATION = Presentation(
    name="Sensitivity to missing data",
    short="Missing data",
    summary=_summary,
    missing=_missing,
    robustness="What is assumed of unseen scores is what this report examines.",
    results=_results,
    figures=_figures,
    checks=_checks,
)
