"""Residuals, conditional prediction and simulation, in original units."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from outcomes.stats.mmrm.fit import RepeatedMeasuresFit
from outcomes.stats.mmrm.inference import Inference
from outcomes.stats.mmrm.rows import Rows, distances
from outcomes.stats.mmrm.subjects import covariances_at, subject_covariances

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class Prediction:
    """Means at the rows of a subject, given the outcomes among them that were observed.

    Parameters
    ----------
    mean : (rows,), the observed outcome itself where there is one
    std_error : (rows,), of the mean; zero where observed
    std_prediction : (rows,), of a new outcome about the mean, with the mean's own uncertainty
    """

    mean: Array
    std_error: Array
    std_prediction: Array


def raw_residuals(rows: Rows, inference: Inference) -> Array:
    """(N,): outcomes less their fitted means."""
    return np.asarray(rows.y - rows.X @ inference.beta)


def new_covariances(rows: Rows, fit: RepeatedMeasuresFit) -> Array:
    """(n, m, m): Sigma of the subjects of other rows than the fitted ones, in original units."""
    group = np.zeros(rows.n_subjects, dtype=np.intp) if rows.group is None else rows.group
    distance = distances(rows, fit.problem.blocks[0].structure)
    theta, scale = fit.optimum.at.theta, fit.problem.scale
    return covariances_at(fit.problem, theta, group, distance) * scale**2


def fitted_covariances(fit: RepeatedMeasuresFit) -> Array:
    """(n, m, m): Sigma of each subject, in original units and before weights."""
    return subject_covariances(fit.problem, fit.optimum.at.theta) * fit.problem.scale**2


def pearson_residuals(rows: Rows, fit: RepeatedMeasuresFit, inference: Inference) -> Array:
    """(N,): residuals over their standard deviations."""
    variance = np.diagonal(fitted_covariances(fit), axis1=1, axis2=2)
    own = variance[rows.subject, rows.visit]
    return np.asarray(raw_residuals(rows, inference) * rows.root_weight / np.sqrt(own))


def normalised_residuals(rows: Rows, fit: RepeatedMeasuresFit, inference: Inference) -> Array:
    """(N,): each subject's residuals made uncorrelated with variance one, in order of visits."""
    residual = np.zeros((rows.n_subjects, rows.n_visits, 1))
    at = (rows.subject, rows.visit)
    residual[(*at, 0)] = raw_residuals(rows, inference) * rows.root_weight
    white = np.linalg.solve(_observed_roots(fit), residual)
    return np.asarray(white[(*at, 0)])


def _observed_roots(fit: RepeatedMeasuresFit) -> Array:
    """(n, m, m): Cholesky factors of the covariances of the observed, ones elsewhere."""
    seen = fit.problem.seen
    both = seen[:, :, None] & seen[:, None, :]
    filler = np.eye(seen.shape[1]) * ~seen[:, None, :]
    return np.asarray(np.linalg.cholesky(np.where(both, fitted_covariances(fit), 0.0) + filler))


def predict_subject(
    X: Array, y: Array, Sigma: Array, beta: Array, beta_covariance: Array
) -> Prediction:
    """Means of one subject's missing outcomes given the observed ones.

    Parameters
    ----------
    X : (rows, p)
    y : (rows,), NaN where missing
    Sigma : (rows, rows)
    beta : (p,)
    beta_covariance : (p, p)

    References
    ----------
    Anderson TW. An Introduction to Multivariate Statistical Analysis. 3rd ed. 2003, section 2.5.
    """
    gone = np.isnan(y)
    seen = ~gone
    mean, error, spread = y.copy(), np.zeros(len(y)), np.zeros(len(y))
    across = Sigma[np.ix_(gone, seen)]
    gain = np.linalg.solve(Sigma[np.ix_(seen, seen)], across.T).T if seen.any() else across
    direction = X[gone] - gain @ X[seen]
    mean[gone] = X[gone] @ beta + gain @ (y[seen] - X[seen] @ beta)
    of_mean = np.einsum("rp,pq,rq->r", direction, beta_covariance, direction)
    left = np.diag(Sigma[np.ix_(gone, gone)]) - np.einsum("rs,rs->r", gain, across)
    error[gone], spread[gone] = np.sqrt(of_mean), np.sqrt(of_mean + np.maximum(left, 0.0))
    return Prediction(mean=mean, std_error=error, std_prediction=spread)


def simulate_rows(
    rows: Rows,
    fit: RepeatedMeasuresFit,
    inference: Inference,
    *,
    n_draws: int,
    rng: np.random.Generator,
) -> Array:
    """(n_draws, N): new outcomes at the analysed rows from the fitted model, estimates held."""
    noise = rng.standard_normal((n_draws, rows.n_subjects, rows.n_visits))
    error = np.einsum("nab,dnb->dna", _observed_roots(fit), noise)[:, rows.subject, rows.visit]
    return np.asarray(rows.X @ inference.beta + error / rows.root_weight)
