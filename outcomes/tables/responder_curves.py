"""Table of responder curves compared as wholes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from outcomes.tables import format as f
from outcomes.tables.arms import active, positions, versus
from outcomes.tables.rows import by_key
from outcomes.tables.table import Column, Row, Table
from outcomes.trial.study import Arm

QUANTITIES = {
    "area_between_curves": "Area between curves, percentage points",
    "probability_better": "Probability of the greater improvement",
}


def curves(
    compared: pd.DataFrame, *, arms: Sequence[Arm], rank_test: str, conf_level: float
) -> Table:
    """Show area and probability, one group of rows per active arm.

    Parameters
    ----------
    compared : DataFrame
        arm, quantity, estimate, conf_low, conf_high, p_value, reason.
    arms : sequence of Arm
        As declared.
    rank_test : str
        Name of the test of the probability.
    conf_level : float
        Level of the interval of the area.
    """
    found = by_key(compared, "arm", "quantity")
    rows: list[Row] = []
    for arm in active(arms):
        rows.append(Row(label=versus(arm, arms), kind="group", arm=positions(arms)[arm.id]))
        rows += [
            Row(label=label, cells=_cells(quantity, found[arm.id, quantity]))
            for quantity, label in QUANTITIES.items()
        ]
    reasons = sorted({*compared["reason"]} - {""})
    return Table(
        caption="Responder curves as wholes: no threshold is picked.",
        stub="Quantity",
        columns=(
            Column(label="Estimate"),
            Column(label=f"{f.level(conf_level)} CI"),
            Column(label="p"),
        ),
        rows=tuple(rows),
        footnotes=(
            "Area: difference in the share of responders, averaged over all thresholds from 0 to "
            "100%. Probability: that a patient of the arm improved more than one of the reference "
            "arm, ties counted half; 50% means no difference. Patients are taken as independent.",
            f"p: {rank_test}. {f.MISSING} an area has no test here, a probability no interval.",
            *(f"Not estimated: {reason}." for reason in reasons),
        ),
    )


def _cells(quantity: str, row: dict[str, Any]) -> tuple[str, str, str]:
    if quantity == "area_between_curves":
        low, high = row["conf_low"], row["conf_high"]
        interval = f.NOT_ESTIMATED if pd.isna(low) else f"{f.points(low)} to {f.points(high)}"
        return f.points(row["estimate"]), interval, f.MISSING
    lacking = pd.isna(row["p_value"])
    estimate = f.NOT_ESTIMATED if pd.isna(row["estimate"]) else f.percent(row["estimate"])
    return estimate, f.MISSING, f.NOT_ESTIMATED if lacking else f.p_value(row["p_value"])
