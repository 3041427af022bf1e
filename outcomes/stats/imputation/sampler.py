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
from outcomes.stats.imputation.chunks import Progress
from outcomes.stats.imputation.model import ImputationModel, Parameters
from outcomes.stats.mmrm import structure_named
from outcomes.stats.mmrm.likelihood import evaluate
from outcomes.stats.mmrm.many import stack_of
from outcomes.stats.mmrm.problem import Block, Problem
from outcomes.stats.mmrm.stacked import Stack
from outcomes.stats.mmrm.stacked import evaluate as evaluate_stack

Array = NDArray[np.float64]

# Degrees of freedom of the inverse Wishart prior beyond the number of visits.
PRIOR_DF = 2
# Chains start from covariances this many times less certain than the posterior.
OVERDISPERSION = 3.0
# Steps from one report of progress to the next.
TOLD_EVERY = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class Schedule:
    """How chains run.

    Parameters
    ----------
    n_chains : int
    n_draws : int, kept draws of each chain
    warmup : int, steps before the first kept one
    thin : int, steps from one kept draw to the next
    """

    n_chains: int
    n_draws: int
    warmup: int
    thin: int

    @property
    def n_steps(self) -> int:
        """Steps of each chain, those of the warmup included."""
        return self.warmup + self.n_draws * self.thin


@dataclass(frozen=True, kw_only=True, slots=True)
class Chains:
    """Steps after the warmup: beta (steps, C, p) and (steps, C, m, m) per covariance."""

    beta: Array
    covariances: tuple[Array, ...]

    def drawn(self, thin: int, n_draws: int) -> Parameters:
        """Every thin-th step of all chains, first steps first, cut to `n_draws` draws."""
        kept = slice(thin - 1, None, thin)
        beta = self.beta[kept]
        return Parameters(
            beta=beta.reshape(-1, beta.shape[-1])[:n_draws],
            covariances=tuple(
                Sigma[kept].reshape(-1, *Sigma.shape[2:])[:n_draws] for Sigma in self.covariances
            ),
        )


def run_chains(
    model: ImputationModel,
    schedule: Schedule,
    rng: np.random.Generator,
    progress: Progress | None = None,
) -> Chains:
    """Run chains side by side from overdispersed starts.

    Raises
    ------
    UnsupportedCombinationError
        If the model's covariance is not unstructured.
    """
    problem, scale = _unstructured(model), model.fit.problem.scale
    stack = stack_of(problem, schedule.n_chains)
    prior = [Sigma / scale**2 for Sigma in model.fit.covariances]
    sigmas = [
        _starts(rng, S, block, schedule.n_chains)
        for S, block in zip(prior, problem.blocks, strict=True)
    ]
    betas, kept = [], []
    for step in range(schedule.n_steps):
        beta, sigmas = _step(rng, problem, stack, prior, sigmas)
        if step >= schedule.warmup:
            betas.append(beta)
            kept.append(sigmas)
        if progress is not None and (step + 1) % TOLD_EVERY == 0:
            progress(step + 1, schedule.n_steps)
    stacks = tuple(np.stack(stack) * scale**2 for stack in zip(*kept, strict=True))
    return Chains(beta=problem.original(np.stack(betas)), covariances=stacks)


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


def _starts(rng: np.random.Generator, centre: Array, block: Block, n_chains: int) -> Array:
    m = len(centre)
    df = m + PRIOR_DF + block.moments.count.sum() / OVERDISPERSION**2
    return draw_inverse_wishart(rng, df, np.tile(centre * (df - m - 1), (n_chains, 1, 1)))


def _step(
    rng: np.random.Generator,
    problem: Problem,
    stack: Stack | None,
    prior: list[Array],
    sigmas: list[Array],
) -> tuple[Array, list[Array]]:
    """Coefficients and missing outcomes given the covariances, then the covariances."""
    a, b = np.tril_indices(sigmas[0].shape[-1])
    theta = np.concatenate([Sigma[:, a, b] for Sigma in sigmas], axis=1)
    centre, V, inverses = _coefficients(problem, stack, theta)
    z = rng.standard_normal((*centre.shape, 1))
    beta = centre + (np.linalg.cholesky(V) @ z)[:, :, 0]
    fresh = []
    for block, Sigma, W, S in zip(problem.blocks, sigmas, inverses, prior, strict=True):
        products = completed_products(rng, block, Sigma, W, beta)
        df = len(S) + PRIOR_DF + block.moments.count.sum()
        fresh.append(draw_inverse_wishart(rng, df, S + products))
    return beta, fresh


