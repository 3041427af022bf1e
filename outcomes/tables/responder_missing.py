"""Table of the risk difference under other ways of counting missing responses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from outcomes.tables import format as f
from outcomes.tables.arms import active, positions, versus
from outcomes.tables.rows import by_key
from outcomes.tables.table import Column, Row, Table
from outcomes.trial.study import Arm

RULES = {
    "non_responder": "No response",
    "exclude": "Left out",
    "worst_case": "Response in the reference arm only",
    "best_case": "No response in the reference arm only",
}


def counted_otherwise(
    found: pd.DataFrame, *, arms: Sequence[Arm], declared: str, conf_level: float
) -> Table:
    """Show one row for each way of counting, the declared one in bold.

    Parameters
    ----------
    found : DataFrame
        arm, rule, n, estimate, conf_low, conf_high, p_value, reason.
    arms : sequence of Arm
        As declared.
    declared : str
        The rule of the headline.
    conf_level : float
        Level of the intervals.
    """
    known = by_key(found, "arm", "rule")
    rows: list[Row] = []
    for arm in active(arms):
        rows.append(Row(label=versus(arm, arms), kind="group", arm=positions(arms)[arm.id]))
        rows += [
            Row(
                label=label,
                cells=_cells(known[arm.id, rule]),
                kind="primary" if rule == declared else "plain",
            )
            for rule, label in RULES.items()
        ]
    reasons = sorted({*found["reason"]} - {""})
    return Table(
        caption="Sensitivity to missing responses: risk difference, percentage points, by what a "
        "missing response counts as.",
        stub="Missing counts as",
        columns=(
            Column(label="n"),
            Column(label="Estimate"),
            Column(label=f"{f.level(conf_level)} CI"),
            Column(label="p"),
        ),
        rows=tuple(rows),
        footnotes=(
            "Bold: as declared. The last two rows are the extremes between which the estimate lies "
            "whatever the missing responses were; they are bounds, not likely values.",
            *(f"Not estimated: {reason}" for reason in reasons),
        ),
    )


def _cells(row: dict[str, Any]) -> tuple[str, str, str, str]:
    n = f.count(row["n"])
    if pd.isna(row["estimate"]):
        return n, f.NOT_ESTIMATED, f.MISSING, f.MISSING
    return (
        n,
        f.points(row["estimate"]),
        f"{f.points(row['conf_low'])} to {f.points(row['conf_high'])}",
        f.p_value(row["p_value"]),
    )
