"""Averages of daily amounts by the published definitions of the denominator."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd


def average(
    daily: pd.DataFrame,
    windows: pd.DataFrame,
    record_days: pd.Series[int],
    *,
    denominator: str,
    diary: bool,
    min_days: int | None,
) -> pd.DataFrame:
    """One row for each window: its total, its denominator and their ratio.

    Parameters
    ----------
    daily : DataFrame
        subject, day, mme, opioids, on_buprenorphine: days inside the windows.
    windows : DataFrame
        subject, first_day, last_day, days.
    record_days : Series
        Days of supply by subject, each as often as records cover it (D1).
    denominator : str
        As for `mme_per_day`.
    diary : bool
        Whether a day without a value is unknown and left out, rather than making all unknown.
    min_days : int, optional
        Fewest diary days for an average.
    """
    grouped = daily.groupby("subject", sort=False, observed=True)
    made = windows.rename(columns={"days": "length"}).set_index("subject")
    known = grouped["mme"].count().reindex(made.index, fill_value=0)
    unknown = grouped["mme"].size().reindex(made.index, fill_value=0) - known
    total = grouped["mme"].sum().reindex(made.index, fill_value=0.0)
    highest = grouped["mme"].max().reindex(made.index, fill_value=0.0)
    on_therapy = daily[daily["mme"] > 0].groupby("subject", observed=True).size()
    days = {
        "days_supply": record_days.reindex(made.index, fill_value=0),
        "on_therapy_days": on_therapy.reindex(made.index, fill_value=0),
        "window": known if diary else made["length"],
        "maximum_day": pd.Series(1, index=made.index),
    }[denominator]
    made["total_mme"] = highest if denominator == "maximum_day" else total
    made["days"] = days.astype(int)
    made["mme"] = (made["total_mme"] / days.where(days > 0)).astype(float)
    made["opioids"] = grouped["opioids"].agg(_names).reindex(made.index, fill_value="")
    made["on_buprenorphine"] = (
        grouped["on_buprenorphine"].any().reindex(made.index, fill_value=False)
    )
    fewest = _fewest(made["length"], min_days)
    made["reason"] = _reasons(days, known, unknown, fewest, diary=diary)
    made.loc[made["reason"] != "", "mme"] = np.nan
    made.loc[made["reason"] == "dose missing", "total_mme"] = np.nan
    return made.drop(columns="length").reset_index()


def _reasons(
    days: pd.Series[int],
    known: pd.Series[int],
    unknown: pd.Series[int],
    fewest: pd.Series[int],
    *,
    diary: bool,
) -> pd.Series[str]:
    """Why an average is undefined, "" where it is not."""
    reason = pd.Series("", index=days.index)
    reason = reason.mask(days == 0, "no opioid days")
    if diary:
        return reason.mask(known < fewest, "too few diary days")
    return reason.mask(unknown > 0, "dose missing")


def _fewest(length: pd.Series[int], min_days: int | None) -> pd.Series[int]:
    """Fewest diary days; 4 of 7, a common convention of pain diaries, where none is given."""
    if min_days is not None:
        return pd.Series(min_days, index=length.index)
    return length.map(lambda days: math.ceil(days * 4 / 7 - 1e-9))


def _names(opioids: pd.Series[str]) -> str:
    """All names on any of the days, sorted."""
    return ", ".join(sorted({name for day in opioids for name in str(day).split(", ") if name}))
