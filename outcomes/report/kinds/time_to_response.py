"""How a time to response is shown."""

from __future__ import annotations

from typing import Any

from outcomes.plots.survival import responses_over_time_figure
from outcomes.report.markup import joined
from outcomes.report.presentation import Presentation, Shown, conf_level
from outcomes.tables import format as f
from outcomes.tables.arms import ordered
from outcomes.tables.time_to_response import at_risk, days, hazards, medians, reasons


def _results(result: Any) -> Shown:
    level = conf_level(result)
    tables = (
        medians(result.medians, result.at_risk, arms=result.arms, conf_level=level),
        hazards(result.contrasts, result.log_rank, arms=result.arms, conf_level=level),
        at_risk(result.at_risk, arms=result.arms),
        reasons(result.reasons, arms=result.arms),
    )
    return Shown(says=_says(result), tables=tables)


def _says(result: Any) -> str:
    median = result.medians.set_index("arm")["median"]
    each = [f"{_day(median[arm.id])} with {arm.label}" for arm in ordered(result.arms)]
    return f"The median time to a confirmed response is {joined(each)}."


def _day(value: float) -> str:
    return f"{days(value)} days" if abs(value) < float("inf") else days(value)


def _figures(result: Any) -> Shown:
    percent = f.plain(result.specification.percent)
    figure = responses_over_time_figure(
        result.survival,
        result.at_risk,
        arms=result.arms,
        outcome=result.outcome.label,
        response=f"confirmed {percent}% response",
        conf_level=conf_level(result),
    )
    return Shown(
        says="The curves step at scheduled visits, because a response is known only to have come "
        "between two of them.",
        figures=(figure,),
    )


def _missing(_result: Any) -> str:
    return (
        "Patients are followed to their last scheduled visit with a score; a missed visit between "
        "two responses breaks confirmation"
    )


def _summary(_result: Any) -> str:
    return "Hazard ratio of a Cox model, active against reference"


PRESENTATION = Presentation(
    name="Time to confirmed response",
    short="Time to response",
    summary=_summary,
    missing=_missing,
    robustness="That hazards are proportional and censoring is uninformative was assumed, not "
    "examined; times are known only to the visit.",
    one_visit=False,
    results=_results,
    figures=_figures,
)
