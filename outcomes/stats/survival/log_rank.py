"""Log-rank test: weighted after Fleming and Harrington, stratified, for any number of groups."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2

from outcomes.stats.survival.risk_sets import RiskSets, just_before, product_limit, risk_sets

Array = NDArray[np.float64]
Labels = NDArray[np.intp]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class RankTest:
    """A score test of equal curves.

    Parameters
    ----------
    score : (n_groups,) array
        Weighted observed minus expected events.
    covariance : (n_groups, n_groups) array
        Of the scores, under equal curves; singular, since the scores add up to zero.
    statistic : float
    df : int
    p_value : float
    """

    score: Array
    covariance: Array
    statistic: float
    df: int
    p_value: float


def log_rank(
    time: Array,
    event: NDArray[np.bool_],
    group: Labels,
    *,
    n_groups: int,
    stratum: Labels | None = None,
    rho: float = 0.0,
) -> RankTest:
    """Compare survival between groups.

    Parameters
    ----------
    time : (n,) array
        Time of event or censoring.
    event : (n,) array of bool
    group : (n,) array of int
        0 to n_groups − 1.
    n_groups : int
    stratum : (n,) array of int, optional
        Scores are made within strata and added.
    rho : float
        Events at t weigh S(t−)^rho, with S the pooled Kaplan-Meier curve of the stratum: 0 is the
        log-rank test, 1 the test of Peto and Peto.

    Returns
    -------
    RankTest
        The statistic is NaN where no time has both an event and two groups at risk.

    References
    ----------
    Fleming TR, Harrington DP. Counting Processes and Survival Analysis. Wiley; 1991, chapter 7.
    Harrington DP, Fleming TR. Biometrika 1982;69:553-566.
    """
    strata = np.zeros(len(time), dtype=np.intp) if stratum is None else stratum
    score, covariance = np.zeros(n_groups), np.zeros((n_groups, n_groups))
    for mine in (strata == each for each in np.unique(strata)):
        sets = risk_sets(time[mine], event[mine], group[mine], n_groups)
        one_score, one_covariance = _of_stratum(sets, rho)
        score, covariance = score + one_score, covariance + one_covariance
    return score_test(score, covariance)


def _of_stratum(sets: RiskSets, rho: float) -> tuple[Array, Array]:
    n, d = sets.at_risk.sum(axis=1), sets.events.sum(axis=1)
    weight = just_before(product_limit(n, d), 1.0) ** rho
    share = sets.at_risk / n[:, None]
    score = weight @ (sets.events - d[:, None] * share)
    # Hypergeometric variance, given the margins at each time.
    spread = weight**2 * d * np.where(n > 1, (n - d) / np.maximum(n - 1, 1), 0.0)
    covariance = np.diag(spread @ share) - share.T @ (spread[:, None] * share)
    return score, covariance


def score_test(score: Array, covariance: Array) -> RankTest:
    """Quadratic form of scores that add up to zero, on the groups that have information."""
    informative = np.diag(covariance) > 1e-12 * max(float(covariance.max(initial=0.0)), 1e-300)
    kept = np.flatnonzero(informative)[1:]
    if not len(kept):
        return RankTest(score=score, covariance=covariance, statistic=np.nan, df=0, p_value=np.nan)
    statistic = float(score[kept] @ np.linalg.solve(covariance[np.ix_(kept, kept)], score[kept]))
    return RankTest(
        score=score,
        covariance=covariance,
        statistic=statistic,
        df=len(kept),
        p_value=float(chi2.sf(statistic, len(kept))),
    )
