"""Optima at which an unstructured covariance is singular.

Where no subject was seen at all the visits involved, the deviance is finite at a singular Sigma
and may be least there. Such a Sigma is ``B B'`` with B (m, r), r < m. Along these the deviance has
a gradient and second derivatives like any other, and those are what the fit reports.

The point is a minimum among all covariances if it is one among those of rank r, and if every step
inside, ``Sigma + N A N'`` with N the null space and A positive semidefinite, raises the deviance:
``N' G N`` is positive definite, with G the derivative of the deviance by Sigma. These are the
conditions of Shapiro A. First and second order analysis of nonlinear semidefinite programs.
Mathematical Programming 1997;77:301-20, with strict complementarity.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import qr

from outcomes.errors import NotConvergedError
from outcomes.stats.mmrm.likelihood import split_by_block
from outcomes.stats.mmrm.optimise import NEARLY_SINGULAR, NoMinimumError, Optimum, minimise
from outcomes.stats.mmrm.problem import Block, Problem
from outcomes.stats.mmrm.structures import Parameterisation, Structure, structure_named

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class SingularStructure(Structure):
    """The unstructured covariances of m visits with `deficiency` eigenvalues of zero.

    Parameters
    ----------
    order : tuple of int
        Order of the visits in which B is lower trapezoidal.
    """

    order: tuple[int, ...]

    def __reduce__(self) -> tuple[Callable[..., Structure], tuple[object, ...]]:
        """Pickle by what it was made of."""
        return singular, (self.order, self.deficiency)


def singular(order: tuple[int, ...], deficiency: int) -> SingularStructure:
    """Build the structure of rank ``len(order) - deficiency``."""
    rank, whole = len(order) - deficiency, structure_named("unstructured")
    return SingularStructure(
        name=whole.name,
        n_parameters=lambda m: m * rank - rank * (rank - 1) // 2,
        minimised_in=_factored(np.array(order), rank),
        adjusted_in=whole.adjusted_in,
        needs_every_pair=True,
        several_minima=False,
        deficiency=deficiency,
        order=order,
    )


def _factored(order: NDArray[np.intp], rank: int) -> Parameterisation:
    """Sigma = B B'; theta are the elements of B on and below its diagonal, in `order`."""
    m = len(order)
    row, column = np.tril_indices(m, 0, rank)
    unit = np.zeros((len(row), m, rank))
    unit[np.arange(len(row)), order[row], column] = 1.0

    def root(theta: Array) -> Array:
        return np.asarray(np.tensordot(theta, unit, 1))

    def sigma(theta: Array, distance: Array) -> Array:  # noqa: ARG001
        B = root(theta)
        return np.asarray(B @ B.T)

    def first(theta: Array, distance: Array) -> Array:  # noqa: ARG001
        half = unit @ root(theta).T
        return np.asarray(half + half.swapaxes(1, 2))

    def second(theta: Array, distance: Array) -> Array:  # noqa: ARG001
        half = np.einsum("kar,lbr->klab", unit, unit)
        return np.asarray(half + half.swapaxes(2, 3))

    def start(Sigma: Array, distance: Array) -> Array:  # noqa: ARG001
        R = np.asarray(qr(_half(Sigma, rank)[:, order], mode="r")[0])
        return np.asarray(R.T[row, column], dtype=np.float64)

    return Parameterisation(start=start, sigma=sigma, first=first, second=second)


def _half(Sigma: Array, rank: int) -> Array:
    """(r, m): H with H'H the nearest covariance of rank r, on the scale of correlations."""
    size = np.sqrt(np.diag(Sigma))
    values, vectors = np.linalg.eigh(Sigma / size / size[:, None])
    return np.asarray(np.sqrt(values[-rank:, None]) * vectors[:, -rank:].T * size)


def boundary_optimum(
    problem: Problem, walk: NoMinimumError, *, reml: bool
) -> tuple[Problem, Optimum] | None:
    """Return the minimum at a singular covariance near the end of a walk, or None without one.

    Parameters
    ----------
    problem : Problem, of an unstructured covariance, in the parameters of the walk
    walk : NoMinimumError, with which it ended
    reml : bool
    """
    while True:
        before = problem.blocks
        problem, start = _one_rank_lower(problem, walk.theta)
        if all(now is then for now, then in zip(problem.blocks, before, strict=True)):
            return None
        try:
            found = minimise(problem, start, reml=reml, guarded=True)
        except NoMinimumError as error:
            walk = error
            continue
        except NotConvergedError:
            return None
        return (problem, found) if _no_way_inside(problem, found) else None


def _one_rank_lower(problem: Problem, theta: Array) -> tuple[Problem, Array]:
    """Take the rank of every nearly singular block down by one; the others stay as they are."""
    blocks, starts = [], []
    for block, part in zip(problem.blocks, split_by_block(theta, problem.blocks), strict=True):
        lowered, start = _lowered(block, part)
        blocks.append(lowered)
        starts.append(start)
    return replace(problem, blocks=tuple(blocks)), np.concatenate(starts)


def _lowered(block: Block, theta: Array) -> tuple[Block, Array]:
    Sigma = block.sigma(theta)[0]
    size, deficiency = np.sqrt(np.diag(Sigma)), block.structure.deficiency
    values = np.linalg.eigvalsh(Sigma / size / size[:, None])
    if values[deficiency] > NEARLY_SINGULAR or deficiency + 1 == len(values):
        return block, theta
    half = _half(Sigma, len(values) - deficiency - 1)
    order = qr(half / size, mode="r", pivoting=True)[1]
    structure = singular(tuple(order.tolist()), deficiency + 1)
    start = structure.minimised_in.start(Sigma, block.distance)
    return replace(block, structure=structure), start


def _no_way_inside(problem: Problem, found: Optimum) -> bool:
    """Whether every step from the singular covariances inside raises the deviance."""
    parts = split_by_block(found.at.theta, problem.blocks)
    for block, part, slope in zip(problem.blocks, parts, found.slope.blocks, strict=True):
        Sigma, deficiency = block.sigma(part)[0], block.structure.deficiency
        size = np.sqrt(np.diag(Sigma))
        null = np.linalg.eigh(Sigma / size / size[:, None])[1][:, :deficiency]
        G = slope.by_element.sum(axis=0) * size[:, None] * size
        if deficiency and not np.linalg.eigvalsh(null.T @ G @ null)[0] > 0:
            return False
    return True
