"""Area under a subject's scores over time, and the time-weighted average it is made into."""

from __future__ import annotations

import numpy as np
import pandas as pd

from outcomes.endpoints.columns import require_columns
from outcomes.errors import DataError, DuplicateRecordError, SpecificationError
from outcomes.trial.problems import first_of


def area_under_curve(
    records: pd.DataFrame, *, until: float, max_gap: float, start: float = 0.0
) -> pd.DataFrame:
    """Area under each subject's scores by the trapezoid rule, over the days they were taken.

    Parameters
    ----------
    records : DataFrame
        subject, day, value; a row with a missing value is a scheduled visit that was missed.
        The first row is that of the baseline.
    until : float
        A subject must have a value on this day or later; the area ends with the last value. Nothing
        is extrapolated: who left before is missing and belongs to imputation.
    max_gap : float
        Missed visits are bridged by a straight line over at most so many days, in the unit of day.
    start : float
        Latest day of a baseline value.

    Returns
    -------
    DataFrame
        One row per subject in order of appearance: subject, baseline, n_values, first_day,
        last_day, longest_gap (over missed visits; 0 without), area (score × days), average (area
        over days), change (average − baseline), reason (empty, or why area, average and change are
        missing: ``"baseline missing"``, ``"no value at or after day ..."``, ``"gap of more than
        ... days"``), until and max_gap.

    Raises
    ------
    DataError
        A record has no day.
    DuplicateRecordError
        A subject has two records of a day.
    SchemaError
        A column is missing.
    SpecificationError
        `until` is not after `start`, or `max_gap` is negative.

    Examples
    --------
    >>> weeks = pd.DataFrame(
    ...     {"subject": "1", "day": [0, 4, 8, 12, 26], "value": [7.0, 5, 4, 4, 5]}
    ... )
    >>> found = area_under_curve(weeks, until=26, max_gap=8)
    >>> found[["area", "average", "change"]].round(3)
        area  average  change
    0  121.0    4.654  -2.346
    """
    _refuse_unusable(records, until, max_gap, start)
    ordered = records.sort_values("day", kind="stable")
    rows = [
        _one(
            subject,
            days["day"].to_numpy(float),
            days["value"].to_numpy(float),
            until,
            max_gap,
            start,
        )
        for subject, days in ordered.groupby("subject", sort=False, observed=True)
    ]
    made = pd.DataFrame(rows).set_index("subject")
    made = made.loc[records["subject"].drop_duplicates()].reset_index()
    return made.assign(until=until, max_gap=max_gap)


def _one(
    subject: object,
    day: np.ndarray[tuple[int], np.dtype[np.float64]],
    value: np.ndarray[tuple[int], np.dtype[np.float64]],
    until: float,
    max_gap: float,
    start: float,
) -> dict[str, object]:
    """Area of one subject, with days in order."""
    seen = ~np.isnan(value)
    t, y = day[seen], value[seen]
    bridged = np.diff(np.flatnonzero(seen)) > 1
    longest = float(np.diff(t)[bridged].max(initial=0.0))
    known = len(t) > 0 and t[0] <= start
    reason = ""
    if not known:
        reason = "baseline missing"
    elif t[-1] < until:
        reason = f"no value at or after day {until:g}"
    elif longest > max_gap:
        reason = f"gap of more than {max_gap:g} days"
    area = float(np.trapezoid(y, t)) if not reason else np.nan
    average = area / (t[-1] - t[0]) if not reason else np.nan
    baseline = float(y[0]) if known else np.nan
    return {
        "subject": subject,
        "baseline": baseline,
        "n_values": len(t),
        "first_day": t[0] if len(t) else np.nan,
        "last_day": t[-1] if len(t) else np.nan,
        "longest_gap": longest,
        "area": area,
        "average": average,
        "change": average - baseline,
        "reason": reason,
    }


def _refuse_unusable(records: pd.DataFrame, until: float, max_gap: float, start: float) -> None:
    require_columns(records, "records", "subject", "day", "value")
    if not until > start or max_gap < 0:
        raise SpecificationError(
            f"until is {until:g} and max_gap {max_gap:g}; until lies after day {start:g}, and a "
            "gap is zero or more."
        )
    undated = records[records["day"].isna()]
    if len(undated):
        raise DataError(
            f"{len(undated)} records have no day (first subjects "
            f"{first_of(undated['subject'].unique())}). Give the day, or leave the record out."
        )
    twice = records[records.duplicated(["subject", "day"])]
    if len(twice):
        which = first_of(f"{r.subject} on day {r.day}" for r in twice.itertuples())
        raise DuplicateRecordError(
            f"{len(twice)} records repeat a day of a subject ({which}). Keep the one that counts."
        )
