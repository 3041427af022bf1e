"""Median of a survival curve."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def median_time(time: Array, survival: Array) -> float:
    """First time at which a curve has fallen to one half or below.

    Parameters
    ----------
    time, survival : (n,) array
        Steps of a survival curve or of one of its confidence limits, in order of time; NaN where
        a limit is not defined.

    Returns
    -------
    float
        In the unit of `time`; NaN where the curve stays above one half: not reached.

    Notes
    -----
    Where the curve stands at exactly one half the first such time is taken. Others take the middle
    of that stretch (R's survfit); between scheduled visits it would be no time anybody was seen.

    References
    ----------
    Brookmeyer R, Crowley J. A confidence interval for the median survival time. Biometrics
    1982;38:29-41: the limits of the median are the medians of the limits.

    Examples
    --------
    >>> median_time(np.array([0.0, 28, 56]), np.array([1.0, 0.75, 0.5]))
    56.0
    """
    fallen = np.flatnonzero(survival <= 0.5 + 1e-12)
    return float(time[fallen[0]]) if len(fallen) else float("nan")
