"""Morphine milligram equivalents a day, from diaries, regimens or dispensing records."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

import numpy as np
import pandas as pd

from outcomes.endpoints.medication.averages import average
from outcomes.endpoints.medication.calendar import (
    Overlap,
    Window,
    by_day,
    carried_over,
    every_day,
    inside,
    windows,
)
from outcomes.endpoints.medication.dates import have_dates, in_dates, in_days, window_in_days
from outcomes.endpoints.medication.factors import FactorSet, factor_set
from outcomes.endpoints.medication.records import Use, read_use
from outcomes.errors import SpecificationError, UnsupportedCombinationError

Denominator = Literal["calendar_day", "days_supply", "on_therapy_days", "window", "maximum_day"]

BUPRENORPHINE = ("oral", "buccal", "sublingual", "transdermal", "subcutaneous", "injection")
"""Routes by which buprenorphine is flagged where a table gives it no factor."""


def mme_per_day(
    records: pd.DataFrame,
    factor_set: str = "cdc2022",
    *,
    denominator: Denominator = "calendar_day",
    window: Window | None = None,
    subjects: Sequence[object] | None = None,
    overlap: Overlap = "carry_over",
    min_days: int | None = None,
) -> pd.DataFrame:
    """Morphine milligram equivalents (MME) of opioids a day.

    Parameters
    ----------
    records : DataFrame
        One row per record of an opioid: subject, drug, route, dose (or strength) of one unit, and
        unit: mg, mcg or g with quantity; mg/day, where dose is that of a whole day, without;
        mcg/h for patches. Then either

        - a diary: day, and quantity taken that day (patches: worn that day). No row is unknown, a
          quantity of 0 is none taken;
        - regimens: start and end, both included, and quantity over all these days, or
          quantity_per_day (an `OutcomesWarning` says where the number suggests the other one);
        - dispensings: day, quantity and days_supply. Patches need no days_supply; they last 3 days
          each (buprenorphine 7), or days_per_patch. A drug with as_needed true and no days_supply
          is only known over a window.

        Optional is returned, the units handed back. Days are whole numbers from one day of the
        subject, or calendar dates, and then those of `window` and of the result are dates too. A
        missing dose or quantity makes the days it concerns missing, never zero.
    factor_set : {"cdc2022", "cdc2016", "heal2025"}
        Table of factors; see `outcomes.endpoints.medication.factor_set`.
    denominator : str
        ``"calendar_day"``: each day by itself. Or one of the four published definitions of an
        average: ``"days_supply"`` (D1: total MME over the sum of days of all records),
        ``"on_therapy_days"`` (D2: over the days with an opioid, each once), ``"window"`` (D3: over
        the days of the window, those without opioid too; of a diary over the days with an entry),
        ``"maximum_day"`` (D4: the highest day).
    window : (first, last) or DataFrame, optional
        Days that count, both included, for everybody; or subject, first_day, last_day. Required
        for D3. Without it all days of the records count.
    subjects : sequence, optional
        Everybody observed over a common `window`, so that who has no record is counted.
    overlap : {"carry_over", "add"}
        Whether an early dispensing of the same drug, route and strength starts when the one before
        it ends, or both count from the day of dispensing. Others add always.
    min_days : int, optional
        Fewest diary days for an average; by default 4 of 7 days of the window, rounded up.

    Returns
    -------
    DataFrame
        Of calendar days: subject, day, mme. Of averages: subject, first_day, last_day, total_mme,
        days (the denominator; for D4 always 1), mme. Then opioids (names, sorted),
        on_buprenorphine, reason (why mme is missing), factor_set, denominator, overlap. Of a
        window every day is listed: 0 without supply, missing without diary entry.

    Raises
    ------
    DataError
        A drug, route or unit has no factor, a number is impossible, or a record has no subject; the
        rows are named. A date has a time of day.
    SchemaError
        Columns are missing or do not hold numbers.
    SpecificationError
        An option is unknown, or D3 lacks its window.
    UnsupportedCombinationError
        As-needed supplies with another denominator than the window, or of a drug whose factor
        depends on the daily dose.

    Notes
    -----
    Buprenorphine has no factor in the CDC tables: it adds nothing and is flagged. A factor that
    depends on the dose (methadone in cdc2016) is applied to the total dose of the day. Factors
    compare exposure; they are not for changing a patient from one opioid to another.

    References
    ----------
    Dowell D et al. MMWR Recomm Rep 2022;71(RR-3):1-95, doi 10.15585/mmwr.rr7103a1.
    Dasgupta N et al. Clin J Pain 2021;37:565-574, doi 10.1097/AJP.0000000000000948: the four
    definitions.

    Examples
    --------
    >>> records = pd.DataFrame(
    ...     {
    ...         "subject": "1", "drug": "oxycodone", "route": "oral", "unit": "mg",
    ...         "day": 0, "strength": [30, 5], "quantity": [60, 14], "days_supply": [30, 7],
    ...     }
    ... )
    >>> mme_per_day(records)[["subject", "day", "mme"]].iloc[[0, 7]]
      subject  day    mme
    0       1    0  105.0
    7       1    7   90.0
    >>> d3 = mme_per_day(records, denominator="window", window=(0, 29))
    >>> d3[["subject", "days", "mme", "factor_set", "denominator"]]
      subject  days   mme factor_set denominator
    0       1    30  93.5    cdc2022      window
    """
    if have_dates(records):
        return in_dates(
            mme_per_day(
                in_days(records),
                factor_set,
                denominator=denominator,
                window=window_in_days(window),
                subjects=subjects,
                overlap=overlap,
                min_days=min_days,
            )
        )
    factors = _find(factor_set)
    _refuse_options(denominator, window)
    use = read_use(records, _products(factors), f"factor in {factors.key}")
    _refuse_lumps(use, factors, denominator)
    spans = carried_over(use.spans, overlap)
    daily = by_day(spans)
    seen = _windows(daily, window, subjects)
    supplied = inside(daily, seen)
    days = _mme_by_day(supplied, factors)
    if window is not None or use.diary:
        days = _with_empty_days(days, seen, use.diary, listed=window is not None)
    if denominator == "calendar_day":
        made = days.reset_index(drop=True)
    else:
        made = average(
            days,
            seen,
            _record_days(supplied, factors),
            denominator=denominator,
            diary=use.diary,
            min_days=min_days,
        )
    return made.assign(factor_set=factors.key, denominator=denominator, overlap=overlap)


_find = factor_set


def _refuse_options(denominator: str, window: Window | None) -> None:
    """Refuse an unknown denominator, and D3 without its window."""
    allowed = get_args(Denominator)
    if denominator not in allowed:
        raise SpecificationError(
            f"denominator is {denominator!r}; it is one of {', '.join(allowed)}. They differ about "
            "threefold, so name the one of the protocol."
        )
    if denominator == "window" and window is None:
        raise SpecificationError("denominator 'window' needs window=(first day, last day).")


def _products(factors: FactorSet) -> dict[tuple[str, str], str]:
    """List what has a factor, and buprenorphine where it is only flagged."""
    products = factors.units
    if not any(opioid == "buprenorphine" for opioid, _ in products):
        products |= {("buprenorphine", route): "" for route in BUPRENORPHINE}
    return products


def _refuse_lumps(use: Use, factors: FactorSet, denominator: str) -> None:
    """Refuse to spread over days what was supplied to be taken as needed."""
    lumps = use.spans[use.spans["lump"]]
    if len(lumps) and denominator != "window":
        raise UnsupportedCombinationError(
            f"{len(lumps)} supplies were to be taken as needed and nobody knows on which days; "
            f"denominator {denominator!r} needs days. Use 'window', or a diary."
        )
    tiered = sorted(factors.tiered & set(lumps["drug"]))
    if tiered:
        raise UnsupportedCombinationError(
            f"as-needed supplies of {', '.join(tiered)}, whose factor in {factors.key} depends on "
            "the dose of the day. Use a diary, or a table without tiers."
        )


def _windows(
    daily: pd.DataFrame, window: Window | None, subjects: Sequence[object] | None
) -> pd.DataFrame:
    """Windows as asked for, or the days that the records cover."""
    if window is None:
        if subjects is not None:
            raise SpecificationError("subjects= needs window=: without it, zero has no days.")
        covered = (
            daily.groupby("subject", sort=False, observed=True)["day"]
            .agg(["min", "max"])
            .reset_index()
        )
        covered.columns = pd.Index(["subject", "first_day", "last_day"])
        return windows(covered, [])
    if isinstance(window, pd.DataFrame) and subjects is not None:
        raise SpecificationError("window= already says which subjects; leave subjects= out.")
    who = daily["subject"] if subjects is None else subjects
    return windows(window, list(dict.fromkeys(who)))


def _mme_by_day(supplied: pd.DataFrame, factors: FactorSet) -> pd.DataFrame:
    """MME of each subject and day with a record, in order of subject and day.

    Doses of one opioid and route are added before its factor is applied, which may depend on the
    total.
    """
    doses = _summed(supplied, "amount", ["subject", "day", "drug", "route"])
    doses["mme"] = 0.0
    for (drug, route), group in doses.groupby(["drug", "route"], sort=False, observed=True):
        mme = factors.equivalents(str(drug), str(route), group["amount"].to_numpy(dtype=float))
        doses.loc[group.index, "mme"] = mme
    days = _summed(doses, "mme", ["subject", "day"])
    taken = doses.loc[doses["amount"].ne(0), ["subject", "day", "drug"]].drop_duplicates()
    names = (
        taken.sort_values("drug").groupby(["subject", "day"], observed=True)["drug"].agg(", ".join)
    )
    days = days.join(names.rename("opioids"), on=["subject", "day"])
    days["opioids"] = days["opioids"].astype(object).fillna("")
    return _explained(days)


def _explained(days: pd.DataFrame) -> pd.DataFrame:
    """Add the flag of buprenorphine and the reason of a missing value."""
    days["on_buprenorphine"] = [
        "buprenorphine" in names.split(", ") for names in days["opioids"].astype(str)
    ]
    days["reason"] = np.where(days["mme"].isna(), "dose missing", "")
    return days


def _with_empty_days(
    days: pd.DataFrame, seen: pd.DataFrame, diary: bool, *, listed: bool
) -> pd.DataFrame:
    """Days with those on which nothing is recorded: none supplied, or unknown in a diary."""
    if not listed:
        return days
    complete = every_day(seen).merge(days, on=["subject", "day"], how="left", indicator=True)
    empty = complete.pop("_merge") == "left_only"
    complete.loc[empty, "opioids"] = ""
    complete.loc[empty, "reason"] = "no diary entry" if diary else ""
    complete["on_buprenorphine"] = complete["on_buprenorphine"].eq(True)
    if not diary:
        complete.loc[empty, "mme"] = 0.0
    return complete


def _record_days(supplied: pd.DataFrame, factors: FactorSet) -> pd.Series[int]:
    """Days of supply of each subject, a calendar day as often as there are records on it."""
    counted = supplied[_counts(supplied, factors) & supplied["amount"].ne(0)]
    return counted.groupby("subject", observed=True).size()


def _counts(frame: pd.DataFrame, factors: FactorSet) -> pd.Series[bool]:
    """Which rows are of an opioid with a factor."""
    units = factors.units
    found = [key in units for key in zip(frame["drug"], frame["route"], strict=True)]
    return pd.Series(found, index=frame.index, dtype=bool)


def _summed(frame: pd.DataFrame, column: str, key: list[str]) -> pd.DataFrame:
    """Sum by `key`, in its order; anything missing makes a sum missing."""
    counted = frame.assign(unknown=frame[column].isna()).groupby(key, observed=True)
    sums = counted[column].sum()
    unknown = counted["unknown"].any()
    return sums.mask(unknown).reset_index()
