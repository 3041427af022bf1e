"""How long each patient was followed: to withdrawal, else to the last visit."""

from __future__ import annotations

import numpy as np
import pandas as pd

from outcomes.analyses.result import Note
from outcomes.analyses.setting import Compared
from outcomes.trial.trial import Trial


def last_days(trial: Trial, who: Compared) -> pd.Series[float]:
    """Day of withdrawal where recorded, else of the last visit: as scheduled, or later if late.

    Parameters
    ----------
    trial : Trial
        Its scores have the days of visits.
    who : Compared
        The population.

    Returns
    -------
    Series of float
        Days since randomisation, indexed as ``who.subjects``.
    """
    last, subjects = who.design.visits[-1], who.subjects
    scores = trial.scores
    days = pd.Series(np.nan, index=subjects.index)
    if "day" in scores.columns:
        came = scores.loc[scores["visit"] == last.id].groupby("subject")["day"].max()
        days = subjects["subject"].map(came.astype(float)).astype(float)
    until = days.clip(lower=last.day).fillna(last.day)
    declared = who.design.withdrawal
    if declared is None or declared.day is None:
        return until
    return subjects[declared.day].astype(float).fillna(until)


def assumed_follow_up(who: Compared, consequence: str) -> list[Note]:
    """Warn where no day of withdrawal is declared, with what follows from that."""
    if who.design.withdrawal is not None and who.design.withdrawal.day is not None:
        return []
    return [
        Note(
            kind="warning",
            title="Time at risk assumes full follow-up",
            text="The study file declares no day of withdrawal, so everybody counts as followed to "
            f"the last scheduled visit; {consequence} where patients left earlier.",
        )
    ]
