"""Proportional odds by Newton’s method, and the score test of its assumption."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from outcomes.errors import NotConvergedError, NotEstimableError

Array = NDArray[np.float64]
Codes = NDArray[np.int64]

_TOLERANCE = 1e-10
_MOST_STEPS = 60
#: A coefficient whose information is below this share of the largest is running off to infinity,
#: and so is one that takes the probability of a category below this.
_SINGULAR, _VANISHING = 1e-12, 1e-9


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class ProportionalOdds:
    """A fitted model logit P(Y ≤ k) = αₖ + x′β.

    Parameters
    ----------
    thresholds : array, (K − 1,)
    coefficients : array, (p,)
    covariance : array, (K − 1 + p, K − 1 + p)
        Of thresholds and coefficients, from the observed information.
    log_likelihood : float
    """

    thresholds: Array
    coefficients: Array
    covariance: Array
    log_likelihood: float


@dataclass(frozen=True, kw_only=True, slots=True)
class ScoreTest:
    """A score test: chi-squared statistic and degrees of freedom."""

    statistic: float
    df: int


def fit_proportional_odds(y: Codes, x: Array) -> ProportionalOdds:
    """Maximise the likelihood of a cumulative logit model with one slope for all cuts.

    Parameters
    ----------
    y : array, (n,)
        Categories 0 to K − 1, each of which occurs.
    x : array, (n, p)
        Without an intercept.

    Raises
    ------
    NotConvergedError
        No maximum is found.
    NotEstimableError
        The data fix no finite estimate: categories are separated by x, or columns depend on each
        other.

    References
    ----------
    McCullagh P. Regression models for ordinal data. J R Stat Soc B 1980;42:109-142.
    """
    n_cuts, p = int(y.max()), x.shape[1]
    below = np.array([(y <= k).mean() for k in range(n_cuts)])
    theta = np.concatenate([np.log(below / (1 - below)), np.zeros(p)])
    trace = []
    value, score, information = _derivatives(theta, y, x)
    for _ in range(_MOST_STEPS):
        step = _solved(information, score)
        if float(score @ step) < _TOLERANCE:
            break
        theta, value, score, information = _stepped(theta, step, value, y, x)
        trace.append(f"log-likelihood {value:.8f}")
    else:
        raise NotConvergedError(
            f"The proportional odds model found no maximum in {_MOST_STEPS} steps.", tuple(trace)
        )
    if cell_probabilities(theta[:n_cuts], theta[n_cuts:], x).min() < _VANISHING:
        raise _without_estimate()
    return ProportionalOdds(
        thresholds=theta[:n_cuts],
        coefficients=theta[n_cuts:],
        covariance=np.asarray(np.linalg.inv(information), dtype=np.float64),
        log_likelihood=value,
    )


def _stepped(
    theta: Array, step: Array, value: float, y: Codes, x: Array
) -> tuple[Array, float, Array, Array]:
    """Go as far along a Newton step as raises the likelihood."""
    for halvings in range(40):
        tried = theta + step / 2**halvings
        if (np.diff(tried[: int(y.max())]) > 0).all():
            found, score, information = _derivatives(tried, y, x)
            if found >= value - 1e-12 * abs(value):
                return tried, found, score, information
    raise NotConvergedError("No step along the score raises the likelihood.", ())


def _derivatives(theta: Array, y: Codes, x: Array) -> tuple[float, Array, Array]:
    """Log-likelihood, score and observed information at (thresholds, coefficients)."""
    design, probability, upper, lower = _parts(theta, y, x)
    a = _weight(upper) / probability
    b = _weight(lower) / probability
    score = (a[:, None] * design[0] - b[:, None] * design[1]).sum(axis=0)
    # Second derivatives of log(F(u) − F(l)): F″ = F′(1 − 2F).
    second_upper = a * (1 - 2 * upper)
    second_lower = b * (1 - 2 * lower)
    first = a[:, None] * design[0] - b[:, None] * design[1]
    information = (
        first.T @ first
        - (design[0] * second_upper[:, None]).T @ design[0]
        + (design[1] * second_lower[:, None]).T @ design[1]
    )
    return float(np.log(probability).sum()), score, information


def _weight(f: Array) -> Array:
    return f * (1 - f)


def _parts(theta: Array, y: Codes, x: Array) -> tuple[tuple[Array, Array], Array, Array, Array]:
    """Rows of the upper and lower cut of each observation, and its probability."""
    n_cuts = int(y.max())
    rows = np.concatenate([np.eye(n_cuts), np.zeros((1, n_cuts))])
    upper_rows = np.concatenate([rows[np.minimum(y, n_cuts)], x], axis=1)
    lower_rows = np.concatenate([rows[np.where(y > 0, y - 1, n_cuts)], x], axis=1)
    upper_rows[y == n_cuts] = 0.0
    lower_rows[y == 0] = 0.0
    upper = np.where(y == n_cuts, 1.0, expit(upper_rows @ theta))
    lower = np.where(y == 0, 0.0, expit(lower_rows @ theta))
    return (upper_rows, lower_rows), np.maximum(upper - lower, 1e-300), upper, lower


def _solved(information: Array, score: Array) -> Array:
    scale = np.sqrt(np.maximum(np.diag(information), 1e-300))
    values = np.linalg.eigvalsh(information / np.outer(scale, scale))
    if values[0] < _SINGULAR * values[-1] or not np.isfinite(information).all():
        raise _without_estimate()
    return np.asarray(np.linalg.solve(information, score))


def _without_estimate() -> NotEstimableError:
    return NotEstimableError(
        "The proportional odds model has no finite or no unique estimate: an arm or a covariate "
        "separates the categories, or covariates depend on each other. Leave covariates out, or "
        "merge categories or levels."
    )


def cell_probabilities(thresholds: Array, coefficients: Array, x: Array) -> Array:
    """Probability of each category, (n, K)."""
    cumulative = expit(thresholds[None, :] + (x @ coefficients)[:, None])
    ends = np.zeros((len(x), 1)), np.ones((len(x), 1))
    return np.asarray(np.diff(np.concatenate([ends[0], cumulative, ends[1]], axis=1), axis=1))


def proportional_odds_test(
    y: Codes, x: Array, fit: ProportionalOdds, columns: Iterable[int] | None = None
) -> ScoreTest:
    """Test one slope for all cuts against a slope of each cut's own.

    Parameters
    ----------
    y, x
        As fitted.
    fit : ProportionalOdds
    columns : iterable of int, optional
        Columns of x whose slopes may differ between cuts; all by default.

    Returns
    -------
    ScoreTest
        With K − 2 degrees of freedom for each column. It rejects too often where categories are
        sparse.

    References
    ----------
    Peterson B, Harrell FE. Partial proportional odds models for ordinal response variables. Appl
    Stat 1990;39:205-217; with the expected information at the common slopes. Where x tells a few
    groups apart and all its slopes are free, this is Pearson's chi-squared of the fit.
    """
    n_cuts, p = len(fit.thresholds), x.shape[1]
    cell = cell_probabilities(fit.thresholds, fit.coefficients, x)
    cumulative = cell.cumsum(axis=1)[:, :-1]
    slope = cumulative * (1 - cumulative)
    rows = np.concatenate([np.ones((len(y), 1)), x], axis=1)
    size = n_cuts * (1 + p)
    score, information = np.zeros(size), np.zeros((size, size))
    for k in range(n_cuts):
        seen = (y == k) / cell[:, k] - (y == k + 1) / cell[:, k + 1]
        here = slice(k * (1 + p), (k + 1) * (1 + p))
        score[here] = rows.T @ (slope[:, k] * seen)
        own = slope[:, k] ** 2 * (1 / cell[:, k] + 1 / cell[:, k + 1])
        information[here, here] = (rows * own[:, None]).T @ rows
        if k + 1 < n_cuts:
            there = slice((k + 1) * (1 + p), (k + 2) * (1 + p))
            shared = -slope[:, k] * slope[:, k + 1] / cell[:, k + 1]
            information[here, there] = (rows * shared[:, None]).T @ rows
            information[there, here] = information[here, there].T
    free = range(p) if columns is None else tuple(columns)
    kept = _alternative(n_cuts, p, free)
    score, information = kept.T @ score, kept.T @ information @ kept
    return ScoreTest(
        statistic=float(score @ np.linalg.solve(information, score)), df=len(free) * (n_cuts - 1)
    )


def _alternative(n_cuts: int, p: int, free: Sequence[int]) -> Array:
    """Map the parameters of the alternative to intercepts and slopes of all cuts."""
    blocks = [np.kron(np.eye(n_cuts), np.eye(1 + p)[:, [0, *(1 + j for j in free)]])]
    blocks += [
        np.kron(np.ones((n_cuts, 1)), np.eye(1 + p)[:, [1 + j]]) for j in range(p) if j not in free
    ]
    return np.concatenate(blocks, axis=1)
