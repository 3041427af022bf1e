"""Sums by pattern, over short subject vectors where the design has them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from outcomes.stats.mmrm.patterns import Moments, RowDesign, SharedDesign

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
    X: Array,
    y: Array,
    seen: NDArray[np.bool_],
    *,
    transform: Array | None = None,
    distance: Array | None = None,
) -> Summed:
    """Sum subjects into the cheaper of the two forms, by the cost of their largest product.

    Parameters
    ----------
    X : (n, m, p)
    y : (n, m)
    seen : (n, m) bool
    transform : (p, p), optional
        The sums are those of ``X @ transform``.
    distance : (n, m, m), optional
        Where it is given, subjects share a pattern only if their distances agree as well.
    """
    order, size, patterns, first = _sort_by_pattern(seen, distance)
    n, m, p = X.shape
    T = np.eye(p) if transform is None else transform
    own = None if distance is None else distance[first]
    longest = int(2 * np.sqrt(max(n * p * p / (len(size) * m * m), 1)))
    found = subject_vectors(X, seen, longest=max(longest, 4))
    count = size.astype(float)
    if found is None:
        rows = RowDesign(seen=patterns, count=count, X=X[order] @ T, y=y[order], size=size)
        return Summed(moments=rows, distance=own, vectors=None)
    u, A = _orthonormal(*found)
    sums = _cross_products(u, y, order, size)
    moments = shared_design(sums, count, patterns, np.swapaxes(T, 0, 1) @ A)
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
