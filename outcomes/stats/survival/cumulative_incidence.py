"""Cumulative incidence of one cause among others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from outcomes.stats.survival.risk_sets import just_before, product_limit, risk_sets

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class CumulativeIncidence:
    """Steps at each time an event of any cause happens, (n_times,) each.

    `estimate` is the probability of the cause by the time, with its standard error; `survival`
    the probability of no event of any cause.
    """

    time: Array
    estimate: Array
    std_error: Array
    survival: Array


def cumulative_incidence_rows(
    time: Array, cause: NDArray[np.intp], of: int, entry: Array | None = None
) -> CumulativeIncidence:
    """Estimate the cumulative incidence after Aalen and Johansen, exact with ties.

    Parameters
    ----------
    time : (n,) array
        Time of the first event of any cause, or of censoring.
    cause : (n,) array of int
        0 where censored, else the cause.
    of : int
        The cause wanted.
    entry : (n,) array, optional
        When each subject came under observation.

    Returns
    -------
    CumulativeIncidence
        Over all causes, estimates and survival add up to one.

    Notes
    -----
    With increments dΛ₁ of the cause and dΛ₂ of the others, the estimate F(t) = Σ S(s−) dΛ₁(s)
    has the variance

    Σ [S(s−) {1 − (F(t) − F(s)) / S(s)}]² var dΛ₁ + Σ [S(s−) (F(t) − F(s)) / S(s)]² var dΛ₂,

    with var dΛ = d (n − d) / (n² (n − 1)): the delta method, as in R's cmprsk.

    References
    ----------
    Aalen OO, Johansen S. Scand J Stat 1978;5:141-150. Marubini E, Valsecchi MG. Analysing Survival
    Data from Clinical Trials and Observational Studies. Wiley; 1995, section 10.2.

    Examples
    --------
    >>> found = cumulative_incidence_rows(np.array([1.0, 2, 2, 3]), np.array([1, 1, 2, 0]), of=1)
    >>> found.estimate, found.survival
    (array([0.25, 0.5 ]), array([0.75, 0.25]))
    """
    sets = risk_sets(time, cause > 0, (cause != of).astype(np.intp), 2, entry)
    n = sets.at_risk.sum(axis=1)
    mine, others = sets.events.T
    survival = product_limit(n, mine + others)
    before = just_before(survival, 1.0)
    estimate = np.cumsum(before * mine / n)
    return CumulativeIncidence(
        time=sets.time,
        estimate=estimate,
        std_error=np.sqrt(_variance(n, mine, others, survival, before, estimate)),
        survival=survival,
    )


def _variance(
    n: Array, mine: Array, others: Array, survival: Array, before: Array, estimate: Array
) -> Array:
    """Variance of the estimate at each time: Σ over s of (a + b F(t))², expanded in F(t)."""
    ratio = np.divide(before, survival, out=np.zeros_like(before), where=survival > 0)
    # The last subjects: what follows does not depend on them, since F(t) = F(s).
    own = before + ratio * estimate, -ratio
    other = -ratio * estimate, ratio
    total = np.zeros_like(estimate)
    for (a, b), d in ((own, mine), (other, others)):
        spread = d * _finite(n, d) / n**2
        total += np.cumsum(a**2 * spread) + 2 * estimate * np.cumsum(a * b * spread)
        total += estimate**2 * np.cumsum(b**2 * spread)
    return np.maximum(total, 0.0)


def _finite(n: Array, d: Array) -> Array:
    """(n − d) / (n − 1), the correction for d tied events; 1 for a single one."""
    return np.where(d > 1, (n - d) / np.maximum(n - 1, 1), 1.0)
