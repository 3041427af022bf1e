"""Attendance at the weekly sessions of therapy classes."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from outcomes.simulate.design import Classes


def draw_attendance(
    classes: Classes,
    subjects: pd.DataFrame,
    last_day: NDArray[np.int64],
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Draw who came to which session.

    Before each session a patient stops coming for good with probability `stopping`; until then
    each session is attended with probability `attendance`. Sessions after a patient left the
    study are not scheduled. Attendance changes no trait.

    Parameters
    ----------
    classes : Classes
        Number of sessions and probabilities.
    subjects : DataFrame
        With subject and class_id, None where the patient has no class.
    last_day : (n,) array of int
        Last day of each patient in the study.
    rng : Generator
        Source of randomness.

    Returns
    -------
    DataFrame
        subject, class_id, session (from 1), day, attended (yes/no): one row per scheduled
        session; none for patients without a class.
    """
    shape = (len(subjects), classes.sessions)
    going_on = (rng.random(shape) >= classes.stopping).cumprod(axis=1).astype(bool)
    came = going_on & (rng.random(shape) < classes.attendance)
    day = 7 * np.arange(1, classes.sessions + 1) + np.zeros(shape, dtype=np.int64)
    has_class = subjects["class_id"].notna().to_numpy(dtype=bool)
    row, session = np.nonzero((day <= last_day[:, None]) & has_class[:, None])
    return pd.DataFrame(
        {
            "subject": subjects["subject"].to_numpy()[row],
            "class_id": subjects["class_id"].to_numpy()[row],
            "session": session + 1,
            "day": day[row, session],
            "attended": np.where(came[row, session], "yes", "no"),
        }
    )


def per_protocol(
    classes: Classes, subjects: pd.DataFrame, attendance: pd.DataFrame
) -> NDArray[np.str_]:
    """``"yes"`` for patients without a class, and for those who came to enough sessions."""
    came = attendance.loc[attendance["attended"] == "yes", "subject"].value_counts()
    sessions = came.reindex(subjects["subject"], fill_value=0).to_numpy()
    enough = (sessions >= classes.per_protocol_sessions) | subjects["class_id"].isna().to_numpy()
    return np.where(enough, "yes", "no")
