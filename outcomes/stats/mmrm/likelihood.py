"""Deviance of the marginal linear model and its derivatives by the covariance parameters.

y_i ~ N(X_i beta, Sigma_i(theta)) independently over subjects. beta is profiled out (ML) or
integrated out (REML). With r the residuals, ``V = (sum X'WX)^-1`` and ``D_k`` the derivative of
Sigma by theta_k, the quantities here are

- gradient: ``tr(W D_k) - r'W D_k W r  [- tr(V X'W D_k W X)]``;
- expected information under ML: ``tr(W D_k W D_l)``, cheap and never indefinite;
- observed information, half the matrix of second derivatives, which SAS and R's mmrm invert to
  get the covariance of theta.

Terms in brackets belong to REML alone. Where a structure says so, derivatives are taken along
``L D_k L'`` with ``L L'`` the Sigma at hand (`structures.Parameterisation.root`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve_triangular

from outcomes.stats.mmrm import chain
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
class BlockSlopes:
    """One block's share of the first derivatives.

    Parameters
    ----------
    first : (K_b, H, m, m), derivatives of Sigma in the directions of steps
    by_element : (G, m, m), derivative of the deviance by each pattern's Sigma
    residual, leverage : (G, m, m), WRW and WDW
    scores : (K_b, p), sums of X'W D_k W r
    """

    first: Array
    by_element: Array
    residual: Array
    leverage: Array
    scores: Array


@dataclass(frozen=True, kw_only=True, slots=True)
class Slopes:
    """First derivatives at one `Evaluation` and what second ones reuse.

    Parameters
    ----------
    gradient : (K,), of the deviance
    expected : (K, K), expected information under ML on the scale of second derivatives
    blocks : tuple of BlockSlopes
    scores : (K, p), those of all blocks
    """

    gradient: Array
    expected: Array
    blocks: tuple[BlockSlopes, ...]
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
    root = np.linalg.cholesky(padded)
    diagonal = np.diagonal(root, axis1=1, axis2=2)
    log_determinant = 2.0 * float(moments.count @ np.log(diagonal).sum(axis=1))
    inverse = np.linalg.inv(root)  # loses half the digits that the inverse of Sigma itself would
    return np.where(both, inverse.swapaxes(1, 2) @ inverse, 0.0), log_determinant


def evaluate(problem: Problem, theta: Array, *, reml: bool) -> Evaluation:
    """Deviance, coefficients and their model-based covariance at theta.

    Raises
    ------
    numpy.linalg.LinAlgError
        If Sigma or the information on beta is not positive definite.
    """
    p = problem.n_coefficients
    XWX, XWy, yWy, log_determinant = np.zeros((p, p)), np.zeros(p), 0.0, -problem.log_weights
    stacks = []
    for block, part in zip(problem.blocks, split_by_block(theta, problem.blocks), strict=True):
        W, logs = inverse_blocks(block.sigma(part), block.moments)
        sums = block.moments.quadratic(W)
        XWX, XWy, yWy = XWX + sums[0], XWy + sums[1], yWy + sums[2]
        log_determinant += logs
        stacks.append(W)
    root = np.linalg.cholesky(XWX)
    if not np.isfinite(root).all():
        raise np.linalg.LinAlgError("The information on beta is not finite.")
    inverse_root = np.linalg.inv(root)
    V = inverse_root.T @ inverse_root
    half = solve_triangular(root, XWy, lower=True)
    beta = solve_triangular(root, half, lower=True, trans="T")
    n_free = problem.n_observations - (p if reml else 0)
    value = n_free * np.log(2.0 * np.pi) + log_determinant + yWy - half @ half
    if reml:
        value += 2.0 * np.log(np.diag(root)).sum()
    return Evaluation(theta=theta, value=float(value), beta=beta, V=V, W=tuple(stacks))


def slopes(problem: Problem, at: Evaluation, *, reml: bool) -> Slopes:
    """Gradient and expected information at an evaluation."""
    parts = split_by_block(at.theta, problem.blocks)
    of_blocks = [
        _block_slopes(block, part, at, W, reml=reml)
        for block, part, W in zip(problem.blocks, parts, at.W, strict=True)
    ]
    q = np.concatenate([one.scores for one in of_blocks])
    corners = [
        chain.pair_traces(one.first, W, block.moments.count[:, None, None] * W)
        for block, one, W in zip(problem.blocks, of_blocks, at.W, strict=True)
    ]
    return Slopes(
        gradient=np.concatenate([chain.total(one.first, one.by_element) for one in of_blocks]),
        expected=block_diagonal(corners),
        blocks=tuple(of_blocks),
        scores=q,
    )


def _block_slopes(
    block: Block, part: Array, at: Evaluation, W: Array, *, reml: bool
) -> BlockSlopes:
    first = block.along(part)
    WRW = W @ block.moments.residual_products(at.beta) @ W
    WDW = W @ block.moments.leverage_products(at.V) @ W if reml else np.zeros_like(W)
    return BlockSlopes(
        first=first,
        by_element=block.moments.count[:, None, None] * W - WRW - WDW,
        residual=WRW,
        leverage=WDW,
        scores=chain.scores(block.moments, W, at.beta, first),
    )


def design_slopes(problem: Problem, at: Evaluation, slope: Slopes) -> Array:
    """(K, p, p): derivatives of the sum of X'WX by theta, the P of Kenward and Roger."""
    parts = [
        chain.design_slopes(block.moments, W, one.first)
        for block, W, one in zip(problem.blocks, at.W, slope.blocks, strict=True)
    ]
    return np.concatenate(parts)


def observed_information(
    problem: Problem, at: Evaluation, slope: Slopes, P: Array, *, reml: bool
) -> Array:
    """(K, K): half the second derivatives of the deviance by theta."""
    parts = split_by_block(at.theta, problem.blocks)
    corners = []
    for block, part, W, one in zip(problem.blocks, parts, at.W, slope.blocks, strict=True):
        weighted = 2.0 * (one.residual + one.leverage)
        weighted -= block.moments.count[:, None, None] * W
        corner = chain.pair_traces(one.first, W, weighted)
        second = block.second(part)
        if second is not None:
            corner += chain.total(second, one.by_element)
        corners.append(corner)
    hessian = block_diagonal(corners) - 2.0 * slope.scores @ at.V @ slope.scores.T
    if reml:
        PV = P @ at.V
        hessian -= np.tensordot(PV, PV, ((1, 2), (2, 1)))
    return (hessian + hessian.T) / 4


def expected_information(problem: Problem, at: Evaluation, slope: Slopes, P: Array) -> Array:
    """(K, K): expected information on theta in REML, as in the paper of Kenward and Roger."""
    corners = [
        chain.pair_traces(one.first, W, block.moments.count[:, None, None] * W - 2.0 * one.leverage)
        for block, W, one in zip(problem.blocks, at.W, slope.blocks, strict=True)
    ]
    PV = P @ at.V
    return (block_diagonal(corners) + np.tensordot(PV, PV, ((1, 2), (2, 1)))) / 2


def block_diagonal(corners: list[Array]) -> Array:
    """Square matrices along a diagonal, zeros elsewhere."""
    size = sum(len(corner) for corner in corners)
    whole, at = np.zeros((size, size)), 0
    for corner in corners:
        whole[at : at + len(corner), at : at + len(corner)] = corner
        at += len(corner)
    return whole
