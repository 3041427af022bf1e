"""Marginal risks from a logistic model by standardisation, with a sandwich covariance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class StandardisedRisks:
    """Mean predicted risk under each arm, (n_arms,), and its (n_arms, n_arms) covariance."""

    risks: Array
    covariance: Array


def standardised_risks(
    X: Array,
    y: Array,
    coefficients: Array,
    counterfactuals: Array,
    *,
    clusters: NDArray[np.intp] | None = None,
) -> StandardisedRisks:
    """Average the predicted risks of all subjects under each arm in turn (g-computation).

    Parameters
    ----------
    X : (n, p) array
        Design matrix of the fitted logistic model.
    y : (n,) array
        1 for a responder, 0 otherwise.
    coefficients : (p,) array
        Maximum-likelihood estimates.
    counterfactuals : (n_arms, n, p) array
        The design matrix with everybody assigned to each arm in turn.
    clusters : (n,) array of int, optional
        Cluster of each subject; None means that subjects are independent.

    Returns
    -------
    StandardisedRisks
        The covariance is the sandwich of the stacked estimating equations of the coefficients and
        of the means, so that it counts the sampling of covariates and holds where the model is
        wrong. Contributions are summed within clusters and scaled by G / (G − 1) for G clusters.

    References
    ----------
    Stefanski LA, Boos DD. The calculus of M-estimation. Am Stat 2002;56:29-38, for the covariance.
    Ge M, Durham LK, Meyer RD, et al. Covariate-adjusted difference in proportions from clinical
    trials using logistic regression and weighted risk differences. Drug Inf J 2011;45:481-493,
    for the estimate.
    """
    n = len(y)
    fitted = expit(X @ coefficients)
    information = (X * (fitted * (1 - fitted))[:, None]).T @ X / n
    predicted = expit(counterfactuals @ coefficients)
    gradient = np.einsum("ai,aip->ap", predicted * (1 - predicted), counterfactuals) / n
    risks = predicted.mean(axis=1)
    scores = X * (y - fitted)[:, None]
    influence = (predicted - risks[:, None]).T + scores @ np.linalg.solve(information, gradient.T)
    summed, scale = _within_clusters(influence, clusters)
    return StandardisedRisks(risks=risks, covariance=scale * summed.T @ summed / n**2)


def _within_clusters(influence: Array, clusters: NDArray[np.intp] | None) -> tuple[Array, float]:
    """Sum contributions within clusters, with the factor for their number."""
    if clusters is None:
        return influence, 1.0
    _, index = np.unique(clusters, return_inverse=True)
    summed = np.zeros((index.max() + 1, influence.shape[1]))
    np.add.at(summed, index, influence)
    return summed, len(summed) / (len(summed) - 1)
