"""Table of scores observed and missing by arm and visit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from outcomes.tables import format as f
from outcomes.tables.arms import ordered, positions
from outcomes.tables.rows import by_key
from outcomes.tables.table import Column, Row, Table
from outcomes.trial.study import Arm, Visit


def observed(
    counts: pd.DataFrame, *, arms: Sequence[Arm], visits: Sequence[Visit], outcome: str
) -> Table:
    """One row per visit; scores observed and missing in each arm.

    Parameters
    ----------
    counts : DataFrame
        visit, arm, n_observed, n_missing over the analysis population.
    arms, visits : sequences
        As declared; visits at which nobody was expected are left out.
    outcome : str
        The score in words.
    """
    found = by_key(counts, "visit", "arm")
    known = {visit for (visit, _), row in found.items() if row["n_observed"] + row["n_missing"]}
    rows = (
        Row(
            label=visit.label,
            cells=tuple(
                cell for arm in ordered(arms) for cell in _cells(found.get((visit.id, arm.id)))
            ),
        )
        for visit in visits
        if visit.id in known
    )
    columns = (
        Column(label=label, group=f.heading(arm.label), arm=positions(arms)[arm.id])
        for arm in ordered(arms)
        for label in ("Observed", "Missing, n (%)")
    )
    return Table(
        caption=f"{f.heading(outcome)}: scores observed and missing by arm and visit.",
        stub="Visit",
        columns=tuple(columns),
        rows=tuple(rows),
        footnotes=("Percentages are of the patients in the analysis population.",),
    )


def _cells(row: dict[str, Any] | None) -> tuple[str, str]:
    if row is None:
        return f.MISSING, f.MISSING
    total = row["n_observed"] + row["n_missing"]
    return f.count(row["n_observed"]), f.count_percent(row["n_missing"], total)
