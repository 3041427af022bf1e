"""How adverse events are shown."""

from __future__ import annotations

from typing import Any

from outcomes.plots.harms import incidences_figure, risk_differences_figure
from outcomes.report.markup import joined
from outcomes.report.presentation import Presentation, Shown, conf_level
from outcomes.tables import format as f
from outcomes.tables.arms import ordered
from outcomes.tables.harms import differences, overview, terms


def _results(result: Any) -> Shown:
    arms, counts, level = result.arms, result.counts, conf_level(result)
    kinds = result.differences[result.differences["group"] == "overview"]
    listed = (terms(counts, arms=arms),) if (counts["group"] == "term").any() else ()
    return Shown(
        says=_says(result),
        tables=(
            overview(counts, arms=arms, conf_level=level),
            differences(kinds, arms=arms, conf_level=level),
            *listed,
        ),
    )


def _says(result: Any) -> str:
    overall = result.counts["group"].eq("overview") & result.counts["label"].eq("Any adverse event")
    rows = result.counts[overall].set_index("arm")
    if not rows["events"].sum():
        return "No adverse event is recorded of these patients."
    each = [
        f"{f.count_percent(rows.loc[arm.id, 'with_event'], rows.loc[arm.id, 'n'])} of "
        f"{f.count(rows.loc[arm.id, 'n'])} patients with {arm.label}"
        for arm in ordered(result.arms)
    ]
    return f"An adverse event was recorded for {joined(each)}."


def _figures(result: Any) -> Shown:
    counts = result.shown(result.counts)
    if counts.empty:
        return Shown(says="There are no terms to draw.")
    least = result.specification.least_percent
    which = f"Terms that at least {f.plain(least)}% of an arm had" if least else "Every term"
    return Shown(
        says=f"{which}, the most frequent first; with many terms some intervals leave out no "
        "difference by chance alone.",
        figures=(
            incidences_figure(counts, arms=result.arms),
            risk_differences_figure(
                result.shown(result.differences), arms=result.arms, conf_level=conf_level(result)
            ),
        ),
    )


def _missing(_result: Any) -> str:
    return "Patients without a record of an event count as having had none"


def _summary(_result: Any) -> str:
    return "Risk differences and rates by arm"


PRESENTATION = Presentation(
    name="Adverse events",
    short="Adverse events",
    summary=_summary,
    missing=_missing,
    robustness="A description of harms makes no assumption that a sensitivity analysis could vary.",
    one_visit=False,
    consort=("27",),
    results=_results,
    figures=_figures,
)
