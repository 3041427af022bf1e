"""Nonparametric estimate from interval-censored times."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls

from outcomes.errors import NotConvergedError

Array = NDArray[np.float64]
MAX_ITERATIONS = 500


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Turnbull:
    """Masses of the nonparametric maximum likelihood estimate.

    Parameters
    ----------
    left, right : (n_masses,) array
        The mass lies somewhere in (left, right]; at `right` where both are equal.
    mass : (n_masses,) array
        Probabilities that add up to one; where in the interval is unknown.
    covariance : (n_masses, n_masses) array
        From the observed information in the masses above zero; fit for use only where there are
        few masses and many subjects, as with scheduled visits. NaN where the masses are not
        unique.
    """

    left: Array
    right: Array
    mass: Array
    covariance: Array


def turnbull(lower: Array, upper: Array) -> Turnbull:
    """Maximise the likelihood of times known to lie in (lower, upper].

    Parameters
    ----------
    lower, upper : (n,) array
        Last time known to be without the event, and first known to be with it; infinite where it
        was never seen. Equal where the time is known exactly.

    Returns
    -------
    Turnbull

    Raises
    ------
    NotConvergedError
        The conditions of a maximum do not hold after `MAX_ITERATIONS` steps.

    Notes
    -----
    Intervals are open on the left: who was without the event at 28 and with it at 56 cannot have
    had it on day 28. The likelihood is climbed by constrained Newton steps (a nonnegative least
    squares problem each) until the Kuhn-Tucker conditions hold, so it is the maximum.

    References
    ----------
    Turnbull BW. J R Stat Soc B 1976;38:290-295. Gentleman R, Geyer CJ. Biometrika 1994;81:618-623,
    for the conditions. Wang Y. J R Stat Soc B 2007;69:185-198, for the steps.

    Examples
    --------
    >>> found = turnbull(np.array([0.0, 28, 56]), np.array([28.0, 56, np.inf]))
    >>> found.right, found.mass.round(6)
    (array([28., 56., inf]), array([0.333333, 0.333333, 0.333333]))
    """
    pairs, counts = np.unique(np.column_stack([lower, upper]), axis=0, return_counts=True)
    left, right = _innermost(pairs[:, 0], pairs[:, 1])
    inside = _contains(pairs[:, 0], pairs[:, 1], left, right)
    n = counts.astype(float)
    mass = _maximise(inside, n)
    return Turnbull(left=left, right=right, mass=mass, covariance=_covariance(inside, n, mass))


def _innermost(lower: Array, upper: Array) -> tuple[Array, Array]:
    """Intervals in which the estimate can have mass: a left end with a right end next to it."""
    exact = lower == upper
    values = np.concatenate([lower, upper])
    # At one value an exact time begins first, then intervals end, then open ones begin.
    kind = np.concatenate([np.where(exact, 0, 2), np.ones(len(upper), dtype=int)])
    order = np.lexsort((kind, values))
    is_right, sorted_values = kind[order] == 1, values[order]
    found = np.flatnonzero(~is_right[:-1] & is_right[1:])
    return sorted_values[found], sorted_values[found + 1]


def _contains(lower: Array, upper: Array, left: Array, right: Array) -> Array:
    begins = (lower[:, None] <= left) & ((lower < upper)[:, None] | (left == right))
    open_exact = (lower[:, None] == left) & (lower < upper)[:, None] & (left == right)
    found: Array = (begins & ~open_exact & (right <= upper[:, None])).astype(float)
    return found


def _maximise(inside: Array, n: Array) -> Array:
    mass = np.full(inside.shape[1], 1 / inside.shape[1])
    total = n.sum()
    for _ in range(MAX_ITERATIONS):
        likelihood = inside @ mass
        ratio = inside / likelihood[:, None]
        gradient = n @ ratio / total
        if gradient.max() < 1 + 1e-10 and np.all(mass * (1 - gradient) < 1e-10):
            return np.asarray(np.where(mass < 1e-12, 0.0, mass))
        mass = _step(inside, n, mass, ratio, gradient)
    raise NotConvergedError(
        f"The nonparametric estimate did not reach its maximum in {MAX_ITERATIONS} steps."
    )


def _step(inside: Array, n: Array, mass: Array, ratio: Array, gradient: Array) -> Array:
    """Towards the maximum of the quadratic approximation over the simplex, never downhill."""
    root = np.sqrt(n)[:, None]
    # Masses add up to one, so that ratio @ new - 2 is (ratio - 2) @ new.
    A = np.vstack([root * (ratio - 2), np.full((1, len(mass)), 1e3 * np.sqrt(n.sum()))])
    b = np.zeros(len(A))
    b[-1] = A[-1, 0]
    new, _ = nnls(A, b, maxiter=50 * len(mass))
    direction = new / new.sum() - mass
    slope = float(gradient @ direction) * n.sum()
    value = n @ np.log(inside @ mass)
    # Near the maximum a step gains less than rounding shows; it must not be cut for that.
    least = value - 8 * np.finfo(float).eps * (abs(value) + n.sum())
    share = 1.0
    while share > 1e-10:
        tried = np.maximum(mass + share * direction, 0.0)
        likelihood = inside @ tried
        if np.all(likelihood > 0) and n @ np.log(likelihood) >= least + 1e-4 * share * slope:
            return np.asarray(tried / tried.sum())
        share /= 2
    # At the limit of precision one step of self-consistency does no harm.
    return mass * gradient


def _covariance(inside: Array, n: Array, mass: Array) -> Array:
    found = np.zeros((len(mass), len(mass)))
    kept = np.flatnonzero(mass > 0)
    if len(kept) < 2:
        return found
    likelihood = inside @ mass
    scaled = inside[:, kept] * (np.sqrt(n) / likelihood)[:, None]
    information = scaled.T @ scaled
    # Changes that leave the sum at one.
    basis = np.linalg.svd(np.ones((1, len(kept))))[2][1:].T
    inner = basis.T @ information @ basis
    if np.linalg.cond(inner) > 1e12:
        return np.full_like(found, np.nan)
    found[np.ix_(kept, kept)] = basis @ np.linalg.solve(inner, basis.T)
    return found


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class VisitProbabilities:
    """Probability of an event by each visit with its standard error, (n_visits,) each.

    NaN where the data do not say on which side of the visit a mass lies.
    """

    estimate: Array
    std_error: Array


def probabilities_at(fit: Turnbull, visits: Array) -> VisitProbabilities:
    """Probability of an event by each scheduled visit."""
    by = fit.right <= visits[:, None]
    unclear = (fit.left < visits[:, None]) & ~by & (fit.mass > 0)
    estimate = by @ fit.mass
    variance = np.einsum("vi,ij,vj->v", by.astype(float), fit.covariance, by.astype(float))
    known = ~unclear.any(axis=1)
    return VisitProbabilities(
        estimate=np.where(known, estimate, np.nan),
        std_error=np.where(known, np.sqrt(np.maximum(variance, 0.0)), np.nan),
    )
