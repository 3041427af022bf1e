"""From rows of numbers to the sums one repeated-measures fit works on."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from outcomes.errors import NotEstimableError
from outcomes.stats.mmrm.compression import sum_by_pattern
from outcomes.stats.mmrm.patterns import Moments
from outcomes.stats.mmrm.structures import Structure

Array = NDArray[np.float64]
Index = NDArray[np.intp]


@dataclass(frozen=True, kw_only=True, slots=True)
class Rows:
    """Analysed rows: one per subject and visit, finite, design of full column rank.

    Parameters
    ----------
    X : (N, p)
    y : (N,)
    subject : (N,) int codes 0 .. n_subjects - 1, each present
    visit : (N,) int codes into `visits`
    visits : names of the visits, for messages
    weight : (N,), what the residual covariance is divided by; None for ones
    group : (n_subjects,) int codes of subjects whose covariance is their own; None for one
    coordinates : (N, d), where each row was observed, for spatial structures
    kind : (n_subjects,) codes a structure gets in place of distances, where it goes by the kind of
        subject
    """

    X: Array
    y: Array
    subject: Index
    visit: Index
    visits: tuple[str, ...]
    weight: Array | None = None
    group: Index | None = None
    coordinates: Array | None = None
    kind: Index | None = None

    @property
    def n_subjects(self) -> int:
        """Subjects with at least one row."""
        return int(self.subject.max()) + 1

    @property
    def n_visits(self) -> int:
        """Visits with at least one row."""
        return len(self.visits)

    @property
    def root_weight(self) -> Array:
        """(N,): square roots of the weights."""
        return np.ones(len(self.y)) if self.weight is None else np.sqrt(self.weight)


@dataclass(frozen=True, kw_only=True, slots=True)
class Padded:
    """Subjects as rectangles, zeros where not observed.

    Parameters
    ----------
    X : (n, m, p)
    y : (n, m)
    seen : (n, m) bool
    distance : (m, m), or (n, m, m) where it differs between subjects
    """

    X: Array
    y: Array
    seen: NDArray[np.bool_]
    distance: Array


@dataclass(frozen=True, kw_only=True, slots=True)
class Block:
    """Patterns that share one set of covariance parameters: all, or those of one group.

    Parameters
    ----------
    moments : Moments
    structure : Structure
    distance : (m, m), or (G, m, m) where each pattern has its own
    """

    moments: Moments
    structure: Structure
    distance: Array

    @property
    def n_parameters(self) -> int:
        """Covariance parameters of this block."""
        return self.structure.n_parameters(self.distance.shape[-1])

    def sigma(self, theta: Array) -> Array:
        """(H, m, m) covariance, H being 1 or the number of patterns."""
        return self._stacked(self.structure.minimised_in.sigma(theta, self.distance))

    def first(self, theta: Array) -> Array:
        """(K, H, m, m) first derivatives."""
        return self._stacked(self.structure.minimised_in.first(theta, self.distance))

    def second(self, theta: Array) -> Array | None:
        """(K, K, H, m, m) second derivatives, None where all are zero."""
        second = self.structure.minimised_in.second
        return None if second is None else self._stacked(second(theta, self.distance))

    def _stacked(self, values: Array) -> Array:
        return values if self.distance.ndim == 3 else np.expand_dims(values, -3)


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """A standardised fit: outcome less its least squares fit, over `scale`; columns over norms.

    The likelihood is invariant to both, while sums of squares of raw values would lose digits.

    Parameters
    ----------
    blocks : tuple of Block
    n_observations, n_subjects : int
    column_norm : (p,)
    least_squares : (p,), coefficients already taken out of the outcome, in original units
    scale : float, outcome units per standardised unit
    log_weights : float, sum of the logarithms of the weights
    padded : Padded, the standardised subjects, for what needs them one by one
    group : (n,) int, block of each subject
    """

    blocks: tuple[Block, ...]
    n_observations: int
    n_subjects: int
    column_norm: Array
    least_squares: Array
    scale: float
    log_weights: float
    padded: Padded = field(repr=False)
    group: Index = field(repr=False)

    @property
    def n_coefficients(self) -> int:
        """Columns of the design."""
        return len(self.column_norm)


def build_problem(rows: Rows, structure: Structure) -> Problem:
    """Standardise the rows and sum them by pattern.

    Raises
    ------
    NotEstimableError
        If the design leaves no residual variation.
    """
    root = rows.root_weight
    X, y = (rows.X, rows.y) if rows.weight is None else (rows.X * root[:, None], rows.y * root)
    norm = np.sqrt(np.einsum("np,np->p", X, X) / len(X))
    least_squares = _least_squares(X, y, norm)
    residual = y - X @ least_squares
    scale = _residual_scale(rows, residual, largest=float(np.abs(y).max()))
    padded = _pad(rows, X, residual / scale, norm, structure)
    group = np.zeros(rows.n_subjects, dtype=np.intp) if rows.group is None else rows.group
    return Problem(
        blocks=tuple(_block(padded, group == g, structure) for g in range(group.max() + 1)),
        n_observations=len(y),
        n_subjects=rows.n_subjects,
        column_norm=norm,
        least_squares=least_squares,
        scale=scale,
        log_weights=float(2.0 * np.log(root).sum()),
        padded=padded,
        group=group,
    )


def _least_squares(X: Array, y: Array, norm: Array) -> Array:
    """Coefficients near those of least squares; what they leave of the fit is fitted anyway."""
    cross = (X.T @ X) / norm / norm[:, None]
    try:
        return np.asarray(np.linalg.solve(cross, X.T @ y / norm) / norm)
    except np.linalg.LinAlgError:
        return np.linalg.lstsq(X, y, rcond=None)[0].astype(float)


def _residual_scale(rows: Rows, residual: Array, *, largest: float) -> float:
    N, p = rows.X.shape
    scale = float(np.sqrt(residual @ residual / max(N - p, 1)))
    if p >= N or scale <= 1e-12 * largest:
        raise NotEstimableError(
            f"{N} observations and {p} coefficients leave no residual variation. Use fewer terms "
            "in the formula."
        )
    return scale


def _pad(rows: Rows, X: Array, y: Array, norm: Array, structure: Structure) -> Padded:
    n, m, at = rows.n_subjects, rows.n_visits, (rows.subject, rows.visit)
    padded = Padded(
        X=np.zeros((n, m, X.shape[1])),
        y=np.zeros((n, m)),
        seen=np.zeros((n, m), dtype=bool),
        distance=distances(rows, structure),
    )
    padded.X[at], padded.y[at], padded.seen[at] = X, y, True
    padded.X[...] /= norm  # in place: the one large array of a fit
    return padded


def distances(rows: Rows, structure: Structure) -> Array:
    """Visits between visits, Euclidean distances between coordinates, or kinds of subjects."""
    m = rows.n_visits
    if rows.kind is not None:
        return np.tile(rows.kind[:, None, None].astype(float), (1, m, m))
    if not (structure.spatial and rows.coordinates is not None):
        place = np.arange(m, dtype=float)
        return np.abs(place[:, None] - place)
    where = np.full((rows.n_subjects, m, rows.coordinates.shape[1]), np.nan)
    where[rows.subject, rows.visit] = rows.coordinates
    usual = np.stack([one[np.isfinite(one).all(axis=1)][0] for one in where.transpose(1, 0, 2)])
    where = np.where(np.isfinite(where), where, usual)
    if (where == usual).all():
        where = usual[None]
    apart = np.sqrt(((where[:, :, None] - where[:, None]) ** 2).sum(axis=-1))
    return np.asarray(apart[0] if len(apart) == 1 else apart)


def _block(padded: Padded, member: NDArray[np.bool_], structure: Structure) -> Block:
    own = padded.distance.ndim == 3
    moments, pattern_distance = sum_by_pattern(
        padded.X[member],
        padded.y[member],
        padded.seen[member],
        padded.distance[member] if own else None,
    )
    return Block(
        moments=moments,
        structure=structure,
        distance=padded.distance if pattern_distance is None else pattern_distance,
    )
