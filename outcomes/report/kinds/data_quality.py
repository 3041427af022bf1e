"""How an audit of the data is shown: what became of the scores; its other sections follow."""

from __future__ import annotations

from typing import Any

from outcomes.plots.scoring import unscored_figure
from outcomes.report.presentation import Presentation, Shown
from outcomes.tables import format as f
from outcomes.tables import scoring_quality as tables


def _results(result: Any) -> Shown:
    counts = result.scoring
    if counts.empty:
        return Shown(says="The study collects no questionnaires, so nothing was scored.")
    shown = [tables.scoring(counts)]
    if (result.omitted["n_missing"] > 0).any():
        shown.append(tables.omitted(result.omitted))
    return Shown(says=_says(result), tables=tuple(shown))


def _says(result: Any) -> str:
    counts = result.scoring
    total = counts["n"].sum()
    prorated, complete = counts["prorated"].sum(), counts["complete"].sum()
    return (
        f"{f.count(result.n_answers)} answers were read, all of them allowed: others would have "
        f"been refused. Of {f.count(total)} scale administrations, "
        f"{f.percent(complete / total)} were complete, {f.percent(prorated / total)} scored with "
        f"items missing, and {f.percent((total - complete - prorated) / total)} have no score."
    )


def _figures(result: Any) -> Shown:
    if result.scoring.empty:
        return Shown(says="")
    return Shown(
        says="Where scores are prorated or missing.", figures=(unscored_figure(result.scoring),)
    )


def _missing(_result: Any) -> str:
    return "Counted; nothing is imputed"


def _summary(_result: Any) -> str:
    return "Description of the data, arms pooled"


PRESENTATION = Presentation(
    name="Data quality and scoring audit",
    short="Data audit",
    summary=_summary,
    missing=_missing,
    robustness="A description makes no assumption to examine.",
    one_visit=False,
    results=_results,
    figures=_figures,
)
