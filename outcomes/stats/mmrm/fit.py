"""Fit the marginal linear model for repeated measures to arrays."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from outcomes.errors import FitError, NotConvergedError, NotEstimableError
from outcomes.stats.mmrm.boundary import boundary_optimum
from outcomes.stats.mmrm.likelihood import split_by_block
from outcomes.stats.mmrm.optimise import CLOSE, NoMinimumError, Optimum, minimise
from outcomes.stats.mmrm.problem import Block, Problem, build_problem, deviance_of_units
from outcomes.stats.mmrm.rows import Rows
from outcomes.stats.mmrm.structures import Structure

Array = NDArray[np.float64]


_REACHED = "gradient zero and second derivatives positive definite"
_REACHED_BOUNDARY = (
    "least at a singular covariance: gradient zero and second derivatives positive definite among "
    "those of its rank, and every step inside raises the deviance"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Attempt:
    """One rung of a ladder of covariance structures, tried.

    Parameters
    ----------
    covariance : str
    converged : bool
    reason : str, why it stopped
    minus_two_log_likelihood : float, NaN where it did not converge
    iterations : int
    """

    covariance: str
    converged: bool
    reason: str
    minus_two_log_likelihood: float
    iterations: int


@dataclass(frozen=True, kw_only=True, slots=True)
class RepeatedMeasuresFit:
    """A converged fit.

    Parameters
    ----------
    covariances : one (m, m) Sigma per group, in original units; a spatial structure is shown at
        the usual coordinates of each visit
    minus_two_log_likelihood : float, in original units
    n_covariance_parameters : int
    attempts : tuple of Attempt, the last one converged
    problem, optimum : the standardised problem and its solution
    """

    covariances: tuple[Array, ...]
    minus_two_log_likelihood: float
    n_covariance_parameters: int
    attempts: tuple[Attempt, ...]
    problem: Problem = field(repr=False)
    optimum: Optimum = field(repr=False)

    @property
    def at_boundary(self) -> bool:
        """Whether a covariance is singular; see `boundary`."""
        return _singular(self.problem)


def fit_rows(
    rows: Rows, ladder: tuple[Structure, ...], *, reml: bool, boundary: bool = False
) -> RepeatedMeasuresFit:
    """Fit the first structure of `ladder` that converges.

    Parameters
    ----------
    rows : Rows
    ladder : structures in the order in which they are tried
    reml : bool
    boundary : bool
        Whether the last structure may have its optimum at a singular covariance.

    Raises
    ------
    NotConvergedError
        If no rung converges; its trace tells what happened on each.
    NotEstimableError
        If the data cannot inform the only structure named.
    """
    attempts: list[Attempt] = []
    trace: list[str] = []
    for structure in ladder:
        try:
            problem, found = _solved(rows, structure, reml=reml)
            if _singular(problem) and not (boundary and structure is ladder[-1]):
                raise _at_boundary(problem, found, reml=reml)
        except (NotConvergedError, NotEstimableError) as error:
            if len(ladder) == 1 and isinstance(error, NotEstimableError):
                raise
            attempts.append(_failed(structure, error))
            trace += [f"{structure.name}: {line}" for line in (*_trace(error), str(error))]
            continue
        return _finished(problem, found, structure, tuple(attempts), reml=reml)
    raise NotConvergedError(_nothing_converged(attempts), trace=tuple(trace))


def _solved(rows: Rows, structure: Structure, *, reml: bool) -> tuple[Problem, Optimum]:
    """Walk in the structure's own parameters, then, guarded, in those without constraints.

    The second walk is made where the first found nothing, and where a structure often has several
    minima: the two then end in different ones, of which the lower is taken. If it goes to the
    boundary, the optimum there is looked for.
    """
    problem = build_problem(rows, structure)
    _require_information(problem, structure)
    _require_pairs(problem, rows.visits)
    first = _walked(problem, reml=reml)
    if first is not None and not structure.several_minima:
        return problem, first
    free = structure.freed()
    blocks = tuple(replace(block, structure=free) for block in problem.blocks)
    freed = replace(problem, blocks=blocks)
    if first is None:
        return _last_walk(freed, structure, reml=reml)
    second = _walked(freed, reml=reml, guarded=True)
    if second is not None and second.at.value < first.at.value - CLOSE:
        return freed, second
    return problem, first


def _last_walk(problem: Problem, structure: Structure, *, reml: bool) -> tuple[Problem, Optimum]:
    try:
        return problem, minimise(problem, start_values(problem), reml=reml, guarded=True)
    except NoMinimumError as error:
        unrestricted = structure.needs_every_pair
        found = boundary_optimum(problem, error, reml=reml) if unrestricted else None
        if found is None:
            raise
        return found


def _singular(problem: Problem) -> bool:
    return any(block.structure.deficiency > 0 for block in problem.blocks)


def _at_boundary(problem: Problem, found: Optimum, *, reml: bool) -> NotConvergedError:
    value = found.at.value + deviance_of_units(problem, reml=reml)
    return NotConvergedError(
        f"the deviance is least, {value:.6f}, at a singular covariance", found.trace
    )


def _walked(problem: Problem, *, reml: bool, guarded: bool = False) -> Optimum | None:
    try:
        return minimise(problem, start_values(problem), reml=reml, guarded=guarded)
    except NotConvergedError:
        return None


def start_values(problem: Problem) -> Array:
    """Parameters of a covariance made of pairwise moments of least squares residuals."""
    starts = []
    for block in problem.blocks:
        distance = block.distance if block.distance.ndim == 2 else block.distance[0]
        starts.append(block.structure.minimised_in.start(_pairwise_covariance(block), distance))
    return np.concatenate(starts)


def _pairwise_covariance(block: Block) -> Array:
    """Residual products averaged over the subjects seen at both visits, made positive definite."""
    seen, count = block.moments.seen, block.moments.count
    both = seen[:, :, None] & seen[:, None, :]
    none = np.zeros(len(block.moments.quadratic(np.zeros(both.shape))[1]))
    products = np.where(both, block.moments.residual_products(none), 0.0).sum(0)
    Sigma = products / np.maximum(np.tensordot(count, both, 1), 1.0)
    np.fill_diagonal(Sigma, np.maximum(np.diag(Sigma), 1e-2 * np.diag(Sigma).mean()))
    values, vectors = np.linalg.eigh(Sigma)
    return np.asarray((vectors * np.maximum(values, 1e-2 * values[-1])) @ vectors.T)


def _require_information(problem: Problem, structure: Structure) -> None:
    """Refuse more covariance parameters than the data can inform, whatever they look like."""
    for block in problem.blocks:
        n, m = int(block.moments.count.sum()), block.distance.shape[-1]
        n_rows = int(block.moments.count @ block.moments.seen.sum(axis=1))
        if block.n_parameters >= n_rows or (structure.needs_every_pair and n <= m):
            raise NotEstimableError(
                f"{n} subjects with {n_rows} observations cannot inform the {block.n_parameters} "
                f"parameters of an {structure.name} covariance of {m} visits. Use a structure with "
                "fewer parameters."
            )


def _require_pairs(problem: Problem, visits: tuple[str, ...]) -> None:
    """Refuse an unstructured covariance where two visits were never observed together."""
    for block in problem.blocks:
        seen = block.moments.seen.astype(float)
        pairs = np.argwhere(np.tril(seen.T @ seen == 0))
        if block.structure.needs_every_pair and len(pairs):
            first = ", ".join(f"{visits[j]} and {visits[i]}" for i, j in pairs[:3])
            raise NotEstimableError(
                f"{len(pairs)} pairs of visits were never observed in one subject ({first}), so "
                f"an {block.structure.name} covariance is not estimable. Use a structure with "
                "fewer parameters or leave a visit out."
            )


def _trace(error: FitError) -> tuple[str, ...]:
    return error.trace if isinstance(error, NotConvergedError) else ()


def _failed(structure: Structure, error: FitError) -> Attempt:
    return Attempt(
        covariance=structure.name,
        converged=False,
        reason=str(error),
        minus_two_log_likelihood=float("nan"),
        iterations=len(_trace(error)),
    )


def _finished(
    problem: Problem,
    found: Optimum,
    structure: Structure,
    before: tuple[Attempt, ...],
    *,
    reml: bool,
) -> RepeatedMeasuresFit:
    value = found.at.value + deviance_of_units(problem, reml=reml)
    attempt = Attempt(
        covariance=structure.name,
        converged=True,
        reason=_REACHED_BOUNDARY if _singular(problem) else _REACHED,
        minus_two_log_likelihood=value,
        iterations=found.iterations,
    )
    return RepeatedMeasuresFit(
        covariances=_covariances(problem, found),
        minus_two_log_likelihood=value,
        n_covariance_parameters=sum(
            structure.n_parameters(block.distance.shape[-1]) for block in problem.blocks
        ),
        attempts=(*before, attempt),
        problem=problem,
        optimum=found,
    )


def _covariances(problem: Problem, found: Optimum) -> tuple[Array, ...]:
    parts = split_by_block(found.at.theta, problem.blocks)
    return tuple(
        block.sigma(part)[0] * problem.scale**2
        for block, part in zip(problem.blocks, parts, strict=True)
    )


def _nothing_converged(attempts: list[Attempt]) -> str:
    told = "; ".join(f"{attempt.covariance}: {attempt.reason}" for attempt in attempts)
    return (
        f"No fit converged ({told}). Name simpler covariance structures to fall back on, for "
        'example covariance=("unstructured", "heterogeneous_toeplitz", "compound_symmetry"), '
        "or fewer terms in the formula."
    )
