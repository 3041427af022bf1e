"""Analysis of covariance at one visit, for many completed data sets of the same subjects."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from outcomes.errors import NotEstimableError

Array = NDArray[np.float64]

# Relative size below which a direction of the covariates counts as absent.
RANK = 1e-10


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """Least squares of one visit's outcome on arm and covariates, and what is asked of it.

    Columns are orthonormal in mean square over the subjects.

    Parameters
    ----------
    Z : (n, r)
    by_arm : (n_arms, n, r), the same subjects in each arm
    contrasts : (k, n_arms), what is made of the arms' means
    """

    Z: Array
    by_arm: Array
    contrasts: Array

    @property
    def df(self) -> float:
        """Residual degrees of freedom."""
        return float(len(self.Z) - self.Z.shape[1])


@dataclass(frozen=True, kw_only=True, slots=True)
class Compared:
    """Estimates for B data sets and d outcomes each.

    Parameters
    ----------
    estimate : (B, d, k)
    residual_products : (B, d, d), sums over subjects
    scale : (k,), variance of each estimate per unit of residual variance
    df : float
    """

    estimate: Array
    residual_products: Array
    scale: Array
    df: float


def comparison(X: Array, by_arm: Array, contrasts: Array) -> Comparison:
    """Prepare the least squares of one visit.

    Parameters
    ----------
    X : (n, q)
    by_arm : (n_arms, n, q), the design with everybody in one arm
    contrasts : (k, n_arms)

    Raises
    ------
    NotEstimableError
        If the arms' means are no functions of the data, or nothing is left for the residual.
    """
    norm = np.sqrt((X**2).mean(axis=0))
    norm[norm == 0] = 1.0
    left, size, right = np.linalg.svd(X / norm, full_matrices=False)
    kept = size > RANK * size[0]
    root = np.sqrt(len(X))
    turn = right[kept].T / norm[:, None] / size[kept] * root
    wanted = contrasts @ by_arm.mean(axis=1)
    outside = (wanted / norm) - (wanted / norm) @ right[kept].T @ right[kept]
    if np.abs(outside).max() > 1e-8 * max(1.0, float(np.abs(wanted / norm).max())):
        raise NotEstimableError(
            "The arms' means are not estimable: a covariate of the analysis goes together with "
            "the arm. Leave it out."
        )
    if len(X) <= kept.sum():
        raise NotEstimableError(
            f"{len(X)} subjects cannot carry {kept.sum()} coefficients. Use fewer covariates."
        )
    return Comparison(Z=left[:, kept] * root, by_arm=by_arm @ turn, contrasts=contrasts)


def compare(design: Comparison, outcomes: Array) -> Compared:
    """Estimates with their variances, every subject counted once.

    Parameters
    ----------
    design : Comparison
    outcomes : (B, d, n), complete
    """
    n = len(design.Z)
    beta = outcomes @ design.Z / n
    L = design.contrasts @ design.by_arm.mean(axis=1)
    residual = outcomes - beta @ design.Z.T
    return Compared(
        estimate=beta @ L.T,
        residual_products=residual @ np.swapaxes(residual, 1, 2),
        scale=(L**2).sum(axis=1) / n,
        df=design.df,
    )


def compare_resampled(design: Comparison, outcomes: Array, counts: Array) -> Array:
    """(B, d, k): estimates with subjects counted as often as `counts` (B, n) says.

    Means are averaged over the covariates of the resampled subjects, as the whole analysis of the
    resampled data would.

    Raises
    ------
    NotEstimableError
        If some sample leaves the arms' means without information.
    """
    n, r = design.Z.shape
    squares = (design.Z[:, :, None] * design.Z[:, None, :]).reshape(n, r * r)
    gram = (counts @ squares).reshape(-1, r, r) / n
    inverse = np.linalg.pinv(gram, rcond=RANK, hermitian=True)
    products = (outcomes * counts[:, None, :]) @ design.Z / n
    arms, total = len(design.by_arm), counts.sum(axis=1)
    rows = design.by_arm.transpose(1, 0, 2).reshape(n, arms * r)
    means = (counts @ rows) / total[:, None]
    L = design.contrasts @ means.reshape(-1, arms, r)
    lost = np.abs(L @ (inverse @ gram) - L).max(axis=(1, 2)) > 1e-6
    if lost.any():
        raise NotEstimableError(
            f"{lost.sum()} of {len(lost)} resampled data sets hold no information on some arm's "
            "mean. Use fewer covariates."
        )
    return np.asarray(products @ inverse @ np.swapaxes(L, 1, 2))
