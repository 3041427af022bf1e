"""Table of a mixed model beside the model that knows of treatment groups."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from outcomes.tables import format as f
from outcomes.tables.arms import active, positions, versus
from outcomes.tables.rows import by_key
from outcomes.tables.table import Column, Row, Table
from outcomes.trial.study import Arm


def mixed_beside_nested(
    mixed: pd.DataFrame,
    nested: pd.DataFrame,
    *,
    arms: Sequence[Arm],
    outcome: str,
    visit: str,
    digits: int,
    conf_level: float,
) -> Table:
    """Show both estimates at one visit, one group of rows per active arm.

    Parameters
    ----------
    mixed : DataFrame
        arm, n (patients in the model), estimate, std_error, df, statistic, p_value, conf_low,
        conf_high.
    nested : DataFrame
        The same with clustered (id of the arm treated in groups), n_clusters, n_unassigned, icc,
        icc_conf_low, icc_conf_high and reason, which is missing where the model was fitted.
    arms : sequence of Arm
        As declared; active arms without a row of `nested` are left out.
    outcome, visit : str
        In words.
    digits : int
        Decimals of estimates.
    conf_level : float
        Level of the intervals.
    """
    models, checks = by_key(mixed, "arm"), by_key(nested, "arm")
    rows: list[Row] = []
    for arm in active(arms):
        if (arm.id,) not in checks:
            continue
        rows += [
            Row(label=versus(arm, arms), kind="group", arm=positions(arms)[arm.id]),
            Row(label="Mixed model (headline)", cells=_cells(models[arm.id,], digits)),
            Row(label="Partially nested model", cells=_cells(checks[arm.id,], digits)),
        ]
    level = f.level(conf_level)
    told = [_told(check, arms, level) for check in checks.values()]
    return Table(
        caption=f"Sensitivity to treatment in groups. {f.heading(outcome)}: adjusted difference "
        f"at {visit} by two models.",
        stub="Model",
        columns=(
            Column(label="Patients"),
            Column(label="Difference"),
            Column(label="SE"),
            Column(label=f"{level} CI"),
            Column(label="df"),
            Column(label="t"),
            Column(label="p"),
        ),
        rows=tuple(rows),
        footnotes=(
            "Mixed model: patients are independent; scores are missing at random given the terms "
            "of the model and the scores observed at all visits.",
            "Partially nested model: groups are independent and patients of a group may be alike; "
            "only scores observed at this visit are used, and the others are missing at random "
            "given the terms of the model.",
            *told,
        ),
    )


def _cells(row: dict[str, Any], digits: int) -> tuple[str, ...]:
    n = f.count(row["n"])
    if pd.isna(row["estimate"]):
        return (n, f.NOT_ESTIMATED, *(f.MISSING,) * 5)
    return (
        n,
        f.number(row["estimate"], digits),
        f.number(row["std_error"], digits),
        f.interval(row["conf_low"], row["conf_high"], digits),
        f.df(row["df"]),
        f.number(row["statistic"], 2),
        f.p_value(row["p_value"]),
    )


def _told(check: dict[str, Any], arms: Sequence[Arm], level: str) -> str:
    """Give the correlation within groups with their number, or why there is none."""
    labels = {arm.id: arm.label for arm in arms}
    who = f.heading(labels[check["clustered"]])
    if pd.isna(check["estimate"]):
        return f"{who}: not estimated, because the model could not be fitted. {check['reason']}"
    alone = check["n_unassigned"]
    rest = f", and {f.count(alone)} patients as groups of one" if alone else ""
    groups = f"{f.count(check['n_clusters'])} groups{rest}"
    if pd.isna(check["icc_conf_low"]):
        return f"{who}: {groups}; intraclass correlation {f.number(check['icc'], 2)}."
    limits = f.estimate(check["icc"], check["icc_conf_low"], check["icc_conf_high"], 2)
    return f"{who}: {groups}; intraclass correlation ({level} CI) {limits}."
