"""Tables of the audit of records: visits, diary, medication."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from outcomes.tables import format as f
from outcomes.tables.table import Column, Row, Table
from outcomes.trial.study import Visit


def windows(found: pd.DataFrame, *, visits: Sequence[Visit]) -> Table:
    """When patients were seen at each visit."""
    named = {visit.id: visit for visit in visits}
    rows = []
    for row in found.to_dict("records"):
        visit = named[row["visit"]]
        allowed = "any" if visit.window is None else _days(*visit.window)
        rows.append(
            Row(
                label=visit.label,
                cells=(
                    f.plain(visit.day),
                    allowed,
                    f.count(row["expected"]),
                    f.count(row["seen"]),
                    _spread(row),
                    f.count(row["outside"]),
                ),
            )
        )
    return Table(
        caption="Visits: who was seen, and how far from the nominal day.",
        stub="Visit",
        columns=(
            Column(label="Nominal day"),
            Column(label="Days allowed"),
            Column(label="Not withdrawn"),
            Column(label="Seen"),
            Column(label="Days off, median (quartiles)"),
            Column(label="Outside, set aside"),
        ),
        rows=tuple(rows),
        footnotes=("Seen: at least one score inside the window.",),
    )


def _days(first: float, last: float) -> str:
    return f"{f.plain(first)} to {f.plain(last)}"


def _spread(row: dict[Any, Any]) -> str:
    if row["median"] != row["median"]:
        return f.MISSING
    return f"{f.number(row['median'], 0)} ({f.interval(row['q1'], row['q3'], 0)})"


def diary(found: pd.DataFrame, *, visits: Sequence[Visit]) -> Table:
    """How the diary was kept before each visit."""
    labels = {visit.id: visit.label for visit in visits}
    least, days = int(found["min_days"].iloc[0]), int(found["days"].iloc[0])
    return Table(
        caption=f"Diary: the {days} days before each visit.",
        stub="Visit",
        columns=(
            Column(label="Not withdrawn"),
            Column(label="Any day rated, n (%)"),
            Column(label=f"{least} days or more, n (%)"),
            Column(label="Days rated, mean"),
            Column(label="Days back-filled"),
            Column(label="Days with several entries"),
        ),
        rows=tuple(
            Row(
                label=labels[row["visit"]],
                cells=(
                    f.count(row["expected"]),
                    f.count_percent(row["begun"], row["expected"]),
                    f.count_percent(row["enough"], row["expected"]),
                    f.percent(row["mean_compliance"]),
                    f.count(row["late"]),
                    f.count(row["several"]),
                ),
            )
            for row in found.to_dict("records")
        ),
        footnotes=(
            f"A week has a score with at least {least} of {days} days, the rule of the study file. "
            "Back-filled entries do not count.",
        ),
    )


def drugs(found: pd.DataFrame) -> Table:
    """Dispensing records by drug and route."""
    return Table(
        caption="Dispensing records by drug.",
        stub="Drug and route",
        columns=(
            Column(label="Records"),
            Column(label="Patients"),
            Column(label="Without strength"),
            Column(label="Without quantity"),
            Column(label="Without days of supply"),
            Column(label="Early"),
            Column(label="Factor", align="left"),
        ),
        rows=tuple(
            Row(
                label=f.heading(f"{row['drug']}, {row['route']}"),
                cells=(
                    f.count(row["records"]),
                    f.count(row["subjects"]),
                    f.count(row["no_strength"]),
                    f.count(row["no_quantity"]),
                    f.count(row["no_days_supply"]),
                    f.count(row["early"]),
                    "yes" if row["has_factor"] else "none",
                ),
            )
            for row in found.to_dict("records")
        ),
        footnotes=(
            "Early: dispensed before the supply handed out before it ended. Factor: of morphine "
            "milligram equivalents; what has none is no opioid, or no opioid of the table.",
        ),
    )


def doses(found: pd.DataFrame, *, visits: Sequence[Visit], factor_set: str) -> Table:
    """Opioid dose before each visit."""
    labels = {visit.id: visit.label for visit in visits}
    return Table(
        caption="Opioid dose over the 28 days before each visit, MME a day.",
        stub="Visit",
        columns=(
            Column(label="Not withdrawn"),
            Column(label="On an opioid, n (%)"),
            Column(label="Median of these"),
            Column(label="Upper quartile"),
            Column(label="Highest"),
            Column(label="50 or more"),
            Column(label="90 or more"),
        ),
        rows=tuple(
            Row(
                label=labels[row["visit"]],
                cells=(
                    f.count(row["expected"]),
                    f.count_percent(row["on_opioid"], row["expected"]),
                    *(f.number(row[name], 1) for name in ("median", "q3", "maximum")),
                    f.count(row["at_50"]),
                    f.count(row["at_90"]),
                ),
            )
            for row in found.to_dict("records")
        ),
        footnotes=(
            f"MME: morphine milligram equivalents, factors {factor_set}; total of the window over "
            "its 28 days. They compare exposure and are not for changing drugs.",
            "What was dispensed before the records begin is not seen, which lowers the first dose.",
        ),
    )
