"""Tables of a sensitivity analysis: assumptions side by side, shifts, responders."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any

import pandas as pd

from outcomes.tables import format as f
from outcomes.tables.arms import active, ordered, positions, versus
from outcomes.tables.table import Column, Row, Table
from outcomes.trial.study import Arm


def estimates_by_assumption(
    estimates: pd.DataFrame,
    *,
    arms: Sequence[Arm],
    groups: Mapping[str, str],
    outcome: str,
    visit: str,
    digits: int,
    conf_level: float,
) -> Table:
    """Show the difference as declared, under each assumption and by each convention.

    Parameters
    ----------
    estimates : DataFrame
        arm, group, label, n, estimate, std_error, conf_low, conf_high, p_value, reason.
    arms : sequence of Arm
        As declared.
    groups : mapping
        Heading of each group.
    outcome, visit : str
        The score, and the visit as it stands inside a sentence.
    digits : int
        Decimals of estimates.
    conf_level : float
        Level of the intervals.
    """
    several = len(active(arms)) > 1
    rows = _grouped(estimates, arms, groups, lambda row: _difference(row, digits))
    one = active(arms)[0].label if not several else "active arm"
    what = f"{one} minus {ordered(arms)[0].label}"
    return Table(
        caption=f"{f.heading(outcome)} at {visit}: difference, {what}, by what is assumed of "
        "scores that were not seen.",
        stub="Assumption",
        columns=(
            Column(label="n"),
            Column(label="Difference"),
            Column(label="SE"),
            Column(label=f"{f.level(conf_level)} CI"),
            Column(label="p"),
        ),
        rows=tuple(rows),
        footnotes=(
            "n: patients analysed; SE: standard error; CI: confidence interval.",
            *_reasons(estimates),
        ),
    )


def _grouped(
    frame: pd.DataFrame,
    arms: Sequence[Arm],
    groups: Mapping[str, str],
    cells: Callable[[Mapping[Hashable, Any]], tuple[str, ...]],
) -> list[Row]:
    """Rows by active arm, under the heading of their group."""
    rows: list[Row] = []
    for arm in active(arms):
        if len(active(arms)) > 1:
            rows.append(Row(label=versus(arm, arms), kind="group", arm=positions(arms)[arm.id]))
        mine = frame[frame["arm"] == arm.id]
        for group, each in mine.groupby("group", sort=False):
            rows.append(Row(label=groups[str(group)], kind="group"))
            rows += [
                Row(label=str(row["label"]), cells=cells(row)) for row in each.to_dict("records")
            ]
    return rows


def _difference(row: Mapping[Hashable, Any], digits: int) -> tuple[str, ...]:
    if pd.isna(row["estimate"]):
        return (f.MISSING, f.NOT_ESTIMATED, *(f.MISSING,) * 3)
    return (
        f.count(row["n"]),
        f.number(row["estimate"], digits),
        f.number(row["std_error"], digits),
        f.interval(row["conf_low"], row["conf_high"], digits),
        f.p_value(row["p_value"]),
    )


def _shares(row: Mapping[Hashable, Any]) -> tuple[str, ...]:
    if pd.isna(row["estimate"]):
        return (*(f.MISSING,) * 3, f.NOT_ESTIMATED, f.MISSING, f.MISSING)
    return (
        f.count(row["n"]),
        f.percent(row["reference_risk"]),
        f.percent(row["risk"]),
        f.points(row["estimate"]),
        f.interval(f.hundredfold(row["conf_low"]), f.hundredfold(row["conf_high"]), 1),
        f.p_value(row["p_value"]),
    )


def _reasons(frame: pd.DataFrame) -> tuple[str, ...]:
    """Say why an estimate is missing, once for each label."""
    lacking = frame[frame["reason"] != ""].drop_duplicates("label")
    return tuple(
        f"{label}: not estimated, because {reason}."
        for label, reason in zip(lacking["label"], lacking["reason"], strict=True)
    )


def shifts(
    grid: pd.DataFrame,
    points: pd.DataFrame,
    *,
    arms: Sequence[Arm],
    outcome: str,
    visit: str,
    assumption: str,
    digits: int,
    conf_level: float,
) -> Table:
    """Show the difference as imputed scores of the active arm alone are shifted.

    Parameters
    ----------
    grid : DataFrame
        arm, delta_active, delta_reference, estimate, std_error, conf_low, conf_high, p_value.
    points : DataFrame
        arm, shift.
    arms : sequence of Arm
        As declared.
    outcome, visit, assumption : str
        The score; visit and assumption as they stand inside a sentence.
    digits : int
        Decimals of estimates.
    conf_level : float
        Level of the intervals.
    """
    rows: list[Row] = []
    several = len(active(arms)) > 1
    for arm in active(arms):
        if several:
            rows.append(Row(label=versus(arm, arms), kind="group", arm=positions(arms)[arm.id]))
        mine = grid[(grid["arm"] == arm.id) & (grid["delta_reference"] == 0)]
        every = mine.sort_values("delta_active").iloc[::2]
        rows += [
            Row(
                label=_signed(f.plain(round(row["delta_active"], 9))),
                cells=(
                    f.number(row["estimate"], digits),
                    f.number(row["std_error"], digits),
                    f.interval(row["conf_low"], row["conf_high"], digits),
                    f.p_value(row["p_value"]),
                ),
                kind="primary" if row["delta_active"] == 0 else "plain",
            )
            for row in every.to_dict("records")
        ]
    return Table(
        caption=f"{f.heading(outcome)} at {visit}: difference with scores imputed as {assumption} "
        "and then shifted in the active arm alone.",
        stub="Shift",
        columns=(
            Column(label="Difference"),
            Column(label="SE"),
            Column(label=f"{f.level(conf_level)} CI"),
            Column(label="p"),
        ),
        rows=tuple(rows),
        footnotes=(
            "No shift is set in bold.",
            *_tipping(points, arms, digits),
        ),
    )


def _tipping(points: pd.DataFrame, arms: Sequence[Arm], digits: int) -> tuple[str, ...]:
    labels = {arm.id: arm.label for arm in arms}
    return tuple(
        f"Tipping point with {labels[arm]}: {_signed(f.number(shift, digits))}."
        for arm, shift in zip(points["arm"], points["shift"], strict=True)
        if pd.notna(shift)
    )


def _signed(text: str) -> str:
    return text if text.startswith(f.MINUS) or text == "0" else f"+{text}"


def responders_by_assumption(
    responders: pd.DataFrame,
    *,
    arms: Sequence[Arm],
    groups: Mapping[str, str],
    response: str,
    visit: str,
    conf_level: float,
) -> Table:
    """Show shares of responders and their difference by what is done with scores not seen.

    Parameters
    ----------
    responders : DataFrame
        arm, group, label, n, risk, reference_risk, estimate, conf_low, conf_high, p_value, reason.
    arms : sequence of Arm
        As declared.
    groups : mapping
        Heading of each group.
    response, visit : str
        The response in words; the visit as it stands inside a sentence.
    conf_level : float
        Level of the intervals.
    """
    reference, several = ordered(arms)[0], len(active(arms)) > 1
    rows = _grouped(responders, arms, groups, _shares)
    head = f.heading(active(arms)[0].label) if not several else "Active arm"
    return Table(
        caption=f"{response} at {visit}, by what is done with scores that were not seen.",
        stub="Scores not seen",
        columns=(
            Column(label="n"),
            Column(label=f.heading(reference.label), arm=0),
            Column(label=head, arm=None if several else positions(arms)[active(arms)[0].id]),
            Column(label="Difference, points"),
            Column(label=f"{f.level(conf_level)} CI"),
            Column(label="p"),
        ),
        rows=tuple(rows),
        footnotes=_reasons(responders),
    )
