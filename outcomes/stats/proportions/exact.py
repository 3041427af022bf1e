"""Exact tests and intervals of two proportions: every table there could have been is counted."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.stats import hypergeom
from scipy.stats.contingency import odds_ratio

from outcomes.stats.proportions.every_table import every_table, largest_probability
from outcomes.stats.proportions.restricted import Quantity
from outcomes.stats.proportions.score import open_ends, score_statistic

Array = NDArray[np.float64]
ExactTest = Literal["fisher", "barnard", "boschloo"]

# Tables whose statistics differ by less than rounding are equally extreme.
TIED = 1e-8
_SCAN = 48


def exact_test(
    events: int, total: int, reference_events: int, reference_total: int, *, test: ExactTest
) -> float:
    """Two-sided exact p value that two proportions are equal.

    Parameters
    ----------
    events, total, reference_events, reference_total : int
        Events and subjects of the active and of the reference arm; totals above zero.
    test : {"fisher", "barnard", "boschloo"}
        Fisher's conditional test (tables as improbable as the observed one, given its margins);
        Barnard's unconditional test ordered by the pooled z statistic; Boschloo's, ordered by
        Fisher's two-sided p value. The unconditional ones take the largest probability over the
        common proportion.

    Returns
    -------
    float
        1 where nobody or everybody has an event.

    References
    ----------
    Suissa S, Shuster JJ. Exact unconditional sample sizes for the 2 × 2 binomial trial. J R Stat
    Soc A 1985;148:317-327. Boschloo RD. Raised conditional level of significance for the 2 × 2
    table when testing the equality of two probabilities. Stat Neerl 1970;24:1-35.

    Examples
    --------
    >>> [round(exact_test(7, 12, 1, 10, test=t), 4) for t in ("fisher", "barnard", "boschloo")]
    [0.031, 0.0213, 0.0213]
    """
    n1, n2 = total, reference_total
    if events + reference_events in (0, n1 + n2):
        return 1.0
    if test == "barnard":
        x1, x2 = every_table(n1, n2)
        extremeness = np.abs(score_statistic("difference", 0.0, x1, n1, x2, n2))
    else:
        p_values = _fisher(n1, n2)
        if test == "fisher":
            return float(p_values[events, reference_events])
        extremeness = -np.log(p_values)
    as_extreme = extremeness >= extremeness[events, reference_events] - TIED
    return min(1.0, largest_probability(as_extreme, lambda p: (p, p), 0.0, 1.0))


def exact_interval(
    quantity: Quantity,
    events: int,
    total: int,
    reference_events: int,
    reference_total: int,
    *,
    conf_level: float = 0.95,
) -> tuple[float, float]:
    """Exact interval of a difference, ratio or odds ratio, active against reference.

    Parameters
    ----------
    quantity : {"difference", "ratio", "odds_ratio"}
        Difference and ratio: two one-sided unconditional tests ordered by the score statistic are
        inverted (Chan and Zhang). Odds ratio: two one-sided conditional tests (Cornfield).
    events, total, reference_events, reference_total : int
        Events and subjects of the active and of the reference arm; totals above zero.
    conf_level : float
        Least coverage of the interval; half of the rest on each side.

    Returns
    -------
    conf_low, conf_high : float
        Found to 1e-9; the time grows with the product of the totals.

    References
    ----------
    Chan ISF, Zhang Z. Test-based exact confidence intervals for the difference of two binomial
    proportions. Biometrics 1999;55:1202-1209.

    Examples
    --------
    >>> low, high = exact_interval("difference", 6, 13, 2, 7)  # StatXact 11: -0.3108 to 0.5787
    >>> round(low, 4), round(high, 4)
    (-0.3108, 0.5787)
    """
    x1, n1, x2, n2 = counts = (events, total, reference_events, reference_total)
    if quantity == "odds_ratio":
        return _conditional_odds_ratio(x1, n1, x2, n2, conf_level)
    alpha = (1 - conf_level) / 2
    if quantity == "difference":
        low, high, back = -1.0, 1.0, _same
        no_low, no_high = x1 == 0 and x2 == n2, x1 == n1 and x2 == 0
    else:
        low, high, back = -12.0, 12.0, _exponential
        no_low, no_high = open_ends(quantity, *counts)
    above = _Tail(quantity, counts, 1.0, back)
    below = _Tail(quantity, counts, -1.0, back)
    ends = (-1.0, 1.0) if quantity == "difference" else (0.0, math.inf)
    return (
        ends[0] if no_low else back(_edge(above, low, high, alpha)),
        ends[1] if no_high else back(_edge(below, high, low, alpha)),
    )


def exact_margin_test(
    events: int, total: int, reference_events: int, reference_total: int, *, margin: float
) -> float:
    """One-sided exact p value that a difference of proportions lies above −margin.

    Parameters
    ----------
    events, total, reference_events, reference_total : int
        Good outcomes and subjects of the active and of the reference arm; totals above zero.
    margin : float
        Largest loss that is acceptable, between 0 and 1, as a proportion.

    Returns
    -------
    float
        The largest probability, over all pairs of proportions that differ by −margin, of a score
        statistic as large as the one observed.

    References
    ----------
    Chan ISF. Exact tests of equivalence and efficacy with a non-zero lower bound for comparative
    studies. Stat Med 1998;17:1403-1413.
    """
    counts = (events, total, reference_events, reference_total)
    return _Tail("difference", counts, 1.0, _same)(-margin)


def _same(at: float) -> float:
    return at


def _exponential(at: float) -> float:
    return math.exp(at)


class _Tail:
    """Largest probability of a statistic as far out as the observed one, at a contrast."""

    def __init__(
        self,
        quantity: Quantity,
        counts: tuple[int, int, int, int],
        sign: float,
        back: Callable[[float], float],
    ) -> None:
        self.quantity, self.counts, self.sign, self.back = quantity, counts, sign, back
        self.tables = every_table(counts[1], counts[3])

    def __call__(self, at: float) -> float:
        value = self.back(at)
        x1, n1, x2, n2 = self.counts
        z = self.sign * score_statistic(
            self.quantity, value, self.tables[0], n1, self.tables[1], n2
        )
        as_extreme = z >= z[x1, x2] - TIED
        if self.quantity == "difference":
            low, high = max(0.0, -value), min(1.0, 1 - value)
            return largest_probability(
                as_extreme, lambda p: (np.clip(p + value, 0, 1), p), low, high
            )
        high = min(1.0, 1 / value)
        return largest_probability(as_extreme, lambda p: (np.clip(value * p, 0, 1), p), 0.0, high)


def _edge(tail: Callable[[float], float], start: float, end: float, alpha: float) -> float:
    """First contrast from `start` on that a one-sided test at `alpha` does not reject."""
    points = np.linspace(start, end, _SCAN)
    outside = start
    for point in points[1:]:
        if tail(float(point)) > alpha:
            inside = float(point)
            break
        outside = float(point)
    while abs(inside - outside) > 1e-10:
        middle = (inside + outside) / 2
        if tail(middle) > alpha:
            inside = middle
        else:
            outside = middle
    return (inside + outside) / 2


def _fisher(n1: int, n2: int) -> Array:
    """Two-sided p values of every table: those as improbable given the margins count."""
    p_values = np.ones((n1 + 1, n2 + 1))
    for events in range(n1 + n2 + 1):
        x1 = np.arange(max(0, events - n2), min(n1, events) + 1)
        mass = hypergeom.pmf(x1, n1 + n2, n1, events)
        # The relative allowance of R's fisher.test, for probabilities equal but for rounding.
        as_improbable = mass[None, :] <= mass[:, None] * (1 + 1e-7)
        p_values[x1, events - x1] = np.minimum(as_improbable @ mass, 1.0)
    return p_values


def _conditional_odds_ratio(
    x1: int, n1: int, x2: int, n2: int, conf_level: float
) -> tuple[float, float]:
    if x1 + x2 in (0, n1 + n2):
        return 0.0, math.inf
    found = odds_ratio([[x1, n1 - x1], [x2, n2 - x2]], kind="conditional")
    interval = found.confidence_interval(conf_level)
    return float(interval.low), float(interval.high)
