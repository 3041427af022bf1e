"""How many are at risk, and how many have left, at given times."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Counts = NDArray[np.intp]


@dataclass(frozen=True, kw_only=True, slots=True)
class AtRisk:
    """Counts at each time, (n_times,) each.

    `at_risk` is counted just before the time; `events` and `censored` up to and including it.
    """

    at_risk: Counts
    events: Counts
    censored: Counts


def at_risk(time: Array, event: NDArray[np.bool_], times: Array) -> AtRisk:
    """Count subjects at risk at the start of the intervals that begin at `times`.

    Parameters
    ----------
    time : (n,) array
        Time of event or censoring, in any unit.
    event : (n,) array of bool
        Whether it was an event.
    times : (n_times,) array
        When to count, in the same unit.

    Returns
    -------
    AtRisk
        Who has an event or is censored at a time is still at risk at that time, as in SAS and R.

    Examples
    --------
    >>> at_risk(np.array([1.0, 2, 2, 3]), np.array([True, True, False, False]), np.array([0, 2.0]))
    AtRisk(at_risk=array([4, 3]), events=array([0, 2]), censored=array([0, 1]))
    """
    before = time[:, None] < times
    until = time[:, None] <= times
    return AtRisk(
        at_risk=(~before).sum(axis=0),
        events=(until & event[:, None]).sum(axis=0),
        censored=(until & ~event[:, None]).sum(axis=0),
    )
