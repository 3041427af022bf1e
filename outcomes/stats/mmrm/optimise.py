"""Minimise the deviance: Fisher scoring first, Newton steps to the end."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from outcomes.errors import NotConvergedError
from outcomes.stats.mmrm.likelihood import (
    Evaluation,
    Slopes,
    design_slopes,
    evaluate,
    observed_information,
    slopes,
    split_by_block,
)
from outcomes.stats.mmrm.problem import Block, Problem, deviance_of_units

Array = NDArray[np.float64]

MAX_ITERATIONS = 200
# About the squared distance to the optimum in units of standard errors: from NEAR on, the exact
# second derivatives are used. The walk ends below THERE, below CLOSE where it no longer shrinks, or
# below STALLED where no step lowers the deviance: all far below what a standard error can show.
NEAR = 1e-1
CLOSE = 1e-8
STALLED = 1e-6
THERE = 1e-16
# Smallest eigenvalues of the correlation matrix, which rounding alone moves by about 1e-15: where a
# walk is given up, and below which one without a minimum is said to have gone to the boundary.
SINGULAR = 1e-10
NEARLY_SINGULAR = 1e-4


class NoMinimumError(NotConvergedError):
    """A walk ended at `theta` (K,), which is no minimum of the deviance."""

    def __init__(self, message: str, trace: tuple[str, ...], theta: Array) -> None:
        super().__init__(message, trace)
        self.theta = theta


@dataclass(frozen=True, kw_only=True, slots=True)
class Optimum:
    """Where the deviance is least, with its derivatives there.

    Parameters
    ----------
    at : Evaluation
    slope : Slopes
    P : (K, p, p)
    information : (K, K), observed
    trace : one line per iteration before
    """

    at: Evaluation
    slope: Slopes
    P: Array
    information: Array
    trace: tuple[str, ...]

    @property
    def iterations(self) -> int:
        """Points looked at, this one included."""
        return len(self.trace) + 1


def minimise(problem: Problem, start: Array, *, reml: bool, guarded: bool = False) -> Optimum:
    """Walk from `start` to a minimum of the deviance.

    Far from the optimum steps follow the expected information, or, where `guarded`, the second
    derivatives with every eigenvalue taken positive: slower, and able to leave saddles.

    Raises
    ------
    NotConvergedError
        If no minimum with positive definite second derivatives is reached; carries the trace and
        is a `NoMinimumError` wherever the walk could begin.
    """
    trace: list[str] = []
    at, before = _evaluate_start(problem, start, reml=reml), np.inf
    for _ in range(MAX_ITERATIONS):
        here = _look_around(problem, at, trace, reml=reml, guarded=guarded)
        if here.optimum is not None and (
            here.decrement < THERE or before / 4 < here.decrement < CLOSE
        ):
            return here.optimum
        if not _smallest_eigenvalue(problem, at) > SINGULAR:
            raise _no_minimum(problem, at, trace, "The walk cannot go on.")
        ahead = _line_search(problem, at, here.step, reml=reml)
        if ahead is None and here.optimum is not None and here.decrement < STALLED:
            return here.optimum  # no step lowers the deviance for rounding alone
        if ahead is None:
            raise _no_minimum(problem, at, trace, "No step along the descent lowers the deviance.")
        at, before = ahead, here.decrement if here.optimum is not None else np.inf
    raise _no_minimum(
        problem, at, trace, f"The deviance had not settled after {MAX_ITERATIONS} iterations."
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Step:
    """Where to go next; `optimum` is here, were we to stop, where second derivatives allow it."""

    step: Array
    decrement: float
    optimum: Optimum | None


def _look_around(
    problem: Problem, at: Evaluation, trace: list[str], *, reml: bool, guarded: bool
) -> _Step:
    """Take derivatives at one point and the step they suggest; add a line to the trace."""
    slope = slopes(problem, at, reml=reml)
    step, decrement = descent(slope.expected, slope.gradient)
    optimum = None
    if guarded or decrement < NEAR:
        P = design_slopes(problem, at, slope)
        information = observed_information(problem, at, slope, P, reml=reml)
        exact = _positive_definite(information)
        if exact or guarded:
            step, decrement = descent(2.0 * information, slope.gradient)
        if exact:
            optimum = Optimum(at=at, slope=slope, P=P, information=information, trace=tuple(trace))
    value = at.value + deviance_of_units(problem, reml=reml)
    trace.append(f"iteration {len(trace) + 1}: deviance {value:.9f}, decrement {decrement:.3g}")
    return _Step(step=step, decrement=decrement, optimum=optimum)


def _evaluate_start(problem: Problem, start: Array, *, reml: bool) -> Evaluation:
    try:
        return evaluate(problem, start, reml=reml)
    except np.linalg.LinAlgError:
        raise NotConvergedError(
            "The starting covariance matrix is not positive definite.", trace=()
        ) from None


def _no_minimum(problem: Problem, at: Evaluation, trace: list[str], what: str) -> NoMinimumError:
    """Say whether the walk went to the boundary or got lost inside."""
    eigenvalue = _smallest_eigenvalue(problem, at)
    told = f"{what} The smallest eigenvalue of the correlation matrix was {eigenvalue:.2g}."
    if not eigenvalue > NEARLY_SINGULAR:
        told = (
            "The likelihood keeps growing towards a singular covariance (smallest eigenvalue of "
            f"the correlation matrix {eigenvalue:.2g}), where no standard errors exist: the data "
            "hold too little information on the covariance, or outcomes at some visits all but "
            "determine those at others."
        )
    return NoMinimumError(f"{told} Reached at {trace[-1]}.", tuple(trace), at.theta)


def _smallest_eigenvalue(problem: Problem, at: Evaluation) -> float:
    """Of the correlation matrices of all blocks, less those eigenvalues that are held at zero."""
    parts = split_by_block(at.theta, problem.blocks)
    return min(_of_block(block, part) for block, part in zip(problem.blocks, parts, strict=True))


def _of_block(block: Block, theta: Array) -> float:
    """Of all visits, and of those observed together where they may differ."""
    Sigma, deficiency = block.sigma(theta), block.structure.deficiency
    size = np.sqrt(np.abs(np.diagonal(Sigma, axis1=1, axis2=2)))
    C = Sigma / size[:, :, None] / size[:, None, :]
    eigenvalues = []
    if len(Sigma) == 1:
        eigenvalues.append(np.linalg.eigvalsh(C[0])[deficiency])
    if len(Sigma) > 1 or deficiency:
        eigenvalues.append(np.linalg.eigvalsh(_observed(C, block))[:, 0].min())
    return float(min(eigenvalues))


def _observed(C: Array, block: Block) -> Array:
    """(G, m, m): correlations of the visits of each pattern, unit rows and columns elsewhere."""
    seen = block.moments.seen
    both = seen[:, :, None] & seen[:, None, :]
    return np.where(both, C, 0.0) + np.eye(seen.shape[1]) * ~seen[:, None, :]


def descent(curvature: Array, gradient: Array) -> tuple[Array, float]:
    """Step to the minimum of the local parabola, and how far below it lies.

    Negative curvature is taken positive; directions with hardly any get hardly more than the floor,
    which keeps steps finite where the data say nothing.
    """
    diagonal = np.abs(np.diag(curvature))
    size = np.sqrt(np.maximum(diagonal, 1e-12 * diagonal.max() + np.finfo(float).tiny))
    values, vectors = np.linalg.eigh(curvature / size / size[:, None])
    slope = vectors.T @ (gradient / size)
    bent = np.maximum(np.abs(values), 1e-10 * np.abs(values).max())
    along = -slope / bent
    return (vectors @ along) / size, float(-slope @ along)


def _positive_definite(matrix: Array) -> bool:
    diagonal = np.diag(matrix)
    if not (np.isfinite(matrix).all() and (diagonal > 0).all()):
        return False
    size = np.sqrt(diagonal)
    return bool(np.linalg.eigvalsh(matrix / size / size[:, None])[0] > 1e-10)


def _line_search(problem: Problem, at: Evaluation, step: Array, *, reml: bool) -> Evaluation | None:
    """Take the first of the step and its halves that does not raise the deviance."""
    rounding = 1e-13 * (abs(at.value) + problem.n_observations)
    for halvings in range(40):
        try:
            with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
                theta = _moved(problem, at.theta, step * 0.5**halvings)
                new = evaluate(problem, theta, reml=reml)
        except np.linalg.LinAlgError:
            continue
        if new.value <= at.value + rounding:
            return new
    return None


def _moved(problem: Problem, theta: Array, step: Array) -> Array:
    """Theta after a step in the directions in which derivatives were taken."""
    parts = zip(
        problem.blocks,
        split_by_block(theta, problem.blocks),
        split_by_block(step, problem.blocks),
        strict=True,
    )
    return np.concatenate([block.moved(own, along) for block, own, along in parts])
