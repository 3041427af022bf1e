"""Tables of times to an event: mean times, competing events, assumptions and sensitivity."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from outcomes.tables import format as f
from outcomes.tables.arms import active, ordered, positions, versus
from outcomes.tables.rows import by_key
from outcomes.tables.table import Column, Row, Table
from outcomes.trial.study import Arm


def restricted_means(
    means: pd.DataFrame,
    differences: pd.DataFrame,
    *,
    arms: Sequence[Arm],
    tau: float,
    event: str,
    conf_level: float,
) -> Table:
    """One row per arm and contrast: mean days without the event up to `tau`.

    Parameters
    ----------
    means : DataFrame
        arm, n, events, estimate, std_error, conf_low, conf_high.
    differences : DataFrame
        arm, estimate (active − reference), std_error, p_value, conf_low, conf_high.
    arms : sequence of Arm
        As declared.
    tau : float
        In days.
    event : str
        In words: ``"a response"``.
    conf_level : float
    """
    mean, apart = by_key(means, "arm"), by_key(differences, "arm")
    of_arms = [
        Row(
            label=f.heading(arm.label),
            arm=positions(arms)[arm.id],
            cells=(f.count(mean[(arm.id,)]["n"]), *_days(mean[(arm.id,)]), f.MISSING),
        )
        for arm in ordered(arms)
    ]
    contrasts = [
        Row(
            label=versus(arm, arms),
            arm=positions(arms)[arm.id],
            cells=(f.MISSING, *_days(apart[(arm.id,)]), f.p_value(apart[(arm.id,)]["p_value"])),
        )
        for arm in active(arms)
    ]
    return Table(
        caption=f"Mean days without {event} up to day {f.plain(tau)}.",
        stub="Arm or difference",
        columns=(
            Column(label="n"),
            Column(label="Mean or difference, days"),
            Column(label="Standard error"),
            Column(label=f"{f.level(conf_level)} CI"),
            Column(label="p"),
        ),
        rows=(*of_arms, *contrasts),
        footnotes=(
            f"A negative difference means that {event} comes sooner. No proportional hazards are "
            "assumed.",
        ),
    )


def _days(row: dict[str, Any]) -> tuple[str, str, str]:
    return (
        f.number(row["estimate"], 1),
        f.number(row["std_error"], 1),
        f.interval(row["conf_low"], row["conf_high"], 1),
    )


def incidence(
    at_end: pd.DataFrame,
    gray: pd.DataFrame,
    *,
    arms: Sequence[Arm],
    causes: dict[str, str],
    conf_level: float,
) -> Table:
    """One row per arm and cause: events and cumulative incidence at the last common day.

    Parameters
    ----------
    at_end : DataFrame
        arm, cause, events, time, estimate, conf_low, conf_high and reason.
    gray : DataFrame
        arm, statistic, df, p_value; no rows where there is no test.
    arms : sequence of Arm
    causes : dict
        Words for ``"event"`` and ``"competing"``.
    conf_level : float
    """
    found = by_key(at_end, "arm", "cause")
    rows: list[Row] = []
    for arm in ordered(arms):
        rows.append(Row(label=f.heading(arm.label), kind="group", arm=positions(arms)[arm.id]))
        for cause, words in causes.items():
            row = found[(arm.id, cause)]
            low, high = (f.hundredfold(row[name]) for name in ("conf_low", "conf_high"))
            limits = row["reason"] or f.interval(low, high, 1)
            cells = (f.count(row["events"]), f.percent(row["estimate"]), limits)
            rows.append(Row(label=f.heading(words), cells=cells, kind="sub"))
    day = f.plain(float(at_end["time"].iloc[0]))
    return Table(
        caption=f"Cumulative incidence by day {day}, each in the presence of the other.",
        stub="What came first",
        columns=(
            Column(label="Patients"),
            Column(label="Cumulative incidence"),
            Column(label=f"{f.level(conf_level)} CI, %"),
        ),
        rows=tuple(rows),
        footnotes=(
            "What is left to 100% had neither by then. One minus Kaplan-Meier is higher: it asks "
            "what would be if nobody left.",
            *_gray(gray, arms, causes["event"]),
        ),
    )


def _gray(gray: pd.DataFrame, arms: Sequence[Arm], event: str) -> list[str]:
    labels = {arm.id: arm.label for arm in arms}
    return [
        f"Gray’s test of {event}, {labels[row['arm']]} against {ordered(arms)[0].label}: "
        f"χ² = {f.number(row['statistic'], 2)}, df {f.count(row['df'])}, "
        f"{f.p_phrase(row['p_value'])}."
        for row in gray.to_dict("records")
    ]


def proportional_hazards(tests: pd.DataFrame) -> Table:
    """One row per term; `tests` has term, statistic, df, p_value."""
    return Table(
        caption="Test of proportional hazards.",
        stub="Term",
        columns=(Column(label="χ²"), Column(label="df"), Column(label="p")),
        rows=tuple(
            Row(
                label=f.heading(str(row["term"]).replace("_", " ")),
                cells=(
                    f.number(row["statistic"], 2),
                    f.count(row["df"]),
                    f.p_value(row["p_value"]),
                ),
            )
            for row in tests.to_dict("records")
        ),
        footnotes=(
            "A small p value speaks against proportional hazards; a large one does not show them.",
        ),
    )


def sensitivity(
    models: Sequence[tuple[str, pd.DataFrame, str]], *, arms: Sequence[Arm], conf_level: float
) -> Table:
    """One row per model and active arm: ratios beside the main one.

    `models` are name, frame (arm, estimate, conf_low, conf_high, p_value) and what the ratio is of.
    """
    rows: list[Row] = []
    for name, frame, of in models:
        found = by_key(frame, "arm")
        for arm in active(arms):
            row = found[(arm.id,)]
            label = name if len(active(arms)) == 1 else f"{name}: {arm.label}"
            interval = f.interval(row["conf_low"], row["conf_high"], 2)
            cells = (of, f.number(row["estimate"], 2), interval, f.p_value(row["p_value"]))
            rows.append(Row(label=label, cells=cells))
    return Table(
        caption="The comparison by other models.",
        stub="Model",
        columns=(
            Column(label="Ratio of", align="left"),
            Column(label="Ratio"),
            Column(label=f"{f.level(conf_level)} CI"),
            Column(label="p"),
        ),
        rows=tuple(rows),
    )


def by_visit(
    probabilities: pd.DataFrame,
    differences: pd.DataFrame,
    *,
    arms: Sequence[Arm],
    conf_level: float,
) -> Table:
    """One row per visit: probability of a response in each arm, and differences.

    Parameters
    ----------
    probabilities, differences : DataFrame
        arm, time, estimate, conf_low, conf_high, reason (why one is missing, else empty).
    arms : sequence of Arm
    conf_level : float
    """
    found, apart = by_key(probabilities, "time", "arm"), by_key(differences, "time", "arm")
    days = sorted({time for time, _ in found})
    columns = [
        *(Column(label=f.heading(arm.label), arm=positions(arms)[arm.id]) for arm in ordered(arms)),
        *(Column(label=versus(arm, arms)) for arm in active(arms)),
    ]
    return Table(
        caption="Probability of a response by each visit, % "
        f"({f.level(conf_level)} CI), with the response between two visits.",
        stub="Day",
        columns=tuple(columns),
        rows=tuple(
            Row(
                label=f.plain(day),
                cells=(
                    *(_percentage(found[(day, arm.id)]) for arm in ordered(arms)),
                    *(_percentage(apart[(day, arm.id)]) for arm in active(arms)),
                ),
            )
            for day in days
        ),
        footnotes=("Differences are in percentage points.", *_reasons(probabilities)),
    )


def _percentage(row: dict[str, Any]) -> str:
    if pd.isna(row["estimate"]):
        return f.MISSING
    value = f.points(row["estimate"])
    if pd.isna(row["conf_low"]):
        return value
    return f"{value} ({f.points(row['conf_low'])} to {f.points(row['conf_high'])})"


def _reasons(frame: pd.DataFrame) -> tuple[str, ...]:
    told = frame[frame["reason"] != ""]
    return tuple(
        f"Day {f.plain(day)}, no interval: {reason}."
        for day, reason in dict.fromkeys(zip(told["time"], told["reason"], strict=True))
    )
