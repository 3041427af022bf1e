"""Visit windows: which record stands for which scheduled visit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import pandas as pd

from outcomes.endpoints.columns import require_numbers, require_subjects
from outcomes.errors import DataError, SchemaError, SpecificationError
from outcomes.trial.problems import first_of, rows
from outcomes.trial.study import Design

Choice = Literal["nearest", "first", "last"]
Tie = Literal["earlier", "later", "refuse"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Windowed:
    """Records assigned to visits.

    `chosen` has at most one row for each subject and visit, with visit, distance (day − nominal
    day) and n_candidates; `ties` the candidates equally far from the nominal day, with visit and
    chosen; `set_aside` every other record, with visit (NA outside all windows) and reason.
    """

    chosen: pd.DataFrame
    ties: pd.DataFrame
    set_aside: pd.DataFrame
    choice: str
    tie: str


def assign_visits(
    records: pd.DataFrame, design: Design, *, choice: Choice = "nearest", tie: Tie = "refuse"
) -> Windowed:
    """Assign records to scheduled visits by their day.

    Parameters
    ----------
    records : DataFrame
        subject, day (of the subject, not missing) and anything else but visit.
    design : Design
        Visits with nominal day and window; each needs a window.
    choice : {"nearest", "first", "last"}
        Which record in a window stands for the visit: nearest to the nominal day, earliest or
        latest.
    tie : {"refuse", "earlier", "later"}
        Which of two equally near days counts. Every tie is reported either way.

    Returns
    -------
    Windowed

    Raises
    ------
    DataError
        A day or subject is missing, two records in a window share the day that would be chosen, or
        a tie is met under "refuse".
    SchemaError
        A column is missing, days are not numbers, or visit is there already.
    SpecificationError
        A visit has no window, or an option is unknown.

    Examples
    --------
    >>> from outcomes.trial.study import Arm, Visit
    >>> design = Design(
    ...     arms=(Arm(id="a", label="A", reference=True), Arm(id="b", label="B")),
    ...     visits=(
    ...         Visit(id="start", label="Start", day=0, window=(-7, 0), baseline=True),
    ...         Visit(id="week4", label="Week 4", day=28, window=(21, 35)),
    ...     ),
    ... )
    >>> records = pd.DataFrame({"subject": "1", "day": [-1, 26, 30, 50]})
    >>> found = assign_visits(records, design, tie="earlier")
    >>> found.chosen[["visit", "day", "distance"]]
       visit  day  distance
    0  start   -1        -1
    1  week4   26        -2
    >>> found.set_aside["reason"].tolist()
    ['another record stands for the visit', 'outside every window']
    """
    _refuse_unusable(records, design, choice, tie)
    frame = _in_windows(records, design)
    inside = frame[frame["visit"].notna()]
    best, ties = _best(inside, choice, tie)
    chosen = inside.loc[best]
    if tie == "refuse" and len(ties):
        raise DataError(
            f"{rows(len(ties))} tie for a visit ({_which(ties)}). Declare with tie= whether the "
            "'earlier' or the 'later' counts."
        )
    rest = frame.drop(index=best)
    reason = (
        rest["visit"]
        .isna()
        .map({True: "outside every window", False: "another record stands for the visit"})
    )
    return Windowed(
        chosen=chosen.reset_index(drop=True),
        ties=ties.assign(chosen=ties.index.isin(best)).reset_index(drop=True),
        set_aside=rest.assign(reason=reason).reset_index(drop=True),
        choice=choice,
        tie=tie,
    )


def _in_windows(records: pd.DataFrame, design: Design) -> pd.DataFrame:
    """Give each record the visit in whose window it lies; windows do not overlap."""
    frame = records.reset_index(drop=True)
    frame["visit"] = pd.Series(pd.NA, index=frame.index, dtype=object)
    frame["distance"] = pd.Series(pd.NA, index=frame.index, dtype="Int64")
    for visit in design.visits:
        if visit.window is not None:
            within = frame["day"].between(*visit.window)
            frame.loc[within, "visit"] = visit.id
            frame.loc[within, "distance"] = (frame["day"] - visit.day)[within].astype("Int64")
    size = frame.groupby(["subject", "visit"], observed=True)["day"].transform("size")
    frame["n_candidates"] = size.astype("Int64")
    return frame


def _best(inside: pd.DataFrame, choice: Choice, tie: Tie) -> tuple[list[int], pd.DataFrame]:
    """Row of the record that stands for each subject and visit, and the rows that tie."""
    rank = {"first": inside["day"], "last": -inside["day"], "nearest": inside["distance"].abs()}
    order = inside.assign(rank=rank[choice], by=-inside["day"] if tie == "later" else inside["day"])
    key = ["subject", "visit"]
    least = order.groupby(key, observed=True)["rank"].transform("min")
    nearest = order[order["rank"] == least].sort_values([*key, "by"], kind="stable")
    first = nearest.drop_duplicates(key)
    twice = nearest[nearest.duplicated([*key, "day"])]
    if len(twice):
        raise DataError(
            f"{rows(len(twice))} of a subject share a day that could stand for a visit "
            f"({_which(twice)}). Keep the record that counts."
        )
    tied = nearest[nearest.duplicated(key, keep=False)].drop(columns=["rank", "by"])
    return list(first.index), tied


def _which(frame: pd.DataFrame) -> str:
    """Name the first three records by subject, day and visit."""
    return first_of(f"subject {r.subject} day {r.day} at {r.visit}" for r in frame.itertuples())


def _refuse_unusable(records: pd.DataFrame, design: Design, choice: str, tie: str) -> None:
    """Refuse records that cannot be assigned and options that do not exist."""
    for name, value, allowed in (("choice", choice, Choice), ("tie", tie, Tie)):
        if value not in get_args(allowed):
            raise SpecificationError(
                f"{name} is {value!r}; it is one of {', '.join(get_args(allowed))}."
            )
    open_ended = [visit.id for visit in design.visits if visit.window is None]
    if open_ended:
        raise SpecificationError(f"no window is declared for {', '.join(open_ended)}; declare it.")
    lacking = [name for name in ("subject", "day") if name not in records]
    if lacking or "visit" in records:
        raise SchemaError("records need subject and day, and no visit: that is what is assigned.")
    require_numbers(records, "records", "day")
    require_subjects(records, "records")
    wrong = records["day"].isna() | (records["day"] % 1 != 0)
    if wrong.any():
        raise DataError(
            f"{rows(int(wrong.sum()))} without a whole day (row {first_of(records.index[wrong])})."
        )
