"""Every table two arms could have given, and how probable a set of them can be."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln, xlog1py, xlogy

Array = NDArray[np.float64]

_GRID = 256


def every_table(n1: int, n2: int) -> tuple[Array, Array]:
    """Events of every table, as a column and a row that broadcast to (n1 + 1, n2 + 1)."""
    return np.arange(n1 + 1.0)[:, None], np.arange(n2 + 1.0)[None, :]


def largest_probability(
    region: NDArray[np.bool_],
    proportions: Callable[[Array], tuple[Array, Array]],
    low: float,
    high: float,
) -> float:
    """Largest probability of a set of tables over the nuisance proportion, by a refined grid."""
    n1 = region.shape[0] - 1
    within = _within(region)

    def probability(p: Array) -> Array:
        q1, q2 = proportions(p)
        found: Array = np.einsum("gi,gi->g", _masses(n1, q1), within(q2))
        return found

    # Denser towards the ends, where proportions near 0 and 1 change fastest.
    grid = low + (high - low) * (1 - np.cos(np.linspace(0, math.pi, _GRID))) / 2
    found = probability(grid)
    for _ in range(3):
        best = int(np.argmax(found))
        around = grid[max(best - 1, 0)], grid[min(best + 1, len(grid) - 1)]
        grid = np.linspace(*around, 33)
        found = probability(grid)
    return float(found.max())


def _within(region: NDArray[np.bool_]) -> Callable[[Array], Array]:
    """Probability that the second count lies in each row of a region, by its proportion."""
    n = region.shape[1] - 1
    for step in (1, -1):
        if (region[:, ::step][:, :-1] >= region[:, ::step][:, 1:]).all():
            return _from_one_end(n, region.sum(axis=1), step)
    weights = region.T.astype(np.float64)

    def any_counts(p: Array) -> Array:
        found: Array = _masses(n, p) @ weights
        return found

    return any_counts


def _from_one_end(n: int, sizes: NDArray[np.intp], step: int) -> Callable[[Array], Array]:
    """Probability of the first `sizes` counts, or of the last where `step` is −1."""

    def probability(p: Array) -> Array:
        masses = _masses(n, p)[:, ::step].cumsum(axis=1)
        found: Array = np.concatenate([np.zeros((len(p), 1)), masses], axis=1)[:, sizes]
        return found

    return probability


def _masses(n: int, p: Array) -> Array:
    """Binomial probabilities of 0 to n events, a row for each proportion."""
    x = np.arange(n + 1.0)
    ways = gammaln(n + 1) - gammaln(x + 1) - gammaln(n - x + 1)
    found: Array = np.exp(ways + xlogy(x, p[:, None]) + xlog1py(n - x, -p[:, None]))
    return found
