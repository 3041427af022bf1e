"""How a time to response is shown."""

from __future__ import annotations

from typing import Any

from outcomes.plots.incidence import incidence_figure
from outcomes.plots.response_by_visit import response_by_visit_figure
from outcomes.plots.survival import responses_over_time_figure
from outcomes.report.markup import joined
from outcomes.report.presentation import Presentation, Shown, conf_level
from outcomes.report.times import check_tables, incidence_tables, mean_tables
from outcomes.tables import format as f
from outcomes.tables.arms import ordered
from outcomes.tables.event_times import by_visit
from outcomes.tables.time_to_response import at_risk, days, hazards, medians, reasons

CAUSES = {"event": "confirmed response", "competing": "leaving the trial without one"}


def _results(result: Any) -> Shown:
    level, times = conf_level(result), result.times
    shown = (
        medians(times.medians, times.at_risk, arms=result.arms, conf_level=level),
        hazards(times.hazard_ratios, times.log_rank, arms=result.arms, conf_level=level),
        *mean_tables(times, arms=result.arms, event="confirmed response", conf_level=level),
        *incidence_tables(times, CAUSES, arms=result.arms, conf_level=level),
        at_risk(times.at_risk, arms=result.arms),
        reasons(result.reasons, arms=result.arms),
    )
    return Shown(says=_says(result), tables=shown)


def _says(result: Any) -> str:
    median = result.times.medians.set_index("arm")["median"]
    if not (median.abs() < float("inf")).any():
        return f"The median time to a confirmed response is not reached in any arm.{_means(result)}"
    each = [f"{_day(median[arm.id])} with {arm.label}" for arm in ordered(result.arms)]
    return f"The median time to a confirmed response is {joined(each)}.{_means(result)}"


def _means(result: Any) -> str:
    if result.times.restricted_means.empty:
        return ""
    mean = result.times.restricted_means.set_index("arm")["estimate"]
    each = [f"{f.number(mean[arm.id], 0)} days with {arm.label}" for arm in ordered(result.arms)]
    return (
        f" On average patients are without a confirmed response for {joined(each)}, up to day "
        f"{f.plain(result.times.tau)}."
    )


def _day(value: float) -> str:
    return f"{days(value)} days" if abs(value) < float("inf") else days(value)


def _figures(result: Any) -> Shown:
    times = result.times
    response = f"confirmed {f.plain(result.specification.percent)}% response"
    figures = [
        responses_over_time_figure(
            times.survival,
            times.at_risk,
            arms=result.arms,
            outcome=result.outcome.label,
            response=response,
            conf_level=conf_level(result),
        )
    ]
    if len(times.incidence):
        figures.append(
            incidence_figure(
                times.incidence,
                arms=result.arms,
                causes={**CAUSES, "event": response},
                days=sorted(times.at_risk["time"].unique()),
                conf_level=conf_level(result),
            )
        )
    figures.append(
        response_by_visit_figure(
            result.intervals.probabilities,
            arms=result.arms,
            visits=result.visits,
            response=response,
            conf_level=conf_level(result),
        )
    )
    return Shown(
        says="The curves step at scheduled visits, because a response is known only to have come "
        "between two of them.",
        figures=tuple(figures),
    )


def _checks(result: Any) -> Shown:
    level, times, arms = conf_level(result), result.times, result.arms
    intervals = result.intervals
    models = [
        ("Standard errors robust by treatment group", times.robust, "hazards"),
        ("Leaving as a competing event (Fine and Gray)", times.subdistribution, "subdistribution"),
        ("Weibull model, response between visits", intervals.time_ratios, "times"),
    ]
    at_visits = by_visit(
        intervals.probabilities, intervals.differences, arms=arms, conf_level=level
    )
    return Shown(
        says="Proportional hazards are tested, and the comparison is repeated without taking a "
        "visit’s day for the time of a response. A ratio of times below 1 means sooner, a ratio of "
        "hazards above 1. The subdistribution ratio compares how many have responded by any time; "
        "it is no rate among those still observed.",
        tables=(*check_tables(times, models, arms=arms, conf_level=level), at_visits),
    )


def _missing(_result: Any) -> str:
    return (
        "Patients are followed to their last scheduled visit with a score; a missed visit between "
        "two responses breaks confirmation unless declared otherwise"
    )


def _summary(_result: Any) -> str:
    return "Hazard ratio of a Cox model, active against reference"


PRESENTATION = Presentation(
    name="Time to confirmed response",
    short="Time to response",
    summary=_summary,
    missing=_missing,
    robustness="That censoring is uninformative was assumed, not examined.",
    one_visit=False,
    results=_results,
    figures=_figures,
    checks=_checks,
)
