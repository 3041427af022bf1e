"""Posterior draws of the imputation model with an unstructured covariance.

Prior: flat for the coefficients; for each covariance an inverse Wishart with m + 2 degrees of
freedom and the REML estimate as its mean, as in Roger's five macros and R's rbmi.

The chain alternates between coefficients and missing outcomes given the covariance, drawn jointly,
and the covariance given all of them. It needs the missing outcomes only through the sum of products
of completed residuals, and draws that sum itself, pattern by pattern: residuals r of the observed
visits and errors e of the missing ones enter through ``sum r e'``, normal given ``sum r r'``, and
``sum e e'``, which is what the first explains plus a Wishart matrix. So a step costs the same
whatever the number of subjects.

References
----------
Schafer JL. Analysis of Incomplete Multivariate Data. 1997, section 5.4 (data augmentation).
Odell PL, Feiveson AH. JASA 1966;61:199-203 (Wishart matrices by their triangular root).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from outcomes.errors import UnsupportedCombinationError
from outcomes.stats.imputation.model import ImputationModel, Parameters
from outcomes.stats.imputation.streams import CHAIN, Streams
from outcomes.stats.mmrm import structure_named
from outcomes.stats.mmrm.likelihood import evaluate
from outcomes.stats.mmrm.problem import Block, Problem

Array = NDArray[np.float64]

# Degrees of freedom of the inverse Wishart prior beyond the number of visits.
PRIOR_DF = 2
# Chains start from covariances this many times less certain than the posterior.
OVERDISPERSION = 3.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Schedule:
    """How chains run.

    Parameters
    ----------
    n_draws : int, kept draws of each chain
    warmup : int, steps before the first kept one
    thin : int, steps from one kept draw to the next
    """

    n_draws: int
    warmup: int
    thin: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Chain:
    """Steps of one chain after its warmup: beta (steps, p) and (steps, m, m) per covariance."""

    beta: Array
    covariances: tuple[Array, ...]


def run_chain(model: ImputationModel, schedule: Schedule, streams: Streams, chain: int) -> Chain:
    """Run one chain from an overdispersed start; its numbers depend on its name alone.

    Raises
    ------
    UnsupportedCombinationError
        If the model's covariance is not unstructured.
    """
    problem = _unstructured(model)
    rng = streams.at(CHAIN, chain)
    scale = model.fit.problem.scale
    prior = [Sigma / scale**2 for Sigma in model.fit.covariances]
    sigmas = [_start(rng, S, block) for S, block in zip(prior, problem.blocks, strict=True)]
    kept_beta, kept_sigmas = [], []
    for step in range(1, schedule.warmup + schedule.n_draws * schedule.thin + 1):
        beta, sigmas = _step(rng, problem, prior, sigmas)
        if step > schedule.warmup:
            kept_beta.append(beta)
            kept_sigmas.append(sigmas)
    stacks = tuple(np.stack(stack) * scale**2 for stack in zip(*kept_sigmas, strict=True))
    return Chain(beta=problem.original(np.stack(kept_beta)), covariances=stacks)


def interleaved(chains: list[Chain], schedule: Schedule, n_draws: int) -> Parameters:
    """Every thin-th step of all chains, first steps first, cut to `n_draws` draws."""
    kept = slice(schedule.thin - 1, None, schedule.thin)
    beta = np.stack([chain.beta[kept] for chain in chains], axis=1)
    stacks = [
        np.stack([Sigma[kept] for Sigma in stack], axis=1)
        for stack in zip(*(chain.covariances for chain in chains), strict=True)
    ]
    return Parameters(
        beta=beta.reshape(-1, beta.shape[-1])[:n_draws],
        covariances=tuple(S.reshape(-1, *S.shape[2:])[:n_draws] for S in stacks),
    )


def _unstructured(model: ImputationModel) -> Problem:
    """Return the fit's problem in the elements of Sigma."""
    problem, plain = model.fit.problem, structure_named("unstructured")
    if any(block.structure.name != plain.name for block in problem.blocks):
        raise UnsupportedCombinationError(
            "method='bayesian' has its prior on an unstructured covariance. Use that, or another "
            "method."
        )
    return replace(
        problem, blocks=tuple(replace(block, structure=plain) for block in problem.blocks)
    )


def _start(rng: np.random.Generator, centre: Array, block: Block) -> Array:
    m = len(centre)
    df = m + PRIOR_DF + block.moments.count.sum() / OVERDISPERSION**2
    return draw_inverse_wishart(rng, df, centre * (df - m - 1))


