"""Adherence to a scheduled drug: days with supply and supply over days."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from outcomes.endpoints.columns import require_columns, require_numbers
from outcomes.endpoints.medication.calendar import (
    Overlap,
    Window,
    by_day,
    carried_over,
    inside,
    windows,
)
from outcomes.errors import DataError, SpecificationError, UnsupportedCombinationError
from outcomes.trial.problems import first_of, rows

NEEDED = ("subject", "drug", "day", "days_supply")


def adherence(
    dispensings: pd.DataFrame,
    *,
    window: Window,
    prescribed: pd.DataFrame | None = None,
    overlap: Overlap = "carry_over",
    mpr_days: Literal["window", "to_end_of_supply"] = "window",
) -> pd.DataFrame:
    """Proportion of days covered (PDC) and medication possession ratio (MPR).

    Parameters
    ----------
    dispensings : DataFrame
        One row per dispensing: subject, drug, day, days_supply (whole days).
    window : (first, last) or DataFrame
        Days over which the drug was to be taken, both included, for everybody; or subject,
        first_day, last_day. End it at withdrawal or death.
    prescribed : DataFrame, optional
        subject, drug: who was to take what. Who had nothing dispensed then has 0; and what was
        dispensed to somebody it was not prescribed to is not evaluated.
    overlap : {"carry_over", "add"}
        Whether an early refill starts when the supply before it ends, or when it is dispensed and
        the days of overlap are lost.
    mpr_days : {"window", "to_end_of_supply"}
        Denominator of the MPR: days of the window, or from the first dispensing in it to the end
        of the supply of the last.

    Returns
    -------
    DataFrame
        subject, drug, days (of the window), covered_days, pdc (0 to 1), supplied_days (of
        dispensings in the window), mpr_days, mpr (can exceed 1), reason (``"not applicable"``
        where the drug was not prescribed), overlap, mpr_denominator.

    Raises
    ------
    DataError
        A day, supply or subject is missing, a day or supply is not whole, or a supply is shorter
        than a day.
    SchemaError
        A column is missing, or day or days_supply does not hold numbers.
    UnsupportedCombinationError
        A drug is taken as needed (column as_needed true): there lower use is the goal.

    Notes
    -----
    Neither is valid while a drug is tapered. 0.80 is the usual mark of "adherent"; compare it
    with the unrounded PDC.

    Examples
    --------
    >>> fills = pd.DataFrame(
    ...     {"subject": "1", "drug": "duloxetine", "day": [0, 25, 70], "days_supply": 30}
    ... )
    >>> adherence(fills, window=(0, 119))[["covered_days", "pdc", "mpr"]]
       covered_days   pdc   mpr
    0            90  0.75  0.75
    """
    if mpr_days not in ("window", "to_end_of_supply"):
        raise SpecificationError(f"mpr_days is {mpr_days!r}; it is 'window' or 'to_end_of_supply'.")
    spans = _spans(dispensings)
    who = [*spans["subject"], *([] if prescribed is None else prescribed["subject"])]
    seen = windows(window, list(dict.fromkeys(who)))
    taken = spans[["subject", "drug"]].drop_duplicates()
    pairs = taken if prescribed is None else pd.concat([prescribed[["subject", "drug"]], taken])
    made = pairs.drop_duplicates().merge(seen, on="subject")
    made = made.join(_covered(spans, seen, overlap), on=["subject", "drug"])
    made = made.join(_supplied(spans, seen), on=["subject", "drug"])
    made[["covered_days", "supplied_days"]] = (
        made[["covered_days", "supplied_days"]].fillna(0).astype(int)
    )
    made["pdc"] = made["covered_days"] / made["days"]
    made["mpr_days"] = made["days"] if mpr_days == "window" else made["span"]
    made["mpr"] = (made["supplied_days"] / made["mpr_days"]).astype(float)
    _mark_not_prescribed(made, prescribed)
    wanted = ["subject", "drug", "days", "covered_days", "pdc", "supplied_days", "mpr_days", "mpr"]
    return made[[*wanted, "reason"]].assign(overlap=overlap, mpr_denominator=mpr_days)


def pill_count(
    dispensed: pd.Series[float], returned: pd.Series[float], prescribed: pd.Series[float]
) -> pd.Series[float]:
    """Percentage of the prescribed units that did not come back.

    Parameters
    ----------
    dispensed, returned, prescribed : Series
        Units; prescribed over the whole period. A missing return is not zero.

    Returns
    -------
    Series of float
        ``100 (dispensed - returned) / prescribed``; NaN where any is missing or nothing was
        prescribed. Above 100 is kept; above 120 deserves a question.

    Raises
    ------
    DataError
        More was returned than dispensed, or a number is negative.

    Examples
    --------
    >>> pill_count(pd.Series([60.0, 60]), pd.Series([6.0, None]), pd.Series([60.0, 60])).tolist()
    [90.0, nan]
    """
    wrong = (returned > dispensed) | (dispensed < 0) | (returned < 0) | (prescribed < 0)
    if wrong.any():
        raise DataError(
            f"{rows(int(wrong.sum()))} with more units returned than dispensed or a negative "
            f"number ({first_of(wrong.index[wrong])}). Correct the data."
        )
    return 100 * (dispensed - returned) / prescribed.where(prescribed > 0)


def _spans(dispensings: pd.DataFrame) -> pd.DataFrame:
    """Dispensings as spans of days, or every reason why they are not."""
    require_columns(dispensings, "dispensings", *NEEDED)
    require_numbers(dispensings, "dispensings", "day", "days_supply")
    if "as_needed" in dispensings and dispensings["as_needed"].eq(True).any():
        drugs = dict.fromkeys(dispensings.loc[dispensings["as_needed"].eq(True), "drug"])
        raise UnsupportedCombinationError(
            f"{first_of(drugs)} taken as needed: there is no schedule to adhere to, and lower use "
            "may be the goal. Leave such drugs out."
        )
    numbers = dispensings[["day", "days_supply"]].astype(float)
    wrong = (
        numbers.isna().any(axis=1) | (numbers % 1 != 0).any(axis=1) | numbers["days_supply"].lt(1)
    )
    if wrong.any():
        raise DataError(
            f"{rows(int(wrong.sum()))} without a whole day or a supply of at least one whole day "
            f"(row {first_of(dispensings.index[wrong])}). Correct the data."
        )
    spans = dispensings[["subject", "drug"]].reset_index(drop=True)
    spans["first"], spans["days"] = numbers["day"].to_numpy(), numbers["days_supply"].to_numpy()
    spans["last"] = spans["first"] + spans["days"] - 1
    return spans.assign(route="", strength=0.0, movable=True, lump=False)


def _covered(spans: pd.DataFrame, seen: pd.DataFrame, overlap: Overlap) -> pd.Series[int]:
    """Days of the window with supply, each once."""
    daily = inside(by_day(carried_over(spans, overlap)), seen)
    return daily.groupby(["subject", "drug"], observed=True)["day"].nunique().rename("covered_days")


def _supplied(spans: pd.DataFrame, seen: pd.DataFrame) -> pd.DataFrame:
    """Days supplied by dispensings in the window, and days from the first to the last's end."""
    within = inside(spans.assign(day=spans["first"]), seen)
    latest = within.sort_values(["day", "last"]).groupby(["subject", "drug"], observed=True)
    ends, starts = latest["last"].last(), latest["first"].first()
    return pd.DataFrame({"supplied_days": latest["days"].sum(), "span": ends - starts + 1})


def _mark_not_prescribed(made: pd.DataFrame, prescribed: pd.DataFrame | None) -> None:
    """Take back the figures of drugs that were not prescribed."""
    made["reason"] = ""
    if prescribed is None:
        return
    due = set(zip(prescribed["subject"], prescribed["drug"], strict=True))
    stray = [pair not in due for pair in zip(made["subject"], made["drug"], strict=True)]
    made.loc[stray, "reason"] = "not applicable"
    made.loc[stray, ["pdc", "mpr"]] = np.nan
    none = (made["supplied_days"] == 0) & (made["reason"] == "")
    made.loc[none, "mpr"] = 0.0
