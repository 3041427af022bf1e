"""How a time to a recorded event is shown."""

from __future__ import annotations

from typing import Any

from outcomes.plots.incidence import incidence_figure
from outcomes.plots.survival import responses_over_time_figure
from outcomes.report.markup import joined
from outcomes.report.presentation import Presentation, Shown, conf_level
from outcomes.report.times import check_tables, incidence_tables, mean_tables
from outcomes.tables import format as f
from outcomes.tables.arms import ordered
from outcomes.tables.table import Table
from outcomes.tables.time_to_response import at_risk, hazards, medians, reasons


def _causes(result: Any) -> dict[str, str]:
    left = "leaving the trial before" if result.specification.source != "withdrawal" else "another"
    return {"event": result.specification.event, "competing": left}


def _results(result: Any) -> Shown:
    level, times, event = conf_level(result), result.times, result.specification.event
    shown: list[Table] = [
        medians(times.medians, times.at_risk, arms=result.arms, conf_level=level, event=event),
        hazards(
            times.hazard_ratios, times.log_rank, arms=result.arms, conf_level=level, event=event
        ),
        *mean_tables(times, arms=result.arms, event=event, conf_level=level),
        *incidence_tables(times, _causes(result), arms=result.arms, conf_level=level),
        at_risk(times.at_risk, arms=result.arms, event=event),
        reasons(result.reasons, arms=result.arms),
    ]
    return Shown(says=_says(result), tables=tuple(shown))


def _says(result: Any) -> str:
    last = result.times.at_risk.groupby("arm", sort=False).last()
    n = result.times.at_risk.groupby("arm", sort=False)["at_risk"].first()
    each = [
        f"{f.count(last.loc[arm.id, 'events'])} of {f.count(n[arm.id])} patients with {arm.label}"
        for arm in ordered(result.arms)
    ]
    return f"{f.heading(result.specification.event)} was seen in {joined(each)}."


def _figures(result: Any) -> Shown:
    times, event = result.times, result.specification.event
    figures = [
        responses_over_time_figure(
            times.survival,
            times.at_risk,
            arms=result.arms,
            response=event,
            conf_level=conf_level(result),
        )
    ]
    if len(times.incidence):
        figures.append(
            incidence_figure(
                times.incidence,
                arms=result.arms,
                causes=_causes(result),
                days=sorted(times.at_risk["time"].unique()),
                conf_level=conf_level(result),
            )
        )
    says = "The share with the event over time."
    if len(times.incidence):
        says = (
            "One minus Kaplan-Meier asks what would be if nobody left; cumulative incidence is the "
            "share in which the event came first."
        )
    return Shown(says=says, figures=tuple(figures))


def _checks(result: Any) -> Shown:
    times, level = result.times, conf_level(result)
    models = [
        ("Standard errors robust by treatment group", times.robust, "hazards"),
        ("Leaving as a competing event (Fine and Gray)", times.subdistribution, "subdistribution"),
    ]
    return Shown(
        says="Proportional hazards are tested. The subdistribution ratio compares how many have "
        "had the event by any time; it is no rate among those still observed.",
        tables=check_tables(times, models, arms=result.arms, conf_level=level),
    )


def _missing(_result: Any) -> str:
    return "Patients are followed to the day they left the trial; what came later is unknown"


def _summary(_result: Any) -> str:
    return "Hazard ratio of a Cox model, active against reference"


PRESENTATION = Presentation(
    name="Time to event",
    short="Time to event",
    summary=_summary,
    missing=_missing,
    robustness="That censoring is uninformative was assumed, not examined.",
    one_visit=False,
    results=_results,
    figures=_figures,
    checks=_checks,
)
