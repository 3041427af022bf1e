"""The optimiser of `optimise`, for many problems of one design side by side.

B replicates, G patterns, m visits, q entries of the subject vectors, p coefficients. Only the
average information is used, which needs a few more and much cheaper iterations.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from outcomes.stats.mmrm.patterns import SharedDesign
from outcomes.stats.mmrm.problem import Block

Array = NDArray[np.float64]

MAX_ITERATIONS = 60
HALVINGS = 12
THERE = 1e-14


@dataclass(frozen=True, kw_only=True, slots=True)
class StackedBlock:
    """Pattern sums of one block, with a leading axis for replicates.

    Parameters
    ----------
    block : Block, for structure and distances
    moments : SharedDesign, for patterns and A
    count : (B, G)
    U : (B, G, q, q)
    H : (B, G, m, q)
    Y : (B, G, m, m)
    """

    block: Block
    moments: SharedDesign
    count: Array
    U: Array
    H: Array
    Y: Array

    def alone(self, b: int) -> SharedDesign:
        """Return the sums of one replicate."""
        return replace(self.moments, count=self.count[b], U=self.U[b], H=self.H[b], Y=self.Y[b])


@dataclass(frozen=True, kw_only=True, slots=True)
class Stack:
    """Problems of one design, stacked.

    Parameters
    ----------
    blocks : tuple of StackedBlock
    constant : (B,), what the deviance has besides the blocks under ML
    p : int
    """

    blocks: tuple[StackedBlock, ...]
    constant: Array
    p: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Point:
    """All replicates at their theta; value is infinite where Sigma is not positive definite."""

    theta: Array
    value: Array
    beta: Array
    V: Array
    W: tuple[Array, ...]


def walk(stack: Stack, start: Array, *, reml: bool) -> tuple[Array, Array, Array]:
    """Theta (B, K), beta (B, p) and deviance (B,) of each replicate, NaN where it stopped short."""
    at = evaluate(stack, start, reml=reml)
    done: NDArray[np.bool_] = np.zeros(len(start), dtype=bool)
    for _ in range(MAX_ITERATIONS):
        step, decrement = _step(stack, at, reml=reml)
        done = np.abs(decrement) < THERE
        if done.all():
            break
        at = _search(stack, at, np.where(done[:, None], 0.0, step), reml=reml)
    good = done & np.isfinite(at.value)
    return at.theta, at.beta, np.where(good, at.value, np.nan)


def evaluate(stack: Stack, theta: Array, *, reml: bool) -> Point:
    """Deviance and coefficients of every replicate."""
    B = len(theta)
    XWX, XWy = np.zeros((B, stack.p, stack.p)), np.zeros((B, stack.p))
    value, inside, inverses = stack.constant.copy(), np.ones(B, dtype=bool), []
    parts = np.split(
        theta, np.cumsum([one.block.n_parameters for one in stack.blocks])[:-1], axis=1
    )
    for one, part in zip(stack.blocks, parts, strict=True):
        Sigma = sigmas(one.block, part)
        positive = np.linalg.eigvalsh(Sigma)[:, 0] > 0
        inside &= positive
        W, log_determinant = _inverses(
            one, np.where(positive[:, None, None], Sigma, np.eye(Sigma.shape[-1]))
        )
        m, p, q = one.moments.A.shape
        E = np.swapaxes(W.reshape(B, -1, m * m), 1, 2) @ one.U.reshape(B, -1, q * q)
        left = one.moments.A.transpose(1, 0, 2).reshape(p, m * q)
        E = E.reshape(B, m, m, q, q).transpose(0, 1, 3, 2, 4).reshape(B, m * q, m * q)
        XWX += left @ E @ left.T
        XWy += (W @ one.H).sum(1).reshape(B, m * q) @ left.T
        value += log_determinant + (W * one.Y).sum(axis=(1, 2, 3))
        inverses.append(W)
    root = np.linalg.cholesky(XWX)
    V = np.linalg.inv(XWX).astype(float)
    beta = (V @ XWy[:, :, None])[:, :, 0]
    value -= (XWy * beta).sum(axis=1)
    if reml:
        value += 2 * np.log(np.diagonal(root, axis1=1, axis2=2)).sum(1) - stack.p * np.log(
            2 * np.pi
        )
    return Point(
        theta=theta, value=np.where(inside, value, np.inf), beta=beta, V=V, W=tuple(inverses)
    )


def sigmas(block: Block, theta: Array) -> Array:
    """(B, m, m): Sigma of each replicate; one product where it is linear in theta."""
    if block.structure.minimised_in.second is None:
        return np.tensordot(theta, block.first(theta[0])[:, 0], 1)
    return np.stack([block.sigma(row)[0] for row in theta])


def _first_derivatives(block: Block, theta: Array) -> Array:
    """(B, K, m, m): first derivatives of Sigma, the same for all where it is linear in theta."""
    if block.structure.minimised_in.second is None:
        one = block.first(theta[0])[:, 0]
        return np.broadcast_to(one, (len(theta), *one.shape))
    return np.stack([block.first(row)[:, 0] for row in theta])


def _inverses(one: StackedBlock, Sigma: Array) -> tuple[Array, Array]:
    """(B, G, m, m) inverses and (B,) log determinants."""
    both = one.moments.seen[:, :, None] & one.moments.seen[:, None, :]
    filler = np.eye(Sigma.shape[-1]) * ~one.moments.seen[:, None, :]
    padded = np.where(both, Sigma[:, None], 0.0) + filler
    diagonal = np.diagonal(np.linalg.cholesky(padded), axis1=2, axis2=3)
    logs = 2.0 * (one.count * np.log(diagonal).sum(axis=2)).sum(axis=1)
    return np.where(both, np.linalg.inv(padded), 0.0), logs


def _step(stack: Stack, at: Point, *, reml: bool) -> tuple[Array, Array]:
    """Average-information steps (B, K) and how far below the minimum of each parabola lies (B,)."""
    gradients, corners, scores = [], [], []
    sizes = np.cumsum([one.block.n_parameters for one in stack.blocks])[:-1]
    for one, part, W in zip(stack.blocks, np.split(at.theta, sizes, axis=1), at.W, strict=True):
        D = _first_derivatives(one.block, part)
        gradient, corner, score = _block_slopes(one, D, W, at, reml=reml)
        gradients.append(gradient)
        corners.append(corner)
        scores.append(score)
    q, gradient = np.concatenate(scores, axis=1), np.concatenate(gradients, axis=1)
    average = -(q @ at.V @ np.swapaxes(q, 1, 2))
    position = 0
    for corner in corners:
        own = slice(position, position + corner.shape[1])
        average[:, own, own] += corner
        position += corner.shape[1]
    diagonal = np.abs(np.diagonal(average, axis1=1, axis2=2))
    ridge = 1e-12 * diagonal.max(axis=1, keepdims=True) + np.finfo(float).tiny
    average = (average + np.swapaxes(average, 1, 2)) / 2 + ridge[:, :, None] * np.eye(q.shape[1])
    step = -np.linalg.solve(average, gradient[:, :, None])[:, :, 0]
    return step, -(step * gradient).sum(axis=1)


def _block_slopes(
    one: StackedBlock, D: Array, W: Array, at: Point, *, reml: bool
) -> tuple[Array, Array, Array]:
    """Gradient (B, K), average information without coefficients (B, K, K), scores (B, K, p)."""
    (B, K), (m, p, q) = D.shape[:2], one.moments.A.shape
    fit = np.einsum("jpq,bp->bjq", one.moments.A, at.beta)[:, None]
    HB = one.H @ np.swapaxes(fit, 2, 3)
    R = one.Y - HB - np.swapaxes(HB, 2, 3) + fit @ one.U @ np.swapaxes(fit, 2, 3)
    WRW = W @ R @ W
    by_element = (one.count[:, :, None, None] * W - WRW).sum(axis=1)
    if reml:
        by_element -= (W @ _leverage(one, at.V) @ W).sum(axis=1)
    flat = D.reshape(B, K, m * m)
    gradient = (flat @ by_element.reshape(B, m * m, 1))[:, :, 0]
    sums = np.swapaxes(W.reshape(B, -1, m * m), 1, 2) @ WRW.reshape(B, -1, m * m)
    sums = sums.reshape(B, m, m, m, m).transpose(0, 4, 1, 2, 3).reshape(B, m * m, m * m)
    ur = (np.swapaxes(one.H, 2, 3) - one.U @ np.swapaxes(fit, 2, 3)) @ W
    crossed = np.swapaxes(W.reshape(B, -1, m * m), 1, 2) @ ur.reshape(B, -1, q * m)
    crossed = crossed.reshape(B, m, m, q, m).transpose(0, 4, 1, 2, 3).reshape(B, m * m, m * q)
    scores = flat @ (crossed @ one.moments.A.transpose(0, 2, 1).reshape(m * q, p))
    return gradient, flat @ sums @ np.swapaxes(flat, 1, 2), scores


def _leverage(one: StackedBlock, V: Array) -> Array:
    """(B, G, m, m): sums of X V X'."""
    (B, G), (m, _, q) = one.count.shape, one.moments.A.shape
    AV = np.einsum("jpa,bpr->bjar", one.moments.A, V)
    K = np.einsum("bjar,krc->bjkac", AV, one.moments.A, optimize=True).reshape(B, m * m, q * q)
    return np.asarray((one.U.reshape(B, G, q * q) @ np.swapaxes(K, 1, 2)).reshape(B, G, m, m))


def _search(stack: Stack, at: Point, step: Array, *, reml: bool) -> Point:
    """Halve each replicate's step until its deviance does not rise."""
    length = np.ones(len(step))
    rounding = 1e-12 * (np.abs(at.value) + 1.0)
    for _ in range(HALVINGS):
        new = evaluate(stack, at.theta + length[:, None] * step, reml=reml)
        worse = ~(new.value <= at.value + rounding)
        if not worse.any():
            return new
        length = np.where(worse, length / 2.0, length)
    return evaluate(stack, at.theta + np.where(worse, 0.0, length)[:, None] * step, reml=reml)
