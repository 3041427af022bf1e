"""Tables of the flow of patients and of the sessions they attended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from outcomes.tables import format as f
from outcomes.tables.arms import ordered, positions
from outcomes.tables.rows import by_key
from outcomes.tables.table import Column, Row, Table
from outcomes.trial.study import Arm

_PARTS = {
    "randomised": "Randomised",
    "treatment": "Allocated treatment",
    "follow_up": "Withdrawal from the trial",
}


def patient_flow(
    flow: pd.DataFrame,
    *,
    arms: Sequence[Arm],
    names: Mapping[tuple[str, str], str] | None = None,
) -> Table:
    """One group of rows per stage, one column per arm and one for all arms.

    Parameters
    ----------
    flow : DataFrame
        part, stage, step, arm, n in printing order; an arm may lack a stage.
    arms : sequence of Arm
        As declared.
    names : mapping, optional
        Labels of stages by part and id, such as those of visits.
    """
    found = by_key(flow, "part", "stage", "step", "arm")
    everybody = {
        arm.id: found["randomised", "randomised", "randomised", arm.id]["n"] for arm in arms
    }
    return Table(
        caption="Flow of patients by arm, n (% of randomised).",
        stub="Stage",
        columns=(
            *(
                Column(label=f.heading(arm.label), arm=positions(arms)[arm.id])
                for arm in ordered(arms)
            ),
            Column(label="All arms"),
        ),
        rows=tuple(_flow_rows(found, everybody, [arm.id for arm in ordered(arms)], names or {})),
        footnotes=(
            "The rows of each stage add up to the patients randomised; this is checked.",
            f"Seen: at least one score at the visit. {f.MISSING} the arm has no records of this "
            "stage; its share of all arms is of the arms that have them.",
        ),
    )


def _flow_rows(
    found: Mapping[tuple[Any, ...], Mapping[str, Any]],
    everybody: Mapping[str, int],
    arms: Sequence[str],
    names: Mapping[tuple[str, str], str],
) -> Iterator[Row]:
    steps = dict.fromkeys((part, stage, step) for part, stage, step, _ in found)
    last = None
    for part, stage, step in steps:
        counts = {
            arm: int(found[part, stage, step, arm]["n"])
            for arm in arms
            if (part, stage, step, arm) in found
        }
        total = sum(everybody[arm] for arm in counts)
        cells = (
            *(f.count_percent(counts[a], everybody[a]) if a in counts else f.MISSING for a in arms),
            f.count_percent(sum(counts.values()), total),
        )
        if part == "randomised":
            yield Row(label="Randomised", cells=cells, kind="primary")
            continue
        if (part, stage) != last:
            yield Row(label=stage_name(part, stage, names), kind="group")
        last = (part, stage)
        yield Row(label=f.heading(step.removeprefix("withdrew: ")), cells=cells, kind="sub")


def stage_name(part: str, stage: str, names: Mapping[tuple[str, str], str]) -> str:
    """Name a stage of the flow: by its part, or by what it is the stage of."""
    return _PARTS.get(part) or f.heading(names.get((part, stage), stage))


def enrolment(steps: pd.DataFrame) -> Table:
    """From the people assessed for eligibility to those randomised, one row per step.

    Parameters
    ----------
    steps : DataFrame
        step, n in printing order; the first step is everybody.
    """
    everybody = int(steps["n"].iloc[0])
    return Table(
        caption="Enrolment, n (% of those assessed).",
        stub="Step",
        columns=(Column(label="All"),),
        rows=tuple(
            Row(
                label=f.heading(str(step)),
                cells=(f.count_percent(int(n), everybody),),
                kind="sub" if str(step).startswith("excluded") else "plain",
            )
            for step, n in zip(steps["step"], steps["n"], strict=True)
        ),
    )


def exposure(sessions: pd.DataFrame, *, arms: Sequence[Arm], group: str = "class") -> Table:
    """Sessions attended: one row per arm with records, then one per group of its patients.

    Parameters
    ----------
    sessions : DataFrame
        arm, group ("" is the whole arm), n, offered, mean, sd, median, q1, q3, none, share_none,
        least, reached, share_reached.
    arms : sequence of Arm
        As declared.
    group : str
        What patients are treated in, in words.
    """
    found = by_key(sessions, "arm", "group")
    least = sessions["least"].iloc[0]
    enough = () if least != least else (Column(label=f"{f.plain(least)} or more, n (%)"),)
    rows: list[Row] = []
    for arm in ordered(arms):
        for (of, name), row in found.items():
            if of != arm.id:
                continue
            label = f.heading(name or arm.label)
            mark = None if name else positions(arms)[arm.id]
            rows.append(
                Row(
                    label=label,
                    cells=_sessions(row, bool(enough)),
                    kind="sub" if name else "primary",
                    arm=mark,
                )
            )
    return Table(
        caption="Sessions attended per patient.",
        stub=f"Arm and {group}" if sessions["group"].ne("").any() else "Arm",
        columns=(
            Column(label="n"),
            Column(label="Offered, at most"),
            Column(label="Mean (SD)"),
            Column(label="Median (quartiles)"),
            Column(label="None, n (%)"),
            *enough,
        ),
        rows=tuple(rows),
        footnotes=(
            "n: all patients randomised to the arm, or treated in the group; SD: standard "
            "deviation. Patients without records attended none.",
        ),
    )


def _sessions(row: Mapping[str, Any], enough: bool) -> tuple[str, ...]:
    cells = (
        f.count(row["n"]),
        f.count(row["offered"]),
        f.with_error(row["mean"], row["sd"], 1),
        f"{f.number(row['median'], 1)} ({f.interval(row['q1'], row['q3'], 1)})",
        f.count_percent(row["none"], row["n"]),
    )
    return (*cells, f.count_percent(row["reached"], row["n"])) if enough else cells
