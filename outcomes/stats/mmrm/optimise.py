"""Minimise the deviance: average-information steps first, Newton steps to the end."""

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
from outcomes.stats.mmrm.problem import Problem

Array = NDArray[np.float64]

MAX_ITERATIONS = 200
# About the squared distance to the optimum in units of standard errors: from NEAR on, the exact
# second derivatives are used. The walk ends below THERE, below CLOSE where it no longer shrinks, or
# below STALLED where no step lowers the deviance: all far below what a standard error can show.
NEAR = 1e-1
CLOSE = 1e-8
STALLED = 1e-6
THERE = 1e-16
# Smallest eigenvalue of the correlation matrix; rounding alone moves it by about 1e-15.
SINGULAR = 1e-10


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

    Far from the optimum steps follow the average information, or, where `guarded`, the second
    derivatives with every eigenvalue taken positive: slower, and able to leave saddles.

    Raises
    ------
    NotConvergedError
        If no minimum with positive definite second derivatives is reached; carries the trace.
    """
    trace: list[str] = []
    at, before = _evaluate_start(problem, start, reml=reml), np.inf
    for _ in range(MAX_ITERATIONS):
        here = _look_around(problem, at, trace, reml=reml, guarded=guarded)
        if here.optimum is not None and (
            here.decrement < THERE or before / 4 < here.decrement < CLOSE
        ):
            return here.optimum
        _refuse_singular(problem, at, trace)
        ahead = _line_search(problem, at, here.step, reml=reml)
        if ahead is None:
            return _best_reachable(here, trace)
        at, before = ahead, here.decrement if here.optimum is not None else np.inf
    raise NotConvergedError(
        f"The deviance had not settled after {MAX_ITERATIONS} iterations; the smallest eigenvalue "
        f"of the correlation matrix was {_smallest_eigenvalue(problem, at):.2g}.",
        trace=tuple(trace),
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
    step, decrement = descent(slope.average, slope.gradient)
    optimum = None
    if guarded or decrement < NEAR:
        P = design_slopes(problem, at, slope)
        information = observed_information(problem, at, slope, P, reml=reml)
        exact = _positive_definite(information)
        if exact or guarded:
            step, decrement = descent(2.0 * information, slope.gradient)
        if exact:
            optimum = Optimum(at=at, slope=slope, P=P, information=information, trace=tuple(trace))
    trace.append(f"iteration {len(trace) + 1}: deviance {at.value:.9f}, decrement {decrement:.3g}")
    return _Step(step=step, decrement=decrement, optimum=optimum)


def _best_reachable(here: _Step, trace: list[str]) -> Optimum:
    """Accept a point where no step lowers the deviance, if that is for rounding alone."""
    if here.optimum is not None and here.decrement < STALLED:
        return here.optimum
    raise NotConvergedError(
        "No step along the descent direction lowers the deviance: the optimum may lie on the "
        "boundary, where the covariance matrix is singular.",
        trace=tuple(trace),
    )


def _evaluate_start(problem: Problem, start: Array, *, reml: bool) -> Evaluation:
    try:
        return evaluate(problem, start, reml=reml)
    except np.linalg.LinAlgError:
        raise NotConvergedError(
            "The starting covariance matrix is not positive definite.", trace=()
        ) from None


def _refuse_singular(problem: Problem, at: Evaluation, trace: list[str]) -> None:
    """Stop where the covariance has become singular: the deviance has no minimum inside."""
    if not _smallest_eigenvalue(problem, at) > SINGULAR:
        raise NotConvergedError(
            "The covariance matrix approaches a singular one, along which the likelihood keeps "
            "growing: the data hold too little information on it.",
            trace=tuple(trace),
        )


def _smallest_eigenvalue(problem: Problem, at: Evaluation) -> float:
    """Of the correlation matrices of all blocks."""
    smallest = np.inf
    for block, part in zip(problem.blocks, split_by_block(at.theta, problem.blocks), strict=True):
        Sigma = block.sigma(part)[0]
        size = np.sqrt(np.abs(np.diag(Sigma)))
        smallest = min(smallest, np.linalg.eigvalsh(Sigma / size / size[:, None])[0])
    return float(smallest)


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
                new = evaluate(problem, at.theta + step * 0.5**halvings, reml=reml)
        except np.linalg.LinAlgError:
            continue
        if new.value <= at.value + rounding:
            return new
    return None
