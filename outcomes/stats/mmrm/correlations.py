"""Correlation families: the matrix between visits and its first and second derivatives.

Each family maps unconstrained parameters phi (k,) to C (..., m, m). `distance` (..., m, m) is the
number of visits between two visits, or how far apart they were for the spatial family, where a
leading axis allows each pattern its own. Derivatives put the parameter axes first:
(k, ..., m, m) and (k, k, ..., m, m).

The parameters are those of R's mmrm, because the full form of Kenward and Roger's covariance
depends on them: correlations are ``phi / sqrt(1 + phi^2)`` unless said otherwise.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class Family:
    """One way correlations depend on parameters.

    Parameters
    ----------
    n_parameters : m -> k
    start : C (m, m), distance -> phi (k,)
    matrix : phi, distance -> (..., m, m)
    first : phi, distance -> (k, ..., m, m)
    second : phi, distance -> (k, k, ..., m, m)
    """

    n_parameters: Callable[[int], int]
    start: Callable[[Array, Array], Array]
    matrix: Callable[[Array, Array], Array]
    first: Callable[[Array, Array], Array]
    second: Callable[[Array, Array], Array]


def _correlation(phi: Array) -> tuple[Array, Array, Array]:
    """``phi / sqrt(1 + phi^2)`` and its two derivatives."""
    square = 1.0 + phi**2
    return phi / np.sqrt(square), square**-1.5, -3.0 * phi * square**-2.5


def _parameter(correlation: Array) -> Array:
    clipped = np.clip(correlation, -0.9, 0.9)
    return clipped / np.sqrt(1.0 - clipped**2)


def _one_if_repeated(m: int) -> int:
    return min(m - 1, 1)


def _lag_means(C: Array, distance: Array) -> Array:
    """Mean correlation at each lag 1 .. m - 1."""
    return np.array([C[distance == lag].mean() for lag in range(1, len(C))])


# Toeplitz: one correlation for each lag.


def _toeplitz(phi: Array, distance: Array) -> Array:
    return np.asarray(np.r_[1.0, _correlation(phi)[0]][distance.astype(int)])


def _lag_masks(k: int, distance: Array) -> Array:
    return np.asarray(distance == np.arange(1, k + 1)[:, None, None], dtype=float)


def _toeplitz_first(phi: Array, distance: Array) -> Array:
    return _correlation(phi)[1][:, None, None] * _lag_masks(len(phi), distance)


def _toeplitz_second(phi: Array, distance: Array) -> Array:
    curve = np.diag(_correlation(phi)[2])
    return curve[:, :, None, None] * _lag_masks(len(phi), distance)


TOEPLITZ = Family(
    n_parameters=lambda m: m - 1,
    start=lambda C, distance: _parameter(_lag_means(C, distance)),
    matrix=_toeplitz,
    first=_toeplitz_first,
    second=_toeplitz_second,
)

# First-order autoregressive: correlation to the power of the lag.


def _ar1(phi: Array, distance: Array) -> Array:
    if not len(phi):
        return np.ones_like(distance)
    return np.asarray(_correlation(phi)[0] ** distance)


def _power(rho: Array, exponent: Array) -> Array:
    """``rho ** exponent`` with zero where the exponent is negative, its factor being zero."""
    return np.where(exponent >= 0, rho ** np.maximum(exponent, 0), 0.0)


def _ar1_first(phi: Array, distance: Array) -> Array:
    if not len(phi):
        return np.zeros((0, *distance.shape))
    rho, slope, _ = _correlation(phi)
    return np.asarray((distance * _power(rho, distance - 1) * slope)[None])


def _ar1_second(phi: Array, distance: Array) -> Array:
    if not len(phi):
        return np.zeros((0, 0, *distance.shape))
    rho, slope, curve = _correlation(phi)
    by_rho = distance * _power(rho, distance - 1)
    twice = distance * (distance - 1) * _power(rho, distance - 2)
    return np.asarray((twice * slope**2 + by_rho * curve)[None, None])


AR1 = Family(
    n_parameters=_one_if_repeated,
    start=lambda C, distance: _parameter(_lag_means(C, distance)[:1]),
    matrix=_ar1,
    first=_ar1_first,
    second=_ar1_second,
)

# Compound symmetry: one correlation above -1 / (m - 1), on a logistic scale.


def _apart(distance: Array) -> Array:
    return (distance > 0).astype(float)


def _lowest(distance: Array) -> float:
    return 1.0 / float(distance.shape[-1] - 1)


def _compound(phi: Array, distance: Array) -> Array:
    if not len(phi):
        return np.ones_like(distance)
    low = _lowest(distance)
    rho = expit(phi[0]) * (1.0 + low) - low
    return np.where(distance > 0, rho, 1.0)


def _compound_first(phi: Array, distance: Array) -> Array:
    if not len(phi):
        return np.zeros((0, *distance.shape))
    share = expit(phi[0])
    return np.asarray(((1.0 + _lowest(distance)) * share * (1 - share) * _apart(distance))[None])


def _compound_second(phi: Array, distance: Array) -> Array:
    if not len(phi):
        return np.zeros((0, 0, *distance.shape))
    return np.asarray((1.0 - 2.0 * expit(phi[0])) * _compound_first(phi, distance)[None])


def _compound_start(C: Array, distance: Array) -> Array:
    if len(C) == 1:
        return np.zeros(0)
    low = _lowest(distance)
    mean = C[distance > 0].mean()
    return np.atleast_1d(logit(np.clip((mean + low) / (1 + low), 0.02, 0.95)))


COMPOUND = Family(
    n_parameters=_one_if_repeated,
    start=_compound_start,
    matrix=_compound,
    first=_compound_first,
    second=_compound_second,
)

# Ante-dependence of first order: products of the correlations of neighbours in between.


def _ante(phi: Array, distance: Array) -> Array:
    m = distance.shape[-1]
    C, rho = np.eye(m), _correlation(phi)[0]
    for i in range(1, m):
        C[i, :i] = C[:i, i] = rho[i - 1] * C[i - 1, :i]
    return C


def _ante_first(phi: Array, distance: Array) -> Array:
    C, slope = _ante(phi, distance), _correlation(phi)[1]
    first = np.zeros((len(phi), *C.shape))
    for k in range(len(phi)):
        upper = slope[k] * np.outer(C[: k + 1, k], C[k + 1, k + 1 :])
        first[k, : k + 1, k + 1 :], first[k, k + 1 :, : k + 1] = upper, upper.T
    return first


def _ante_second(phi: Array, distance: Array) -> Array:
    C, (_, slope, curve) = _ante(phi, distance), _correlation(phi)
    second = np.zeros((len(phi), len(phi), *C.shape))
    for k in range(len(phi)):
        second[k, k] = _ante_first(phi, distance)[k] * curve[k] / slope[k]
        for n in range(k + 1, len(phi)):
            factor = slope[k] * slope[n] * C[k + 1, n]
            upper = factor * np.outer(C[: k + 1, k], C[n + 1, n + 1 :])
            for a, b in ((k, n), (n, k)):
                second[a, b, : k + 1, n + 1 :] = upper
                second[a, b, n + 1 :, : k + 1] = upper.T
    return second


ANTEDEPENDENCE = Family(
    n_parameters=lambda m: m - 1,
    start=lambda C, distance: _parameter(np.diagonal(C, 1)),  # noqa: ARG005
    matrix=_ante,
    first=_ante_first,
    second=_ante_second,
)

# Spatial exponential: rho ** distance with a logistic rho.


def _spatial(phi: Array, distance: Array) -> Array:
    return np.asarray(np.exp(distance * np.log(expit(phi[0]))))


def _spatial_first(phi: Array, distance: Array) -> Array:
    return np.asarray((distance * (1 - expit(phi[0])) * _spatial(phi, distance))[None])


def _spatial_second(phi: Array, distance: Array) -> Array:
    rho = expit(phi[0])
    factor = distance**2 * (1 - rho) ** 2 - distance * rho * (1 - rho)
    return np.asarray((factor * _spatial(phi, distance))[None, None])


def _spatial_start(C: Array, distance: Array) -> Array:  # noqa: ARG001
    """Correlation one half at the median distance."""
    apart = distance[distance > 0]
    typical = float(np.median(apart)) if len(apart) else 1.0
    return np.atleast_1d(logit(np.clip(0.5 ** (1.0 / typical), 1e-6, 1 - 1e-6)))


SPATIAL = Family(
    n_parameters=lambda m: 1,  # noqa: ARG005
    start=_spatial_start,
    matrix=_spatial,
    first=_spatial_first,
    second=_spatial_second,
)

# Any positive definite matrix: T T' with T unit lower triangular, phi its elements row by row.


def _triangle(phi: Array, distance: Array) -> Array:
    T = np.eye(distance.shape[-1])
    T[np.tril_indices(len(T), -1)] = phi
    return T


def _cholesky(phi: Array, distance: Array) -> Array:
    T = _triangle(phi, distance)
    return T @ T.T


def _cholesky_first(phi: Array, distance: Array) -> Array:
    T = _triangle(phi, distance)
    a, b = np.tril_indices(len(T), -1)
    half = np.zeros((len(phi), *T.shape))
    half[np.arange(len(phi)), a] = T[:, b].T
    return half + half.transpose(0, 2, 1)


def _cholesky_second(phi: Array, distance: Array) -> Array:
    m = distance.shape[-1]
    a, b = np.tril_indices(m, -1)
    second = np.zeros((len(phi), len(phi), m, m))
    for k, n in np.argwhere(b[:, None] == b):
        second[k, n, a[k], a[n]] += 1.0
        second[k, n, a[n], a[k]] += 1.0
    return second


CHOLESKY = Family(
    n_parameters=lambda m: m * (m - 1) // 2,
    start=lambda C, distance: np.zeros(len(C) * (len(C) - 1) // 2),  # noqa: ARG005
    matrix=_cholesky,
    first=_cholesky_first,
    second=_cholesky_second,
)
