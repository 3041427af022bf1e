"""From Sigma's elements to theta: the chain rule, for all patterns of a block at once.

Derivatives D of Sigma are (K, H, m, m). H is 1 where all patterns share one Sigma, so that sums
over patterns are taken first and the cost hardly depends on K; otherwise H is the number of
patterns G and each has its own Sigma (days of visits that differ between subjects). Where K is
small beside m, going over the parameters is less work than over pairs of elements, for H = 1 too.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from outcomes.stats.mmrm.patterns import Moments

Array = NDArray[np.float64]


def total(D: Array, elements: Array) -> Array:
    """Differentiate by theta a function whose derivatives by each Sigma_g are `elements`.

    D is (..., H, m, m), `elements` (G, m, m); the result has D's leading axes.
    """
    if D.shape[-3] == 1:
        elements = elements.sum(axis=0, keepdims=True)
    return np.asarray(np.tensordot(D, elements, 3))


def pair_traces(D: Array, W: Array, M: Array) -> Array:
    """(K, K): sums over patterns of ``tr(D_k W D_l M)``, made symmetric."""
    K, H, m, _ = D.shape
    if H == 1 and m < 4 * K:
        sums = np.tensordot(W, M, (0, 0)).transpose(3, 0, 1, 2).reshape(m * m, m * m)
        flat = D.reshape(K, m * m)
        traces = flat @ sums @ flat.T
    else:
        traces = np.tensordot(W @ D, (M @ D).swapaxes(-1, -2), ((1, 2, 3), (1, 2, 3)))
    return np.asarray(traces + traces.T) / 2


def scores(moments: Moments, W: Array, beta: Array, D: Array) -> Array:
    """(K, p): sums of X'W D_k W r."""
    K, H, m, _ = D.shape
    if H == 1:
        by_element = moments.weighted_scores(W, beta).reshape(m * m, -1)
        return np.asarray(D.reshape(K, m * m) @ by_element)
    sums = [moments.quadratic(W @ one @ W) for one in D]
    return np.stack([XNy - XNX @ beta for XNX, XNy, _ in sums])


def design_slopes(moments: Moments, W: Array, D: Array) -> Array:
    """(K, p, p): derivatives of the sum of X'WX by theta, the P of Kenward and Roger."""
    K, H, m, _ = D.shape
    if H == 1 and 2 * m < K:
        sums = moments.weighted_designs(W)
        p = sums.shape[-1]
        flat = D.reshape(K, m * m) @ sums.reshape(m * m, p * p)
        return np.asarray(-flat.reshape(K, p, p))
    return np.stack([-moments.quadratic(W @ one @ W)[0] for one in D])


def paired(D: Array, C: Array, W: Array) -> Array:
    """(G, m, m): sum over k, l of ``C_kl D_k W D_l``."""
    K, H, m, _ = D.shape
    if H == 1:
        flat = D.reshape(K, m * m)
        pairs = (flat.T @ C @ flat).reshape(m, m, m, m)  # [a, b, c, d]: C_kl D_k[a, b] D_l[c, d]
        return np.asarray(np.tensordot(W, pairs, ((1, 2), (1, 2))))
    return np.asarray((D @ W @ np.tensordot(C, D, (1, 0))).sum(axis=0))
