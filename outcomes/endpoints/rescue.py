"""Rescue medication: how often it was taken, and response without it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from outcomes.endpoints.columns import require_columns
from outcomes.errors import DataError, SpecificationError
from outcomes.trial.problems import first_of, rows


def rescue_use(days: pd.DataFrame, windows: pd.DataFrame, *, min_days: int) -> pd.DataFrame:
    """Days with rescue medication and doses a day, in each window.

    Parameters
    ----------
    days : DataFrame
        subject, day, doses: one row for each day of a diary; 0 is none taken, missing is not
        recorded. A day without a row is not recorded either: missing is never none.
    windows : DataFrame
        subject, first_day, last_day (both included) and any label.
    min_days : int
        Fewest recorded days for a share; it has to be said.

    Returns
    -------
    DataFrame
        The rows of `windows` with n_days (recorded), rescue_days, doses (sum), share (rescue days
        over recorded days), doses_per_day, reason (empty, or ``"too few diary days"``, and then
        share and doses_per_day are missing) and min_days.

    Raises
    ------
    DataError
        A subject has two rows of a day, or a number of doses is negative.
    SchemaError
        A column is missing.
    SpecificationError
        `min_days` is below 1.

    Examples
    --------
    >>> days = pd.DataFrame({"subject": "1", "day": range(7), "doses": [0, 2, 0, None, 1, 0, 0]})
    >>> week = pd.DataFrame({"subject": ["1"], "first_day": [0], "last_day": [6]})
    >>> rescue_use(days, week, min_days=4)[["n_days", "rescue_days", "share", "doses_per_day"]]
       n_days  rescue_days     share  doses_per_day
    0       6            2  0.333333            0.5
    """
    _refuse_days(days, windows, min_days)
    known = days.loc[days["doses"].notna(), ["subject", "day", "doses"]].astype({"doses": float})
    made = windows.reset_index(drop=True)
    pairs = made.reset_index(names="window")[["window", "subject", "first_day", "last_day"]]
    inside = pairs.merge(known, on="subject")
    inside = inside[inside["day"].between(inside["first_day"], inside["last_day"])]
    by = inside.assign(any=inside["doses"] > 0).groupby("window", observed=True)
    made["n_days"] = by.size().reindex(made.index, fill_value=0)
    made["rescue_days"] = by["any"].sum().reindex(made.index, fill_value=0)
    made["doses"] = by["doses"].sum().reindex(made.index, fill_value=0.0)
    enough = made["n_days"] >= min_days
    recorded = made["n_days"].where(enough)
    made["share"] = made["rescue_days"] / recorded
    made["doses_per_day"] = made["doses"] / recorded
    made["reason"] = np.where(enough, "", "too few diary days")
    return made.assign(min_days=min_days)


def rescue_free_response(
    assessed: pd.DataFrame, rescue: pd.DataFrame, *, days_before: int = 1
) -> pd.DataFrame:
    """Response that does not count where rescue medication was taken shortly before.

    Parameters
    ----------
    assessed : DataFrame
        subject, day (on which pain was assessed; missing where it was not) and response (nullable
        boolean, from `response`).
    rescue : DataFrame
        subject, day: every day on which rescue medication was taken.
    days_before : int
        Days before the assessment that count beside its own; 1 stands for the 24 hours before.

    Returns
    -------
    DataFrame
        `assessed` with after_rescue (whether rescue was taken on those days; the pain score is kept
        and flagged, what becomes of it belongs to the estimand) and rescue_free_response: the
        response, False after rescue, NA where the response is unknown and no rescue is recorded.

    Raises
    ------
    DataError
        A response is known and its day is not.
    SchemaError
        A column is missing.
    SpecificationError
        `days_before` is negative.

    Examples
    --------
    >>> assessed = pd.DataFrame(
    ...     {"subject": ["1", "2"], "day": [84, 84], "response": pd.array([True, True], "boolean")}
    ... )
    >>> rescue = pd.DataFrame({"subject": ["1", "2"], "day": [83, 70]})
    >>> rescue_free_response(assessed, rescue)[["after_rescue", "rescue_free_response"]]
       after_rescue  rescue_free_response
    0          True                 False
    1         False                  True
    """
    require_columns(assessed, "assessed", "subject", "day", "response")
    require_columns(rescue, "rescue", "subject", "day")
    if days_before < 0:
        raise SpecificationError(f"days_before is {days_before}; it is zero or more.")
    undated = assessed["response"].notna() & assessed["day"].isna()
    if undated.any():
        raise DataError(
            f"{rows(int(undated.sum()))} of assessed have a response and no day (first subjects "
            f"{first_of(assessed.loc[undated, 'subject'])}), so rescue before it cannot be told."
        )
    made = assessed.reset_index(drop=True)
    pairs = made.reset_index(names="row")[["row", "subject", "day"]]
    joined = pairs.merge(rescue[["subject", "day"]], on="subject", suffixes=("", "_rescue"))
    gap = joined["day"] - joined["day_rescue"]
    near = joined.loc[gap.between(0, days_before), "row"].unique()
    made["after_rescue"] = made.index.isin(near)
    reached = made["response"].astype("boolean")
    return made.assign(rescue_free_response=reached.mask(made["after_rescue"], False))


def _refuse_days(days: pd.DataFrame, windows: pd.DataFrame, min_days: int) -> None:
    require_columns(days, "days", "subject", "day", "doses")
    require_columns(windows, "windows", "subject", "first_day", "last_day")
    if min_days < 1:
        raise SpecificationError(f"min_days is {min_days}; it is at least 1.")
    for found, text in (
        (days.duplicated(["subject", "day"]), "repeat a day of a subject"),
        (days["doses"] < 0, "have a negative number of doses"),
    ):
        if found.any():
            who = first_of(days.loc[found, "subject"].unique())
            raise DataError(f"{rows(int(found.sum()))} {text} (first subjects {who}).")
