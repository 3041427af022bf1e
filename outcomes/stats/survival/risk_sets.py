"""Who is at risk and who has an event at each distinct event time, by group."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from outcomes.stats.survival.at_risk import at_risk

Array = NDArray[np.float64]
Labels = NDArray[np.intp]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class RiskSets:
    """Counts at the distinct event times.

    Parameters
    ----------
    time : (n_times,) array
        Distinct times at which anybody has an event, in order.
    at_risk : (n_times, n_groups) array
        Under observation just before the time.
    events : (n_times, n_groups) array
        Events at the time.
    """

    time: Array
    at_risk: Array
    events: Array


def risk_sets(
    time: Array, event: NDArray[np.bool_], group: Labels, n_groups: int, entry: Array | None = None
) -> RiskSets:
    """Count by group at each distinct event time.

    Parameters
    ----------
    time : (n,) array
        Time of event or censoring.
    event : (n,) array of bool
    group : (n,) array of int
        0 to n_groups − 1.
    n_groups : int
    entry : (n,) array, optional
        When each subject came under observation.

    Returns
    -------
    RiskSets

    Examples
    --------
    >>> found = risk_sets(np.array([1.0, 2, 2]), np.array([True, True, False]), np.zeros(3, int), 1)
    >>> found.at_risk.ravel(), found.events.ravel()
    (array([3., 2.]), array([1., 1.]))
    """
    times = np.unique(time[event])
    counts = [
        at_risk(time[mine], event[mine], times, None if entry is None else entry[mine])
        for mine in (group == each for each in range(n_groups))
    ]
    events = [np.diff(each.events, prepend=0) for each in counts]
    return RiskSets(
        time=times,
        at_risk=np.stack([each.at_risk for each in counts], axis=1).astype(float),
        events=np.stack(events, axis=1).astype(float),
    )


def product_limit(at_risk: Array, events: Array) -> Array:
    """Kaplan-Meier estimate just after each time, along the first axis.

    A group with nobody at risk keeps its last value.
    """
    left: Array = np.where(at_risk > 0, 1 - events / np.maximum(at_risk, 1), 1.0)
    return np.asarray(np.cumprod(left, axis=0), dtype=float)


def just_before(curve: Array, start: float) -> Array:
    """Values of a right-continuous step function just before its steps."""
    return np.concatenate([np.full_like(curve[:1], start), curve[:-1]], axis=0)


def survival_before(
    time: Array, event: NDArray[np.bool_], at: Array, entry: Array | None = None
) -> Array:
    """Kaplan-Meier estimate just before given times."""
    sets = risk_sets(time, event, np.zeros(len(time), dtype=np.intp), 1, entry)
    curve = np.concatenate([[1.0], product_limit(sets.at_risk, sets.events)[:, 0]])
    return curve[np.searchsorted(sets.time, at, side="left")]
