"""One Sigma for all patterns is the same as the same Sigma for each."""

import numpy as np
import pytest

from outcomes.stats.mmrm import chain
from outcomes.stats.mmrm.compression import sum_by_pattern
from outcomes.stats.mmrm.rows import DesignByVisit

M = 9


@pytest.fixture
def sums():
    rng = np.random.default_rng(8)
    n, p = 50, 4
    seen = rng.random((n, M)) < 0.8
    X = np.concatenate([np.ones((n, M, 1)), rng.normal(size=(n, 1, 3)) * np.ones((1, M, 1))], 2)
    X *= seen[:, :, None]
    y = rng.normal(size=(n, M)) * seen
    subject, visit = np.nonzero(seen)
    design = DesignByVisit(X=X[seen], subject=subject, visit=visit, n_subjects=n, n_visits=M)
    moments = sum_by_pattern(design, y, seen, np.eye(p)).moments
    both = moments.seen[:, :, None] & moments.seen[:, None, :]
    root = rng.normal(size=(M, M))
    return moments, np.where(both, root @ root.T, 0.0), rng.normal(size=p), rng


@pytest.mark.parametrize("K", [1, 2, 30])
def test_every_road_through_the_chain_rule_gives_the_same(sums, K):
    moments, W, beta, rng = sums
    D = rng.normal(size=(K, 1, M, M))
    D = D + D.swapaxes(-1, -2)
    each = np.repeat(D, len(W), axis=1)
    other = W @ W
    C = np.eye(K) + 0.1
    for found, expected in (
        (chain.total(D, other), chain.total(each, other)),
        (chain.pair_traces(D, W, other), chain.pair_traces(each, W, other)),
        (chain.scores(moments, W, beta, D), chain.scores(moments, W, beta, each)),
        (chain.design_slopes(moments, W, D), chain.design_slopes(moments, W, each)),
        (chain.paired(D, C, W), chain.paired(each, C, W)),
    ):
        size = np.abs(expected).max()
        assert found == pytest.approx(expected, rel=1e-9, abs=1e-10 * size)