def _step(
    rng: np.random.Generator, problem: Problem, prior: list[Array], sigmas: list[Array]
) -> tuple[Array, list[Array]]:
    """Coefficients and missing outcomes given the covariances, then the covariances."""
    lower = np.tril_indices(sigmas[0].shape[-1])
    theta = np.concatenate([Sigma[lower] for Sigma in sigmas])
    at = evaluate(problem, theta, reml=True)
    beta = at.beta + np.linalg.cholesky(at.V) @ rng.standard_normal(len(at.beta))
    fresh = []
    for block, Sigma, W, S in zip(problem.blocks, sigmas, at.W, prior, strict=True):
        products = completed_products(rng, block, Sigma, W, beta)
        df = len(S) + PRIOR_DF + block.moments.count.sum()
        fresh.append(draw_inverse_wishart(rng, df, S + products))
    return beta, fresh


def completed_products(
    rng: np.random.Generator, block: Block, Sigma: Array, W: Array, beta: Array
) -> Array:
    """(m, m): sum of products of residuals, those of missing outcomes drawn given the observed.

    Parameters
    ----------
    block : Block
    Sigma : (m, m)
    W : (G, m, m), inverses of the patterns' covariances, zero where unobserved
    beta : (p,)
    """
    seen = block.moments.seen
    gone = ~seen
    both = seen[:, :, None] & seen[:, None, :]
    R = np.where(both, block.moments.residual_products(beta), 0.0)
    gain = np.where(gone[:, :, None], Sigma @ W, 0.0)  # (G, m, m): missing given observed
    left = Sigma - Sigma @ W @ Sigma
    left = np.where(gone[:, :, None] & gone[:, None, :], left, 0.0)
    root = np.linalg.cholesky(left + np.eye(len(Sigma)) * seen[:, None, :])
    root = np.where(gone[:, :, None] & gone[:, None, :], root, 0.0)
    half, rank = _roots(R, seen, block.moments.count)
    Z = np.where(rank, rng.standard_normal(R.shape), 0.0)
    A = _wishart_roots(rng, block.moments.count - rank[:, :, 0].sum(axis=1), len(Sigma))
    error = root @ (np.swapaxes(Z, 1, 2) @ Z + np.swapaxes(A, 1, 2) @ A) @ np.swapaxes(root, 1, 2)
    crossed = half @ Z @ np.swapaxes(root, 1, 2)  # sum of r e'
    whole = np.eye(len(Sigma)) + gain
    mixed = whole @ crossed
    sums = whole @ R @ np.swapaxes(whole, 1, 2) + mixed + np.swapaxes(mixed, 1, 2) + error
    return np.asarray(sums.sum(axis=0))


def _roots(R: Array, seen: NDArray[np.bool_], count: Array) -> tuple[Array, NDArray[np.bool_]]:
    """Factors F with F F' = R, and which of their columns are not empty (G, m, 1)."""
    values, vectors = np.linalg.eigh(R)
    m = R.shape[-1]
    rank = np.minimum(seen.sum(axis=1), count)  # eigenvalues ascend: the last ones count
    full = np.arange(m) >= (m - rank)[:, None]
    half = vectors * np.where(full, np.sqrt(np.maximum(values, 0.0)), 0.0)[:, None, :]
    return half, full[:, :, None]


def _wishart_roots(rng: np.random.Generator, df: Array, m: int) -> Array:
    """(G, m, m): upper A with A'A Wishart of unit scale, of lower rank where df is less than m."""
    row = np.arange(m)
    left = np.maximum(df[:, None] - row, 0.0)
    diagonal = np.sqrt(np.where(left > 0, rng.chisquare(np.maximum(left, 1.0)), 0.0))
    A = np.triu(rng.standard_normal((len(df), m, m)), 1)
    A[:, row, row] = diagonal
    return np.where((row < df[:, None])[:, :, None], A, 0.0)


def draw_inverse_wishart(rng: np.random.Generator, df: float, S: Array) -> Array:
    """(m, m): one draw with density proportional to ``|X|^-(df+m+1)/2 exp(-tr(S X^-1)/2)``."""
    m = len(S)
    A = _wishart_roots(rng, np.array([df]), m)[0]
    half = np.linalg.solve(A.T, np.linalg.cholesky(S).T)  # A'^-1 L'
    return np.asarray(half.T @ half)
