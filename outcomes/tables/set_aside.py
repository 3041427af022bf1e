"""Table of records outside their visit window, counted without naming patients."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from outcomes.tables import format as f
from outcomes.tables.table import Column, Row, Table
from outcomes.trial.study import Visit


def set_aside(records: pd.DataFrame, *, visits: Sequence[Visit]) -> Table:
    """One row per file and visit: records set aside, the days they had, and the days allowed.

    Parameters
    ----------
    records : DataFrame
        file, subject, visit, day, first_day, last_day.
    visits : sequence of Visit
        As declared.
    """
    labels = {visit.id: visit.label for visit in visits}
    order = {visit.id: position for position, visit in enumerate(visits)}
    groups = records.assign(file=records["file"].astype(str), visit=records["visit"].astype(str))
    groups = groups.sort_values("visit", key=lambda names: names.map(order), kind="stable")
    rows = (
        Row(
            label=labels.get(str(visit), str(visit)),
            cells=(
                str(file),
                f.count(len(part)),
                _days(part["day"].min(), part["day"].max()),
                _days(part["first_day"].iloc[0], part["last_day"].iloc[0]),
            ),
        )
        for (visit, file), part in groups.groupby(["visit", "file"], sort=False)
    )
    return Table(
        caption="Records outside their visit window, set aside by the declared rule.",
        stub="Visit",
        columns=(
            Column(label="File", align="left"),
            Column(label="Records"),
            Column(label="Days found"),
            Column(label="Days allowed"),
        ),
        rows=tuple(rows),
    )


def _days(first: float, last: float) -> str:
    return f.plain(first) if first == last else f"{f.plain(first)} to {f.plain(last)}"
