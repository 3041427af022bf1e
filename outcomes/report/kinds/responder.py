"""How a responder analysis is shown."""

from __future__ import annotations

from typing import Any

from outcomes.plots.figure import Figure
from outcomes.plots.responder_curve import responder_curve_figure
from outcomes.plots.responder_shares import responders_figure
from outcomes.plots.waterfall import waterfall_figure
from outcomes.report.markup import joined
from outcomes.report.presentation import Presentation, Shown, conf_level
from outcomes.report.scales import judgement_tables
from outcomes.tables import format as f
from outcomes.tables.arms import active, ordered
from outcomes.tables.responder import differences, needed_sentence, responders
from outcomes.tables.responder_clusters import headline_beside_robust
from outcomes.tables.responder_curves import curves
from outcomes.tables.responder_missing import counted_otherwise
from outcomes.tables.table import Table


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
        *judgement_tables(result),
        *_robust(result),
        *_otherwise(result),
        curves(
            result.curves_compared,
            arms=result.arms,
            rank_test=result.rank_test,
            conf_level=level,
        ),
    )
    return Shown(says=f"{_says(result)} {_needed(result)}", tables=tables)


def _robust(result: Any) -> tuple[Table, ...]:
    """Show the comparison robust to treatment groups, where there are any."""
    if result.cluster_robust.empty:
        return ()
    contrasts = result.contrasts
    return (
        headline_beside_robust(
            contrasts[contrasts["quantity"] == "risk_difference"],
            result.cluster_robust,
            arms=result.arms,
            conf_level=conf_level(result),
        ),
    )


def _otherwise(result: Any) -> tuple[Table, ...]:
    """Show other ways of counting missing responses, where any is missing."""
    if result.missing_otherwise.empty:
        return ()
    return (
        counted_otherwise(
            result.missing_otherwise,
            arms=result.arms,
            declared=result.specification.missing,
            conf_level=conf_level(result),
        ),
    )


def _needed(result: Any) -> str:
    """Say what each number needed to treat means."""
    rows = result.contrasts[result.contrasts["quantity"] == "number_needed_to_treat"]
    found = rows.set_index("arm").to_dict("index")
    reference = next(arm for arm in result.arms if arm.reference)
    return " ".join(
        needed_sentence(
            found[arm.id],
            active=arm.label,
            reference=reference.label,
            level=f.level(conf_level(result)),
        )
        for arm in active(result.arms)
    )


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
        says="The figures show the share of responders, how it depends on the improvement asked "
        "for, and the improvement of every patient with a score.",
        figures=(
            responders_figure(result.counts, conf_level=conf_level(result), **shared),
            responder_curve_figure(result.curve, **shared),
            *_waterfall(result, shared),
        ),
    )


def _waterfall(result: Any, shared: dict[str, Any]) -> tuple[Figure, ...]:
    """Draw improvements, where anybody has one."""
    if result.improvements.empty:
        return ()
    return (waterfall_figure(result.improvements, result.groups, **shared),)


def _missing(result: Any) -> str:
    if result.specification.missing == "non_responder":
        return "Patients without a score at the visit count as not responding"
    return "Patients without a score at the visit are left out"


def _summary(result: Any) -> str:
    return f"Risk difference, active minus reference. {result.method}"


PRESENTATION = Presentation(
    name="Responder analysis",
    short="Responders",
    summary=_summary,
    missing=_missing,
    robustness="No response is missing, and no other sensitivity analysis is part of this report.",
    results=_results,
    figures=_figures,
)
