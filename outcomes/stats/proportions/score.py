"""Score statistics of two proportions: intervals that invert them, tests at zero and at a margin.

Written here because the interval and the tests against a margin in statsmodels 0.15 solve a wrong
cubic (statsmodels issue 10269): 56 of 70 against 48 of 80 gives 0.0526 to 0.3440 there, and
0.0528 to 0.3382 by Newcombe (1998) and by this module.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.stats import norm

from outcomes.stats.proportions.restricted import Quantity, restricted

Array = NDArray[np.float64]


def score_statistic(
    quantity: Quantity,
    value: float,
    events: Array,
    total: int,
    reference_events: Array,
    reference_total: int,
    *,
    corrected: bool = False,
) -> Array:
    """Standardised distance of observed proportions from a contrast of `value`.

    Parameters
    ----------
    quantity : {"difference", "ratio", "odds_ratio"}
        Contrast of the active with the reference arm.
    value : float
        Where the statistic is zero if observed.
    events, reference_events : array
        Any shapes that broadcast.
    total, reference_total : int
        Subjects, above zero.
    corrected : bool
        Whether the variance has the factor N / (N − 1) of Miettinen and Nurminen.

    Returns
    -------
    array
        Approximately standard normal; it falls as `value` grows. Infinite where the restricted
        proportions have no variance and the observed ones differ from them.
    """
    x1, x2 = np.asarray(events, dtype=np.float64), np.asarray(reference_events, dtype=np.float64)
    n1, n2 = total, reference_total
    q1, q2 = restricted(quantity, value, x1, n1, x2, n2)
    v1, v2 = q1 * (1 - q1) / n1, q2 * (1 - q2) / n2
    if quantity == "difference":
        distance, variance = x1 / n1 - x2 / n2 - value, v1 + v2
    elif quantity == "ratio":
        distance, variance = x1 / n1 - value * x2 / n2, v1 + value**2 * v2
    else:
        # n1 (p1 - q1) = -n2 (p2 - q2): one distance, the two variances added as precisions.
        weighted = v2 + (n1 / n2) ** 2 * v1
        distance, variance = x1 / n1 - q1, v1 * v2 / np.where(weighted > 0, weighted, 1.0)
    scale = (n1 + n2) / (n1 + n2 - 1) if corrected else 1.0
    return _standardised(np.asarray(distance), np.asarray(scale * variance))


def _standardised(distance: Array, variance: Array) -> Array:
    """Distance in standard errors; without variance 0 or infinite."""
    flat = variance <= 1e-15
    z: Array = distance / np.sqrt(np.where(flat, 1.0, variance))
    beyond = np.where(np.abs(distance) > 1e-12, np.copysign(np.inf, distance), 0.0)
    return np.where(flat, beyond, z)


def score_interval(
    quantity: Quantity,
    events: int,
    total: int,
    reference_events: int,
    reference_total: int,
    *,
    conf_level: float = 0.95,
    corrected: bool = False,
) -> tuple[float, float]:
    """Asymptotic score interval of a difference, ratio or odds ratio, active against reference.

    Parameters
    ----------
    quantity : {"difference", "ratio", "odds_ratio"}
    events, total, reference_events, reference_total : int
        Events and subjects of the active and of the reference arm; totals above zero.
    conf_level : float
        Level of the two-sided interval.
    corrected : bool
        Whether the variance has the factor N / (N − 1): Miettinen and Nurminen's interval. Without
        it Mee's for the difference, Koopman's for the ratio, Cornfield's for the odds ratio.

    Returns
    -------
    conf_low, conf_high : float
        A ratio has the low limit 0 without active events, the high one infinite without reference
        events; an odds ratio also where everybody has an event.

    References
    ----------
    Miettinen O, Nurminen M. Comparative analysis of two rates. Stat Med 1985;4:213-226. Koopman
    PAR. Confidence intervals for the ratio of two binomial proportions. Biometrics 1984;40:513-517.

    Examples
    --------
    >>> low, high = score_interval("difference", 56, 70, 48, 80, corrected=True)
    >>> round(low, 4), round(high, 4)
    (0.0528, 0.3382)
    >>> low, high = score_interval("ratio", 36, 40, 16, 80)
    >>> round(low, 2), round(high, 2)
    (2.94, 7.15)
    """
    counts = (events, total, reference_events, reference_total)
    z = float(norm.isf((1 - conf_level) / 2))

    def distance(value: float) -> float:
        found = score_statistic(
            quantity,
            value,
            np.array(events),
            total,
            np.array(reference_events),
            reference_total,
            corrected=corrected,
        )
        return float(found)

    if quantity == "difference":
        return _difference_limit(distance, z), _difference_limit(distance, -z)
    no_low, no_high = open_ends(quantity, *counts)
    low = 0.0 if no_low else _log_limit(distance, z)
    return low, math.inf if no_high else _log_limit(distance, -z)


def open_ends(quantity: Quantity, x1: int, n1: int, x2: int, n2: int) -> tuple[bool, bool]:
    """Whether a ratio or odds ratio is compatible with 0, and with infinity, at any level."""
    odds = quantity == "odds_ratio"
    return x1 == 0 or (odds and x2 == n2), x2 == 0 or (odds and x1 == n1)


def _difference_limit(distance: Callable[[float], float], z: float) -> float:
    """Difference at which the statistic equals `z`; −1 or 1 where it never does."""
    if distance(-1.0) <= z:
        return -1.0
    if distance(1.0) >= z:
        return 1.0
    return _root(lambda value: distance(value) - z, -1.0, 1.0)


def _log_limit(distance: Callable[[float], float], z: float) -> float:
    """Ratio at which the statistic equals `z`."""
    reach = 1.0
    while distance(math.exp(-reach)) < z or distance(math.exp(reach)) > z:
        reach *= 2
    return math.exp(_root(lambda log: distance(math.exp(log)) - z, -reach, reach))


def _root(function: Callable[[float], float], low: float, high: float) -> float:
    """Root of a falling function that may be infinite at the ends."""
    finite = lambda at: float(np.clip(function(at), -1e6, 1e6))  # noqa: E731 - brentq needs numbers
    return float(brentq(finite, low, high, xtol=1e-13, rtol=1e-14))


def score_test(
    events: int,
    total: int,
    reference_events: int,
    reference_total: int,
    *,
    corrected: bool = False,
) -> tuple[float, float]:
    """Compare two proportions by the score test (Pearson's chi-squared, uncorrected).

    Parameters
    ----------
    events, total, reference_events, reference_total : int
        Events and subjects of the active and of the reference arm; totals above zero.
    corrected : bool
        Whether the variance has the factor N / (N − 1), as Miettinen and Nurminen's interval.

    Returns
    -------
    statistic, p_value : float
        z of active − reference and its two-sided p value; 0 and 1 where nobody or everybody has
        an event, which says nothing of a difference.

    Examples
    --------
    >>> z, p = score_test(56, 70, 48, 80)
    >>> round(z**2, 4), round(p, 4)
    (7.0234, 0.008)
    """
    z = _statistic_at(0.0, events, total, reference_events, reference_total, corrected)
    return z, float(2 * norm.sf(abs(z)))


def margin_test(
    events: int,
    total: int,
    reference_events: int,
    reference_total: int,
    *,
    margin: float,
    corrected: bool = False,
) -> tuple[float, float]:
    """Test that a difference of proportions lies above −margin: Farrington and Manning.

    Parameters
    ----------
    events, total, reference_events, reference_total : int
        Good outcomes and subjects of the active and of the reference arm; totals above zero.
    margin : float
        Largest loss that is acceptable, between 0 and 1, as a proportion.
    corrected : bool
        Whether the variance has the factor N / (N − 1), so that the test agrees with Miettinen and
        Nurminen's interval.

    Returns
    -------
    statistic, p_value : float
        z with the variance restricted to a difference of −margin, and its one-sided p value; small
        where the active arm is not inferior.

    References
    ----------
    Farrington CP, Manning G. Stat Med 1990;9:1447-1454.

    Examples
    --------
    >>> z, p = margin_test(83, 88, 69, 76, margin=0.10)
    >>> round(z, 3), round(p, 4)
    (2.957, 0.0016)
    """
    z = _statistic_at(-margin, events, total, reference_events, reference_total, corrected)
    return z, float(norm.sf(z))


def _statistic_at(value: float, x1: int, n1: int, x2: int, n2: int, corrected: bool) -> float:
    found = score_statistic(
        "difference", value, np.array(x1), n1, np.array(x2), n2, corrected=corrected
    )
    return float(found)
