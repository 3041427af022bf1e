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


def at_risk(
    time: Array, event: NDArray[np.bool_], times: Array, entry: Array | None = None
) -> AtRisk:
    """Count subjects at risk at the start of the intervals that begin at `times`.

    Parameters
    ----------
    time : (n,) array
        Time of event or censoring, in any unit.
    event : (n,) array of bool
        Whether it was an event.
    times : (n_times,) array
        When to count, in the same unit.
    entry : (n,) array, optional
        When each subject came under observation; by default all were from the start.

    Returns
    -------
    AtRisk
        Who has an event or is censored at a time is still at risk at that time, and who enters at
        a time is not yet, as in SAS and R; who enters at 0 is at risk from 0.

    Notes
    -----
    Between two times at which somebody leaves, R's ``summary(survfit)`` counts those at risk at
    the later one, so also who enters in between; here only who is under observation is counted.

    Examples
    --------
    >>> at_risk(np.array([1.0, 2, 2, 3]), np.array([True, True, False, False]), np.array([0, 2.0]))
    AtRisk(at_risk=array([4, 3]), events=array([0, 2]), censored=array([0, 1]))
    """
    return AtRisk(
        at_risk=_entered(entry, len(time), times) - _before(time, times),
        events=_until(time[event], times),
        censored=_until(time[~event], times),
    )


def _entered(entry: Array | None, n: int, times: Array) -> Counts:
    if entry is None:
        return np.full(len(times), n)
    return np.where(times == 0, np.count_nonzero(entry == 0), _before(entry, times))


def _before(values: Array, times: Array) -> Counts:
    return np.searchsorted(np.sort(values), times, side="left")


def _until(values: Array, times: Array) -> Counts:
    return np.searchsorted(np.sort(values), times, side="right")
