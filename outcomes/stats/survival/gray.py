"""Gray's test of equal cumulative incidence."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from outcomes.stats.survival.log_rank import RankTest, score_test
from outcomes.stats.survival.risk_sets import just_before, product_limit, risk_sets

Array = NDArray[np.float64]
Labels = NDArray[np.intp]


def gray_test_rows(
    time: Array,
    cause: Labels,
    group: Labels,
    *,
    of: int,
    n_groups: int,
    stratum: Labels | None = None,
    rho: float = 0.0,
) -> RankTest:
    """Compare the cumulative incidence of a cause between groups.

    Parameters
    ----------
    time : (n,) array
        Time of the first event of any cause, or of censoring.
    cause : (n,) array of int
        0 where censored, else the cause.
    group : (n,) array of int
        0 to n_groups − 1.
    of : int
        The cause compared.
    n_groups : int
    stratum : (n,) array of int, optional
        Scores are made within strata and added.
    rho : float
        Events at t weigh (1 − F(t−))^rho, with F the pooled estimate.

    Returns
    -------
    RankTest
        Statistic and variance as in R's cmprsk, ties included.

    Notes
    -----
    Subjects with a competing event stay at risk for the subdistribution: group k has
    R_k(t) = Y_k(t) (1 − F_k(t−)) / S_k(t−) at risk, with Y_k under observation. The variance is
    that of section 2 of the paper; its a, b, c and h are named so here.

    References
    ----------
    Gray RJ. A class of K-sample tests for comparing the cumulative incidence of a competing risk.
    Ann Stat 1988;16:1141-1154.
    """
    strata = np.zeros(len(time), dtype=np.intp) if stratum is None else stratum
    score, covariance = np.zeros(n_groups), np.zeros((n_groups, n_groups))
    for mine in (strata == each for each in np.unique(strata)):
        counts = _counts(time[mine], cause[mine], group[mine], of, n_groups)
        one_score, one_covariance = _of_stratum(*counts, rho)
        score, covariance = score + one_score, covariance + one_covariance
    return score_test(score, covariance)


def _counts(
    time: Array, cause: Labels, group: Labels, of: int, n_groups: int
) -> tuple[Array, Array, Array]:
    """At risk, events of the cause and of others, (n_times, n_groups) each."""
    other = (cause != of).astype(np.intp)
    sets = risk_sets(time, cause > 0, 2 * group + other, 2 * n_groups)
    events = sets.events.reshape(-1, n_groups, 2)
    at_risk = sets.at_risk.reshape(-1, n_groups, 2).sum(axis=2)
    return at_risk, events[:, :, 0], events[:, :, 1]


def _of_stratum(Y: Array, mine: Array, others: Array, rho: float) -> tuple[Array, Array]:
    n_groups = Y.shape[1]
    if not mine.any():
        return np.zeros(n_groups), np.zeros((n_groups, n_groups))
    S = product_limit(Y, mine + others)
    S_before = just_before(S, 1.0)
    present = Y > 0
    h = np.divide(Y, S_before, out=np.zeros_like(Y), where=present)
    F_group = np.cumsum(np.divide(mine, h, out=np.zeros_like(Y), where=present), axis=0)
    R = h * (1 - just_before(F_group, 0.0))
    d = mine.sum(axis=1)
    h_sum = h.sum(axis=1)
    # The pooled estimate under the hypothesis.
    dF = d / h_sum
    F = np.cumsum(dF)
    F_before = just_before(F, 0.0)
    weight = (1 - F_before) ** rho
    score = weight @ (mine - d[:, None] * R / R.sum(axis=1, keepdims=True))
    a = weight[:, None, None] * (
        np.eye(n_groups) * h[:, :, None] - h[:, :, None] * h[:, None, :] / h_sum[:, None, None]
    )
    c = np.cumsum(a * (dF / (1 - F_before))[:, None, None], axis=0)
    to_come = c[-1] - c
    b = np.divide((1 - F)[:, None], S, out=np.zeros_like(S), where=S > 0)
    own = a + np.where(S > 0, 1 - b, 1.0)[:, None, :] * to_come
    per_h = np.divide(1.0, h, out=np.zeros_like(h), where=present)
    own_variance = _finite(h_sum[:, None] * S_before, d[:, None]) * dF[:, None] * per_h
    other = b[:, None, :] * to_come
    other_variance = _finite(Y, others) * others * per_h**2
    covariance = np.einsum("tik,tjk,tk->ij", own, own, own_variance)
    covariance += np.einsum("tik,tjk,tk->ij", other, other, other_variance)
    return score, covariance


def _finite(n: Array, d: Array) -> Array:
    """(n − d) / (n − 1), the correction for d tied events; 1 for a single one."""
    return np.where(d > 1, (n - d) / np.where(n > 1, n - 1, 1.0), 1.0)
