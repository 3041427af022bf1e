"""Residuals of correlated observations, scaled to be independent."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve_triangular

Array = NDArray[np.float64]


def normalised_residuals(residuals: Array, covariance: Array) -> Array:
    """Residuals of each subject times the inverse Cholesky factor of their covariance.

    Parameters
    ----------
    residuals : (n_subjects, n_visits) array
        Observed minus fitted, in outcome units; NaN where not observed.
    covariance : (n_visits, n_visits) array
        Marginal covariance of a complete subject.

    Returns
    -------
    (n_subjects, n_visits) array
        Independent standard normal under the model; NaN where not observed.

    References
    ----------
    Pinheiro JC, Bates DM. Mixed-Effects Models in S and S-PLUS. Springer; 2000, section 5.3.

    Examples
    --------
    >>> normalised_residuals(np.array([[2.0, np.nan], [2.0, 3.0]]), np.diag([4.0, 9.0]))
    array([[ 1., nan],
           [ 1.,  1.]])
    """
    scaled = np.full_like(residuals, np.nan)
    patterns, which = np.unique(~np.isnan(residuals), axis=0, return_inverse=True)
    for i, seen in enumerate(patterns):
        if seen.any():
            cells = np.ix_(np.flatnonzero(which == i), seen)
            factor = np.linalg.cholesky(covariance[np.ix_(seen, seen)])
            scaled[cells] = solve_triangular(factor, residuals[cells].T, lower=True).T
    return scaled
