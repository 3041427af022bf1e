"""Table of an analysis of covariance: adjusted means and their difference at one visit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from outcomes.tables import format as f
from outcomes.tables.arms import ordered, positions
from outcomes.tables.rows import by_key
from outcomes.tables.table import Column, Row, Table
from outcomes.trial.study import Arm


def differences(
    means: pd.DataFrame,
    contrasts: pd.DataFrame,
    *,
    arms: Sequence[Arm],
    outcome: str,
    visit: str,
    digits: int,
    conf_level: float,
) -> Table:
    """One row per arm: its adjusted mean, and its difference from the reference arm.

    Parameters
    ----------
    means : DataFrame
        arm, n, estimate, std_error.
    contrasts : DataFrame
        arm (the active one), estimate, std_error, df, statistic, p_value, conf_low, conf_high.
    arms : sequence of Arm
        As declared.
    outcome, visit : str
        The score and the visit in words.
    digits : int
        Decimals of estimates.
    conf_level : float
        Level of the intervals.
    """
    mean, contrast = by_key(means, "arm"), by_key(contrasts, "arm")
    against = f"Difference from {ordered(arms)[0].label}"
    rows = (
        Row(
            label=f.heading(arm.label),
            arm=positions(arms)[arm.id],
            cells=(*_mean(mean[(arm.id,)], digits), *_difference(contrast.get((arm.id,)), digits)),
        )
        for arm in ordered(arms)
    )
    return Table(
        caption=f"{f.heading(outcome)} at {visit}: adjusted means and their difference.",
        stub="Arm",
        columns=(
            Column(label="n"),
            Column(label="Mean (SE)"),
            Column(label="Difference (SE)", group=against),
            Column(label=f"{f.level(conf_level)} CI", group=against),
            Column(label="df", group=against),
            Column(label="p", group=against),
        ),
        rows=tuple(rows),
        footnotes=(
            "n: patients in the model; SE: standard error; CI: confidence interval; "
            "df: degrees of freedom.",
            f"{f.MISSING} the reference arm has no difference from itself.",
        ),
    )


def _mean(row: dict[str, Any], digits: int) -> tuple[str, str]:
    return f.count(row["n"]), f.with_error(row["estimate"], row["std_error"], digits)


def _difference(row: dict[str, Any] | None, digits: int) -> tuple[str, ...]:
    if row is None:
        return (f.MISSING,) * 4
    return (
        f.with_error(row["estimate"], row["std_error"], digits),
        f.interval(row["conf_low"], row["conf_high"], digits),
        f.df(row["df"]),
        f.p_value(row["p_value"]),
    )
