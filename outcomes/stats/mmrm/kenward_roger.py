"""Kenward and Roger's small-sample covariance of the coefficients and their F tests.

Kenward MG, Roger JH. Small sample inference for fixed effects from restricted maximum likelihood.
Biometrics 1997;53:983-97. Equation numbers below are theirs.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from outcomes.errors import NotEstimableError
from outcomes.stats.mmrm import chain
from outcomes.stats.mmrm.likelihood import split_by_block
from outcomes.stats.mmrm.optimise import Optimum
from outcomes.stats.mmrm.problem import Block, Problem

Array = NDArray[np.float64]


def adjusted_covariance(
    problem: Problem, found: Optimum, theta_covariance: Array, *, linear: bool
) -> Array:
    """(p, p): ``V + 2 V {sum_kl C_kl (Q_kl - P_k V P_l - R_kl / 4)} V``, equation (5).

    ``Q_kl = sum X'W D_k W D_l W X`` and ``R_kl = sum X'W D_kl W X``. The linear form leaves R out
    and is then the same in every parameterisation, C being the inverse of the observed
    information. The full form takes R in R mmrm's parameters.

    Raises
    ------
    NotEstimableError
        If the full form is asked for at a singular covariance.
    """
    p, V = problem.n_coefficients, found.at.V
    middle, start = np.zeros((p, p)), 0
    parts = split_by_block(found.at.theta, problem.blocks)
    for block, part, W, one in zip(
        problem.blocks, parts, found.at.W, found.slope.blocks, strict=True
    ):
        own = slice(start, start + len(part))
        inner = chain.paired(one.first, theta_covariance[own, own], W)
        if not linear:
            inner = inner - _curvature(block, part, theta_covariance[own, own]) / 4.0
        middle += block.moments.quadratic(W @ inner @ W)[0]
        start += len(part)
    CP = np.tensordot(theta_covariance, found.P, (1, 0))
    middle -= np.tensordot(found.P @ V, CP, ((0, 2), (0, 1)))
    return V + V @ (middle + middle.T) @ V


def _curvature(block: Block, theta: Array, C: Array) -> Array:
    """(H, m, m): sum over k, l of ``C_kl D_kl`` in the parameters of `adjusted_in`."""
    if block.structure.deficiency:
        raise NotEstimableError(
            "The covariance is singular, where parameters of the full form of Kenward and Roger "
            'are infinite. Choose df_method="kenward_roger_linear" or "satterthwaite".'
        )
    walked, told = block.structure.minimised_in, block.structure.adjusted_in
    if told is not walked:
        Sigma = walked.sigma(theta, block.distance)
        there = told.start(Sigma, block.distance)
        first = told.first(there, block.distance)
        columns = [walked.coordinates(theta, one, block.distance) for one in first]
        jacobian = np.stack(columns, axis=1)
        C = np.linalg.solve(jacobian, np.linalg.solve(jacobian, C).T)
        theta = there
    if told.second is None:
        return np.zeros((1, *block.distance.shape[-2:]))
    curvature = np.tensordot(C, told.second(theta, block.distance), 2)
    return curvature if curvature.ndim == 3 else curvature[None]


def f_test_scaling(V: Array, P: Array, theta_covariance: Array, L: Array) -> tuple[float, float]:
    """Denominator degrees of freedom and scale factor of the F test of ``L beta = 0``.

    Section 3 and the appendix; L (q, p) of full row rank.
    """
    q = len(L)
    LV = L @ V
    projector = LV.T @ np.linalg.solve(LV @ L.T, LV)  # V M V with M = L'(LVL')^-1 L
    MP = np.einsum("ab,kbc->kac", projector, P)
    traces = np.trace(MP, axis1=1, axis2=2)
    A1 = float(traces @ theta_covariance @ traces)
    A2 = float((theta_covariance * np.einsum("kab,lba->kl", MP, MP)).sum())
    B = (A1 + 6.0 * A2) / (2.0 * q)
    g = ((q + 1) * A1 - (q + 4) * A2) / ((q + 2) * A2)
    below = 3.0 * q + 2.0 * (1.0 - g)
    c1, c2, c3 = g / below, (q - g) / below, (q + 2 - g) / below
    expected = 1.0 / (1.0 - A2 / q)
    variance = 2.0 / q * (1.0 + c1 * B) / ((1.0 - c2 * B) ** 2 * (1.0 - c3 * B))
    ratio = variance / (2.0 * expected**2)
    df = 4.0 + (q + 2.0) / (q * ratio - 1.0)
    return df, df / (expected * (df - 2.0))
