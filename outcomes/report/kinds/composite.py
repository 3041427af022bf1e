"""How a hierarchical composite is shown."""

from __future__ import annotations

from typing import Any

from outcomes.plots.wins import wins_figure
from outcomes.report.markup import joined
from outcomes.report.presentation import Presentation, Shown, conf_level
from outcomes.tables import format as f
from outcomes.tables import wins as tables
from outcomes.tables.arms import active


def _results(result: Any) -> Shown:
    return Shown(
        says=_says(result),
        tables=(
            tables.statistics(result.statistics, arms=result.arms, conf_level=conf_level(result)),
            tables.levels(result.levels, arms=result.arms),
        ),
    )


def _says(result: Any) -> str:
    told = []
    for arm in active(result.arms):
        rows = result.levels[result.levels["arm"] == arm.id]
        pairs, wins, losses = rows["compared"].iloc[0], rows["wins"].sum(), rows["losses"].sum()
        told.append(
            f"{arm.label} won {f.percent(wins / pairs)} and lost {f.percent(losses / pairs)} of "
            f"{f.count(pairs)} pairs"
        )
    return f"{f.heading(joined(told))}."


def _figures(result: Any) -> Shown:
    return Shown(
        says="The bars show at which level pairs were decided.",
        figures=(wins_figure(result.levels, arms=result.arms),),
    )


def _missing(_result: Any) -> str:
    return "A pair in which a value is missing at a level goes on to the next"


def _summary(_result: Any) -> str:
    return "Win ratio, with win odds and net benefit beside it"


PRESENTATION = Presentation(
    name="Hierarchical composite",
    short="Win ratio",
    summary=_summary,
    missing=_missing,
    robustness="No other order of the levels, margin or way of handling missing values is part of "
    "this report.",
    one_visit=False,
    results=_results,
    figures=_figures,
)
