"""Two proportions: score test, score interval of the ratio, number needed to treat."""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy.optimize import brentq
from scipy.stats import norm


def score_test(
    events: int, total: int, reference_events: int, reference_total: int
) -> tuple[float, float]:
    """Compare two proportions by the score test (Pearson's chi-squared, uncorrected).

    Parameters
    ----------
    events, total, reference_events, reference_total : int
        Events and subjects of the active and of the reference arm; totals above zero.

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
    pooled = (events + reference_events) / (total + reference_total)
    if pooled in (0.0, 1.0):
        return 0.0, 1.0
    std_error = math.sqrt(pooled * (1 - pooled) * (1 / total + 1 / reference_total))
    z = (events / total - reference_events / reference_total) / std_error
    return z, float(2 * norm.sf(abs(z)))


def ratio_interval(
    events: int,
    total: int,
    reference_events: int,
    reference_total: int,
    *,
    conf_level: float = 0.95,
) -> tuple[float, float]:
    """Asymptotic score interval of the ratio of two proportions, active / reference.

    Parameters
    ----------
    events, total, reference_events, reference_total : int
        Events and subjects of the active and of the reference arm; totals above zero.
    conf_level : float
        Level of the two-sided interval.

    Returns
    -------
    conf_low, conf_high : float
        The low limit is 0 without active events, the high one infinite without reference events.

    References
    ----------
    Koopman PAR. Confidence intervals for the ratio of two binomial proportions. Biometrics
    1984;40:513-517. The restricted estimate is the root of the quadratic in Miettinen O,
    Nurminen M. Comparative analysis of two rates. Stat Med 1985;4:213-226 (without their factor
    N / (N − 1)).

    Examples
    --------
    >>> low, high = ratio_interval(36, 40, 16, 80)
    >>> round(low, 2), round(high, 2)
    (2.94, 7.15)
    >>> ratio_interval(0, 10, 0, 20)
    (0.0, inf)
    """
    counts = (events, total, reference_events, reference_total)
    z = float(norm.isf((1 - conf_level) / 2))
    low = 0.0 if events == 0 else _ratio_limit(counts, z)
    high = math.inf if reference_events == 0 else _ratio_limit(counts, -z)
    return low, high


def _ratio_limit(counts: tuple[int, int, int, int], z: float) -> float:
    """Ratio at which the score statistic equals `z`; it falls as the ratio grows."""

    def distance(log_ratio: float) -> float:
        return _ratio_score(counts, math.exp(log_ratio)) - z

    reach = 1.0
    while distance(-reach) < 0 or distance(reach) > 0:
        reach *= 2
    return math.exp(brentq(distance, -reach, reach, xtol=1e-13))


def _ratio_score(counts: tuple[int, int, int, int], ratio: float) -> float:
    """Score statistic of a ratio, zero where it is the observed one."""
    x1, n1, x2, n2 = counts
    b = ratio * (n1 + x2) + x1 + n2
    root = math.sqrt(max(b * b - 4 * ratio * (n1 + n2) * (x1 + x2), 0.0))
    p2 = 2 * (x1 + x2) / (b + root)
    p1 = min(ratio * p2, 1.0)
    variance = p1 * (1 - p1) / n1 + ratio**2 * p2 * (1 - min(p2, 1.0)) / n2
    difference = x1 / n1 - ratio * x2 / n2
    if variance <= 0:
        return 0.0
    return difference / math.sqrt(variance)


@dataclass(frozen=True, kw_only=True, slots=True)
class NumberNeededToTreat:
    """Number needed to treat, signed: positive to benefit, negative to harm.

    `benefit_low` and `benefit_high` belong to the more and to the less favourable limit of the
    risk difference. Where `crosses_infinity`, the interval runs from `benefit_low` up to infinity
    and on from minus infinity to `benefit_high`, a number needed to harm: the values between the
    two limits are the ones it does *not* hold.
    """

    estimate: float
    benefit_low: float
    benefit_high: float
    crosses_infinity: bool


def number_needed_to_treat(
    difference: float, conf_low: float, conf_high: float
) -> NumberNeededToTreat:
    """Invert a risk difference of a good outcome, active − reference, with its interval.

    Parameters
    ----------
    difference, conf_low, conf_high : float
        Risk difference and limits, as proportions.

    Returns
    -------
    NumberNeededToTreat
        Infinite where the difference or a limit is zero.

    References
    ----------
    Altman DG. Confidence intervals for the number needed to treat. BMJ 1998;317:1309-1312.

    Examples
    --------
    >>> number_needed_to_treat(0.2, 0.05, 0.5)
    NumberNeededToTreat(estimate=5.0, benefit_low=2.0, benefit_high=20.0, crosses_infinity=False)
    >>> number_needed_to_treat(0.1, -0.05, 0.25)
    NumberNeededToTreat(estimate=10.0, benefit_low=4.0, benefit_high=-20.0, crosses_infinity=True)
    """
    return NumberNeededToTreat(
        estimate=_inverse(difference),
        benefit_low=_inverse(conf_high),
        benefit_high=_inverse(conf_low),
        crosses_infinity=conf_low <= 0 <= conf_high,
    )


def _inverse(difference: float) -> float:
    return 1 / difference if difference else math.inf
