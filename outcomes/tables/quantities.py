"""Several quantities of each comparison with the reference, some of which may have no value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from outcomes.tables import format as f
from outcomes.tables.arms import active, against
from outcomes.tables.rows import by_key
from outcomes.tables.table import Column, Row, Table
from outcomes.trial.study import Arm


def quantities(
    frame: pd.DataFrame,
    names: Mapping[str, str],
    *,
    arms: Sequence[Arm],
    conf_level: float,
    caption: str,
    note: str,
) -> Table:
    """Lay out one row for each arm and quantity, the reason below where a value is missing.

    Parameters
    ----------
    frame : DataFrame
        arm, quantity, estimate, conf_low, conf_high, p_value, reason (empty where nothing is
        missing).
    names : mapping of str to str
        Quantities in the order they are printed, and what they are called.
    arms : sequence of Arm
        In the order of the design.
    conf_level : float
    caption : str
    note : str
        How to read the values.
    """
    rows = by_key(frame, "arm", "quantity")
    laid: list[Row] = []
    reasons: dict[str, None] = {}
    for arm in active(arms):
        laid.append(Row(label=against(arm, arms), kind="group"))
        for name, label in names.items():
            row = rows[(arm.id, name)]
            if row["reason"]:
                reasons[f"{label}: {row['reason']}."] = None
            laid.append(Row(label=label, kind="sub", cells=_cells(row)))
    return Table(
        caption=caption,
        stub="Quantity",
        columns=(
            Column(label="Estimate"),
            Column(label=f"{f.level(conf_level)} CI"),
            Column(label="p"),
        ),
        rows=tuple(laid),
        footnotes=(f"{note} CI: confidence interval.", *reasons),
    )


def _cells(row: Mapping[str, Any]) -> tuple[str, str, str]:
    absent = np.isnan(row["conf_low"])
    return (
        f.MISSING if np.isnan(row["estimate"]) else f.number(row["estimate"], 2),
        f.MISSING if absent else f.interval(row["conf_low"], row["conf_high"], 2),
        f.MISSING if absent else f.p_value(row["p_value"]),
    )
