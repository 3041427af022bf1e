"""Weibull, log-normal and log-logistic models of interval-censored times."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, ndtr

from outcomes.errors import NotConvergedError

Array = NDArray[np.float64]
MAX_ITERATIONS = 200
# Standard error of a logarithm beyond which nothing is known.
FLAT = 50.0


class Distribution(NamedTuple):
    """Distribution of W in log T = X b + s W.

    `between(a, b)` is the probability of (a, b]; `density` gives the density and its first two
    derivatives, 0 at infinity.
    """

    between: Callable[[Array, Array], Array]
    density: Callable[[Array], tuple[Array, Array, Array]]
    median: float


def _weibull_between(a: Array, b: Array) -> Array:
    found: Array = np.exp(-np.exp(a)) * -np.expm1(np.exp(a) - np.exp(b))
    return found


def _weibull_density(z: Array) -> tuple[Array, Array, Array]:
    e = np.exp(np.minimum(z, 30.0))
    f = np.exp(z - e)
    return f, f * (1 - e), f * ((1 - e) ** 2 - e)


def _normal_between(a: Array, b: Array) -> Array:
    # On the side where the tail is small, so that no digits are lost.
    flip = a > 0
    return ndtr(np.where(flip, -a, b)) - ndtr(np.where(flip, -b, a))


def _normal_density(z: Array) -> tuple[Array, Array, Array]:
    f = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
    return f, -z * f, (z**2 - 1) * f


def _logistic_between(a: Array, b: Array) -> Array:
    flip = a > 0
    return expit(np.where(flip, -a, b)) - expit(np.where(flip, -b, a))


def _logistic_density(z: Array) -> tuple[Array, Array, Array]:
    f = expit(z) * expit(-z)
    slope = 1 - 2 * expit(z)
    return f, f * slope, f * (slope**2 - 2 * f)


DISTRIBUTIONS: Mapping[str, Distribution] = {
    "weibull": Distribution(_weibull_between, _weibull_density, float(np.log(np.log(2)))),
    "lognormal": Distribution(_normal_between, _normal_density, 0.0),
    "loglogistic": Distribution(_logistic_between, _logistic_density, 0.0),
}


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class LocationScale:
    """A fit of log T = X b + s W.

    Parameters
    ----------
    coefficients : (p + 1,) array
        b, then log s.
    covariance : (p + 1, p + 1) array
        Inverse of the observed information.
    log_likelihood : float
        Of the intervals; exact times enter with their density.
    """

    coefficients: Array
    covariance: Array
    log_likelihood: float


def fit_location_scale(lower: Array, upper: Array, X: Array, *, distribution: str) -> LocationScale:
    """Fit by maximum likelihood with Newton's method.

    Parameters
    ----------
    lower, upper : (n,) array
        The time lies in (lower, upper]; lower may be 0, upper infinite; equal where it is known.
    X : (n, p) array
        Covariates, the constant among them.
    distribution : {"weibull", "lognormal", "loglogistic"}

    Returns
    -------
    LocationScale
        As R's survreg.

    Raises
    ------
    NotConvergedError
        The likelihood has no maximum that is found.

    References
    ----------
    Kalbfleisch JD, Prentice RL. The Statistical Analysis of Failure Time Data. 2nd ed. Wiley;
    2002, sections 3.3 and 3.7.
    """
    family = DISTRIBUTIONS[distribution]
    with np.errstate(divide="ignore"):
        a, b = np.log(lower), np.log(upper)
    theta = _start(a, b, X)
    value, score, hessian = _likelihood(theta, a, b, X, family)
    for _ in range(MAX_ITERATIONS):
        step = _uphill(hessian, score)
        new = _likelihood(theta + step, a, b, X, family)
        while not new[0] >= value - 1e-12 * abs(value) and np.abs(step).max() > 1e-12:
            step = step / 2
            new = _likelihood(theta + step, a, b, X, family)
        theta, (value, score, hessian) = theta + step, new
        if np.abs(step).max() < 1e-9 * (1 + np.abs(theta).max()):
            return _finished(theta, value, hessian)
    raise _no_maximum()


def _start(a: Array, b: Array, X: Array) -> Array:
    """Least squares on the middles of the intervals, on the log scale."""
    told = np.isfinite(a) | np.isfinite(b)
    a, b, X = a[told], b[told], X[told]
    low = np.where(np.isfinite(a), a, b - 1.0)
    high = np.where(np.isfinite(b), b, a + 1.0)
    middle = (low + high) / 2
    beta = np.linalg.lstsq(X, middle, rcond=None)[0]
    return np.append(beta, np.log(max(float(np.std(middle - X @ beta)), 0.1)))


def _uphill(hessian: Array, score: Array) -> Array:
    """Newton's step, turned uphill where the likelihood is not concave."""
    values, vectors = np.linalg.eigh(-hessian)
    scaled = (vectors.T @ score) / np.maximum(np.abs(values), 1e-8)
    step: Array = vectors @ scaled
    return step * min(1.0, 5.0 / max(float(np.abs(step).max()), 1e-300))


