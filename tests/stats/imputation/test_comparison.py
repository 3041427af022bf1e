"""Least squares of many completed data sets against one at a time."""

import numpy as np
import pytest

from outcomes.errors import NotEstimableError
from outcomes.stats.imputation.ancova import compare, compare_resampled, comparison

RNG = np.random.default_rng(8)
N = 30
ARM = np.arange(N) % 2
BASE = RNG.normal(50, 10, N)
X = np.column_stack([np.ones(N), ARM, BASE])
BY_ARM = np.stack([np.column_stack([np.ones(N), np.full(N, a), BASE]) for a in (0, 1)])
CONTRASTS = np.array([[-1.0, 1], [1, 0], [0, 1]])
Y = RNG.normal(size=(2, 3, N)) + 0.2 * BASE


def ols(X, y, L):
    """Estimates and standard errors from the normal equations."""
    inverse = np.linalg.inv(X.T @ X)
    beta = inverse @ X.T @ y
    scale = ((y - X @ beta) ** 2).sum() / (len(y) - X.shape[1])
    return L @ beta, np.sqrt(np.diag(L @ inverse @ L.T) * scale)


def test_estimates_and_errors_are_those_of_least_squares():
    found = compare(comparison(X, BY_ARM, CONTRASTS), Y)
    L = CONTRASTS @ BY_ARM.mean(axis=1)
    assert found.df == N - 3
    for b in range(2):
        for d in range(3):
            estimate, error = ols(X, Y[b, d], L)
            assert found.estimate[b, d] == pytest.approx(estimate)
            squares = found.residual_products[b, d, d]
            assert np.sqrt(squares / found.df * found.scale) == pytest.approx(error)


def test_counting_subjects_is_repeating_their_rows():
    counts = RNG.integers(0, 3, size=(2, N)).astype(float)
    found = compare_resampled(comparison(X, BY_ARM, CONTRASTS), Y, counts)
    for b in range(2):
        rows = np.repeat(np.arange(N), counts[b].astype(int))
        L = CONTRASTS @ BY_ARM[:, rows].mean(axis=1)
        for d in range(3):
            assert found[b, d] == pytest.approx(ols(X[rows], Y[b, d, rows], L)[0])


def test_a_covariate_lost_from_a_sample_does_not_lose_the_comparison():
    rare = (np.arange(N) < 2).astype(float)
    wide = np.column_stack([X, rare])
    by_arm = np.concatenate([BY_ARM, np.broadcast_to(rare[:, None], (2, N, 1))], axis=2)
    counts = np.r_[0.0, 0.0, np.ones(N - 2)][None]
    found = compare_resampled(comparison(wide, by_arm, CONTRASTS), Y[:1], counts)
    L = CONTRASTS @ BY_ARM[:, 2:].mean(axis=1)
    assert found[0, 0] == pytest.approx(ols(X[2:], Y[0, 0, 2:], L)[0])


def test_an_arm_lost_from_a_sample_is_refused():
    with pytest.raises(NotEstimableError, match="1 of 1 resampled"):
        compare_resampled(comparison(X, BY_ARM, CONTRASTS), Y[:1], (ARM == 0)[None].astype(float))


def test_a_covariate_that_is_the_arm_is_refused():
    wide = np.column_stack([X, 2.0 * ARM])
    by_arm = np.concatenate([BY_ARM, np.broadcast_to(2.0 * ARM[:, None], (2, N, 1))], axis=2)
    with pytest.raises(NotEstimableError, match="goes together with the arm"):
        comparison(wide, by_arm, CONTRASTS)


def test_more_coefficients_than_subjects_are_refused():
    with pytest.raises(NotEstimableError, match="cannot carry"):
        comparison(X[:3], BY_ARM[:, :3], CONTRASTS)
