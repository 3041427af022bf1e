"""Deviance of the marginal linear model and its derivatives by the covariance parameters.

y_i ~ N(X_i beta, Sigma_i(theta)) independently over subjects. beta is profiled out (ML) or
integrated out (REML). With r the residuals, ``V = (sum X'WX)^-1`` and ``D_k`` the derivative of
Sigma by theta_k, the quantities here are

- gradient: ``tr(W D_k) - r'W D_k W r  [- tr(V X'W D_k W X)]``;
- average information: ``r'W D_k P D_l W r``, cheap and never indefinite;
- observed information, half the matrix of second derivatives, which SAS and R's mmrm invert to
  get the covariance of theta.

Terms in brackets belong to REML alone. Gilmour AR, Thompson R, Cullis BR. Biometrics
1995;51:1440-50 for the average information.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from outcomes.stats.mmrm.patterns import Moments
from outcomes.stats.mmrm.problem import Block, Problem

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class Evaluation:
    """The deviance at one theta, with what its derivatives start from.

    Parameters
    ----------
    theta : (K,), all blocks after each other
    value : float, minus two log likelihood of the standardised problem
    beta : (p,)
    V : (p, p), inverse of the sum of X'WX
    W : per block (G, m, m)
    """

    theta: Array
    value: float
    beta: Array
    V: Array
    W: tuple[Array, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Slopes:
    """First derivatives at one `Evaluation` and what second ones reuse.

    Parameters
    ----------
    gradient : (K,), of the deviance
    average : (K, K), average information on the scale of second derivatives of the deviance
    by_element : per block (m, m), derivative of the deviance by Sigma's elements
    residual, leverage : per block (G, m, m), WRW and WDW
    first : per block (K, m, m), derivatives of Sigma
    scores : (K, p), sums of X'W D_k W r
    """

    gradient: Array
    average: Array
    by_element: tuple[Array, ...]
    residual: tuple[Array, ...]
    leverage: tuple[Array, ...]
    first: tuple[Array, ...]
    scores: Array


def split_by_block(theta: Array, blocks: tuple[Block, ...]) -> list[Array]:
    """Parameters of each block."""
    return np.split(theta, np.cumsum([block.n_parameters for block in blocks])[:-1])


def inverse_blocks(Sigma: Array, moments: Moments) -> tuple[Array, float]:
    """Inverse covariance of each pattern, zero where unobserved, and the summed log determinant.

    Raises
    ------
    numpy.linalg.LinAlgError
        If a block is not positive definite.
    """
    seen = moments.seen
    both = seen[:, :, None] & seen[:, None, :]
    padded = np.where(both, Sigma, 0.0) + np.eye(Sigma.shape[-1]) * ~seen[:, None, :]
    diagonal = np.diagonal(np.linalg.cholesky(padded), axis1=1, axis2=2)
    log_determinant = 2.0 * float(moments.count @ np.log(diagonal).sum(axis=1))
    return np.where(both, np.linalg.inv(padded), 0.0), log_determinant


def evaluate(problem: Problem, theta: Array, *, reml: bool) -> Evaluation:
    """Deviance, coefficients and their model-based covariance at theta.

    Raises
    ------
    numpy.linalg.LinAlgError
        If Sigma or the information on beta is not positive definite.
    """
    p = problem.n_coefficients
    XWX, XWy, yWy, log_determinant = np.zeros((p, p)), np.zeros(p), 0.0, 0.0
    stacks = []
    for block, part in zip(problem.blocks, split_by_block(theta, problem.blocks), strict=True):
        Sigma = block.structure.minimised_in.sigma(part, block.n_visits)
        W, logs = inverse_blocks(Sigma, block.moments)
        sums = block.moments.quadratic(W)
        XWX, XWy, yWy = XWX + sums[0], XWy + sums[1], yWy + sums[2]
        log_determinant += logs
        stacks.append(W)
    root = np.linalg.cholesky(XWX)
    inverse_root = np.linalg.inv(root)
    V = inverse_root.T @ inverse_root
    beta = V @ XWy
    value = log_determinant + yWy - XWy @ beta + (problem.n_observations * np.log(2 * np.pi))
    if reml:
        value += 2 * np.log(np.diag(root)).sum() - p * np.log(2 * np.pi)
    return Evaluation(theta=theta, value=float(value), beta=beta, V=V, W=tuple(stacks))


def pair_traces(first: Array, W: Array, M: Array) -> Array:
    """(K, K): sums over patterns of ``tr(D_k W D_l M)``, made symmetric."""
    m, K = W.shape[-1], len(first)
    sums = np.tensordot(W, M, (0, 0)).transpose(3, 0, 1, 2).reshape(m * m, m * m)
    flat = first.reshape(K, m * m)
    traces: Array = flat @ sums @ flat.T
    return (traces + traces.T) / 2


def slopes(problem: Problem, at: Evaluation, *, reml: bool) -> Slopes:
    """Gradient and average information at an evaluation."""
    parts = split_by_block(at.theta, problem.blocks)
    gradient, corners, scores = [], [], []
    by_element, residual, leverage, firsts = [], [], [], []
    for block, part, W in zip(problem.blocks, parts, at.W, strict=True):
        first = block.structure.minimised_in.first(part, block.n_visits)
        K, m = len(first), block.n_visits
        WRW = W @ block.moments.residual_products(at.beta) @ W
        WDW = W @ block.moments.leverage_products(at.V) @ W if reml else np.zeros_like(W)
        G = np.tensordot(block.moments.count, W, 1) - WRW.sum(0) - WDW.sum(0)
        flat = first.reshape(K, m * m)
        gradient.append(flat @ G.ravel())
        corners.append(pair_traces(first, W, WRW))
        scores.append(flat @ block.moments.weighted_scores(W, at.beta).reshape(m * m, -1))
        by_element.append(G)
        residual.append(WRW)
        leverage.append(WDW)
        firsts.append(first)
    q = np.concatenate(scores)
    return Slopes(
        gradient=np.concatenate(gradient),
        average=block_diagonal(corners) - q @ at.V @ q.T,
        by_element=tuple(by_element),
        residual=tuple(residual),
        leverage=tuple(leverage),
        first=tuple(firsts),
        scores=q,
    )


def information_slopes(problem: Problem, at: Evaluation, first: tuple[Array, ...]) -> Array:
    """(K, p, p): derivatives of the sum of X'WX by theta, the P of Kenward and Roger."""
    p = problem.n_coefficients
    parts = [
        -(D.reshape(len(D), -1) @ block.moments.weighted_designs(W).reshape(-1, p * p))
        for block, W, D in zip(problem.blocks, at.W, first, strict=True)
    ]
    return np.concatenate(parts).reshape(-1, p, p)


