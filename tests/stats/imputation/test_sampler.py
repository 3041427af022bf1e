"""The Bayesian sampler against closed forms of its posterior."""

from dataclasses import replace

import numpy as np
import pytest

from outcomes.errors import UnsupportedCombinationError
from outcomes.stats.imputation import fit_imputation_model
from outcomes.stats.imputation.sampler import (
    PRIOR_DF,
    Schedule,
    completed_products,
    draw_inverse_wishart,
    run_chains,
)
from outcomes.stats.mmrm import structure_named
from outcomes.stats.mmrm.likelihood import inverse_blocks
from outcomes.stats.mmrm.patterns import RowDesign
from tests.stats.imputation.panels import SIGMA, imputer, panel


def within(draws, expected, *, errors=4.5):
    """Whether the means of independent draws lie about the expected values."""
    draws = np.asarray(draws).reshape(len(draws), -1)
    error = draws.std(axis=0, ddof=1) / np.sqrt(len(draws))
    return np.abs(draws.mean(axis=0) - np.ravel(expected)) <= errors * error


@pytest.mark.parametrize("df", [5.0, 9.5])
def test_inverse_wishart_draws_have_its_mean(df):
    rng = np.random.default_rng(1)
    draws = draw_inverse_wishart(rng, df + 4, np.tile(SIGMA, (4000, 1, 1)))
    assert within(draws, SIGMA / (df + 4 - 3 - 1)).all()
    # Its inverse is Wishart: mean df times the inverse, variance of a diagonal element known.
    inverses = np.linalg.inv(draws)
    assert within(inverses, (df + 4) * np.linalg.inv(SIGMA)).all()


def test_complete_data_have_their_conjugate_posterior():
    """One design for all visits and a flat prior leave Sigma inverse Wishart in closed form."""
    data = panel(2, n=30, missing=0.0)
    made = imputer(data)
    q, n, m = 3, 30, 3
    short = data.X[:, 0, :q]
    ols = np.linalg.lstsq(short, data.y, rcond=None)[0]
    residual = data.y - short @ ols
    S0 = made.model.fit.covariances[0]
    df = m + PRIOR_DF + n - q
    schedule = Schedule(n_chains=50, n_draws=20, warmup=20, thin=3)
    drawn = run_chains(made.model, schedule, np.random.default_rng(3)).drawn(3, 1000)
    scatter = S0 + residual.T @ residual
    mean = scatter / (df - m - 1)
    # Draws of the covariance are independent here up to the coefficients between them.
    assert within(drawn.covariances[0], mean).all()
    beta = drawn.beta.reshape(-1, m, q)
    assert within(beta, ols.T).all()
    # Given Sigma, beta has variance Sigma (x'x)^-1; its margin replaces Sigma by its mean.
    variance = np.outer(np.diag(mean), np.diag(np.linalg.inv(short.T @ short)))
    ratio = beta.var(axis=0, ddof=1) / variance
    assert np.abs(ratio - 1).max() < 4.5 * np.sqrt(2 / len(beta)) * 1.2


@pytest.mark.parametrize("n", [8, 60])
def test_completed_products_are_those_of_subjects_drawn_one_by_one(n):
    data = panel(4, n=60, missing=0.7)
    block = imputer(data).model.fit.problem.blocks[0]
    problem = imputer(data).model.fit.problem
    beta = np.zeros(problem.n_coefficients)
    Sigma = SIGMA / 4
    W, _ = inverse_blocks(Sigma[None], block.moments)
    B, rng = 3000, np.random.default_rng(n)
    several = (np.tile(one, (B, *[1] * one.ndim)) for one in (Sigma, W, beta))
    fast = completed_products(rng, block, *several)
    y, seen = problem.outcome, problem.seen
    slow = np.zeros((3000, 3, 3))
    for i in range(len(y)):
        s, g = np.flatnonzero(seen[i]), np.flatnonzero(~seen[i])
        whole = np.tile(y[i], (3000, 1))
        if len(g):
            gain = Sigma[np.ix_(g, s)] @ np.linalg.inv(Sigma[np.ix_(s, s)])
            left = Sigma[np.ix_(g, g)] - gain @ Sigma[np.ix_(s, g)]
            whole[:, g] = rng.multivariate_normal(gain @ y[i, s], left, size=3000)
        slow += whole[:, :, None] * whole[:, None, :]
    error = np.sqrt((fast.var(axis=0, ddof=1) + slow.var(axis=0, ddof=1)) / 3000)
    assert (np.abs(fast.mean(axis=0) - slow.mean(axis=0)) <= 4.5 * error + 1e-9).all()
    ratio = (fast.var(axis=0, ddof=1) + 1e-12) / (slow.var(axis=0, ddof=1) + 1e-12)
    assert np.abs(np.log(ratio)).max() < 4.5 * np.sqrt(4 / 3000) * 1.5


def test_draws_are_every_few_steps_of_all_chains():
    made = imputer(panel(6))
    schedule = Schedule(n_chains=3, n_draws=5, warmup=3, thin=2)
    first, again = (run_chains(made.model, schedule, np.random.default_rng(1)) for _ in range(2))
    assert (first.beta == again.beta).all()
    assert first.beta.shape[:2] == (10, 3)
    assert len(np.unique(first.beta[:, :, 0])) == 30
    drawn = first.drawn(2, 14)
    assert len(drawn) == 14
    assert (drawn.beta[:3] == first.beta[1]).all()
    assert (drawn.covariances[0][3:6] == first.covariances[0][3]).all()


def test_covariates_that_change_between_visits_have_the_same_posterior():
    """Rows instead of short vectors: the same numbers from the same random numbers."""
    made = imputer(panel(6))
    problem = made.model.fit.problem
    block = problem.blocks[0]
    order = np.argsort(
        [np.flatnonzero((block.moments.seen == s).all(axis=1))[0] for s in problem.seen],
        kind="stable",
    )
    rows = RowDesign(
        seen=block.moments.seen,
        count=block.moments.count,
        X=problem.padded_design()[order],
        y=problem.outcome[order],
        size=block.moments.count.astype(np.intp),
    )
    plain = replace(problem, blocks=(replace(block, moments=rows, vectors=None),))
    other = replace(made.model, fit=replace(made.model.fit, problem=plain))
    schedule = Schedule(n_chains=2, n_draws=5, warmup=0, thin=1)
    expected, found = (
        run_chains(model, schedule, np.random.default_rng(1)) for model in (made.model, other)
    )
    assert found.beta == pytest.approx(expected.beta, rel=1e-6, abs=1e-8)


def test_the_prior_wants_an_unstructured_covariance():
    data = panel(6)
    model = fit_imputation_model(
        data, structure_named("compound_symmetry"), by_arm=False, reml=True
    )
    with pytest.raises(UnsupportedCombinationError, match="unstructured"):
        run_chains(
            model, Schedule(n_chains=2, n_draws=4, warmup=1, thin=1), np.random.default_rng(1)
        )
