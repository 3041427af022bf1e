"""Robust ("sandwich") covariance of the coefficients and its degrees of freedom.

With whitened design and residuals of subject i, ``x_i`` and ``e_i``, the covariance is
``V (sum x_i' A_i e_i e_i' A_i x_i) V``: A_i is the identity (CR0), the inverse square root (CR2)
or the inverse (CR3) of ``I - x_i V x_i'``, which undoes the pull of a subject on its own fit.

References
----------
Bell RM, McCaffrey DF. Survey Methodology 2002;28:169-81. Liang KY, Zeger SL. Biometrika
1986;73:13-22. Mancl LA, DeRouen TA. Biometrics 2001;57:126-34.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from outcomes.stats.mmrm.likelihood import Evaluation
from outcomes.stats.mmrm.problem import Problem
from outcomes.stats.mmrm.subjects import whitened

Array = NDArray[np.float64]

_POWER = {"CR0": 0.0, "CR2": -0.5, "CR3": -1.0}
ROBUST = tuple(_POWER)


@dataclass(frozen=True, kw_only=True, slots=True)
class Sandwich:
    """Pieces of a sandwich covariance, in standardised units.

    Parameters
    ----------
    covariance : (p, p)
    V : (p, p), the bread
    design : (n, m, p), whitened
    adjusted : (n, m, p), ``A_i x_i``
    """

    covariance: Array
    V: Array
    design: Array = field(repr=False)
    adjusted: Array = field(repr=False)


def sandwich(problem: Problem, at: Evaluation, kind: str) -> Sandwich:
    """Sandwich covariance of the coefficients."""
    x, e = whitened(problem, at.theta, at.beta)
    adjusted = x
    if kind != "CR0":
        pull = np.eye(x.shape[1]) - (x @ at.V) @ x.transpose(0, 2, 1)
        adjusted = _symmetric_power(pull, _POWER[kind]) @ x
    meat = np.einsum("nmp,nm->np", adjusted, e)
    half = meat @ at.V
    return Sandwich(covariance=half.T @ half, V=at.V, design=x, adjusted=adjusted)


def sandwich_df(sandwich: Sandwich, L: Array) -> Array:
    """(R,): Satterthwaite degrees of freedom of each row of L, were the model right.

    The variance estimate is a quadratic form in the data; its first two moments under the model
    give the degrees of freedom (Bell and McCaffrey 2002, section 4).
    """
    return np.array([_one_df(sandwich, row @ sandwich.V) for row in L])


def _one_df(sandwich: Sandwich, direction: Array) -> float:
    a = sandwich.adjusted @ direction  # (n, m)
    square = (a**2).sum(axis=1)
    b = np.einsum("nmp,nm->np", sandwich.design, a)
    bV = b @ sandwich.V
    diagonal = np.einsum("np,np->n", b, bV)
    trace = (square - diagonal).sum()
    across = b.T @ bV
    spread = (square**2).sum() - 2.0 * (square * diagonal).sum() + (across * across.T).sum()
    return float(trace**2 / spread)


def _symmetric_power(matrices: Array, power: float) -> Array:
    """(n, m, m): power of symmetric matrices, zero along directions with no eigenvalue left."""
    values, vectors = np.linalg.eigh(matrices)
    tiny = np.finfo(float).eps * values.shape[1] * values[:, -1:]
    kept = values > tiny
    powers = np.where(kept, np.where(kept, values, 1.0) ** power, 0.0)
    return np.asarray((vectors * powers[:, None, :]) @ vectors.transpose(0, 2, 1))