def observed_information(
    problem: Problem, at: Evaluation, slope: Slopes, P: Array, *, reml: bool
) -> Array:
    """(K, K): half the second derivatives of the deviance by theta."""
    parts = split_by_block(at.theta, problem.blocks)
    corners = []
    for b, (block, part, W) in enumerate(zip(problem.blocks, parts, at.W, strict=True)):
        weighted = 2.0 * (slope.residual[b] + slope.leverage[b])
        weighted -= block.moments.count[:, None, None] * W
        corner = pair_traces(slope.first[b], W, weighted)
        second = block.structure.minimised_in.second
        if second is not None:
            corner += np.tensordot(second(part, block.n_visits), slope.by_element[b], 2)
        corners.append(corner)
    hessian = block_diagonal(corners) - 2.0 * slope.scores @ at.V @ slope.scores.T
    if reml:
        PV = P @ at.V
        hessian -= np.tensordot(PV, PV, ((1, 2), (2, 1)))
    return (hessian + hessian.T) / 4


def block_diagonal(corners: list[Array]) -> Array:
    """Square matrices along a diagonal, zeros elsewhere."""
    size = sum(len(corner) for corner in corners)
    whole, at = np.zeros((size, size)), 0
    for corner in corners:
        whole[at : at + len(corner), at : at + len(corner)] = corner
        at += len(corner)
    return whole
