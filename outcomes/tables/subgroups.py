"""Table of differences by subgroup with the tests of interaction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from outcomes.tables import format as f
from outcomes.tables.arms import active, versus
from outcomes.tables.rows import by_key
from outcomes.tables.table import Column, Row, Table
from outcomes.trial.study import Arm


def subgroups(
    effects: pd.DataFrame,
    interactions: pd.DataFrame,
    *,
    arms: Sequence[Arm],
    outcome: str,
    visit: str,
    conf_level: float,
    digits: int,
) -> Table:
    """One group of rows per modifier, headed by its test of interaction.

    Parameters
    ----------
    effects : DataFrame
        modifier, label, level, arm (active), n_active, n_reference, estimate, std_error, conf_low,
        conf_high, reason.
    interactions : DataFrame
        modifier, arm, num_df, denom_df, statistic, p_value, slope, conf_low, conf_high, reason.
    arms : sequence of Arm
        As declared.
    outcome, visit : str
        The score, and the visit as it stands inside a sentence.
    conf_level : float
        Level of the intervals.
    digits : int
        Decimals of differences.
    """
    tests = by_key(interactions, "modifier", "arm")
    several = len(active(arms)) > 1
    rows: list[Row] = []
    for arm in active(arms):
        if several:
            rows.append(Row(label=versus(arm, arms), kind="group"))
        here = effects[effects["arm"] == arm.id]
        for modifier, levels in here.groupby("modifier", sort=False):
            if modifier:
                test = tests[modifier, arm.id]
                head = f"{levels['label'].iloc[0]}: {_test(test, digits)}"
                rows.append(Row(label=head, kind="group"))
            rows += list(_levels(levels, digits, nested=bool(modifier)))
    return Table(
        caption=f"{f.heading(outcome)} at {visit}: difference by subgroup.",
        stub="Subgroup",
        columns=(
            Column(label="n active"),
            Column(label="n reference"),
            Column(label="Difference"),
            Column(label="SE"),
            Column(label=f"{f.level(conf_level)} CI"),
        ),
        rows=tuple(rows),
        footnotes=(
            "n: patients with a score at the visit, for a number all of them. Interaction: F test "
            "that the difference is the same at every level; a slope is the change of the "
            "difference per unit.",
            *_reasons(effects, interactions),
        ),
    )


def _levels(levels: pd.DataFrame, digits: int, *, nested: bool) -> Iterator[Row]:
    for row in levels.to_dict("records"):
        known = row["estimate"] == row["estimate"]
        yield Row(
            label=f.heading(str(row["level"])),
            cells=(
                f.count(row["n_active"]),
                f.count(row["n_reference"]),
                f.number(row["estimate"], digits),
                f.number(row["std_error"], digits),
                f.interval(row["conf_low"], row["conf_high"], digits) if known else f.MISSING,
            ),
            kind="sub" if nested else "primary",
        )


def _test(test: Mapping[str, Any], digits: int) -> str:
    if test["p_value"] != test["p_value"]:
        return "interaction not tested"
    said = f"interaction {f.p_phrase(test['p_value'])}"
    if test["slope"] != test["slope"]:
        return said
    low, high = test["conf_low"], test["conf_high"]
    places = digits + 1
    return f"{said}, slope {f.number(test['slope'], places)} ({f.interval(low, high, places)})"


def _reasons(effects: pd.DataFrame, interactions: pd.DataFrame) -> Iterator[str]:
    """Why numbers are missing, each reason once."""
    seen = set()
    for row in [*effects.to_dict("records"), *interactions.to_dict("records")]:
        where = row.get("level") or row["label"]
        if row["reason"] and (row["label"], row["reason"]) not in seen:
            seen.add((row["label"], row["reason"]))
            yield f"{f.MISSING} {row['label']}, {where}: {str(row['reason']).rstrip('.')}."
