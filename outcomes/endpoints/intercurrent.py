"""Intercurrent events: on which day to whom, which scores come after, and what becomes of those."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from outcomes.endpoints.change import percent_change
from outcomes.errors import DataError, SchemaError
from outcomes.estimands import Recorded
from outcomes.trial.problems import first_of


def first_days(records: pd.DataFrame, recorded: Recorded) -> pd.Series[float]:
    """Find the day of each subject's first event.

    Parameters
    ----------
    records : DataFrame
        subject and the columns that `recorded` names.
    recorded : Recorded
        Which records are events.

    Returns
    -------
    Series of float
        Days since randomisation by subject; subjects without the event are not in it.

    Raises
    ------
    DataError
        An event lies before day 0: it is not intercurrent.
    SchemaError
        A column is not there or does not hold numbers.

    Examples
    --------
    >>> records = pd.DataFrame(
    ...     {
    ...         "subject": ["1", "1", "2", "3"],
    ...         "day": [40, 12, 5, 9],
    ...         "purpose": ["rescue", "rescue", "opioid", "rescue"],
    ...     }
    ... )
    >>> first_days(records, Recorded(frame="medication", where={"purpose": "rescue"})).to_dict()
    {'1': 12.0, '3': 9.0}
    """
    needed = ["subject", recorded.day, *recorded.where]
    needed += [recorded.above_baseline] if recorded.above_baseline else []
    absent = [name for name in needed if name not in records.columns]
    if absent:
        raise SchemaError(
            f"{recorded.frame} has no column {', '.join(absent)}, by which an intercurrent event "
            f"is found; it has {', '.join(map(str, records.columns)) or 'no columns'}."
        )
    chosen = records[matching(records, recorded.where)]
    days = _numbers(chosen, recorded.day, recorded.frame)
    dated = chosen.assign(_day=days)[days.notna()]
    if recorded.above_baseline:
        dated = _risen(dated, recorded.above_baseline, recorded.frame)
    early = dated[dated["_day"] < 0]
    if len(early):
        raise DataError(
            f"{recorded.frame}: {len(early)} records of an intercurrent event lie before day 0 "
            f"(first subjects {first_of(early['subject'].unique())}). What happened before "
            "randomisation is not intercurrent: correct the days, or narrow the records by where."
        )
    return dated.groupby("subject", observed=True)["_day"].min().rename("day")


def matching(records: pd.DataFrame, where: Mapping[str, str]) -> pd.Series[bool]:
    """Mark the records whose columns have the values named: all of them where none is named.

    Examples
    --------
    >>> records = pd.DataFrame({"purpose": ["rescue", "opioid"]})
    >>> matching(records, {"purpose": "rescue"}).tolist()
    [True, False]
    """
    wanted = pd.Series(True, index=records.index)
    for column, value in where.items():
        wanted &= records[column].astype(str) == value
    return wanted


def after_event(
    frame: pd.DataFrame, days: pd.Series[float], *, same_day: str = "before"
) -> pd.Series[bool]:
    """Mark the visits after each subject's event.

    Parameters
    ----------
    frame : DataFrame
        subject, day (nominal), taken (day on which the score was taken, missing where there is
        no score) and value; visits of a subject in their order.
    days : Series of float
        Day of the event by subject, as by `first_days`.
    same_day : {"before", "after"}
        What a score taken on the day of the event is.

    Returns
    -------
    Series of bool
        A visit without a score is placed on its nominal day. Every visit that follows one after
        the event is after it too.

    Raises
    ------
    DataError
        A subject with an event has a score whose day is not recorded.
    """
    event = frame["subject"].astype(object).map(days).astype(float)
    undated = frame[event.notna() & frame["value"].notna() & frame["taken"].isna()]
    if len(undated):
        raise DataError(
            f"{len(undated)} scores of subjects with an intercurrent event have no day (first "
            f"subjects {first_of(undated['subject'].unique())}), so it cannot be said whether they "
            "come before or after it. Give the days of visits."
        )
    day = frame["taken"].astype(float).fillna(frame["day"].astype(float))
    later = day >= event if same_day == "after" else day > event
    return later.groupby(frame["subject"], sort=False, observed=True).cummax().rename("after")


def without_scores(frame: pd.DataFrame, after: pd.Series[bool]) -> pd.DataFrame:
    """Hypothetical strategy: scores after the event are missing."""
    return with_values(frame, frame["value"].mask(after))


def with_composite(frame: pd.DataFrame, after: pd.Series[bool], value: float) -> pd.DataFrame:
    """Composite strategy: after the event the score is `value`, whether one was taken or not."""
    return with_values(frame, frame["value"].mask(after, value))


def last_before(frame: pd.DataFrame, after: pd.Series[bool]) -> pd.DataFrame:
    """While on treatment: after the event the score is the last one before it.

    That is the last score taken at a visit before the event, the baseline where there is none.

    Examples
    --------
    >>> frame = pd.DataFrame(
    ...     {"subject": ["1"] * 3, "baseline": 8.0, "value": [6.0, None, 3.0]}
    ... )
    >>> last_before(frame, pd.Series([False, False, True]))["value"].tolist()
    [6.0, nan, 6.0]
    """
    before = frame["value"].mask(after).groupby(frame["subject"], sort=False, observed=True).ffill()
    return with_values(frame, frame["value"].mask(after, before.fillna(frame["baseline"])))


def with_values(frame: pd.DataFrame, value: pd.Series[float]) -> pd.DataFrame:
    """Replace the values of an outcome frame, and what is derived from them."""
    baseline = frame["baseline"].to_numpy(dtype=np.float64)
    new = np.asarray(value, dtype=np.float64)
    return frame.assign(
        value=new, change=new - baseline, percent_change=percent_change(baseline, new)
    )


def _numbers(records: pd.DataFrame, column: str, frame: str) -> pd.Series[float]:
    if not pd.api.types.is_numeric_dtype(records[column]) and records[column].notna().any():
        raise SchemaError(
            f"{frame}: {column!r} holds text; to find an intercurrent event it must be among the "
            "numbers of the file."
        )
    return records[column].astype(float)


def _risen(dated: pd.DataFrame, column: str, frame: str) -> pd.DataFrame:
    """Find records after day 0 with more than the last one until day 0 of the same subject."""
    amount = _numbers(dated, column, frame)
    dated = dated.assign(_amount=amount).sort_values("_day", kind="stable")
    until = dated[dated["_day"] <= 0].groupby("subject", observed=True)["_amount"].last()
    before = dated["subject"].astype(object).map(until).to_numpy(dtype=float)
    more = dated["_amount"].to_numpy() > np.where(np.isnan(before), np.inf, before)
    return dated.loc[(dated["_day"] > 0).to_numpy() & more]
