"""Table of the headline's risk difference beside one robust to treatment in groups."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from outcomes.tables import format as f
from outcomes.tables.arms import active, positions, versus
from outcomes.tables.rows import by_key
from outcomes.tables.table import Column, Row, Table
from outcomes.trial.study import Arm


def headline_beside_robust(
    headline: pd.DataFrame, robust: pd.DataFrame, *, arms: Sequence[Arm], conf_level: float
) -> Table:
    """Show both risk differences, one group of rows per active arm.

    Parameters
    ----------
    headline : DataFrame
        arm, estimate, df, conf_low, conf_high, p_value.
    robust : DataFrame
        The same with n, n_clusters, n_alone and reason, empty where there is an estimate.
    arms : sequence of Arm
        As declared; active arms without a row of `robust` are left out.
    conf_level : float
        Level of the intervals.
    """
    shown, checks = by_key(headline, "arm"), by_key(robust, "arm")
    rows: list[Row] = []
    for arm in active(arms):
        if (arm.id,) not in checks:
            continue
        rows += [
            Row(label=versus(arm, arms), kind="group", arm=positions(arms)[arm.id]),
            Row(label="Patients independent (headline)", cells=_cells(shown[arm.id,])),
            Row(label="Groups independent", cells=_cells(checks[arm.id,])),
        ]
    return Table(
        caption="Sensitivity to treatment in groups: risk difference, percentage points.",
        stub="Standard errors",
        columns=(
            Column(label="Estimate"),
            Column(label=f"{f.level(conf_level)} CI"),
            Column(label="df"),
            Column(label="p"),
        ),
        rows=tuple(rows),
        footnotes=(
            "Groups independent: patients of a group may be alike; every other patient is a group "
            "of one. df: Satterthwaite.",
            *dict.fromkeys(_told(check) for check in checks.values()),
        ),
    )


def _cells(row: dict[str, Any]) -> tuple[str, str, str, str]:
    if pd.isna(row["estimate"]):
        return f.NOT_ESTIMATED, f.MISSING, f.MISSING, f.MISSING
    freedom = row["df"]
    finite = not pd.isna(freedom) and float(freedom) != float("inf")
    return (
        f.points(row["estimate"]),
        f"{f.points(row['conf_low'])} to {f.points(row['conf_high'])}",
        f.df(freedom) if finite else f.MISSING,
        f.p_value(row["p_value"]),
    )


def _told(check: dict[str, Any]) -> str:
    alone = int(check["n_alone"])
    rest = f", and {f.count(alone)} patients as groups of one" if alone else ""
    groups = f"{f.count(check['n_clusters'])} groups{rest}."
    return f"Not estimated: {check['reason']}" if check["reason"] else groups
