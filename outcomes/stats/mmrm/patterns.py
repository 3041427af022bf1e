"""Subjects grouped by what was observed: the sums a repeated-measures likelihood needs.

Subjects observed at the same visits share one covariance block, so the likelihood and its
derivatives depend on the data only through sums over such a *pattern*. Two forms keep these sums:

- `SharedDesign`, when the design row of subject i at visit j is ``A_j u_i`` with a short vector
  ``u_i`` (baseline, arm, site: the usual case). Only ``sum u u'``, ``sum y u'`` and ``sum y y'``
  are kept; after one pass over the data nothing depends on the number of subjects.
- `RowDesign`, when covariates change between visits: the rows themselves, padded with zeros.

Throughout: G patterns, m visits, p coefficients, q entries of ``u``; W is a (G, m, m) stack of
inverse covariance blocks with zeros where a visit was not observed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def _real(values: Any) -> Array:
    """Tell the type checker what einsum and matmul return."""
    return np.asarray(values, dtype=np.float64)


class Moments(Protocol):
    """What the likelihood asks of the data."""

    @property
    def seen(self) -> NDArray[np.bool_]:
        """(G, m): which visits each pattern observes."""
        ...

    @property
    def count(self) -> Array:
        """(G,): subjects in each pattern."""
        ...

    def quadratic(self, W: Array) -> tuple[Array, Array, float]:
        """Add over subjects of X'WX (p, p), X'Wy (p,) and y'Wy."""
        ...

    def residual_products(self, beta: Array) -> Array:
        """(G, m, m): sums of rr' with r = y - X beta; meaningful at observed visits."""
        ...

    def leverage_products(self, V: Array) -> Array:
        """(G, m, m): sums of X V X'."""
        ...

    def weighted_scores(self, W: Array, beta: Array) -> Array:
        """(m, m, p): entry [a, b] is the sum of (Wr)_a (WX)_b."""
        ...

    def weighted_designs(self, W: Array) -> Array:
        """(m, m, p, p): entry [a, b] is the sum of (WX)_a' (WX)_b."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class SharedDesign:
    """Pattern sums of subject vectors; design row j of a subject is ``A[j] @ u``.

    Parameters
    ----------
    seen : (G, m) bool
    count : (G,)
    U : (G, q, q), sums of u u'
    H : (G, m, q), sums of y u'
    Y : (G, m, m), sums of y y'
    A : (m, p, q)
    """

    seen: NDArray[np.bool_]
    count: Array
    U: Array
    H: Array
    Y: Array
    A: Array

    def _between(self, E: Array) -> Array:
        """Sum over visits of ``A_j E[j, k] A_k'`` for E of shape (m, m, q, q)."""
        m, p, q = self.A.shape
        left = self.A.transpose(1, 0, 2).reshape(p, m * q)
        return _real(left @ E.transpose(0, 2, 1, 3).reshape(m * q, m * q) @ left.T)

    def quadratic(self, W: Array) -> tuple[Array, Array, float]:
        """Add over subjects of X'WX, X'Wy and y'Wy."""
        XWX = self._between(np.tensordot(W, self.U, (0, 0)))
        XWy = np.einsum("jpq,jq->p", self.A, np.matmul(W, self.H).sum(0))
        return XWX, XWy, float((W * self.Y).sum())

    def residual_products(self, beta: Array) -> Array:
        """(G, m, m): sums of rr'."""
        B = np.einsum("jpq,p->jq", self.A, beta)
        HB = self.H @ B.T
        return _real(self.Y - HB - HB.transpose(0, 2, 1) + B @ self.U @ B.T)

    def leverage_products(self, V: Array) -> Array:
        """(G, m, m): sums of X V X'."""
        K = np.einsum("jpa,pr,krb->jkab", self.A, V, self.A, optimize=True)
        m, q = len(K), self.U.shape[1]
        products = self.U.reshape(-1, q * q) @ K.reshape(m * m, q * q).T
        return _real(products.reshape(-1, m, m))

    def weighted_scores(self, W: Array, beta: Array) -> Array:
        """(m, m, p): sums of (Wr)_a (WX)_b."""
        B = np.einsum("jpq,p->jq", self.A, beta)
        ur = (self.H.transpose(0, 2, 1) - self.U @ B.T) @ W  # (G, q, m): sums of u (Wr)'
        sums = np.tensordot(W, ur, (0, 0))  # (b, j, q, a)
        return _real(np.einsum("bjqa,jpq->abp", sums, self.A, optimize=True))

    def weighted_designs(self, W: Array) -> Array:
        """(m, m, p, p): sums of (WX)_a' (WX)_b."""
        G, m, _ = W.shape
        q = self.U.shape[1]
        WU = (W.reshape(G, m * m, 1) * self.U.reshape(G, 1, q * q)).reshape(G, -1)
        sums = (WU.T @ W.reshape(G, m * m)).reshape(m, m, q, q, m, m)
        left = np.einsum("ajxykd,jpx->apykd", sums, self.A, optimize=True)
        return _real(np.einsum("apykd,kry->adpr", left, self.A, optimize=True))


@dataclass(frozen=True, kw_only=True, slots=True)
class RowDesign:
    """Every subject's rows, padded with zeros at unobserved visits and sorted by pattern.

    Parameters
    ----------
    seen : (G, m) bool
    count : (G,)
    X : (n, m, p)
    y : (n, m)
    size : (G,) int, how many of the n rows belong to each pattern
    """

    seen: NDArray[np.bool_]
    count: Array
    X: Array
    y: Array
    size: NDArray[np.intp]

    def _by_pattern(self, products: Array) -> Array:
        starts = np.r_[0, np.cumsum(self.size)[:-1]]
        sums: Array = np.add.reduceat(products, starts, axis=0)
        return sums

    def quadratic(self, W: Array) -> tuple[Array, Array, float]:
        """Add over subjects of X'WX, X'Wy and y'Wy."""
        n, m, p = self.X.shape
        rows = np.repeat(W, self.size, axis=0)
        WX = (rows @ self.X).reshape(n * m, p)
        Wy = (rows @ self.y[:, :, None]).ravel()
        flat = self.X.reshape(n * m, p)
        return flat.T @ WX, WX.T @ self.y.ravel(), float(Wy @ self.y.ravel())

    def residual_products(self, beta: Array) -> Array:
        """(G, m, m): sums of rr'."""
        r = self.y - self.X @ beta
        return self._by_pattern(r[:, :, None] * r[:, None, :])

    def leverage_products(self, V: Array) -> Array:
        """(G, m, m): sums of X V X'."""
        return self._by_pattern((self.X @ V) @ self.X.transpose(0, 2, 1))

    def weighted_scores(self, W: Array, beta: Array) -> Array:
        """(m, m, p): sums of (Wr)_a (WX)_b."""
        n, m, p = self.X.shape
        rows = np.repeat(W, self.size, axis=0)
        Wr = np.einsum("nab,nb->na", rows, self.y - self.X @ beta)
        return _real(Wr.T @ (rows @ self.X).reshape(n, m * p)).reshape(m, m, p)

    def weighted_designs(self, W: Array) -> Array:
        """(m, m, p, p): sums of (WX)_a' (WX)_b."""
        n, m, p = self.X.shape
        WX = (np.repeat(W, self.size, axis=0) @ self.X).reshape(n, m * p)
        return _real(WX.T @ WX).reshape(m, p, m, p).transpose(0, 2, 1, 3)
