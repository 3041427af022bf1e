"""Standardised differences by pingouin, the one place that knows it."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pingouin
from numpy.typing import NDArray
from scipy.stats import norm

from outcomes.errors import NotEstimableError


class HedgesG(NamedTuple):
    """Standardised mean difference active − reference, corrected for small samples."""

    estimate: float
    std_error: float
    conf_low: float
    conf_high: float


def hedges_g(
    active: NDArray[np.float64], reference: NDArray[np.float64], *, conf_level: float = 0.95
) -> HedgesG:
    """Difference of means over the pooled standard deviation.

    Parameters
    ----------
    active, reference : (n,) array
        Values in one unit, none missing, at least two each.
    conf_level : float
        Level of the normal interval.

    Returns
    -------
    HedgesG
        g by pingouin, with the factor 1 − 3 / (4N − 9). Standard error and limits are computed
        here from g, because pingouin rounds its intervals to two decimals.

    Raises
    ------
    NotEstimableError
        Fewer than two values in an arm, or no variation.

    References
    ----------
    Hedges LV. J Educ Stat 1981;6:107-128. Hedges LV, Olkin I. Statistical Methods for
    Meta-Analysis. Academic Press; 1985, chapter 5, equation 15: variance
    (n1 + n2) / (n1 n2) + g² / (2 (n1 + n2)).

    Examples
    --------
    >>> g = hedges_g(np.array([4.0, 5, 6, 7]), np.array([6.0, 7, 8, 9]))
    >>> round(g.estimate, 4)
    -1.3471
    """
    n1, n2 = len(active), len(reference)
    if min(n1, n2) < 2 or (np.ptp(active) == 0 and np.ptp(reference) == 0):
        raise NotEstimableError(
            f"Hedges' g needs two values an arm and some variation; there are {n1} and {n2}."
        )
    # Any global rounding would change the number itself.
    rounding = pingouin.options.get("round")
    pingouin.options["round"] = None
    try:
        g = float(pingouin.compute_effsize(active, reference, eftype="hedges"))
    finally:
        pingouin.options["round"] = rounding
    se = math.sqrt((n1 + n2) / (n1 * n2) + g**2 / (2 * (n1 + n2)))
    half = float(norm.isf((1 - conf_level) / 2)) * se
    return HedgesG(g, se, g - half, g + half)
