"""Marginal risks from a logistic model by standardisation, with a sandwich covariance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

Array = NDArray[np.float64]
Codes = NDArray[np.intp]


@dataclass(frozen=True, kw_only=True, slots=True)
class StandardisedRisks:
    """Mean predicted risk under each arm, (n_arms,), and its covariance in independent parts.

    `parts` is (n_parts, n_arms, n_arms): one part for independent subjects, one for the clusters
    of each arm; the covariance is their sum. `df` (n_parts,) are the degrees of freedom of each
    part, infinite for independent subjects.
    """

    risks: Array
    parts: Array
    df: Array

    @property
    def covariance(self) -> Array:
        """Covariance of the risks, (n_arms, n_arms)."""
        total: Array = self.parts.sum(axis=0)
        return total


def standardised_risks(
    X: Array,
    y: Array,
    coefficients: Array,
    counterfactuals: Array,
    *,
    clusters: Codes | None = None,
    arms: Codes | None = None,
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
    arms : (n,) array of int, optional
        Arm of each subject; needed with clusters. Where no cluster has subjects of two arms, each
        arm is a part of its own with its own number of clusters.

    Returns
    -------
    StandardisedRisks
        The covariance is the sandwich of the stacked estimating equations of the coefficients and
        of the means, so that it counts the sampling of covariates and holds where the model is
        wrong. With clusters contributions are summed within them; see Notes.

    Notes
    -----
    The sum of a cluster of m of the n subjects of an arm is divided by √(1 − m/n), which removes
    the bias of estimating the mean where subjects are independent; for clusters of equal size it
    is the factor √(G / (G − 1)). The degrees of freedom of an arm are those of Satterthwaite under
    the same working assumption: G − 1 for equal sizes, fewer otherwise. Without covariates both
    are those of Bell and McCaffrey (CR2). Arms are put together by Welch and Satterthwaite's
    formula.

    References
    ----------
    Stefanski LA, Boos DD. The calculus of M-estimation. Am Stat 2002;56:29-38, for the sandwich.
    Bell RM, McCaffrey DF. Bias reduction in standard errors for linear regression with multi-stage
    samples. Surv Methodol 2002;28:169-181, for the correction and the degrees of freedom.
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
    if clusters is None:
        covariance = influence.T @ influence / n**2
        return StandardisedRisks(risks=risks, parts=covariance[None], df=np.array([np.inf]))
    found = [_part(influence[rows], clusters[rows]) for rows in _groups(clusters, arms)]
    parts = np.stack([part for part, _ in found]) / n**2
    return StandardisedRisks(risks=risks, parts=parts, df=np.array([df for _, df in found]))


def _groups(clusters: Codes, arms: Codes | None) -> list[NDArray[np.bool_]]:
    """Rows of each arm, or all rows where a cluster has subjects of two arms."""
    everybody = np.ones(len(clusters), dtype=bool)
    if arms is None:
        return [everybody]
    pairs = np.unique(np.column_stack([clusters, arms]), axis=0)
    if len(np.unique(pairs[:, 0])) < len(pairs):
        return [everybody]
    return [arms == arm for arm in np.unique(arms)]


def _part(influence: Array, clusters: Codes) -> tuple[Array, float]:
    """Corrected sum of squares of contributions summed within clusters; degrees of freedom."""
    _, index, m = np.unique(clusters, return_inverse=True, return_counts=True)
    summed = np.zeros((len(m), influence.shape[1]))
    np.add.at(summed, index, influence)
    n = float(m.sum())
    if len(m) == 1:
        return np.full((influence.shape[1],) * 2, np.inf), 0.0
    kept = 1 - m / n
    corrected = summed / np.sqrt(kept)[:, None]
    # tr(M)^2 / tr(M^2) of the corrected sums' covariance M, if subjects are independent:
    # m on its diagonal, -m m' / (n sqrt(kept kept')) elsewhere.
    weights = m**2 / kept
    squared = float(m @ m) + (float(weights.sum()) ** 2 - float(weights @ weights)) / n**2
    return corrected.T @ corrected, n**2 / squared
