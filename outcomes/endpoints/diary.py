"""Daily diaries: from entries to the mean, worst and least of a week, and compliance."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
import pandas as pd

from outcomes.endpoints.columns import require_columns, require_numbers
from outcomes.errors import DataError, SpecificationError
from outcomes.trial.problems import first_of, rows

SeveralEntries = Literal["first", "last", "mean", "refuse"]


def diary_days(
    entries: pd.DataFrame,
    *,
    lowest: float = 0,
    highest: float = 10,
    several: SeveralEntries = "refuse",
    latest_delay: float | None = None,
) -> pd.DataFrame:
    """One rating for each subject and day of a diary.

    Parameters
    ----------
    entries : DataFrame
        subject, day (whole), value (NaN: no answer); recorded (time of entry in days, on the same
        scale as day) where `latest_delay` is used or the first or last entry of a day is wanted.
    lowest, highest : float
        What a rating can be; a pain rating is 0 to 10.
    several : {"refuse", "first", "last", "mean"}
        Which of several entries of a day counts, by `recorded`, or by their order without it.
    latest_delay : float, optional
        An entry recorded more than so many days after the start of its day, or before it, was
        back-filled and does not count. 2 allows until 24 hours after its day ended.

    Returns
    -------
    DataFrame
        subject, day, value, n_entries (that count), n_late, by subject and day. A day whose
        entries are all late or empty has value NaN.

    Raises
    ------
    DataError
        A value is out of range, a day is not whole, a subject is missing, or a day has several
        entries under "refuse".
    SchemaError
        A column is missing or does not hold numbers.

    Examples
    --------
    >>> entries = pd.DataFrame({"subject": "1", "day": [0, 0, 1], "value": [6.0, 4, 5]})
    >>> diary_days(entries, several="mean")[["day", "value", "n_entries"]]
       day  value  n_entries
    0    0    5.0          2
    1    1    5.0          1
    """
    if several not in get_args(SeveralEntries):
        raise SpecificationError(
            f"several is {several!r}; it is one of {', '.join(get_args(SeveralEntries))}."
        )
    _refuse_entries(entries, lowest, highest, latest_delay)
    frame = entries.reset_index(drop=True)
    frame["late"] = _late(frame, latest_delay)
    valid = frame[frame["value"].notna() & ~frame["late"]]
    if several == "refuse":
        _refuse_several(valid)
    if "recorded" in valid:
        valid = valid.sort_values("recorded", kind="stable")
    by = valid.groupby(["subject", "day"], observed=True)["value"]
    value = by.mean() if several == "mean" else by.last() if several == "last" else by.first()
    made = frame.groupby(["subject", "day"], observed=True).agg(n_late=("late", "sum"))
    made["value"] = value
    made["n_entries"] = by.size()
    made["n_entries"] = made["n_entries"].fillna(0).astype(int)
    return made.reset_index()[["subject", "day", "value", "n_entries", "n_late"]]


def diary_summary(
    days: pd.DataFrame, windows: pd.DataFrame, *, min_days: int, statistics_of: str = "value"
) -> pd.DataFrame:
    """Mean, worst and least rating of each window, where enough days were rated.

    Parameters
    ----------
    days : DataFrame
        subject, day and a rating, one row for each; from `diary_days`.
    windows : DataFrame
        subject, first_day, last_day (both included), and any label, such as visit: the days on
        which an entry was expected. Windows of a subject may overlap.
    min_days : int
        Fewest rated days for a mean, worst or least. No developer published a number; 4 of 7 is
        common. It has to be said.
    statistics_of : str
        Column of `days` with the rating.

    Returns
    -------
    DataFrame
        The rows of `windows`, with n_days (rated), n_expected, compliance (their ratio), mean,
        highest, lowest (NaN below `min_days`), reason (``"too few diary days"`` there) and
        min_days. Worst is highest where higher is worse.

    Raises
    ------
    DataError
        A subject has two rows for one day, or a window does not begin and end on whole days, in
        that order.
    SchemaError
        A column is missing or does not hold numbers.
    SpecificationError
        `min_days` is not at least 1, or more than a window has.

    Examples
    --------
    >>> days = pd.DataFrame({"subject": "1", "day": [0, 1, 3, 5, 6], "value": [5.0, 6, 4, 7, 5]})
    >>> week = pd.DataFrame({"subject": ["1"], "first_day": [0], "last_day": [6]})
    >>> diary_summary(days, week, min_days=4)[["n_days", "mean", "highest", "lowest"]]
       n_days  mean  highest  lowest
    0       5   5.4      7.0     4.0
    """
    require_columns(days, "days", "subject", "day", statistics_of)
    require_columns(windows, "windows", "subject", "first_day", "last_day")
    require_numbers(days, "days", "day", statistics_of)
    require_numbers(windows, "windows", "first_day", "last_day")
    made = windows.reset_index(drop=True)
    made["n_expected"] = made["last_day"] - made["first_day"] + 1
    _refuse_windows(days, made, min_days)
    rated = days.loc[days[statistics_of].notna(), ["subject", "day", statistics_of]]
    pairs = made.reset_index(names="window")[["window", "subject", "first_day", "last_day"]]
    joined = pairs.merge(rated, on="subject")
    inside = joined[joined["day"].between(joined["first_day"], joined["last_day"])]
    by = inside.groupby("window", observed=True)[statistics_of]
    made["n_days"] = by.size().reindex(made.index, fill_value=0)
    made["compliance"] = made["n_days"] / made["n_expected"]
    enough = made["n_days"] >= min_days
    for name, values in (("mean", by.mean()), ("highest", by.max()), ("lowest", by.min())):
        made[name] = values.reindex(made.index).where(enough).astype(float)
    made["reason"] = np.where(enough, "", "too few diary days")
    return made.assign(min_days=min_days)


def _refuse_entries(
    entries: pd.DataFrame, lowest: float, highest: float, latest_delay: float | None
) -> None:
    """Refuse entries without their columns, days that are not whole, values out of range."""
    numbers = ["day", "value", *(["recorded"] if latest_delay is not None else [])]
    require_columns(entries, "entries", "subject", *numbers)
    require_numbers(entries, "entries", *numbers)
    wrong = entries["value"].notna() & ~entries["value"].between(lowest, highest)
    odd = entries["day"].isna() | (entries["day"] % 1 != 0)
    complaints = [
        f"{rows(int(found.sum()))} {text} (row {first_of(entries.index[found])})"
        for found, text in (
            (wrong, f"with a value outside {lowest:g} to {highest:g}"),
            (odd, "without a whole day"),
        )
        if found.any()
    ]
    if complaints:
        raise DataError(
            f"{'; '.join(complaints)}. Correct the data, or make codes that mean 'no answer' "
            "missing where they are read."
        )


def _late(frame: pd.DataFrame, latest_delay: float | None) -> pd.Series[bool]:
    """Which entries were not made in time; one whose time is unknown is not known to be."""
    if latest_delay is None:
        return pd.Series(False, index=frame.index)
    delay = frame["recorded"] - frame["day"]
    return ~delay.between(0, latest_delay)


def _refuse_several(valid: pd.DataFrame) -> None:
    """Refuse days with several entries, where no rule was declared."""
    twice = valid[valid.duplicated(["subject", "day"])]
    if len(twice):
        which = first_of(f"subject {r.subject} on day {r.day}" for r in twice.itertuples())
        raise DataError(
            f"{rows(len(twice))} repeat a day of a subject ({which}). Declare with several= which "
            "counts: 'first', 'last' or 'mean'."
        )


def _refuse_windows(days: pd.DataFrame, windows: pd.DataFrame, min_days: int) -> None:
    """Refuse repeated days, windows that end before they begin, and an impossible minimum."""
    twice = days.duplicated(["subject", "day"])
    if twice.any():
        raise DataError(
            f"{rows(int(twice.sum()))} repeat a day of a subject; use diary_days first."
        )
    if (windows[["first_day", "last_day"]] % 1 != 0).any(axis=None):
        raise DataError("first_day and last_day of windows are whole days; correct them.")
    if (windows["n_expected"] < 1).any():
        raise DataError("a window ends before it begins. Correct first_day and last_day.")
    shortest = windows["n_expected"].min() if len(windows) else min_days
    if not 1 <= min_days <= shortest:
        raise SpecificationError(
            f"min_days is {min_days}; it is at least 1 and at most {shortest}, the days of the "
            "shortest window."
        )
