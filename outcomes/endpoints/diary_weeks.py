"""Weeks of a declared diary as scores of the trial, beside those of questionnaires."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from outcomes.endpoints.diary import diary_days, diary_summary
from outcomes.errors import SpecificationError
from outcomes.trial.study import DIARY_SCALES, Design, Diary, Visit
from outcomes.trial.trial import Trial


def diary_weeks(trial: Trial) -> pd.DataFrame:
    """Summarise each subject's week before each visit, by the rule of the study file.

    Parameters
    ----------
    trial : Trial
        With a declared diary.

    Returns
    -------
    DataFrame
        What `diary_summary` gives, one row for each subject and visit with a week: subject,
        visit, first_day, last_day, n_days, n_expected, compliance, mean, highest, lowest, reason
        and min_days; with n_late and n_several, days with a back-filled entry and with several.

    Raises
    ------
    SpecificationError
        The study file declares no diary.
    DataError
        A day has several entries and the study file does not say which counts.
    """
    diary = trial.study.diary
    if diary is None:
        raise SpecificationError("The study file declares no diary, so there are no weeks of one.")
    days = diary_days(
        trial.diary.astype({"day": float}),
        lowest=diary.range[0],
        highest=diary.range[1],
        several=diary.several,
        latest_delay=diary.latest_delay,
    )
    windows = _windows(trial.subjects["subject"], diary_visits(trial.design, diary), diary.days)
    weeks = diary_summary(days, windows, min_days=diary.min_days)
    return weeks.assign(
        n_late=_counted(days[days["n_late"] > 0], windows),
        n_several=_counted(days[days["n_entries"] > 1], windows),
    )


def diary_visits(design: Design, diary: Diary) -> tuple[Visit, ...]:
    """Visits before which the diary is kept."""
    return tuple(
        visit for visit in design.visits if diary.visits is None or visit.id in diary.visits
    )


def with_diary_scores(trial: Trial) -> Trial:
    """Add the mean, highest and lowest rating of each week to the scores, where a diary is kept.

    A week with too few rated days has no score, and says so.
    """
    diary = trial.study.diary
    if diary is None:
        return trial
    weeks = diary_weeks(trial)
    parts = [_scores(weeks, scale, diary, trial.scores) for scale in DIARY_SCALES]
    return replace(trial, scores=pd.concat([trial.scores, *parts], ignore_index=True))


def _windows(subjects: pd.Series[str], visits: tuple[Visit, ...], days: int) -> pd.DataFrame:
    """One row for each subject and visit: the days before the visit's nominal one."""
    spans = pd.DataFrame(
        {
            "visit": [visit.id for visit in visits],
            "first_day": [visit.day - days for visit in visits],
            "last_day": [visit.day - 1 for visit in visits],
        }
    )
    return subjects.to_frame().merge(spans, how="cross")


def _counted(days: pd.DataFrame, windows: pd.DataFrame) -> pd.Series[int]:
    """Count these days in each window."""
    joined = windows.reset_index(names="window").merge(days, on="subject")
    inside = joined[joined["day"].between(joined["first_day"], joined["last_day"])]
    return inside.groupby("window", observed=True).size().reindex(windows.index, fill_value=0)


def _scores(weeks: pd.DataFrame, scale: str, diary: Diary, like: pd.DataFrame) -> pd.DataFrame:
    """One of the three scores, with the columns and types of the trial's scores.

    A week is dated by its last day. Who did not fill in a single day has no row, as who did not
    come to a visit has none.
    """
    kept = weeks[weeks["n_days"] > 0]
    scored = kept[scale].notna()
    made = pd.DataFrame(
        {
            "subject": kept["subject"],
            "visit": kept["visit"],
            "day": kept["last_day"],
            "instrument": diary.name,
            "version": None,
            "scale": scale,
            "score": kept[scale].astype(float),
            "n_answered": kept["n_days"],
            "n_items": kept["n_expected"],
            "status": np.where(scored, "scored", "missing"),
            "reason": kept["reason"].mask(scored, None),
            "rule": f"at least {diary.min_days} of {diary.days} days (project)",
        }
    )
    return made[list(like.columns)].astype(like.dtypes.to_dict())