def _coefficients(
    problem: Problem, stack: Stack | None, theta: Array
) -> tuple[Array, Array, tuple[Array, ...]]:
    """Posterior mean (C, p) and covariance (C, p, p) of beta, and (C, G, m, m) inverses."""
    if stack is not None:
        point = evaluate_stack(stack, theta, reml=True)
        return point.beta, point.V, point.W
    points = [evaluate(problem, one, reml=True) for one in theta]
    inverses = zip(*(point.W for point in points), strict=True)
    return (
        np.stack([point.beta for point in points]),
        np.stack([point.V for point in points]),
        tuple(np.stack(W) for W in inverses),
    )


def completed_products(
    rng: np.random.Generator, block: Block, Sigma: Array, W: Array, beta: Array
) -> Array:
    """(C, m, m): sum of products of residuals, those of missing outcomes drawn given the observed.

    Parameters
    ----------
    block : Block
    Sigma : (C, m, m)
    W : (C, G, m, m), inverses of the patterns' covariances, zero where unobserved
    beta : (C, p)
    """
    seen, count, one = block.moments.seen, block.moments.count, np.eye(Sigma.shape[-1])
    both, apart = seen[:, :, None] & seen[:, None, :], ~seen[:, :, None] & ~seen[:, None, :]
    R = np.where(both, np.stack([block.moments.residual_products(b) for b in beta]), 0.0)
    across = Sigma[:, None] @ W
    gain = np.where(~seen[:, :, None], across, 0.0)  # missing given observed
    left = np.where(apart, Sigma[:, None] - across @ Sigma[:, None], 0.0)
    root = np.where(apart, np.linalg.cholesky(left + one * seen[:, None, :]), 0.0)
    half, full = _roots(R, seen, count)
    Z = np.where(full, rng.standard_normal(R.shape), 0.0)
    df = np.broadcast_to(count - full[:, :, 0].sum(axis=1), R.shape[:2])
    A = wishart_roots(rng, df, len(one))
    error = root @ (_transposed(Z) @ Z + _transposed(A) @ A) @ _transposed(root)
    whole = one + gain
    mixed = whole @ half @ Z @ _transposed(root)  # sum of r e', completed
    sums = whole @ R @ _transposed(whole) + mixed + _transposed(mixed) + error
    return np.asarray(sums.sum(axis=1))


def _transposed(stack: Array) -> Array:
    return np.swapaxes(stack, -1, -2)


def _roots(R: Array, seen: NDArray[np.bool_], count: Array) -> tuple[Array, NDArray[np.bool_]]:
    """Factors F (C, G, m, m) with F F' = R, and which of their columns are not empty (G, m, 1)."""
    values, vectors = np.linalg.eigh(R)
    m = R.shape[-1]
    rank = np.minimum(seen.sum(axis=1), count)  # eigenvalues ascend: the last ones count
    full = np.arange(m) >= (m - rank)[:, None]
    half = vectors * np.where(full, np.sqrt(np.maximum(values, 0.0)), 0.0)[..., None, :]
    return half, full[:, :, None]


def wishart_roots(rng: np.random.Generator, df: Array, m: int) -> Array:
    """(..., m, m): upper A with A'A Wishart of unit scale, of lower rank where df is below m.

    Parameters
    ----------
    df : (...), whole numbers where below m
    """
    row = np.arange(m)
    left = np.maximum(df[..., None] - row, 0.0)
    diagonal = np.sqrt(np.where(left > 0, rng.chisquare(np.maximum(left, 1.0)), 0.0))
    A = np.triu(rng.standard_normal((*df.shape, m, m)), 1)
    A[..., row, row] = diagonal
    return np.where((row < df[..., None])[..., None], A, 0.0)


def draw_inverse_wishart(rng: np.random.Generator, df: float, S: Array) -> Array:
    """(C, m, m): draws with density proportional to ``|X|^-(df+m+1)/2 exp(-tr(S X^-1)/2)``."""
    A = wishart_roots(rng, np.full(len(S), df), S.shape[-1])
    L = np.asarray(np.linalg.cholesky(S), dtype=np.float64)
    half: Array = np.asarray(np.linalg.solve(_transposed(A), _transposed(L)))  # A'^-1 L'
    return np.asarray(_transposed(half) @ half)
