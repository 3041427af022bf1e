"""Table of tests against a margin: non-inferiority and equivalence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from outcomes.tables import format as f
from outcomes.tables.arms import active, positions, versus
from outcomes.tables.rows import by_key
from outcomes.tables.table import Column, Row, Table
from outcomes.trial.study import Arm, Visit


def judgements(
    tests: pd.DataFrame, *, arms: Sequence[Arm], visits: Sequence[Visit], kind: str, visit: str
) -> Table:
    """Show what was concluded against the margin, one group of rows per active arm.

    Parameters
    ----------
    tests : DataFrame
        arm, visit, margin, side, statistic, df, p_value (one-sided), conclusion.
    arms, visits : sequences
        As declared; visits without a row are left out.
    kind : str
        ``"non_inferiority"`` or ``"equivalence"``.
    visit : str
        Id of the visit the analysis is about; its row stands out.
    """
    found = by_key(tests, "arm", "visit")
    rows: list[Row] = []
    for arm in active(arms):
        rows.append(Row(label=versus(arm, arms), kind="group", arm=positions(arms)[arm.id]))
        rows += [
            Row(
                label=each.label,
                cells=_cells(found[arm.id, each.id]),
                kind="primary" if each.id == visit else "plain",
            )
            for each in visits
            if (arm.id, each.id) in found
        ]
    name = kind.replace("_", "-")
    return Table(
        caption=f"Tests of {name} against the declared margin.",
        stub="Visit",
        columns=(
            Column(label="Margin"),
            Column(label="Limit tested", align="left"),
            Column(label="t"),
            Column(label="df"),
            Column(label="One-sided p"),
            Column(label="Conclusion", align="left"),
        ),
        rows=tuple(rows),
        footnotes=(
            "Each one-sided test is at half the two-sided alpha, so that it agrees with the "
            "interval. Only the visit in bold is what the analysis is about.",
        ),
    )


def _cells(row: dict[str, Any]) -> tuple[str, ...]:
    return (
        f.plain(row["margin"]),
        str(row["side"]),
        f.number(row["statistic"], 2),
        f.df(row["df"]),
        f.p_value(row["p_value"]),
        str(row["conclusion"]),
    )
