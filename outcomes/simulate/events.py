"""Adverse events."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from outcomes.simulate.design import AdverseEvent

SEVERITIES = ("mild", "moderate", "severe")
_SHARES = (0.6, 0.32, 0.08)
_SHARE_RELATED = 0.4
_SHARE_STOPPED = {"mild": 0.0, "moderate": 0.05, "severe": 0.25}


def draw_events(
    events: tuple[AdverseEvent, ...],
    subjects: pd.DataFrame,
    last_day: NDArray[np.int64],
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Draw adverse events at constant rates while patients are in the study.

    Of all events 60 % are mild, 32 % moderate, 8 % severe, and 40 % are judged related. Treatment
    is stopped because of no mild, 5 % of moderate and 25 % of severe events; this is a record only.

    Parameters
    ----------
    events : tuple of AdverseEvent
        Terms and rates.
    subjects : DataFrame
        With subject and arm.
    last_day : (n,) array of int
        Last day of each patient in the study; exposure starts on day 1.
    rng : Generator
        Source of randomness.

    Returns
    -------
    DataFrame
        subject, day, system, term, severity (mild/moderate/severe), serious, related and stopped
        (yes/no); by subject, day and term.
    """
    drawn = pd.concat([_of_one_term(event, subjects, last_day, rng) for event in events])
    stopped = rng.random(len(drawn)) < drawn["severity"].map(_SHARE_STOPPED)
    drawn["stopped"] = np.where(stopped, "yes", "no")
    return drawn.sort_values(["subject", "day", "term"], ignore_index=True)


def _of_one_term(
    event: AdverseEvent,
    subjects: pd.DataFrame,
    last_day: NDArray[np.int64],
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Poisson many events of each patient, on days spread evenly over the exposure."""
    per_day = subjects["arm"].map(event.per_year).to_numpy(dtype=float) / 365.25
    row = np.repeat(np.arange(len(subjects)), rng.poisson(per_day * last_day))
    n = len(row)
    return pd.DataFrame(
        {
            "subject": subjects["subject"].to_numpy()[row],
            "day": rng.integers(1, last_day[row] + 1),
            "system": event.system,
            "term": event.term,
            "severity": rng.choice(SEVERITIES, size=n, p=_SHARES),
            "serious": np.where(rng.random(n) < event.share_serious, "yes", "no"),
            "related": np.where(rng.random(n) < _SHARE_RELATED, "yes", "no"),
        }
    )
