"""Proportional hazards model of the subdistribution, as R's cmprsk defines it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from outcomes.errors import NotConvergedError
from outcomes.stats.survival.risk_sets import risk_sets, survival_before

Array = NDArray[np.float64]
Labels = NDArray[np.intp]
MAX_ITERATIONS = 50


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class FineGray:
    """Coefficients (log subdistribution hazard ratios), (p,), and their covariance, (p, p)."""

    coefficients: Array
    covariance: Array


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _Problem:
    """Covariates, weights of each subject at each event time, events, and their number by time."""

    Z: Array
    weights: Array
    mine: NDArray[np.bool_]
    at: Labels
    count: Array


def fit_fine_gray_rows(X: Array, time: Array, cause: Labels, *, of: int) -> FineGray:
    """Fit by weighted partial likelihood, ties after Breslow.

    Parameters
    ----------
    X : (n, p) array
        Covariates.
    time : (n,) array
        Time of the first event of any cause, or of censoring.
    cause : (n,) array of int
        0 where censored, else the cause.
    of : int
        The cause whose subdistribution is modelled.

    Returns
    -------
    FineGray

    Raises
    ------
    NotConvergedError
        The likelihood has no maximum that Newton's method finds.

    Notes
    -----
    A subject with a competing event at X stays at risk after it with weight G(t−) / G(X−), with G
    the Kaplan-Meier estimate of being uncensored in everybody. The covariance is the sandwich of
    the paper, with the term for G being estimated; R's finegray with coxph leaves that term out
    and takes other weights at ties.

    References
    ----------
    Fine JP, Gray RJ. J Am Stat Assoc 1999;94:496-509.
    """
    problem = _problem(X - X.mean(axis=0), time, cause, of)
    beta = np.zeros(X.shape[1])
    value, score, information = _likelihood(problem, beta)
    for _ in range(MAX_ITERATIONS):
        step = np.linalg.solve(information, score)
        new, tried = beta + step, _likelihood(problem, beta + step)
        while not tried[0] >= value - 1e-12 * abs(value) and np.abs(step).max() > 1e-12:
            step = step / 2
            new, tried = beta + step, _likelihood(problem, beta + step)
        beta, (value, score, information) = new, tried
        if np.abs(step).max() < 1e-10 * (1 + np.abs(beta).max()):
            covariance = _sandwich(problem, beta, information, time, cause)
            return FineGray(coefficients=beta, covariance=covariance)
    raise NotConvergedError(
        f"The subdistribution hazards model did not converge in {MAX_ITERATIONS} steps; a "
        "coefficient may have no finite estimate. Use fewer covariates."
    )


def _problem(Z: Array, time: Array, cause: Labels, of: int) -> _Problem:
    mine = cause == of
    times = np.unique(time[mine])
    uncensored_at = survival_before(time, cause == 0, times)
    uncensored_own = survival_before(time, cause == 0, time)
    still = time[:, None] >= times
    later = np.divide(
        uncensored_at,
        uncensored_own[:, None],
        out=np.zeros(still.shape),
        where=uncensored_own[:, None] > 0,
    )
    competing = ((cause > 0) & ~mine)[:, None]
    at = np.searchsorted(times, time)
    return _Problem(
        Z=Z,
        weights=np.where(still, 1.0, np.where(competing, later, 0.0)),
        mine=mine,
        at=at,
        count=np.bincount(at[mine], minlength=len(times)).astype(float),
    )


def _means(problem: _Problem, beta: Array) -> tuple[Array, Array, Array]:
    """Weights times risk (n, n_times), their sums, and mean covariates (n_times, p)."""
    risk = problem.weights * np.exp(problem.Z @ beta)[:, None]
    total = risk.sum(axis=0)
    return risk, total, (risk.T @ problem.Z) / total[:, None]


def _likelihood(problem: _Problem, beta: Array) -> tuple[float, Array, Array]:
    risk, total, mean = _means(problem, beta)
    Z, count = problem.Z, problem.count
    value = float((Z[problem.mine] @ beta).sum() - count @ np.log(total))
    score = Z[problem.mine].sum(axis=0) - count @ mean
    spread = risk @ (count / total)
    information = (Z * spread[:, None]).T @ Z - (mean * count[:, None]).T @ mean
    return value, score, information


def _sandwich(
    problem: _Problem, beta: Array, information: Array, time: Array, cause: Labels
) -> Array:
    risk, total, mean = _means(problem, beta)
    hazard = problem.count / total
    # Contributions of each subject and event time to the score of the compensator, (n, times, p).
    expected = risk * hazard
    own = -(problem.Z * expected.sum(axis=1, keepdims=True) - expected @ mean)
    own[problem.mine] += problem.Z[problem.mine] - mean[problem.at[problem.mine]]
    influence = np.linalg.solve(
        information, (own + _of_censoring(problem, expected, mean, time, cause)).T
    )
    return influence @ influence.T


def _of_censoring(
    problem: _Problem, expected: Array, mean: Array, time: Array, cause: Labels
) -> Array:
    """Give the influence of each subject through the estimate of G, (n, p)."""
    censored = risk_sets(time, cause == 0, np.zeros(len(time), dtype=np.intp), 1)
    u, n, d = censored.time, censored.at_risk[:, 0], censored.events[:, 0]
    times = np.unique(time[problem.mine])
    competing = (cause > 0) & ~problem.mine
    # q(u): what would be lost after u by those with a competing event before u.
    before = (time[competing][:, None] < u).astype(float)
    after = (u[:, None] <= times).astype(float)
    from_then = (before.T @ expected[competing]) * after
    with_covariates = np.stack(
        [
            (before.T @ (expected[competing] * z[:, None]) * after).sum(axis=1)
            for z in problem.Z[competing].T
        ],
        axis=1,
    )
    q = with_covariates - from_then @ mean
    # Martingale of censoring: a jump at the own time, minus the hazard while under observation.
    per_risk = q / n[:, None]
    compensator = np.cumsum(per_risk * (d / n)[:, None], axis=0)
    compensator = np.concatenate([np.zeros_like(compensator[:1]), compensator])
    psi = -compensator[np.searchsorted(u, time, side="right")]
    jump = cause == 0
    psi[jump] += per_risk[np.searchsorted(u, time[jump])]
    return psi
