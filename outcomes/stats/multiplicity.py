"""Multiple testing: adjusted p values of stepwise and graphical procedures.

A hypothesis is rejected at family-wise level α where its adjusted p value is at most α.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

#: p values of 0.0125 and levels of 0.5 × 0.025 are the same number to a reader.
_ROUNDING = 1e-12


def rejected(adjusted: Array, alpha: float) -> NDArray[np.bool_]:
    """Whether adjusted p values are at most `alpha`, up to rounding of the last digit."""
    return np.asarray(adjusted <= bound(alpha))


def bound(alpha: float) -> float:
    """Largest adjusted p value that is rejected at `alpha`."""
    return alpha * (1 + _ROUNDING)


def bonferroni(p: Array) -> Array:
    """Adjust p values by their number; (m,) in and out."""
    return np.minimum(1.0, p * len(p))


def holm(p: Array) -> Array:
    """Adjust p values by Holm's step-down procedure.

    References
    ----------
    Holm S. A simple sequentially rejective multiple test procedure. Scand J Stat 1979;6:65-70.

    Examples
    --------
    >>> holm(np.array([0.01, 0.04, 0.03])).tolist()
    [0.03, 0.06, 0.06]
    """
    order, m = np.argsort(p, kind="stable"), len(p)
    stepped = np.maximum.accumulate((m - np.arange(m)) * p[order])
    return _unsorted(np.minimum(1.0, stepped), order)


def hochberg(p: Array) -> Array:
    """Adjust p values by Hochberg's step-up procedure; needs non-negative dependence.

    References
    ----------
    Hochberg Y. A sharper Bonferroni procedure for multiple tests of significance. Biometrika
    1988;75:800-802.
    """
    order, m = np.argsort(p, kind="stable"), len(p)
    stepped = np.minimum.accumulate(((m - np.arange(m)) * p[order])[::-1])[::-1]
    return _unsorted(np.minimum(1.0, stepped), order)


def hommel(p: Array) -> Array:
    """Adjust p values by Hommel's procedure; needs non-negative dependence.

    References
    ----------
    Hommel G. A stagewise rejective multiple test procedure based on a modified Bonferroni test.
    Biometrika 1988;75:383-386. Algorithm: Wright SP. Adjusted p-values for simultaneous inference.
    Biometrics 1992;48:1005-1013, appendix.
    """
    order, m = np.argsort(p, kind="stable"), len(p)
    ranked = p[order]
    adjusted = np.full(m, np.min(m * ranked / np.arange(1, m + 1))) if m else ranked.copy()
    for size in range(m - 1, 1, -1):
        low, high = ranked[: m - size + 1], ranked[m - size + 1 :]
        above = np.min(size * high / np.arange(2, size + 1))
        within = np.minimum(size * low, above)
        adjusted = np.maximum(adjusted, np.concatenate([within, np.full(size - 1, within[-1])]))
    return _unsorted(np.maximum(adjusted, ranked), order)


def _unsorted(values: Array, order: NDArray[np.intp]) -> Array:
    found = np.empty_like(values)
    found[order] = values
    return found


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Step:
    """One step of a graphical procedure: the graph as it is, and what is tested on it.

    Parameters
    ----------
    weights : array, (m,)
        Share of α each hypothesis is tested at; 0 for those rejected before.
    transitions : array, (m, m)
        Share of the weight of the row's hypothesis that goes to the column's on rejection.
    tested : int or None
        The hypothesis with the smallest p over weight among those left; None where every weight
        left is zero or nothing is left.
    adjusted : float
        Adjusted p value of `tested`; NaN where it is None.
    rejected : bool
        Whether `tested` is rejected; the last step is the first that is not.
    """

    weights: Array
    transitions: Array
    tested: int | None
    adjusted: float
    rejected: bool


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class GraphResult:
    """Adjusted p values (m,), and the steps in order up to the first that rejects nothing."""

    adjusted: Array
    steps: tuple[Step, ...]


def graphical(p: Array, weights: Array, transitions: Array, *, alpha: float) -> GraphResult:
    """Test by a graph of weighted Bonferroni tests.

    Parameters
    ----------
    p : array, (m,)
    weights : array, (m,)
        Not negative, with a sum of at most 1.
    transitions : array, (m, m)
        Not negative, rows with sums of at most 1, zero on the diagonal.
    alpha : float
        Family-wise level; decides only where `steps` end.

    Returns
    -------
    GraphResult
        A hypothesis that no weight ever reaches has an adjusted p value of 1.

    References
    ----------
    Bretz F, Maurer W, Brannath W, Posch M. A graphical approach to sequentially rejective
    multiple test procedures. Stat Med 2009;28:586-604, algorithms 1 and 2.

    Examples
    --------
    >>> p = np.array([0.02, 0.03])
    >>> swap = np.array([[0.0, 1.0], [1.0, 0.0]])
    >>> graphical(p, np.array([0.5, 0.5]), swap, alpha=0.05).adjusted.tolist()
    [0.04, 0.04]
    """
    adjusted, left = np.ones(len(p)), list(range(len(p)))
    weights, transitions = weights.astype(float), transitions.astype(float)
    steps: list[Step] = []
    largest, going_on = 0.0, True
    while True:
        tested = _most_promising(p, weights, left)
        if tested is not None:
            largest = min(1.0, max(largest, p[tested] / weights[tested]))
            adjusted[tested] = largest
        step = Step(
            weights=weights,
            transitions=transitions,
            tested=tested,
            adjusted=np.nan if tested is None else largest,
            rejected=tested is not None and largest <= bound(alpha),
        )
        if going_on:
            steps.append(step)
        if tested is None:
            return GraphResult(adjusted=adjusted, steps=tuple(steps))
        going_on = going_on and step.rejected
        left.remove(tested)
        weights, transitions = without(weights, transitions, tested, left)


def without(weights: Array, transitions: Array, gone: int, left: list[int]) -> tuple[Array, Array]:
    """Hand the weight of a rejected hypothesis on, and close the graph behind it.

    Bretz et al. 2009, algorithm 1, step 3; `left` are the hypotheses that remain.
    """
    new_weights, new_transitions = np.zeros_like(weights), np.zeros_like(transitions)
    out = transitions[gone]
    for i in left:
        new_weights[i] = weights[i] + weights[gone] * out[i]
        kept = 1 - transitions[i, gone] * out[i]
        for j in left:
            if j != i and kept > _ROUNDING:
                passed = transitions[i, j] + transitions[i, gone] * out[j]
                new_transitions[i, j] = passed / kept
    return new_weights, new_transitions


def _most_promising(p: Array, weights: Array, left: list[int]) -> int | None:
    """Hypothesis with the smallest ratio of p to weight, the first where ratios are equal."""
    with_weight = [i for i in left if weights[i] > 0]
    return min(with_weight, key=lambda i: (p[i] / weights[i], i), default=None)


def chain(m: int) -> Array:
    """Transitions that hand all weight to the next hypothesis, (m, m)."""
    return np.eye(m, k=1)


def complete(m: int) -> Array:
    """Transitions that hand weight to all others alike, (m, m): Holm's procedure as a graph."""
    return (np.ones((m, m)) - np.eye(m)) / max(1, m - 1)
