"""Flares in a daily diary: runs of days well above the baseline level."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from outcomes.endpoints.columns import require_columns
from outcomes.errors import DataError, SpecificationError
from outcomes.trial.problems import first_of, rows

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class Flares:
    """Flares of each subject, and the days in which one could be seen.

    Parameters
    ----------
    episodes : DataFrame
        subject, first_day, last_day, n_days (rated at or above the threshold), area (score × days
        above the threshold): one row per flare, by subject and day.
    subjects : DataFrame
        One row per subject of the baseline: subject, baseline, threshold, n_flares, person_days
        (rated days), first_flare (day, NaN without), reason (empty, or why flares are missing:
        ``"baseline missing"``, ``"no diary day"``) and the rule: rise, min_days, free_days.
    """

    episodes: pd.DataFrame
    subjects: pd.DataFrame


def flares(
    days: pd.DataFrame, baseline: pd.DataFrame, *, rise: float, min_days: int, free_days: int
) -> Flares:
    """Find flares: at least `min_days` consecutive days at `rise` or more above baseline.

    Parameters
    ----------
    days : DataFrame
        subject, day (whole), value: one rating a day after baseline, from `diary_days`; higher is
        worse. A day without a row or value was not rated.
    baseline : DataFrame
        subject, baseline: mean of the baseline week; missing where it could not be made.
    rise : float
        Least rise above baseline, in points. No rule is a default: protocols differ.
    min_days : int
        Fewest consecutive days; a day that was not rated ends a run.
    free_days : int
        Fewest rated days below the threshold, with no day above between them, before a run is a
        new flare; otherwise it continues the one before. Unrated days count neither way.

    Returns
    -------
    Flares
        Days without a rating are no person-time.

    Raises
    ------
    DataError
        A subject has two rows of a day or of the baseline, days are not whole, or a subject has no
        baseline row.
    SchemaError
        A column is missing.
    SpecificationError
        A number of the rule is impossible.

    Examples
    --------
    >>> days = pd.DataFrame(
    ...     {"subject": "1", "day": range(1, 11), "value": [7.0, 7, 4, 4, 4, 7, 8, 4, 7, 7]}
    ... )
    >>> baseline = pd.DataFrame({"subject": ["1"], "baseline": [5.0]})
    >>> found = flares(days, baseline, rise=2, min_days=2, free_days=3)
    >>> found.episodes[["first_day", "last_day", "n_days", "area"]]
       first_day  last_day  n_days  area
    0          1         2       2   0.0
    1          6        10       4   1.0
    """
    _refuse_unusable(days, baseline, rise, min_days, free_days)
    rated = days[days["value"].notna()].sort_values(["subject", "day"])
    level = baseline.set_index("subject")["baseline"].astype(float) + rise
    episodes = [
        {"subject": subject, **episode}
        for subject, own in rated.groupby("subject", sort=False, observed=True)
        if not np.isnan(level[subject])
        for episode in _episodes(
            own["day"].to_numpy(int),
            own["value"].to_numpy(float),
            level[subject],
            min_days,
            free_days,
        )
    ]
    found = pd.DataFrame(episodes, columns=["subject", "first_day", "last_day", "n_days", "area"])
    rule = {"rise": rise, "min_days": min_days, "free_days": free_days}
    return Flares(episodes=found, subjects=_subjects(baseline, rated, found, rise).assign(**rule))


def _episodes(
    day: NDArray[np.int_], value: Array, threshold: float, min_days: int, free_days: int
) -> list[dict[str, float]]:
    """Flares of one subject, from rated days in order."""
    high = value >= threshold - 1e-9
    # A run ends where the state changes or a day was not rated.
    breaks = np.flatnonzero((high[1:] != high[:-1]) | (np.diff(day) != 1)) + 1
    found: list[dict[str, float]] = []
    free = free_days
    for run in np.split(np.arange(len(day)), breaks):
        if not high[run[0]]:
            free += len(run)
            continue
        is_flare = len(run) >= min_days
        if is_flare and (not found or free >= free_days):
            found.append({"first_day": day[run[0]], "last_day": 0, "n_days": 0, "area": 0.0})
        if is_flare:
            found[-1]["last_day"] = day[run[-1]]
            found[-1]["n_days"] += len(run)
            found[-1]["area"] += float((value[run] - threshold).sum())
        free = 0
    return found


def _subjects(
    baseline: pd.DataFrame, rated: pd.DataFrame, episodes: pd.DataFrame, rise: float
) -> pd.DataFrame:
    """One row per subject: how many flares in how many days, or why that is missing."""
    made = baseline[["subject", "baseline"]].reset_index(drop=True)
    made["threshold"] = made["baseline"] + rise
    subject = made["subject"].astype(object)
    by = episodes.groupby("subject", observed=True)
    days = rated.groupby("subject", observed=True).size()
    made["person_days"] = subject.map(days).fillna(0).astype(int)
    made["reason"] = np.select(
        [made["baseline"].isna(), made["person_days"] == 0],
        ["baseline missing", "no diary day"],
        default="",
    )
    made["n_flares"] = subject.map(by.size()).fillna(0).where(made["reason"] == "").astype("Int64")
    made["first_flare"] = subject.map(by["first_day"].min())
    return made.astype({"first_flare": float})


def _refuse_unusable(
    days: pd.DataFrame, baseline: pd.DataFrame, rise: float, min_days: int, free_days: int
) -> None:
    require_columns(days, "days", "subject", "day", "value")
    require_columns(baseline, "baseline", "subject", "baseline")
    if not rise > 0 or min_days < 1 or free_days < 1:
        raise SpecificationError(
            f"rise is {rise}, min_days {min_days} and free_days {free_days}; a rise is above zero, "
            "and the others are whole days, one or more."
        )
    strangers = sorted(set(days["subject"]) - set(baseline["subject"]), key=str)
    complaints = [
        f"{rows(int(found.sum()))} {text}"
        for found, text in (
            (
                days.duplicated(["subject", "day"]),
                "repeat a day of a subject; use diary_days first",
            ),
            (days["day"].isna() | (days["day"] % 1 != 0), "have no whole day"),
            (baseline["subject"].duplicated(), "of baseline repeat a subject"),
        )
        if found.any()
    ]
    if strangers:
        complaints.append(f"{len(strangers)} subjects have no baseline row ({first_of(strangers)})")
    if complaints:
        raise DataError("; ".join(complaints) + ".")
