"""Number needed to treat, whose interval may pass through infinity."""

from __future__ import annotations

import math
from dataclasses import dataclass


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
    # A sum of predicted risks misses zero by rounding.
    return 1 / difference if abs(difference) > 1e-12 else math.inf
