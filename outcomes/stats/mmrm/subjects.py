"""What needs subjects one by one: sandwich variances, residuals, prediction.

All arrays are those of the standardised problem, padded with zeros at unobserved visits.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from outcomes.stats.mmrm.likelihood import split_by_block
from outcomes.stats.mmrm.problem import Problem

Array = NDArray[np.float64]


def subject_covariances(problem: Problem, theta: Array) -> Array:
    """(n, m, m): Sigma of each subject at all visits, observed or not."""
    return covariances_at(problem, theta, problem.group, problem.distance)


def covariances_at(
    problem: Problem, theta: Array, group: NDArray[np.intp], distance: Array
) -> Array:
    """(n, m, m): Sigma of subjects of these groups at these distances, (m, m) or (n, m, m)."""
    m = distance.shape[-1]
    Sigma = np.zeros((len(group), m, m))
    for g, part in enumerate(split_by_block(theta, problem.blocks)):
        member = group == g
        form = problem.blocks[g].structure.minimised_in
        Sigma[member] = form.sigma(part, distance if distance.ndim == 2 else distance[member])
    return Sigma


def inverse_roots(problem: Problem, theta: Array) -> Array:
    """(n, m, m): L with L L' the inverse of the observed covariance, zero where unobserved."""
    seen = problem.seen
    both = seen[:, :, None] & seen[:, None, :]
    filler = np.eye(seen.shape[1]) * ~seen[:, None, :]
    Sigma = np.where(both, subject_covariances(problem, theta), 0.0) + filler
    return np.where(both, np.linalg.cholesky(np.linalg.inv(Sigma)), 0.0)


def whitened(problem: Problem, theta: Array, beta: Array) -> tuple[Array, Array]:
    """Designs L'X (n, m, p) and residuals L'(y - X beta) (n, m) of unit covariance."""
    L = inverse_roots(problem, theta).transpose(0, 2, 1)
    X = problem.padded_design()
    r = problem.outcome - X @ beta
    return L @ X, np.einsum("nab,nb->na", L, r)
