"""Tables of medication: doses by interval, reduction and stopping, rescue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import pandas as pd

from outcomes.tables import format as f
from outcomes.tables.arms import active, against, ordered, positions
from outcomes.tables.rows import by_key
from outcomes.tables.table import Column, Row, Table
from outcomes.trial.study import Arm, Visit

Record = Mapping[str, Any]


def interval_labels(visits: Sequence[Visit]) -> dict[str, str]:
    """Name the interval that each visit ends.

    Examples
    --------
    >>> visits = [Visit(id="b", label="Baseline", day=0, baseline=True),
    ...           Visit(id="w4", label="Week 4", day=28), Visit(id="w8", label="Week 8", day=56)]
    >>> list(interval_labels(visits).values())
    ['Before randomisation', 'Randomisation to week 4', 'Week 4 to week 8']
    """
    follow_up = [visit for visit in visits if not visit.baseline]
    named = {visit.id: "Before randomisation" for visit in visits if visit.baseline}
    for visit in follow_up[:1]:
        named[visit.id] = f"Randomisation to {f.inside_sentence(visit.label)}"
    for before, visit in pairwise(follow_up):
        named[visit.id] = f"{f.heading(before.label)} to {f.inside_sentence(visit.label)}"
    return named


def doses(
    doses: pd.DataFrame, *, arms: Sequence[Arm], visits: Sequence[Visit], conf_level: float
) -> Table:
    """Doses of patients on opioids at baseline, one row per interval and arm.

    Parameters
    ----------
    doses : DataFrame
        visit, arm, n, n_unknown, n_taking, mean, conf_low, conf_high, median, q1, q3, reason,
        factor_set, denominator.
    arms, visits : sequence of Arm, Visit
        As declared.
    conf_level : float
        Level of the intervals.
    """
    found = by_key(doses, "visit", "arm")
    unknown = int(doses["n_unknown"].sum())
    return Table(
        caption=f"Opioid dose, MME a day, of patients on opioids at baseline ({made_by(doses)}).",
        stub="Interval",
        columns=(
            Column(label="n"),
            Column(label=f"Mean ({f.level(conf_level)} CI)"),
            Column(label="Median (quartiles)"),
            Column(label="With opioid, n (%)"),
        ),
        rows=tuple(
            row
            for visit, named in interval_labels(visits).items()
            for row in (
                Row(label=named, kind="group"),
                *(
                    Row(
                        label=f.heading(arm.label),
                        arm=positions(arms)[arm.id],
                        cells=_dose(found[visit, arm.id]),
                        kind="sub",
                    )
                    for arm in ordered(arms)
                ),
            )
        ),
        footnotes=(
            "n: patients with a known dose, averaged over the days of the interval on which they "
            "were followed. CI: t interval of the mean.",
            *((f"{unknown} averages are left out: a dose is not known.",) if unknown else ()),
            *_without(doses),
        ),
    )


def _dose(row: Record) -> tuple[str, ...]:
    if not row["n"]:
        return ("0", *([f.MISSING] * 3))
    spread = f.interval(row["conf_low"], row["conf_high"], 1)
    quartiles = f.interval(row["q1"], row["q3"], 1)
    return (
        f.count(row["n"]),
        f"{f.number(row['mean'], 1)} ({spread})",
        f"{f.number(row['median'], 1)} ({quartiles})",
        f.count_percent(row["n_taking"], row["n"]),
    )


def _without(frame: pd.DataFrame) -> tuple[str, ...]:
    reasons = sorted({*frame["reason"]} - {""})
    return (f"{f.MISSING} {'; '.join(reasons)}.",) if reasons else ()


def made_by(frame: pd.DataFrame) -> str:
    """Name the factor set and denominator that doses rest on.

    Examples
    --------
    >>> made_by(pd.DataFrame({"factor_set": ["cdc2022"], "denominator": ["window"]}))
    'factor set cdc2022, denominator window'
    """
    names = ("factor_set", "denominator")
    sets, denominators = (", ".join(dict.fromkeys(frame[name])) for name in names)
    return f"factor set {sets}, denominator {denominators}"


def responses(
    counts: pd.DataFrame,
    differences: pd.DataFrame,
    *,
    arms: Sequence[Arm],
    visit: str,
    missing: str,
    conf_level: float,
) -> Table:
    """Patients who reduced or stopped, and how the arms differ.

    Parameters
    ----------
    counts : DataFrame
        endpoint, label, arm, n, with_response, missing, proportion, reason, factor_set,
        denominator.
    differences : DataFrame
        endpoint, arm (active), estimate, conf_low, conf_high, p_value, reason.
    arms : sequence of Arm
        As declared.
    visit : str
        Label of the visit, as inside a sentence.
    missing : {"non_responder", "exclude"}
        What a missing response counts as.
    conf_level : float
        Level of the intervals.
    """
    found, apart = by_key(counts, "endpoint", "arm"), by_key(differences, "endpoint", "arm")
    labels = counts.drop_duplicates("endpoint").set_index("endpoint")["label"]
    level = f.level(conf_level)
    counted = {"non_responder": "counted as no response", "exclude": "left out"}[missing]
    lacking = counts.groupby("arm")["missing"].max()
    unseen = ", ".join(f"{f.count(lacking[arm.id])} {arm.label}" for arm in ordered(arms))
    return Table(
        caption=f"Patients on opioids at baseline who reduced the dose or stopped by {visit} "
        f"({made_by(counts)}).",
        stub="Endpoint",
        columns=(
            *(
                Column(label=f"{f.heading(arm.label)}, n/N (%)", arm=positions(arms)[arm.id])
                for arm in ordered(arms)
            ),
            *(
                Column(label=label, group=against(arm, arms))
                for arm in active(arms)
                for label in (f"Risk difference, points ({level} CI)", "p")
            ),
        ),
        rows=tuple(
            Row(
                label=str(label),
                cells=(
                    *(_share(found[endpoint, arm.id]) for arm in ordered(arms)),
                    *(cell for arm in active(arms) for cell in _apart(apart[endpoint, arm.id])),
                ),
            )
            for endpoint, label in labels.items()
        ),
        footnotes=(
            f"Without a known response ({unseen}): {counted}. Points: percentage points, Newcombe; "
            "p not adjusted for the number of endpoints.",
            *_without(pd.concat([counts[["reason"]], differences[["reason"]]])),
        ),
    )


def _share(row: Record) -> str:
    if not row["n"]:
        return f.MISSING
    return f"{f.count(row['with_response'])}/{f.count(row['n'])} ({f.percent(row['proportion'])})"


def _apart(row: Record) -> tuple[str, str]:
    if row["estimate"] != row["estimate"]:
        return f.MISSING, f.MISSING
    return f.points_estimate(row), f.p_value(row["p_value"])


def rescue(
    counts: pd.DataFrame, differences: pd.DataFrame, *, arms: Sequence[Arm], conf_level: float
) -> Table:
    """Rescue medication, one row per arm.

    Parameters
    ----------
    counts : DataFrame
        arm, n, with_record, percent, conf_low, conf_high, records, years, rate, rate_low,
        rate_high, reason.
    differences : DataFrame
        arm (active), estimate, conf_low, conf_high.
    arms : sequence of Arm
        As declared.
    conf_level : float
        Level of the intervals.
    """
    found, apart = by_key(counts, "arm"), by_key(differences, "arm")
    level = f.level(conf_level)
    return Table(
        caption="Rescue medication from randomisation to the end of follow-up.",
        stub="Arm",
        columns=(
            Column(label="Patients with a record, n/N (%)"),
            Column(label=f"{level} CI, %"),
            Column(label=f"Risk difference, points ({level} CI)"),
            Column(label="Records"),
            Column(label="Patient-years"),
            Column(label=f"Records per patient-year ({level} CI)"),
        ),
        rows=tuple(
            Row(
                label=f.heading(arm.label),
                arm=positions(arms)[arm.id],
                cells=_rescue(found[arm.id,], apart.get((arm.id,))),
            )
            for arm in ordered(arms)
        ),
        footnotes=(
            "Limits are exact (Clopper and Pearson; Garwood, which treats records of one patient "
            "as independent); points: percentage points from "
            f"{ordered(arms)[0].label}, Miettinen and Nurminen.",
            *_without(counts),
        ),
    )


def _rescue(row: Record, apart: Record | None) -> tuple[str, ...]:
    rate = f"{f.number(row['rate'], 2)} ({f.interval(row['rate_low'], row['rate_high'], 2)})"
    who = f"{f.count(row['with_record'])}/{f.count(row['n'])} ({f.number(row['percent'], 1)}%)"
    return (
        who,
        f.interval(row["conf_low"], row["conf_high"], 1),
        "reference" if apart is None else f.points_estimate(apart),
        f.count(row["records"]),
        f.number(row["years"], 1),
        f.MISSING if row["reason"] else rate,
    )
