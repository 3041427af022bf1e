"""How a responder analysis is shown."""

from __future__ import annotations

from typing import Any

from outcomes.plots.responder import responder_curve_figure, responders_figure
from outcomes.report.markup import joined
from outcomes.report.presentation import Presentation, Shown, conf_level
from outcomes.tables import format as f
from outcomes.tables.arms import ordered
from outcomes.tables.responder import differences, responders


def _response(result: Any) -> str:
    return f"improvement of at least {f.plain(result.specification.percent)}% from baseline"


def _results(result: Any) -> Shown:
    level = conf_level(result)
    missing = result.specification.missing
    tables = (
        responders(
            result.counts,
            arms=result.arms,
            response=_response(result),
            missing=missing,
            conf_level=level,
        ),
        differences(result.contrasts, arms=result.arms, conf_level=level),
    )
    return Shown(says=_says(result), tables=tables)


def _says(result: Any) -> str:
    rows = result.counts.set_index("arm")
    each = [
        f"{f.count(rows.loc[arm.id, 'responders'])} of {f.count(rows.loc[arm.id, 'n'])} patients "
        f"({f.percent(rows.loc[arm.id, 'proportion'])}) with {arm.label}"
        for arm in ordered(result.arms)
    ]
    return f"An {_response(result)} was seen in {joined(each)}."


def _figures(result: Any) -> Shown:
    shared: dict[str, Any] = {
        "arms": result.arms,
        "outcome": result.outcome.label,
        "threshold": result.specification.percent,
    }
    return Shown(
        says="The first figure shows the share of responders, the second how it depends on the "
        "improvement asked for.",
        figures=(
            responders_figure(result.counts, conf_level=conf_level(result), **shared),
            responder_curve_figure(result.curve, **shared),
        ),
    )


def _missing(result: Any) -> str:
    if result.specification.missing == "non_responder":
        return "Patients without a score at the visit count as not responding"
    return "Patients without a score at the visit are left out"


def _summary(result: Any) -> str:
    return f"Risk difference, active minus reference ({result.method})"


PRESENTATION = Presentation(
    name="Responder analysis",
    short="Responders",
    summary=_summary,
    missing=_missing,
    robustness="No other way of counting missing responses is part of this report.",
    results=_results,
    figures=_figures,
)
