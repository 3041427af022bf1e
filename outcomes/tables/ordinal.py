"""Tables of ordered categories: shares, contrasts, cuts and the check of proportional odds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from outcomes.tables import format as f
from outcomes.tables.arms import active, against, ordered, positions
from outcomes.tables.quantities import quantities
from outcomes.tables.rows import by_key
from outcomes.tables.table import Column, Row, Table
from outcomes.trial.study import Arm

QUANTITIES = {
    "common_odds_ratio": "Common odds ratio of a better category",
    "probability_of_superiority": "Probability of superiority",
}


def category_labels(categories: Sequence[Any]) -> dict[Any, str]:
    """Name categories from best to worst, the ends by what they are.

    Examples
    --------
    >>> category_labels([1, 2, 3])
    {1: '1 (best)', 2: '2', 3: '3 (worst)'}
    """
    ends = {0: " (best)", len(categories) - 1: " (worst)"}
    return {each: f"{each}{ends.get(i, '')}" for i, each in enumerate(categories)}


def categories(frame: pd.DataFrame, *, arms: Sequence[Arm], outcome: str, visit: str) -> Table:
    """Count each category in each arm, from best to worst.

    Parameters
    ----------
    frame : DataFrame
        arm, category, n, proportion.
    """
    rows = by_key(frame, "arm", "category")
    names = category_labels(list(dict.fromkeys(frame["category"])))
    place = positions(arms)
    return Table(
        caption=f"{f.heading(outcome)} at {visit}: patients in each category.",
        stub="Category",
        columns=tuple(
            Column(label=f.heading(arm.label), arm=place[arm.id]) for arm in ordered(arms)
        ),
        rows=tuple(
            Row(
                label=label,
                cells=tuple(_share(rows[(arm.id, category)]) for arm in ordered(arms)),
            )
            for category, label in names.items()
        ),
    )


def _share(row: dict[str, Any]) -> str:
    return f"{f.count(row['n'])} ({f.percent(row['proportion'])})"


def contrasts(frame: pd.DataFrame, *, arms: Sequence[Arm], conf_level: float) -> Table:
    """Lay out both contrasts of each arm.

    Parameters
    ----------
    frame : DataFrame
        arm, quantity, estimate, conf_low, conf_high, p_value, reason.
    """
    return quantities(
        frame,
        QUANTITIES,
        arms=arms,
        conf_level=conf_level,
        caption="Comparison of the categories.",
        note="Odds ratios above 1 and probabilities above 0.5 favour the arm named first; ties "
        "count half.",
    )


def cuts(frame: pd.DataFrame, *, arms: Sequence[Arm], conf_level: float) -> Table:
    """Lay out the odds ratio of each cut, which proportional odds hold to be one.

    Parameters
    ----------
    frame : DataFrame
        arm, category, estimate, conf_low, conf_high, reason.
    """
    rows = by_key(frame, "arm", "category")
    given = list(dict.fromkeys(frame["category"]))
    laid: list[Row] = []
    for arm in active(arms):
        laid.append(Row(label=against(arm, arms), kind="group"))
        for category in given:
            row = rows[(arm.id, category)]
            absent = bool(row["reason"])
            cells = (
                f.MISSING if absent else f.number(row["estimate"], 2),
                f.MISSING if absent else f.interval(row["conf_low"], row["conf_high"], 2),
            )
            laid.append(Row(label=f"{category} or better", kind="sub", cells=cells))
    footnotes = ["Unadjusted; intervals by Woolf’s method. CI: confidence interval."]
    if frame["reason"].astype(bool).any():
        footnotes.append(f"{f.MISSING} an arm has nobody, or everybody, on one side of the cut.")
    return Table(
        caption="Odds ratio of reaching each category or a better one.",
        stub="Category",
        columns=(Column(label="Odds ratio"), Column(label=f"{f.level(conf_level)} CI")),
        rows=tuple(laid),
        footnotes=tuple(footnotes),
    )


def assumption(frame: pd.DataFrame) -> Table:
    """Lay out the score test of proportional odds.

    Parameters
    ----------
    frame : DataFrame
        term, statistic, df, p_value.
    """
    return Table(
        caption="Score test of proportional odds.",
        stub="Terms",
        columns=(Column(label="Chi-squared"), Column(label="df"), Column(label="p")),
        rows=tuple(
            Row(
                label=f.heading(row["term"]),
                cells=(f.MISSING,) * 3
                if np.isnan(row["p_value"])
                else (
                    f.number(row["statistic"], 2),
                    f.count(row["df"]),
                    f.p_value(row["p_value"]),
                ),
            )
            for row in frame.to_dict("records")
        ),
        footnotes=("It rejects too often where categories are sparse.",),
    )
