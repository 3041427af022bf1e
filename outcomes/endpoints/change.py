"""Change and percent change from baseline, for every subject at every scheduled visit."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from outcomes.errors import DataError, DuplicateRecordError, SchemaError, UnknownVisitError
from outcomes.trial.study import Design

MADE_HERE = ("visit", "day", "baseline", "value", "change", "percent_change")


def outcome_frame(
    scores: pd.DataFrame,
    subjects: pd.DataFrame,
    design: Design,
    *,
    instrument: str,
    scale: str,
) -> pd.DataFrame:
    """One row for each subject and follow-up visit, observed or not.

    Parameters
    ----------
    scores : DataFrame
        At least subject, visit, instrument, scale, score; as in `Trial.scores`.
    subjects : DataFrame
        One row per subject: subject, arm and whatever else is wanted beside the outcome. Who is
        not here is left out, so a population is chosen by passing its rows.
    design : Design
        Arms and visits.
    instrument, scale : str
        The score compared. Nobody has to be observed on it; then every value is missing.

    Returns
    -------
    DataFrame
        subject; arm (ordered Categorical of arm ids, the reference first); visit (ordered
        Categorical of follow-up visit ids); day (nominal); baseline, value and change in units of
        the score; percent_change; then all other columns of `subjects`. Rows are in the order of
        `subjects`, then of the visits. NaN marks what was not observed, and the percent change
        from a baseline that is not above zero, which is undefined.

    Raises
    ------
    DataError
        A subject has an arm the design does not declare.
    DuplicateRecordError
        A subject appears twice, or has two scores at one visit.
    SchemaError
        A column of `subjects` bears a name that is made here.
    UnknownVisitError
        A score belongs to a visit the design does not declare.

    Examples
    --------
    >>> from outcomes.trial.study import Arm, Visit
    >>> design = Design(
    ...     arms=(Arm(id="usual", label="Usual", reference=True), Arm(id="yoga", label="Yoga")),
    ...     visits=(
    ...         Visit(id="start", label="Start", day=0, baseline=True),
    ...         Visit(id="week4", label="Week 4", day=28),
    ...     ),
    ... )
    >>> subjects = pd.DataFrame({"subject": ["1", "2"], "arm": ["usual", "yoga"]})
    >>> scores = pd.DataFrame(
    ...     {
    ...         "subject": ["1", "1", "2"],
    ...         "visit": ["start", "week4", "start"],
    ...         "instrument": "nrs",
    ...         "scale": "total",
    ...         "score": [8.0, 6.0, 5.0],
    ...     }
    ... )
    >>> frame = outcome_frame(scores, subjects, design, instrument="nrs", scale="total")
    >>> frame[["subject", "visit", "baseline", "value", "change", "percent_change"]]
      subject  visit  baseline  value  change  percent_change
    0       1  week4       8.0    6.0    -2.0           -25.0
    1       2  week4       5.0    NaN     NaN             NaN
    """
    _refuse_unusable(subjects, design)
    wide = _wide(scores, subjects, design, instrument=instrument, scale=scale)
    visits = [visit.id for visit in design.follow_up]
    rows = np.repeat(np.arange(len(subjects)), len(visits))
    value = wide[visits].to_numpy(dtype=float).ravel()
    baseline = wide[design.baseline.id].to_numpy(dtype=float)[rows]
    made = pd.DataFrame(
        {
            "subject": subjects["subject"].to_numpy()[rows],
            "arm": _arms(subjects["arm"].to_numpy()[rows], design),
            "visit": pd.Categorical(visits * len(subjects), categories=visits, ordered=True),
            "day": [visit.day for visit in design.follow_up] * len(subjects),
            "baseline": baseline,
            "value": value,
            "change": value - baseline,
            "percent_change": percent_change(baseline, value),
        }
    )
    others = subjects.drop(columns=["subject", "arm"]).iloc[rows].reset_index(drop=True)
    return pd.concat([made, others], axis=1)


def percent_change(
    baseline: NDArray[np.float64],
    value: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Change as a percentage of the baseline; negative is lower than at baseline.

    Parameters
    ----------
    baseline, value : (n,) array
        In units of the score; NaN marks a missing one.

    Returns
    -------
    (n,) array
        ``100 (value - baseline) / baseline``; NaN where either is missing or the baseline is not
        above zero: no percentage of nothing exists, and from a negative baseline its sign would
        say the opposite of what happened.

    Examples
    --------
    >>> percent_change(np.array([8.0, 0.0, np.nan]), np.array([6.0, 2.0, 2.0]))
    array([-25.,  nan,  nan])
    """
    percent = np.full(len(baseline), np.nan)
    np.divide(100.0 * (value - baseline), baseline, out=percent, where=baseline > 0)
    return percent


def _wide(
    scores: pd.DataFrame, subjects: pd.DataFrame, design: Design, *, instrument: str, scale: str
) -> pd.DataFrame:
    """Scores with a row for each of `subjects` and a column for each visit of the design."""
    wanted = (scores["instrument"] == instrument) & (scores["scale"] == scale)
    wanted &= scores["subject"].isin(subjects["subject"])
    chosen = scores.loc[wanted, ["subject", "visit", "score"]]
    declared = [visit.id for visit in design.visits]
    unknown = chosen.loc[~chosen["visit"].isin(declared), "visit"]
    if len(unknown):
        raise UnknownVisitError(
            f"{len(unknown)} scores of {instrument}/{scale} are at visits the design does not "
            f"declare ({_first(unknown.unique())}); declared are {', '.join(declared)}. "
            "Declare the visit, or map its name with code."
        )
    twice = chosen.duplicated(["subject", "visit"])
    if twice.any():
        pairs = (f"{r.subject} at {r.visit}" for r in chosen[twice].itertuples())
        raise DuplicateRecordError(
            f"{twice.sum()} scores of {instrument}/{scale} repeat a subject and visit "
            f"({_first(pairs)}); one each is allowed. Keep the record that counts."
        )
    by_visit = chosen.astype({"visit": object}).pivot(  # noqa: PD010 - one value for each pair
        index="subject", columns="visit", values="score"
    )
    return by_visit.reindex(index=subjects["subject"], columns=declared)


def _arms(arms: NDArray[np.object_], design: Design) -> pd.Categorical:
    """Arms as ordered categories, the reference first."""
    active = [arm.id for arm in design.arms if not arm.reference]
    return pd.Categorical(arms, categories=[design.reference.id, *active], ordered=True)


def _refuse_unusable(subjects: pd.DataFrame, design: Design) -> None:
    """Raise where `subjects` cannot become rows of an outcome frame."""
    taken = sorted(set(MADE_HERE) & set(subjects.columns))
    if taken:
        raise SchemaError(
            f"subjects has columns {', '.join(taken)}, names that are made from the scores. "
            "Rename them where the data are read."
        )
    twice = subjects.loc[subjects["subject"].duplicated(), "subject"]
    if len(twice):
        raise DuplicateRecordError(
            f"{len(twice)} rows of subjects repeat a subject ({_first(twice)}); one row each is "
            "allowed. Keep the row that counts."
        )
    declared = [arm.id for arm in design.arms]
    stray = subjects.loc[~subjects["arm"].isin(declared), "arm"]
    if len(stray):
        raise DataError(
            f"{len(stray)} subjects have an arm the design does not declare "
            f"({_first(stray.astype(object).unique())}); declared are {', '.join(declared)}. "
            "Declare the arm, or map its name with code."
        )


def _first(found: Iterable[object]) -> str:
    """Name up to three of what was found."""
    return ", ".join(str(one) for one in list(found)[:3])
