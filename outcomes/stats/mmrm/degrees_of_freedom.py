"""Small-sample inference on linear functions of the coefficients."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from outcomes.stats.mmrm.likelihood import Evaluation
from outcomes.stats.mmrm.problem import Problem

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class Inference:
    """What tests of linear functions ``L beta`` need.

    Parameters
    ----------
    beta : (p,)
    V : (p, p), model-based covariance of beta
    reported : (p, p), the covariance standard errors come from
    P : (K, p, p), derivatives of the inverse of V by theta
    theta_covariance : (K, K), inverse of the observed information
    """

    beta: Array
    V: Array
    reported: Array
    P: Array
    theta_covariance: Array


@dataclass(frozen=True, kw_only=True, slots=True)
class Estimates:
    """Linear functions of the coefficients; each field of shape (R,)."""

    estimate: Array
    std_error: Array
    df: Array


def satterthwaite(inference: Inference, L: Array) -> Array:
    """(R,): degrees of freedom ``2 (l'Vl)^2 / g'Cg`` of each row l of L.

    g holds the derivatives of ``l'Vl`` by theta and C is the covariance of theta. For one row,
    Kenward and Roger's degrees of freedom reduce to the same expression.
    """
    LV = L @ inference.V
    variance = np.einsum("rp,rp->r", LV, L)
    gradient = np.einsum("rp,kpq,rq->rk", LV, inference.P, LV, optimize=True)
    spread = np.einsum("rk,kl,rl->r", gradient, inference.theta_covariance, gradient, optimize=True)
    df: Array = 2.0 * variance**2 / spread
    return df


def linear_functions(inference: Inference, L: Array) -> Estimates:
    """Estimates, standard errors and degrees of freedom of the rows of L (R, p)."""
    variance = np.einsum("rp,pq,rq->r", L, inference.reported, L, optimize=True)
    return Estimates(
        estimate=L @ inference.beta,
        std_error=np.sqrt(variance),
        df=satterthwaite(inference, L),
    )


def kenward_roger_covariance(
    problem: Problem, at: Evaluation, first: tuple[Array, ...], P: Array, theta_covariance: Array
) -> Array:
    """(p, p): Kenward and Roger's covariance of beta without its second-derivative term.

    ``V + 2 V {sum_kl C_kl (Q_kl - P_k V P_l)} V`` with ``Q_kl = sum X'W D_k W D_l W X``; the same
    in every parameterisation when C is the inverse of the observed information.

    References
    ----------
    Kenward MG, Roger JH. Biometrics 1997;53:983-97, section 3.
    """
    p = problem.n_coefficients
    middle, start = np.zeros((p, p)), 0
    for block, W, D in zip(problem.blocks, at.W, first, strict=True):
        stop = start + len(D)
        inner = _paired(D, theta_covariance[start:stop, start:stop], W)
        middle += block.moments.quadratic(W @ inner @ W)[0]
        start = stop
    middle -= np.tensordot(P @ at.V, np.tensordot(theta_covariance, P, (1, 0)), ((0, 2), (0, 1)))
    return at.V + at.V @ (middle + middle.T) @ at.V


def _paired(D: Array, C: Array, W: Array) -> Array:
    """(G, m, m): sum over k, l of ``C_kl D_k W D_l``."""
    K, m, _ = D.shape
    flat = D.reshape(K, m * m)
    pairs = (flat.T @ C @ flat).reshape(m, m, m, m)  # [a, b, c, d] = sum C_kl D_k[a, b] D_l[c, d]
    return np.tensordot(W, pairs, ((1, 2), (1, 2)))
