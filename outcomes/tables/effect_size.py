"""Table of a standardised effect size."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from outcomes.tables import format as f
from outcomes.tables.arms import ordered, positions
from outcomes.tables.rows import by_key
from outcomes.tables.table import Column, Row, Table
from outcomes.trial.study import Arm


def effect_size(
    groups: pd.DataFrame,
    contrasts: pd.DataFrame,
    *,
    arms: Sequence[Arm],
    outcome: str,
    visit: str,
    digits: int,
    conf_level: float,
) -> Table:
    """One row per arm: mean change with its deviation, and Hedges' g against the reference.

    Parameters
    ----------
    groups : DataFrame
        arm, n, mean, sd of the change from baseline.
    contrasts : DataFrame
        arm (the active one), estimate, conf_low, conf_high.
    arms : sequence of Arm
        As declared.
    outcome, visit : str
        The score and the visit in words.
    digits : int
        Decimals of means.
    conf_level : float
        Level of the intervals.
    """
    group, contrast = by_key(groups, "arm"), by_key(contrasts, "arm")
    against = f"Hedges’ g against {ordered(arms)[0].label}"
    return Table(
        caption=f"{f.heading(outcome)}: change from baseline to {visit}, "
        "and its standardised difference.",
        stub="Arm",
        columns=(
            Column(label="n"),
            Column(label="Mean change (SD)"),
            Column(label="g", group=against),
            Column(label=f"{f.level(conf_level)} CI", group=against),
        ),
        rows=tuple(
            Row(
                label=f.heading(arm.label),
                arm=positions(arms)[arm.id],
                cells=(
                    f.count(group[(arm.id,)]["n"]),
                    f.with_error(group[(arm.id,)]["mean"], group[(arm.id,)]["sd"], digits),
                    *_contrast(contrast.get((arm.id,))),
                ),
            )
            for arm in ordered(arms)
        ),
        footnotes=(
            "SD: standard deviation; CI: confidence interval.",
            f"{f.MISSING} the reference arm has no difference from itself.",
        ),
    )


def _contrast(row: dict[str, Any] | None) -> tuple[str, str]:
    if row is None:
        return f.MISSING, f.MISSING
    return f.number(row["estimate"], 2), f.interval(row["conf_low"], row["conf_high"], 2)
