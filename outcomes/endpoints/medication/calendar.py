"""From spans of use to days: what was in use on each day, and what was supplied early."""

from __future__ import annotations

import math
from numbers import Real
from typing import Literal

import numpy as np
import pandas as pd

from outcomes.errors import DataError, DuplicateRecordError, SchemaError, SpecificationError
from outcomes.trial.problems import first_of

Overlap = Literal["carry_over", "add"]
Window = tuple[int, int] | pd.DataFrame


def carried_over(spans: pd.DataFrame, overlap: Overlap) -> pd.DataFrame:
    """Spans with early refills started when the supply before them ends.

    Only supplies of the same drug, route and strength wait for each other. Of those dispensed on
    one day the shortest comes first, then the smallest `amount` a day, in whichever order they
    were recorded. What was stated to be taken on given days stays there.
    """
    if overlap not in ("carry_over", "add"):
        raise SpecificationError(
            f"overlap is {overlap!r}; it is 'carry_over' (an early refill starts when the supply "
            "before it ends) or 'add' (both count from the day of dispensing)."
        )
    order = [name for name in ("first", "last", "amount") if name in spans]
    moved = spans.sort_values(order, kind="stable")
    if overlap == "add" or not moved["movable"].any():
        return moved
    first = moved["first"].copy()
    product = ["subject", "drug", "route", "strength"]
    waiting = moved[moved["movable"] & ~moved["lump"]]
    for _, supplies in waiting.groupby(product, sort=False, dropna=False, observed=True):
        first[supplies.index] = _queued(supplies)
    return moved.assign(first=first, last=first + moved["days"] - 1)


def _queued(supplies: pd.DataFrame) -> list[float]:
    """First days of supplies, each no earlier than the day after the one before it."""
    starts, free = [], -math.inf
    for first, days in zip(supplies["first"], supplies["days"], strict=True):
        starts.append(max(first, free))
        free = starts[-1] + days
    return starts


def by_day(spans: pd.DataFrame) -> pd.DataFrame:
    """One row for each span and each of its days: the columns of `spans`, and day."""
    length = (spans["last"] - spans["first"] + 1).to_numpy(dtype=int)
    daily = spans.loc[spans.index.repeat(length)].reset_index(drop=True)
    within = np.arange(length.sum()) - np.repeat(np.cumsum(length) - length, length)
    daily["day"] = daily["first"].astype(int) + within
    return daily


def windows(window: Window, subjects: list[object]) -> pd.DataFrame:
    """Each subject's window: subject, first_day, last_day, days.

    Parameters
    ----------
    window : (first, last) or DataFrame
        Days, both included, the same for all `subjects`; or one row for each subject counted.
    subjects : list
        Whom a common window is for.
    """
    if isinstance(window, pd.DataFrame):
        frame = _own_windows(window)
    else:
        frame = pd.DataFrame({"subject": pd.Series(subjects, dtype=object)})
        frame["first_day"], frame["last_day"] = _ends(window)
    frame["days"] = frame["last_day"] - frame["first_day"] + 1
    wrong = frame.loc[frame["days"] < 1, "subject"]
    if len(wrong):
        raise DataError(f"the window ends before it begins (subjects {first_of(wrong)}).")
    return frame


def _ends(window: tuple[int, int]) -> tuple[int, int]:
    """First and last day, refused where they are no whole numbers."""
    ends = list(window) if isinstance(window, tuple | list) else []
    if len(ends) != 2 or not all(_is_whole(end) for end in ends):
        raise SpecificationError(
            f"window is {window!r}; it is (first day, last day), whole numbers as the days of the "
            "records are, or a frame of subject, first_day and last_day."
        )
    return int(ends[0]), int(ends[1])


def _is_whole(day: object) -> bool:
    return isinstance(day, Real) and not isinstance(day, bool) and float(day) % 1 == 0


def _own_windows(window: pd.DataFrame) -> pd.DataFrame:
    """Windows that differ between subjects, one each."""
    columns = ["subject", "first_day", "last_day"]
    lacking = [name for name in columns if name not in window]
    if lacking:
        raise SchemaError(f"window lacks {', '.join(lacking)}; it has one row for each subject.")
    twice = window.loc[window["subject"].duplicated(), "subject"]
    if len(twice):
        raise DuplicateRecordError(
            f"{len(twice)} windows repeat a subject ({first_of(twice)}); one each is allowed."
        )
    if window[columns].isna().any(axis=None):
        raise DataError("window has missing values; leave out whom nobody observed.")
    frame = window[columns].reset_index(drop=True)
    numbers = all(pd.api.types.is_numeric_dtype(frame[name]) for name in columns[1:])
    if not numbers or (frame[columns[1:]].astype(float) % 1 != 0).any(axis=None):
        raise DataError("first_day and last_day of window are whole numbers of days; correct them.")
    return frame.astype({"first_day": int, "last_day": int})


def inside(daily: pd.DataFrame, windows: pd.DataFrame) -> pd.DataFrame:
    """Rows of `daily` that lie in their subject's window."""
    joined = daily.merge(windows[["subject", "first_day", "last_day"]], on="subject")
    kept = joined["day"].between(joined["first_day"], joined["last_day"])
    return joined[kept].drop(columns=["first_day", "last_day"])


def every_day(windows: pd.DataFrame) -> pd.DataFrame:
    """One row for each day of each window: subject, day."""
    spans = windows.rename(columns={"first_day": "first", "last_day": "last"})
    return by_day(spans)[["subject", "day"]]
