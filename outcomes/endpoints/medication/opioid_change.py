"""Reduction of opioid dose, and stopping, with a grace period between supplies."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from outcomes.endpoints.columns import require_subjects
from outcomes.endpoints.medication.calendar import Overlap, by_day, carried_over, inside, windows
from outcomes.endpoints.medication.factors import factor_set
from outcomes.endpoints.medication.records import read_use
from outcomes.endpoints.responder import TOLERANCE
from outcomes.errors import (
    DuplicateRecordError,
    SpecificationError,
    UnsupportedCombinationError,
)
from outcomes.trial.problems import first_of

SAME = ("factor_set", "denominator", "overlap")


def opioid_reduction(
    baseline: pd.DataFrame,
    follow_up: pd.DataFrame,
    *,
    missing: Literal["non_responder", "undefined"],
    percents: tuple[int, ...] = (30, 50),
) -> pd.DataFrame:
    """Percent reduction of MME a day, and who reduced by at least 30 and 50 per cent.

    Parameters
    ----------
    baseline, follow_up : DataFrame
        Averages by `mme_per_day` with the same factor set, denominator and overlap, one row for
        each subject; usually over 28 days before randomisation and before the visit. A subject
        without a row in `follow_up` was not observed.
    missing : {"non_responder", "undefined"}
        What a missing follow-up is. It has to be said: it is a choice of the protocol.
    percents : tuple of int
        Least reductions, compared unrounded with a tolerance of 1e-9 points.

    Returns
    -------
    DataFrame
        Every subject of `baseline`: subject, baseline_mme, mme, percent_reduction (positive is
        less opioid), reduced_30, reduced_50 (nullable boolean), initiated (none at baseline, some
        later), rotated (other opioids than at baseline: factors differ between tables, so a
        rotation can look like a reduction), reason (why undefined: ``"baseline missing"``,
        ``"no opioid at baseline"``, ``"follow-up missing"``), factor_set, denominator.

    Raises
    ------
    DuplicateRecordError
        A subject has several rows in one frame.
    UnsupportedCombinationError
        The frames are not averages, or were made by different tables, denominators or overlaps.

    Examples
    --------
    >>> made = {"subject": ["1"], "opioids": "morphine", "factor_set": "cdc2022",
    ...         "denominator": "window", "overlap": "carry_over"}
    >>> before, after = pd.DataFrame(made | {"mme": 120.0}), pd.DataFrame(made | {"mme": 80.0})
    >>> found = opioid_reduction(before, after, missing="non_responder")
    >>> found[["percent_reduction", "reduced_30", "reduced_50"]].round(2)
       percent_reduction  reduced_30  reduced_50
    0              33.33        True       False
    """
    if missing not in ("non_responder", "undefined"):
        raise SpecificationError(f"missing is {missing!r}; it is 'non_responder' or 'undefined'.")
    refuse_unlike(baseline, follow_up)
    after = follow_up.set_index("subject")
    made = baseline[["subject", "mme", "opioids", *SAME]].rename(columns={"mme": "baseline_mme"})
    made["mme"] = made["subject"].astype(object).map(after["mme"]).astype(float)
    before, now = made["baseline_mme"], made["mme"]
    made["percent_reduction"] = 100 * (before - now) / before.where(before > 0)
    made["reason"] = _reason(before, now)
    for percent in percents:
        made[f"reduced_{percent}"] = _reduced(made, percent, missing)
    made["initiated"] = (before == 0) & (now > 0)
    later = made["subject"].astype(object).map(after["opioids"]).astype(object).fillna("")
    made["rotated"] = (before > 0) & (now > 0) & (made["opioids"] != later)
    reduced = [f"reduced_{percent}" for percent in percents]
    wanted = ["subject", "baseline_mme", "mme", "percent_reduction", *reduced]
    return made[[*wanted, "initiated", "rotated", "reason", *SAME]].reset_index(drop=True)


def _reason(before: pd.Series[float], now: pd.Series[float]) -> pd.Series[str]:
    """Why a reduction is undefined, "" where it is not."""
    reason = pd.Series("", index=before.index).mask(now.isna(), "follow-up missing")
    reason = reason.mask(before == 0, "no opioid at baseline")
    return reason.mask(before.isna(), "baseline missing")


def _reduced(made: pd.DataFrame, percent: int, missing: str) -> pd.Series[bool]:
    """Whether each subject reduced by at least `percent`."""
    reached = (made["percent_reduction"] >= percent - TOLERANCE).astype("boolean")
    undefined = made["reason"] != ""
    if missing == "non_responder":
        undefined &= made["reason"] != "follow-up missing"
    return reached.mask(undefined)


def refuse_unlike(
    baseline: pd.DataFrame, follow_up: pd.DataFrame, per: tuple[str, ...] = ("subject",)
) -> None:
    """Refuse frames that cannot be compared; follow-up has one row for each of `per`."""
    for name, frame, key in (("baseline", baseline, ("subject",)), ("follow_up", follow_up, per)):
        require_subjects(frame, name)
        twice = frame.loc[frame.duplicated(list(key)), "subject"]
        if len(twice):
            raise DuplicateRecordError(
                f"{name} has several rows of a subject ({first_of(dict.fromkeys(twice))}); average "
                "over a window first, with denominator= of mme_per_day."
            )
    for name in SAME:
        found = sorted({*baseline[name], *follow_up[name]})
        if len(found) > 1:
            raise UnsupportedCombinationError(
                f"{name} differs: {', '.join(map(str, found))}. A change between them would be one "
                "of definitions; make both frames by the same."
            )


def opioid_discontinuation(
    records: pd.DataFrame,
    *,
    window: tuple[int, int] | pd.DataFrame,
    factors: str = "cdc2022",
    grace: int = 14,
    zero_days: int = 28,
    overlap: Overlap = "carry_over",
) -> pd.DataFrame:
    """Who stopped opioids for good within the observed days, and when.

    Parameters
    ----------
    records : DataFrame
        Regimens or dispensings, as for `mme_per_day`, days as numbers. A diary is refused: its
        gaps are unknown.
    window : (first, last) or DataFrame
        Observed days of each subject, both included.
    factors : str
        The factor set that says what counts as an opioid with MME.
    grace : int
        A gap in supply of at most this many days is continued use.
    zero_days : int
        Days without opioid, up to the end of the window, that stopping needs.
    overlap : {"carry_over", "add"}
        As for `mme_per_day`.

    Returns
    -------
    DataFrame
        Every subject with supply in the window: subject, last_covered_day (in the window), end,
        free_days (from then to the end), interruptions (gaps longer than `grace` that ended),
        discontinued, time (last_covered_day if discontinued, else end: censored), reason
        (``"discontinued"``, or why not: ``"supply until the end"``, ``"gap within the grace
        period"``, ``"too few days without opioid"``), factor_set, grace, zero_days.

    Raises
    ------
    DataError
        As for `mme_per_day`.
    UnsupportedCombinationError
        A diary, or supplies to be taken as needed.

    Examples
    --------
    >>> records = pd.DataFrame(
    ...     {"subject": ["1"], "drug": "morphine", "route": "oral", "dose": 30, "unit": "mg",
    ...      "day": 0, "quantity": 60, "days_supply": 30}
    ... )
    >>> found = opioid_discontinuation(records, window=(0, 83))
    >>> found[["last_covered_day", "free_days", "discontinued", "time"]]
       last_covered_day  free_days  discontinued  time
    0                29         54          True    29
    """
    if min(grace, zero_days) < 0:
        raise SpecificationError("grace and zero_days are numbers of days, zero or more.")
    table = factor_set(factors)
    use = read_use(records, table.units, f"factor in {table.key}")
    if use.diary or use.spans["lump"].any():
        raise UnsupportedCombinationError(
            "a diary and as-needed supplies do not say when use ended. Give regimens with start "
            "and end, or dispensings with days_supply."
        )
    taken = use.spans[use.spans["amount"] != 0]
    daily = by_day(carried_over(taken, overlap))
    seen = windows(window, list(dict.fromkeys(daily["subject"])))
    covered = inside(daily, seen)[["subject", "day"]].drop_duplicates()
    covered = covered.sort_values(["subject", "day"])
    gaps = covered.groupby("subject", observed=True)["day"].diff() - 1
    made = (
        covered.groupby("subject", observed=True)["day"]
        .last()
        .rename("last_covered_day")
        .reset_index()
    )
    long = gaps.gt(grace).groupby(covered["subject"], observed=True).sum()
    made["end"] = made["subject"].astype(object).map(seen.set_index("subject")["last_day"])
    made["free_days"] = made["end"] - made["last_covered_day"]
    made["interruptions"] = made["subject"].astype(object).map(long).astype(int)
    # More days than the grace period, so that the next supply would no longer continue this use.
    made["discontinued"] = (made["free_days"] > grace) & (made["free_days"] >= zero_days)
    made["time"] = np.where(made["discontinued"], made["last_covered_day"], made["end"])
    made["reason"] = np.select(
        [made["discontinued"], made["free_days"] == 0, made["free_days"] <= grace],
        ["discontinued", "supply until the end", "gap within the grace period"],
        default="too few days without opioid",
    )
    return made.assign(factor_set=table.key, grace=grace, zero_days=zero_days, overlap=overlap)