def _finished(theta: Array, value: float, hessian: Array) -> LocationScale:
    if np.linalg.eigvalsh(-hessian)[0] <= 0:
        raise _no_maximum()
    covariance = np.linalg.inv(-hessian).astype(float)
    # The likelihood is flat where it still rises without end in location or scale.
    if max(covariance[0, 0], covariance[-1, -1]) > FLAT**2:
        raise _no_maximum()
    return LocationScale(coefficients=theta, covariance=covariance, log_likelihood=value)


def _no_maximum() -> NotConvergedError:
    return NotConvergedError(
        "The likelihood of the interval-censored times has no maximum: they do not say how widely "
        "times spread, for example because all lie in one interval, or an arm has no event. Use "
        "the nonparametric estimate."
    )


def _likelihood(
    theta: Array, a: Array, b: Array, X: Array, family: Distribution
) -> tuple[float, Array, Array]:
    """Log likelihood with its gradient and Hessian in (b, log s)."""
    mu, scale = X @ theta[:-1], np.exp(theta[-1])
    za, zb = (a - mu) / scale, (b - mu) / scale
    exact = a == b
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        L, (L_m, L_t), (L_mm, L_mt, L_tt) = _contributions(za, zb, scale, exact, family)
        value = np.where(exact, np.log(L) - theta[-1] - b, np.log(L)).sum()
    if not np.isfinite(value):
        return -np.inf, np.zeros_like(theta), -np.eye(len(theta))
    g_m, g_t = L_m / L, L_t / L
    h_mm, h_mt, h_tt = L_mm / L - g_m**2, L_mt / L - g_m * g_t, L_tt / L - g_t**2
    score = np.append(X.T @ g_m, g_t.sum() - exact.sum())
    hessian = np.zeros((len(theta), len(theta)))
    hessian[:-1, :-1] = (X * h_mm[:, None]).T @ X
    hessian[:-1, -1] = hessian[-1, :-1] = X.T @ h_mt
    hessian[-1, -1] = h_tt.sum()
    return float(value), score, hessian


def _contributions(
    za: Array, zb: Array, scale: Array, exact: NDArray[np.bool_], family: Distribution
) -> tuple[Array, tuple[Array, Array], tuple[Array, Array, Array]]:
    """Likelihood of each row, and its first and second derivatives in (X b, log s).

    An interval is a difference of distribution functions at its ends; an exact time is a density,
    which takes their place with one derivative more.
    """
    lower, upper = _ends(za, family), _ends(zb, family)
    z = np.where(np.isfinite(zb), zb, 0.0)
    f, f1, f2 = upper
    first = np.where(exact, f1, f - lower[0])
    first_z = np.where(exact, z * f1, z * f - _finite(za) * lower[0])
    second = np.where(exact, f2, f1 - lower[1])
    second_z = np.where(exact, z * f2, z * f1 - _finite(za) * lower[1])
    second_zz = np.where(exact, z**2 * f2, z**2 * f1 - _finite(za) ** 2 * lower[1])
    return (
        np.where(exact, f, family.between(za, zb)),
        (-first / scale, -first_z),
        (second / scale**2, (second_z + first) / scale, first_z + second_zz),
    )


def _finite(z: Array) -> Array:
    return np.where(np.isfinite(z), z, 0.0)


def _ends(z: Array, family: Distribution) -> tuple[Array, ...]:
    """Density and derivatives, 0 at infinity."""
    found = family.density(_finite(z))
    return tuple(np.where(np.isfinite(z), each, 0.0) for each in found)
