"""Median of a survival curve."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

# A product of ratios that is one half, in floating point.
TOLERANCE = 1e-9


def median_time(time: Array, survival: Array) -> float:
    """Time at which a curve falls to one half.

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
    The first time with the curve at one half or below. Where it stands at exactly one half before
    it falls further, the middle of that stretch, as in SAS and R.

    References
    ----------
    Brookmeyer R, Crowley J. A confidence interval for the median survival time. Biometrics
    1982;38:29-41: the limits of the median are the medians of the limits.

    Examples
    --------
    >>> median_time(np.array([0.0, 28, 56]), np.array([1.0, 0.75, 0.5]))
    56.0
    >>> median_time(np.array([0.0, 28, 56]), np.array([1.0, 0.5, 0.25]))
    42.0
    """
    fallen = np.flatnonzero(survival <= 0.5 + TOLERANCE)
    if not len(fallen):
        return float("nan")
    first = fallen[0]
    below = np.flatnonzero(survival < 0.5 - TOLERANCE)
    if len(below) and below[0] > first:
        return float(time[first] + time[below[0]]) / 2
    return float(time[first])
