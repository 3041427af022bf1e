"""From rows of numbers to the sums one repeated-measures fit works on."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve_triangular

from outcomes.errors import NotEstimableError
from outcomes.stats.mmrm.compression import sum_by_pattern
from outcomes.stats.mmrm.patterns import Moments
from outcomes.stats.mmrm.rows import DesignByVisit, Rows, distances
from outcomes.stats.mmrm.structures import Structure

Array = NDArray[np.float64]
Index = NDArray[np.intp]


@dataclass(frozen=True, kw_only=True, slots=True)
class Block:
    """Patterns that share one set of covariance parameters: all, or those of one group.

    Parameters
    ----------
    moments : Moments
    structure : Structure
    distance : (m, m), or (G, m, m) where each pattern has its own
    vectors : (n, q), what the sums of a `SharedDesign` were made of
    """

    moments: Moments
    structure: Structure
    distance: Array
    vectors: Array | None = field(default=None, repr=False)

    @property
    def n_parameters(self) -> int:
        """Covariance parameters of this block."""
        return self.structure.n_parameters(self.distance.shape[-1])

    def sigma(self, theta: Array) -> Array:
        """(H, m, m) covariance, H being 1 or the number of patterns."""
        return self._stacked(self.structure.minimised_in.sigma(theta, self.distance))

    def first(self, theta: Array) -> Array:
        """(K, H, m, m) first derivatives by theta."""
        return self._stacked(self.structure.minimised_in.first(theta, self.distance))

    def along(self, theta: Array) -> Array:
        """(K, H, m, m) first derivatives in the directions of steps."""
        return self._stacked(self.structure.minimised_in.along(theta, self.distance))

    def moved(self, theta: Array, step: Array) -> Array:
        """Theta after a step in these directions."""
        return self.structure.minimised_in.moved(theta, step, self.distance)

    def second(self, theta: Array) -> Array | None:
        """(K, K, H, m, m) second derivatives, None where all are zero."""
        second = self.structure.minimised_in.second
        return None if second is None else self._stacked(second(theta, self.distance))

    def _stacked(self, values: Array) -> Array:
        return values if self.distance.ndim == 3 else np.expand_dims(values, -3)


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """A standardised fit: outcome less its least squares fit, over `scale`; columns orthogonal.

    The likelihood is invariant to both, while sums of squares of raw values would lose digits.

    Parameters
    ----------
    blocks : tuple of Block
    n_observations, n_subjects : int
    transform : (p, p), the original columns times this are the standardised ones
    log_volume : float, logarithm of the determinant of its inverse
    least_squares : (p,), coefficients already taken out of the outcome, in original units
    scale : float, outcome units per standardised unit
    log_weights : float, sum of the logarithms of the weights
    design : DesignByVisit, weighted and not standardised, for what needs subjects one by one
    outcome : (n, m), standardised, zeros where not observed
    seen : (n, m) bool
    distance : (m, m), or (n, m, m) where it differs between subjects
    group : (n,) int, block of each subject
    """

    blocks: tuple[Block, ...]
    n_observations: int
    n_subjects: int
    transform: Array
    log_volume: float
    least_squares: Array
    scale: float
    log_weights: float
    design: DesignByVisit = field(repr=False)
    outcome: Array = field(repr=False)
    seen: NDArray[np.bool_] = field(repr=False)
    distance: Array = field(repr=False)
    group: Index = field(repr=False)

    @property
    def n_coefficients(self) -> int:
        """Columns of the design."""
        return len(self.transform)

    def padded_design(self) -> Array:
        """(n, m, p): standardised design, made when asked for: the one large array of a fit."""
        return self.design.padded(self.transform)

    def original(self, beta: Array) -> Array:
        """(..., p): coefficients of the original columns and outcome."""
        return np.asarray(self.least_squares + self.scale * beta @ self.transform.T)


def build_problem(rows: Rows, structure: Structure) -> Problem:
    """Standardise the rows and sum them by pattern.

    Raises
    ------
    NotEstimableError
        If the design leaves no residual variation.
    """
    root = rows.root_weight
    X, y = (rows.X, rows.y) if rows.weight is None else (rows.X * root[:, None], rows.y * root)
    transform, log_volume = _orthogonaliser(X)
    least_squares = _least_squares(X, y, transform)
    residual = y - X @ least_squares
    scale = _residual_scale(rows, residual, largest=float(np.abs(y).max()))
    outcome, seen = rows.rectangle(residual / scale), rows.seen
    distance = distances(rows, structure)
    group = np.zeros(rows.n_subjects, dtype=np.intp) if rows.group is None else rows.group
    blocks = []
    for g in range(group.max() + 1):
        member = group == g
        own = distance[member] if distance.ndim == 3 else distance
        design = rows.design if member.all() else rows.design.of(member)
        blocks.append(_block(design, outcome[member], seen[member], own, structure, transform))
    return Problem(
        blocks=tuple(blocks),
        n_observations=len(y),
        n_subjects=rows.n_subjects,
        transform=transform,
        log_volume=log_volume,
        least_squares=least_squares,
        scale=scale,
        log_weights=float(2.0 * np.log(root).sum()),
        design=rows.design,
        outcome=outcome,
        seen=seen,
        distance=distance,
        group=group,
    )


def deviance_of_units(problem: Problem, *, reml: bool) -> float:
    """Return what standardising outcome and columns took from the deviance."""
    n_free = problem.n_observations - (problem.n_coefficients if reml else 0)
    value = 2.0 * n_free * np.log(problem.scale)
    return float(value + (2.0 * problem.log_volume if reml else 0.0))


def _orthogonaliser(X: Array) -> tuple[Array, float]:
    """T with the columns of X T about orthonormal in mean square, and ``log |det T^-1|``."""
    norm = np.sqrt(np.einsum("np,np->p", X, X) / len(X))
    gram = (X.T @ X) / len(X) / norm / norm[:, None]
    try:
        root = np.linalg.cholesky(gram).T
    except np.linalg.LinAlgError:  # columns nearly dependent: squares have lost what differs
        root = np.asarray(np.linalg.qr(X / norm / np.sqrt(len(X)), mode="r"), dtype=float)
    inverse = solve_triangular(root, np.eye(len(norm)))
    log_volume = np.log(np.abs(np.diag(root))).sum() + np.log(norm).sum()
    return np.asarray(inverse / norm[:, None]), float(log_volume)


def _least_squares(X: Array, y: Array, transform: Array) -> Array:
    """Coefficients of least squares, once refined; what they leave of the fit is fitted anyway."""
    beta = np.zeros(X.shape[1])
    for _ in range(2):
        beta = beta + transform @ (transform.T @ (X.T @ (y - X @ beta))) / len(y)
    return beta


def _residual_scale(rows: Rows, residual: Array, *, largest: float) -> float:
    N, p = rows.X.shape
    scale = float(np.sqrt(residual @ residual / max(N - p, 1)))
    if p >= N or scale <= 1e-12 * largest:
        raise NotEstimableError(
            f"{N} observations and {p} coefficients leave no residual variation. Use fewer terms "
            "in the formula."
        )
    return scale


def _block(
    design: DesignByVisit,
    y: Array,
    seen: NDArray[np.bool_],
    distance: Array,
    structure: Structure,
    transform: Array,
) -> Block:
    own = distance.ndim == 3
    summed = sum_by_pattern(design, y, seen, transform, distance if own else None)
    return Block(
        moments=summed.moments,
        structure=structure,
        distance=distance if summed.distance is None else summed.distance,
        vectors=summed.vectors,
    )
