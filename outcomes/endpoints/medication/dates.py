"""Calendar dates in place of days: counted as days since a fixed one, given back as dates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from outcomes.endpoints.medication.calendar import Window
from outcomes.errors import DataError, SchemaError, SpecificationError
from outcomes.trial.problems import first_of, rows

_ZERO = pd.Timestamp("1970-01-01")
_RECORD = ("day", "start", "end")
_WINDOW = ("first_day", "last_day")


def have_dates(records: pd.DataFrame) -> bool:
    """Whether records are placed by calendar dates.

    Raises
    ------
    SchemaError
        Some columns hold dates and others numbers.
    """
    used = [name for name in _RECORD if name in records and records[name].notna().any()]
    dates = [name for name in used if _are_dates(records[name])]
    if dates and dates != used:
        raise SchemaError(
            f"{', '.join(dates)} of the records hold dates, and "
            f"{', '.join(name for name in used if name not in dates)} something else. "
            "Give all as dates, or all as days of the subject."
        )
    return bool(dates)


def in_days(records: pd.DataFrame) -> pd.DataFrame:
    """Write every date as a number of days.

    Raises
    ------
    DataError
        A date has a time of day or a time zone, so that its day is not certain.
    """
    return _converted(records, [name for name in _RECORD if name in records])


def window_in_days(window: Window | None) -> Window | None:
    """Write a window of dates as one of days.

    Raises
    ------
    SpecificationError
        It does not hold dates.
    """
    if window is None:
        return None
    if isinstance(window, pd.DataFrame):
        wanted = [name for name in _WINDOW if name in window]
        if not all(_are_dates(window[name]) for name in wanted):
            raise SpecificationError("window holds no dates, as the records do; give dates.")
        return _converted(window, wanted)
    ends: pd.Series[Any] = pd.Series(list(window), dtype=object)
    if not _are_dates(ends):
        raise SpecificationError(f"window is {window!r}; the records hold dates: give two dates.")
    first, last = _days(ends, "window")
    return int(first), int(last)


def in_dates(made: pd.DataFrame) -> pd.DataFrame:
    """Write the days of a result as dates again."""
    found = [name for name in ("day", *_WINDOW) if name in made]
    return made.assign(**{name: _ZERO + pd.to_timedelta(made[name], unit="D") for name in found})


def _are_dates(column: pd.Series[Any]) -> bool:
    """Whether a column holds dates or times, not text that looks like them."""
    inferred = pd.api.types.infer_dtype(column, skipna=True)
    return inferred in ("datetime64", "datetime", "date")


def _converted(frame: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    return frame.assign(**{name: _days(frame[name], name) for name in columns})


def _days(column: pd.Series[Any], name: str) -> pd.Series[float]:
    """Days since the fixed one; NaN where there is no date."""
    dates = pd.to_datetime(column)
    if dates.dt.tz is not None:
        raise DataError(
            f"{name} has a time zone; give calendar dates, such as .dt.tz_localize(None)."
        )
    timed = dates.notna() & (dates != dates.dt.normalize())
    if timed.any():
        raise DataError(
            f"{name}: {rows(int(timed.sum()))} with a time of day ({first_of(dates[timed])}). Give "
            "calendar dates, such as .dt.normalize() makes."
        )
    return (dates - _ZERO).dt.days.astype(float)
