"""Sums by pattern, over short subject vectors where the design has them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from outcomes.stats.mmrm.patterns import Moments, RowDesign, SharedDesign
from outcomes.stats.mmrm.rows import DesignByVisit

Array = NDArray[np.float64]
Index = NDArray[np.intp]

# A design column counts as a multiple of a subject vector when they agree to rounding.
_SAME = 1e-13


@dataclass(frozen=True, kw_only=True, slots=True)
class Summed:
    """Subjects summed by pattern.

    Parameters
    ----------
    moments : Moments
    distance : (G, m, m) distances of the patterns, None where they are all the same
    vectors : (n, q) subject vectors the sums were made of, None for a `RowDesign`
    """

    moments: Moments
    distance: Array | None
    vectors: Array | None


def sum_by_pattern(
    design: DesignByVisit,
    y: Array,
    seen: NDArray[np.bool_],
    transform: Array,
    distance: Array | None = None,
) -> Summed:
    """Sum subjects into the cheaper of the two forms, by the cost of their largest product.

    Parameters
    ----------
    design : DesignByVisit
    y : (n, m)
    seen : (n, m) bool
    transform : (p, p)
        The sums are those of the design times this.
    distance : (n, m, m), optional
        Where it is given, subjects share a pattern only if their distances agree as well.
    """
    order, size, patterns, first = _sort_by_pattern(seen, distance)
    n, m, p = *seen.shape, design.X.shape[1]
    own = None if distance is None else distance[first]
    longest = int(2 * np.sqrt(max(n * p * p / (len(size) * m * m), 1)))
    found = subject_vectors(design, longest=max(longest, 4))
    count = size.astype(float)
    if found is None:
        X = design.padded(transform)[order]
        rows = RowDesign(seen=patterns, count=count, X=X, y=y[order], size=size)
        return Summed(moments=rows, distance=own, vectors=None)
    u, A = _orthonormal(*found)
    sums = _cross_products(u, y, order, size)
    moments = shared_design(sums, count, patterns, np.swapaxes(transform, 0, 1) @ A)
    return Summed(moments=moments, distance=own, vectors=u)


def shared_design(sums: Array, count: Array, patterns: NDArray[np.bool_], A: Array) -> SharedDesign:
    """Cut the cross products (G, q + m, q + m) of subject vectors and outcomes into U, H and Y."""
    q = A.shape[2]
    return SharedDesign(
        seen=patterns,
        count=count,
        U=np.ascontiguousarray(sums[:, :q, :q]),
        H=np.ascontiguousarray(sums[:, q:, :q]),
        Y=np.ascontiguousarray(sums[:, q:, q:]),
        A=A,
    )


def _orthonormal(u: Array, A: Array) -> tuple[Array, Array]:
    """Give the vectors unit variance and no correlation: sums of squares then lose no digits."""
    left, size, right = np.linalg.svd(u, full_matrices=False)
    kept = size > 1e-14 * size[0]
    root = np.sqrt(len(u))
    back = (size[kept, None] * right[kept]) / root  # u = (left * root) @ back
    return left[:, kept] * root, A @ back.T


def _cross_products(u: Array, y: Array, order: Index, size: Index) -> Array:
    z = np.concatenate([u, y], axis=1)[order]
    stops = np.cumsum(size)
    return np.stack([z[a:b].T @ z[a:b] for a, b in zip(stops - size, stops, strict=True)])


def _sort_by_pattern(
    seen: NDArray[np.bool_], distance: Array | None
) -> tuple[Index, Index, NDArray[np.bool_], Index]:
    """Order of subjects, subjects per pattern, the patterns (G, m), and one subject of each."""
    key: NDArray[np.uint8] | Array = np.packbits(seen, axis=1)
    if distance is not None:
        both = seen[:, :, None] & seen[:, None, :]
        key = np.concatenate([key, np.where(both, distance, -1.0).reshape(len(seen), -1)], axis=1)
    _, first, pattern, size = np.unique(
        key, axis=0, return_index=True, return_inverse=True, return_counts=True
    )
    return np.argsort(pattern.ravel(), kind="stable"), size, seen[first], first


def subject_vectors(design: DesignByVisit, *, longest: int) -> tuple[Array, Array] | None:
    """Short subject vectors u and matrices A: subject i's row at visit j is ``A[j] @ u[i]``.

    Each column of the design at each visit is compared with the vectors found so far and added
    where it is no multiple of any of them, so the result is exact for every design.

    Parameters
    ----------
    design : DesignByVisit
    longest : int
        Give up when more vectors than this are needed.

    Returns
    -------
    (u, A) of shapes (n, q) and (m, p, q), or None.
    """
    shape = (design.n_visits, design.X.shape[1])
    which, multiples = np.zeros(shape, dtype=np.intp), np.zeros(shape)
    vectors: list[_Vector] = []
    for j in range(design.n_visits):
        who, X = design.at_visit(j)
        for c in np.flatnonzero(X.any(axis=0)):
            k, multiple = _matching_vector(X[:, c], who, vectors)
            if k == longest:
                return None
            if k == len(vectors):
                vectors.append(_Vector.empty(design.n_subjects))
            vectors[k].learn(who, X[:, c] / multiple)
            which[j, c], multiples[j, c] = k, multiple
    A = multiples[:, :, None] * (which[:, :, None] == np.arange(len(vectors)))
    return np.column_stack([vector.value for vector in vectors]), A


@dataclass(frozen=True, slots=True)
class _Vector:
    """One entry of the subject vectors (n,), and for whom it is known."""

    value: Array
    known: NDArray[np.bool_]

    @classmethod
    def empty(cls, n: int) -> _Vector:
        return cls(np.zeros(n), np.zeros(n, dtype=bool))

    def learn(self, who: Index, value: Array) -> None:
        new = ~self.known[who]
        self.value[who[new]] = value[new]
        self.known[who] = True


def _matching_vector(column: Array, who: Index, vectors: list[_Vector]) -> tuple[int, float]:
    """Find the vector that `column` is a multiple of; the next free index if there is none."""
    for k, vector in enumerate(vectors):
        both = vector.known[who]
        value, target = vector.value[who[both]], column[both]
        if not value.any() and not target.any():
            return k, 1.0
        at = int(np.abs(value).argmax())
        if value[at] == 0 or target[at] == 0:
            continue
        multiple = target[at] / value[at]
        if np.abs(target - multiple * value).max() <= _SAME * np.abs(target).max():
            return k, float(multiple)
    return len(vectors), 1.0
