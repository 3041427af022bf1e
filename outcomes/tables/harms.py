"""Tables of adverse events: patients, events and rates by arm; risk differences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from outcomes.tables import format as f
from outcomes.tables.arms import active, against, ordered, positions
from outcomes.tables.rows import by_key
from outcomes.tables.table import Column, Row, Table
from outcomes.trial.study import Arm

Record = Mapping[str, Any]
_GROUPS = {
    "overview": "",
    "severity": "By severity",
    "collection": "By how they were collected",
}


def overview(counts: pd.DataFrame, *, arms: Sequence[Arm], conf_level: float) -> Table:
    """Kinds of adverse events, one row each: patients, percent with limits, rates.

    Parameters
    ----------
    counts : DataFrame
        group, label, arm, n, with_event, percent, conf_low, conf_high, events, rate, rate_low,
        rate_high, event_rate; rows of group ``"term"`` are left out.
    arms : sequence of Arm
        As declared.
    conf_level : float
        Level of the intervals.
    """
    rows: list[Row] = []
    for group, heading in _GROUPS.items():
        part = counts[counts["group"] == group]
        if part.empty:
            continue
        if heading:
            rows.append(Row(label=heading, kind="group"))
        found = by_key(part, "label", "arm")
        for label in dict.fromkeys(part["label"]):
            cells = [cell for arm in ordered(arms) for cell in _overview(found[label, arm.id])]
            rows.append(
                Row(
                    label=f.heading(str(label)),
                    cells=tuple(cells),
                    kind="sub" if heading else "plain",
                )
            )
    return Table(
        caption=f"Adverse events by arm; {f.level(conf_level)} confidence intervals are exact.",
        stub="Kind of event",
        columns=tuple(_columns(counts, arms, ("Patients, n (%)", "Interval, %", "Events", "Rate"))),
        rows=tuple(rows),
        footnotes=(
            "Rate: patients with a first event per 100 patient-years at risk, with its interval. "
            "Events: all of them; a patient may have several.",
            *_no_time(counts),
        ),
    )


def _overview(row: Record) -> tuple[str, ...]:
    return (
        f.count_percent(row["with_event"], row["n"]),
        f.interval(row["conf_low"], row["conf_high"], 1),
        f.count(row["events"]),
        _rate(row),
    )


def _rate(row: Record) -> str:
    if row["rate"] != row["rate"]:
        return f.MISSING
    return f"{f.number(row['rate'], 1)} ({f.interval(row['rate_low'], row['rate_high'], 1)})"


def _no_time(counts: pd.DataFrame) -> tuple[str, ...]:
    lacking = bool(counts["rate"].isna().any())
    return (f"{f.MISSING} nobody of the arm was at risk for any time.",) if lacking else ()


def terms(counts: pd.DataFrame, *, arms: Sequence[Arm]) -> Table:
    """Every term under its body system: patients, events, rate of events.

    Parameters
    ----------
    counts : DataFrame
        group, system, label ("" is any term of the system), arm, n, with_event, events, event_rate.
    arms : sequence of Arm
        As declared.
    """
    part = counts[counts["group"] == "term"]
    found = by_key(part, "system", "label", "arm")
    keys = dict.fromkeys((system, label) for system, label, _ in found)
    return Table(
        caption="Adverse events by body system and term.",
        stub="System and term",
        columns=tuple(
            _columns(counts, arms, ("Patients, n (%)", "Events", "Events per 100 years"))
        ),
        rows=tuple(
            Row(
                label=f.heading(str(label or system)),
                cells=tuple(
                    cell for arm in ordered(arms) for cell in _term(found[system, label, arm.id])
                ),
                kind="sub" if label and system else "primary" if system else "plain",
            )
            for system, label in keys
        ),
        footnotes=(
            "Patients are counted once in each row, so that terms do not add up to their system. "
            "Years: patient-years of follow-up.",
        ),
    )


def _term(row: Record) -> tuple[str, ...]:
    return (
        f.count_percent(row["with_event"], row["n"]),
        f.count(row["events"]),
        f.number(row["event_rate"], 1),
    )


def _columns(counts: pd.DataFrame, arms: Sequence[Arm], labels: Sequence[str]) -> Iterator[Column]:
    """Columns of each arm under its name, patients and follow-up."""
    whole = by_key(counts.drop_duplicates("arm"), "arm")
    for arm in ordered(arms):
        n, years = whole[arm.id,]["n"], whole[arm.id,]["years"]
        group = f"{f.heading(arm.label)} (n = {f.count(n)}, {f.number(years, 1)} years)"
        for label in labels:
            yield Column(label=label, group=group, arm=positions(arms)[arm.id])


def incidences(counts: pd.DataFrame, *, arms: Sequence[Arm]) -> Table:
    """Patients with each term, by arm: the data of the figure."""
    found = by_key(counts, "label", "arm")
    return Table(
        caption="Patients with each adverse event, n (%).",
        stub="Term",
        columns=tuple(
            Column(label=f.heading(arm.label), arm=positions(arms)[arm.id]) for arm in ordered(arms)
        ),
        rows=tuple(
            Row(
                label=f.heading(str(label)),
                cells=tuple(
                    f.count_percent(found[label, arm.id]["with_event"], found[label, arm.id]["n"])
                    for arm in ordered(arms)
                ),
            )
            for label in dict.fromkeys(counts["label"])
        ),
    )


def differences(differences: pd.DataFrame, *, arms: Sequence[Arm], conf_level: float) -> Table:
    """Risk differences, one row per kind of event or term, one column per active arm.

    Parameters
    ----------
    differences : DataFrame
        label, arm (active), estimate, conf_low, conf_high as proportions.
    arms : sequence of Arm
        As declared.
    conf_level : float
        Level of the intervals.
    """
    found = by_key(differences, "label", "arm")
    return Table(
        caption=f"Risk differences in percentage points, with {f.level(conf_level)} confidence "
        "intervals.",
        stub="Event",
        columns=tuple(Column(label=against(arm, arms)) for arm in active(arms)),
        rows=tuple(
            Row(
                label=f.heading(str(label)),
                cells=tuple(f.points_estimate(found[label, arm.id]) for arm in active(arms)),
            )
            for label in dict.fromkeys(differences["label"])
        ),
        footnotes=("Limits of Miettinen and Nurminen; no tests are made.",),
    )
