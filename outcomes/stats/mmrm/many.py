"""Many fits of one design at once: bootstrap, jackknife, simulated outcomes.

All replicates share design, structure and starting point, so their pattern sums get a leading axis
and every step of the optimiser is one stacked call (`stacked`). Replicates the stacked walk cannot
finish, and designs whose covariates change between visits, are fitted one by one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from outcomes.errors import NotConvergedError, UnsupportedCombinationError
from outcomes.stats.mmrm.fit import RepeatedMeasuresFit
from outcomes.stats.mmrm.optimise import minimise
from outcomes.stats.mmrm.patterns import Moments, RowDesign, SharedDesign
from outcomes.stats.mmrm.problem import Problem, deviance_of_units
from outcomes.stats.mmrm.rows import Rows
from outcomes.stats.mmrm.stacked import Stack, StackedBlock, sigmas, walk

Array = NDArray[np.float64]

# Replicates per stacked call: keeps the stacks within some tens of megabytes.
CHUNK = 128


@dataclass(frozen=True, kw_only=True, slots=True)
class ManyFits:
    """Replicates of a fit, in original units; NaN where a replicate did not converge.

    Parameters
    ----------
    beta : (B, p)
    covariances : one (B, m, m) per group
    minus_two_log_likelihood : (B,)
    """

    beta: Array
    covariances: tuple[Array, ...]
    minus_two_log_likelihood: Array

    @property
    def converged(self) -> NDArray[np.bool_]:
        """(B,): whether each replicate converged."""
        return np.asarray(np.isfinite(self.minus_two_log_likelihood))


def jackknife_counts(n_subjects: int) -> Array:
    """(n, n): every subject left out once."""
    return 1.0 - np.eye(n_subjects)


def refit_with_counts(fit: RepeatedMeasuresFit, counts: Array, *, reml: bool) -> ManyFits:
    """Fit again with each subject counted as often as `counts` says.

    Parameters
    ----------
    fit : RepeatedMeasuresFit
    counts : (B, n_subjects), not negative; 0 leaves a subject out, as the jackknife does
    reml : bool
        As in the fit.

    Notes
    -----
    Counts multiply the likelihood; they are not the weights of `Rows`, which divide the residual
    covariance.

    Raises
    ------
    UnsupportedCombinationError
        If the fit has weights.
    """
    if fit.problem.log_weights != 0:
        raise UnsupportedCombinationError("Counts of subjects do not go with weights of rows.")
    y = fit.problem.outcome[None]
    chunks = [
        _refit(fit, counts[b : b + CHUNK], y, reml=reml) for b in range(0, len(counts), CHUNK)
    ]
    return _joined(fit, chunks)


def refit_with_outcomes(
    fit: RepeatedMeasuresFit, rows: Rows, outcomes: Array, *, reml: bool
) -> ManyFits:
    """Fit again with other outcomes at the same rows.

    Parameters
    ----------
    fit : RepeatedMeasuresFit
    rows : Rows, those of the fit
    outcomes : (B, N), in original units
    reml : bool
    """
    problem, ones = fit.problem, np.ones((1, rows.n_subjects))
    standard = (outcomes - rows.X @ problem.least_squares) * rows.root_weight / problem.scale
    y = np.zeros((len(outcomes), *problem.outcome.shape))
    y[:, rows.subject, rows.visit] = standard
    chunks = [_refit(fit, ones, y[b : b + CHUNK], reml=reml) for b in range(0, len(y), CHUNK)]
    return _joined(fit, chunks)


def stack_of(problem: Problem, B: int) -> Stack | None:
    """B copies of a problem side by side, or None where a block is not of the short form."""
    return _stack(problem, np.ones((B, problem.n_subjects)), problem.outcome[None])


def _refit(
    fit: RepeatedMeasuresFit, counts: Array, y: Array, *, reml: bool
) -> tuple[Array, Array, Array]:
    """Theta, beta and deviance for counts (B or 1, n) and outcomes (B or 1, n, m)."""
    problem, B = fit.problem, max(len(counts), len(y))
    start = np.tile(fit.optimum.at.theta, (B, 1))
    stack = _stack(problem, counts, y)
    n_observations = np.broadcast_to(counts @ problem.seen.sum(axis=1), B)
    if stack is not None:
        theta, beta, value = walk(stack, start, reml=reml)
    else:
        theta, value = start, np.full(B, np.nan)
        beta = np.full((B, problem.n_coefficients), np.nan)
    for b in np.flatnonzero(~np.isfinite(value)).tolist():
        alone = _alone(problem, stack, b, counts[b % len(counts)], y[b % len(y)])
        alone = replace(alone, n_observations=int(n_observations[b]))
        theta[b], beta[b], value[b] = _minimised(alone, start[b], reml=reml)
    units = [
        deviance_of_units(replace(problem, n_observations=int(n)), reml=reml)
        for n in n_observations
    ]
    return theta, beta, value + units


def _stack(problem: Problem, counts: Array, y: Array) -> Stack | None:
    """Pattern sums of all replicates, or None where a block is not of the short form."""
    blocks = []
    for g, block in enumerate(problem.blocks):
        if block.vectors is None or block.distance.ndim == 3:
            return None
        if not isinstance(block.moments, SharedDesign):
            return None
        member = problem.group == g
        sums = _stacked_sums(
            block.moments.seen,
            block.vectors,
            problem.seen[member],
            counts[:, member],
            y[:, member],
        )
        blocks.append(StackedBlock(block=block, moments=block.moments, **sums))
    rows = counts @ problem.seen.sum(axis=1)
    constant = rows * np.log(2.0 * np.pi) - problem.log_weights
    B = max(len(counts), len(y))
    return Stack(
        blocks=tuple(blocks),
        constant=np.tile(constant, B // len(constant)),
        p=problem.n_coefficients,
    )


def _stacked_sums(
    patterns: NDArray[np.bool_], u: Array, seen: NDArray[np.bool_], counts: Array, y: Array
) -> dict[str, Array]:
    """Sum by replicate and pattern; one product per pattern and kind."""
    B = max(len(counts), len(y))
    count, U, H, Y = [], [], [], []
    for pattern in patterns:
        of = np.flatnonzero((seen == pattern).all(axis=1))
        c, v, w = counts[:, of], u[of], np.broadcast_to(y[:, of], (len(y), len(of), y.shape[2]))
        count.append(np.broadcast_to(c.sum(axis=1), B))
        U.append(_summed(c, v[None], v[None], B))
        H.append(_summed(c, w, v[None], B))
        Y.append(_summed(c, w, w, B))
    return {
        "count": np.stack(count, axis=1),
        "U": np.stack(U, axis=1),
        "H": np.stack(H, axis=1),
        "Y": np.stack(Y, axis=1),
    }


def _summed(counts: Array, left: Array, right: Array, B: int) -> Array:
    """(B, a, b): sums over subjects of counts times the products of left and right."""
    if len(counts) == 1:
        sums = np.swapaxes(left * counts[0][:, None], 1, 2) @ right
    else:
        products = (left[0][:, :, None] * right[0][:, None, :]).reshape(left.shape[1], -1)
        sums = (counts @ products).reshape(len(counts), left.shape[2], right.shape[2])
    return np.broadcast_to(sums, (B, *sums.shape[1:]))


def _alone(problem: Problem, stack: Stack | None, b: int, counts: Array, y: Array) -> Problem:
    """One replicate as a problem of its own."""
    blocks = []
    for g, block in enumerate(problem.blocks):
        moments: Moments
        if stack is not None:
            moments = stack.blocks[g].alone(b)
        else:
            moments = _rows_again(problem, problem.group == g, counts, y, block.moments)
        blocks.append(replace(block, moments=moments))
    return replace(problem, blocks=tuple(blocks))


def _rows_again(
    problem: Problem, member: NDArray[np.bool_], counts: Array, y: Array, before: Moments
) -> RowDesign:
    """Sum rows of a block with each subject's rows times the root of its count."""
    seen, root = problem.seen[member], np.sqrt(counts[member])
    patterns, place = np.unique(seen, axis=0, return_inverse=True)
    if len(patterns) != len(before.seen):
        raise NotConvergedError("Replicates of fits with own coordinates per subject are unknown.")
    where = np.argmax((patterns[:, None] == before.seen).all(axis=2), axis=1)[place.ravel()]
    order = np.argsort(where, kind="stable")
    return RowDesign(
        seen=before.seen,
        count=np.bincount(where, weights=counts[member], minlength=len(before.seen)).astype(float),
        X=(problem.padded_design()[member] * root[:, None, None])[order],
        y=(y[member] * root[:, None])[order],
        size=np.bincount(where, minlength=len(before.seen)),
    )


def _minimised(problem: Problem, start: Array, *, reml: bool) -> tuple[Array, Array, float]:
    try:
        found = minimise(problem, start, reml=reml)
    except NotConvergedError:
        return np.full_like(start, np.nan), np.full(problem.n_coefficients, np.nan), float("nan")
    return found.at.theta, found.at.beta, found.at.value


def _joined(fit: RepeatedMeasuresFit, chunks: list[tuple[Array, Array, Array]]) -> ManyFits:
    theta, beta, value = (np.concatenate(parts) for parts in zip(*chunks, strict=True))
    problem = fit.problem
    sizes = np.cumsum([block.n_parameters for block in problem.blocks])[:-1]
    stacks = [
        sigmas(block, part)
        for block, part in zip(problem.blocks, np.split(theta, sizes, axis=1), strict=True)
    ]
    return ManyFits(
        beta=problem.original(beta),
        covariances=tuple(Sigma * problem.scale**2 for Sigma in stacks),
        minus_two_log_likelihood=value,
    )
