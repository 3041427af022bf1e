"""Tables of a hierarchical composite: win statistics, and what each level decided."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from outcomes.tables import format as f
from outcomes.tables.arms import active, against
from outcomes.tables.quantities import quantities
from outcomes.tables.table import Column, Row, Table
from outcomes.trial.study import Arm

STATISTICS = {"win_ratio": "Win ratio", "win_odds": "Win odds", "net_benefit": "Net benefit"}


def statistics(frame: pd.DataFrame, *, arms: Sequence[Arm], conf_level: float) -> Table:
    """Lay out the three statistics of each arm.

    Parameters
    ----------
    frame : DataFrame
        arm, statistic, estimate, conf_low, conf_high, p_value, reason.
    """
    return quantities(
        frame.rename(columns={"statistic": "quantity"}),
        STATISTICS,
        arms=arms,
        conf_level=conf_level,
        caption="Win statistics of all pairs.",
        note="Above 1 (ratio, odds) and above 0 (net benefit) favour the arm named first.",
    )


def levels(frame: pd.DataFrame, *, arms: Sequence[Arm]) -> Table:
    """Lay out wins, losses and ties of each level, in pairs and percent of all pairs.

    Parameters
    ----------
    frame : DataFrame
        arm, level, label, compared, wins, losses, ties, missing.
    """
    laid: list[Row] = []
    for arm in active(arms):
        rows = frame[frame["arm"] == arm.id].to_dict("records")
        pairs = int(rows[0]["compared"])
        laid.append(Row(label=f"{against(arm, arms)}: {f.count(pairs)} pairs", kind="group"))
        laid += [_level(row, pairs) for row in rows]
        laid.append(_total(rows, pairs))
    return Table(
        caption="Where pairs were decided; percentages are of all pairs.",
        stub="Level",
        columns=tuple(
            Column(label=label) for label in ("Wins", "Losses", "Ties", "Of these, value missing")
        ),
        rows=tuple(laid),
        footnotes=("Ties go on to the next level.",),
    )


def _level(row: dict[Any, Any], pairs: int) -> Row:
    return Row(
        label=f"{row['level']}. {f.heading(str(row['label']))}",
        kind="sub",
        cells=tuple(
            f.count_percent(int(row[name]), pairs) for name in ("wins", "losses", "ties", "missing")
        ),
    )


def _total(rows: list[dict[Any, Any]], pairs: int) -> Row:
    wins, losses = (sum(int(row[name]) for row in rows) for name in ("wins", "losses"))
    ties = int(rows[-1]["ties"])
    return Row(
        label="All levels",
        kind="primary",
        cells=(*(f.count_percent(n, pairs) for n in (wins, losses, ties)), f.MISSING),
    )
