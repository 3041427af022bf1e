"""Restricted mean time without an event."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from outcomes.stats.survival.risk_sets import product_limit, risk_sets

Array = NDArray[np.float64]


class RestrictedMean(NamedTuple):
    """Mean of min(T, tau) and the standard error of its estimate."""

    estimate: float
    std_error: float


def restricted_mean(
    time: Array, event: NDArray[np.bool_], tau: float, entry: Array | None = None
) -> RestrictedMean:
    """Area under the Kaplan-Meier curve up to `tau`.

    Parameters
    ----------
    time : (n,) array
        Time of event or censoring.
    event : (n,) array of bool
    tau : float
        Upper limit, at most the last time of follow-up: beyond it the curve is unknown.
    entry : (n,) array, optional
        When each subject came under observation.

    Returns
    -------
    RestrictedMean
        The variance is Σ A(t)² d / (n (n − d)) over event times t up to tau, with A(t) the area
        from t to tau, d events and n at risk: that of the estimate, as R's survfit and survRM2
        print it, and not the variance of min(T, tau).

    References
    ----------
    Klein JP, Moeschberger ML. Survival Analysis. 2nd ed. Springer; 2003, equation 4.5.2.
    Uno H, et al. J Clin Oncol 2014;32:2380-2385.

    Examples
    --------
    >>> mean = restricted_mean(np.array([2.0, 4, 6]), np.array([True, True, True]), 6.0)
    >>> round(mean.estimate, 3), round(mean.std_error, 3)
    (4.0, 0.943)
    """
    sets = risk_sets(time, event & (time <= tau), np.zeros(len(time), dtype=np.intp), 1, entry)
    n, d = sets.at_risk[:, 0], sets.events[:, 0]
    edges = np.concatenate([[0.0], sets.time, [tau]])
    heights = np.concatenate([[1.0], product_limit(n, d)])
    areas = heights * np.diff(edges)
    after = np.cumsum(areas[::-1])[::-1][1:]
    # Once everybody has had the event the curve stays at zero and nothing is left to vary.
    greenwood = np.where(n > d, d / np.maximum(n * (n - d), 1), 0.0)
    return RestrictedMean(float(areas.sum()), float(np.sqrt(np.sum(after**2 * greenwood))))
