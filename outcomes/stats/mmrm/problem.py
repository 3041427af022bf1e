"""From rows of numbers to the sums one repeated-measures fit works on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from outcomes.errors import NotEstimableError
from outcomes.stats.mmrm.patterns import Moments, RowDesign, SharedDesign
from outcomes.stats.mmrm.structures import Structure

Array = NDArray[np.float64]
Index = NDArray[np.intp]

# A design column counts as a multiple of a subject vector when they agree to rounding.
_SAME = 1e-13


@dataclass(frozen=True, kw_only=True, slots=True)
class Block:
    """Patterns that share one covariance matrix: all, or those of one group."""

    moments: Moments
    structure: Structure
    n_visits: int

    @property
    def n_parameters(self) -> int:
        """Covariance parameters of this block."""
        return self.structure.n_parameters(self.n_visits)


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
    """

    blocks: tuple[Block, ...]
    n_observations: int
    n_subjects: int
    column_norm: Array
    least_squares: Array
    scale: float

    @property
    def n_coefficients(self) -> int:
        """Columns of the design."""
        return len(self.column_norm)


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
    """

    X: Array
    y: Array
    subject: Index
    visit: Index
    visits: tuple[str, ...]

    @property
    def n_subjects(self) -> int:
        """Subjects with at least one row."""
        return int(self.subject.max()) + 1

    @property
    def n_visits(self) -> int:
        """Visits with at least one row."""
        return len(self.visits)


def build_problem(rows: Rows, structure: Structure) -> Problem:
    """Standardise the rows and sum them by pattern.

    Raises
    ------
    NotEstimableError
        If the design leaves no residual variation.
    """
    least_squares: Array = np.linalg.lstsq(rows.X, rows.y, rcond=None)[0].astype(float)
    residual = rows.y - rows.X @ least_squares
    spare = len(rows.y) - rows.X.shape[1]
    scale = float(np.sqrt(residual @ residual / max(spare, 1)))
    if spare < 1 or scale <= 1e-12 * np.abs(rows.y).max():
        raise NotEstimableError(
            f"{len(rows.y)} observations and {rows.X.shape[1]} coefficients leave no residual "
            "variation. Use fewer terms in the formula."
        )
    norm = np.sqrt(np.mean(rows.X**2, axis=0))
    X, y, seen = _pad(rows, rows.X / norm, residual / scale)
    block = Block(moments=_moments(X, y, seen), structure=structure, n_visits=rows.n_visits)
    return Problem(
        blocks=(block,),
        n_observations=len(rows.y),
        n_subjects=rows.n_subjects,
        column_norm=norm,
        least_squares=least_squares,
        scale=scale,
    )


def _pad(rows: Rows, X: Array, y: Array) -> tuple[Array, Array, NDArray[np.bool_]]:
    """(n, m, p), (n, m) and (n, m): zeros where a subject was not observed."""
    n, m = rows.n_subjects, rows.n_visits
    padded_X, padded_y = np.zeros((n, m, X.shape[1])), np.zeros((n, m))
    seen = np.zeros((n, m), dtype=bool)
    padded_X[rows.subject, rows.visit] = X
    padded_y[rows.subject, rows.visit] = y
    seen[rows.subject, rows.visit] = True
    return padded_X, padded_y, seen


def _moments(X: Array, y: Array, seen: NDArray[np.bool_]) -> Moments:
    """Sum into the cheaper of the two forms, by the cost of their largest product."""
    order, size, patterns = _sort_by_pattern(seen)
    n, m, p = X.shape
    longest = int(np.sqrt(max(n * p * p / (len(size) * m * m), 1)) * 2)
    found = subject_vectors(X, seen, longest=max(longest, 4))
    if found is None:
        return RowDesign(seen=patterns, count=size.astype(float), X=X[order], y=y[order], size=size)
    u, A = found
    q = u.shape[1]
    z = np.concatenate([u, y], axis=1)[order]
    stops = np.cumsum(size)
    sums = np.stack([z[a:b].T @ z[a:b] for a, b in zip(stops - size, stops, strict=True)])
    return SharedDesign(
        seen=patterns,
        count=size.astype(float),
        U=np.ascontiguousarray(sums[:, :q, :q]),
        H=np.ascontiguousarray(sums[:, q:, :q]),
        Y=np.ascontiguousarray(sums[:, q:, q:]),
        A=A,
    )


def _sort_by_pattern(seen: NDArray[np.bool_]) -> tuple[Index, Index, NDArray[np.bool_]]:
    """Order of subjects, subjects per pattern, and the patterns (G, m)."""
    _, first, pattern, size = np.unique(
        np.packbits(seen, axis=1),
        axis=0,
        return_index=True,
        return_inverse=True,
        return_counts=True,
    )
    return np.argsort(pattern.ravel(), kind="stable"), size, seen[first]


def subject_vectors(
    X: Array, seen: NDArray[np.bool_], *, longest: int
) -> tuple[Array, Array] | None:
    """Short subject vectors u and matrices A with ``X[i, j] = A[j] @ u[i]`` at observed visits.

    Each column of the design at each visit is compared with the vectors found so far and added
    where it is no multiple of any of them, so the result is exact for every design.

    Parameters
    ----------
    X : (n, m, p)
    seen : (n, m) bool
    longest : int
        Give up when more vectors than this are needed.

    Returns
    -------
    (u, A) of shapes (n, q) and (m, p, q), or None.
    """
    n, m, p = X.shape
    u, known = np.zeros((n, longest)), np.zeros((n, longest), dtype=bool)
    A, q = np.zeros((m, p, longest)), 0
    for j in range(m):
        here = seen[:, j]
        for c in np.flatnonzero(X[:, j].any(axis=0)):
            column = X[here, j, c]
            k, multiple = _matching_vector(column, u[here, :q], known[here, :q])
            if k == longest:
                return None
            q = max(q, k + 1)
            A[j, c, k] = multiple
            new = here & ~known[:, k]
            u[new, k] = X[new, j, c] / multiple
            known[:, k] |= here
    return u[:, :q], A[:, :, :q]


def _matching_vector(column: Array, u: Array, known: NDArray[np.bool_]) -> tuple[int, float]:
    """Find the vector that `column` is a multiple of; the next free index if there is none."""
    for k in range(u.shape[1]):
        both = known[:, k]
        vector, target = u[both, k], column[both]
        if not vector.any() and not target.any():
            return k, 1.0
        at = int(np.abs(vector).argmax())
        if vector[at] == 0 or target[at] == 0:
            continue
        multiple = target[at] / vector[at]
        if np.abs(target - multiple * vector).max() <= _SAME * np.abs(target).max():
            return k, float(multiple)
    return u.shape[1], 1.0
