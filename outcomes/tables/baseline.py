"""Table 1: how the arms compare before treatment, without p values.

Tests of baseline differences are left out as CONSORT 2025 asks: under randomisation any such
difference is known to be due to chance.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from outcomes.tables import format as f
from outcomes.tables.arms import active, ordered, positions
from outcomes.tables.rows import by_key
from outcomes.tables.table import Column, Row, Table
from outcomes.trial.study import Arm

Record = dict[str, Any]


def baseline(
    summary: pd.DataFrame,
    *,
    arms: Sequence[Arm],
    n: dict[str, int],
    differences: pd.DataFrame | None = None,
) -> Table:
    """One group of rows per variable, one column per arm and one for all arms.

    Parameters
    ----------
    summary : DataFrame
        variable, label, level, arm ("" is all arms), n, n_missing, mean, sd, median, q1, q3,
        minimum, maximum, count, percent; count is NaN for numbers, mean for categories.
    arms : sequence of Arm
        As declared.
    n : dict of str to int
        Patients by arm id, "" for all arms.
    differences : DataFrame, optional
        variable, level, arm, hedges_g (numbers), distance (categories): standardised differences
        from the reference arm.
    """
    marks, places = positions(arms), [arm.id for arm in ordered(arms)]
    effects = {} if differences is None else by_key(differences, "variable", "level", "arm")
    against = [arm for arm in active(arms) if any(key[2] == arm.id for key in effects)]
    columns = (
        *(
            Column(label=f"{f.heading(arm.label)} (n = {n[arm.id]})", arm=marks[arm.id])
            for arm in ordered(arms)
        ),
        Column(label=f"All arms (n = {n['']})"),
        *(
            Column(label=f"Standardised difference, {arm.label}", arm=marks[arm.id])
            for arm in against
        ),
    )
    rows = _rows(summary, [*places, ""], effects, [arm.id for arm in against])
    return Table(
        caption="Patients before treatment, by arm.",
        stub="Characteristic",
        columns=columns,
        rows=tuple(rows),
        footnotes=(
            "SD: standard deviation. Percentages are of patients with a value.",
            "No p values: differences between randomised arms before treatment are due to chance.",
            *(
                (
                    "Standardised difference from the reference arm: Hedges’ g of means; for "
                    "categories the distance of Yang and Dalton, 0 or more, at the first category.",
                )
                if against
                else ()
            ),
        ),
    )


def _rows(
    summary: pd.DataFrame, places: list[str], effects: dict[tuple[Any, ...], Record], g: list[str]
) -> Iterator[Row]:
    for variable in dict.fromkeys(summary["variable"]):
        part = summary[summary["variable"] == variable]
        yield Row(label=f.heading(str(part["label"].iloc[0])), kind="group")
        levels = list(dict.fromkeys(part["level"]))
        for level in levels:
            found = by_key(part[part["level"] == level], "arm")
            records = [found.get((place,)) for place in places]
            effect = [effects.get((variable, "", arm)) for arm in g]
            yield from _level_rows(str(level), records, effect, first=level == levels[0])
        if part["n_missing"].gt(0).any():
            first = by_key(part[part["level"] == levels[0]], "arm")
            cells = tuple(_cell(first.get((place,)), _n_missing) for place in places)
            yield Row(label="Missing, n", cells=cells + (f.MISSING,) * len(g), kind="sub")


def _level_rows(
    level: str, records: list[Record | None], effect: list[Record | None], *, first: bool
) -> Iterator[Row]:
    if any(record is not None and record["count"] == record["count"] for record in records):
        cells = tuple(_cell(record, _share) for record in records)
        apart = tuple(
            _cell(r if first else None, lambda r: f.number(r["distance"], 2)) for r in effect
        )
        yield Row(label=f"{level}, n (%)", cells=cells + apart, kind="sub")
        return
    digits = _digits(records)
    mean = tuple(_cell(r, lambda r: f.with_error(r["mean"], r["sd"], digits)) for r in records)
    difference = tuple(_cell(r, lambda r: f.number(r["hedges_g"], 2)) for r in effect)
    yield Row(label="Mean (SD)", cells=mean + difference, kind="sub")
    spread = tuple(_cell(r, lambda r: _spread(r, digits)) for r in records)
    yield Row(label="Median (quartiles)", cells=spread + (f.MISSING,) * len(effect), kind="sub")


def _cell(record: Record | None, text: Any) -> str:
    return f.MISSING if record is None else str(text(record))


def _share(record: Record) -> str:
    return f.count_percent(record["count"], record["n"])


def _n_missing(record: Record) -> str:
    return f.count(record["n_missing"])


def _spread(record: Record, digits: int) -> str:
    return f"{f.number(record['median'], digits)} ({_quartiles(record, digits)})"


def _quartiles(record: Record, digits: int) -> str:
    return f.interval(record["q1"], record["q3"], digits)


def _digits(records: list[Record | None]) -> int:
    """One decimal fewer than an estimate on the same numbers would have."""
    means = [record["mean"] for record in records if record is not None]
    return max(f.decimals(means) - 1, 0)
