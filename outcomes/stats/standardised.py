"""How far two distributions of categories are apart, in standard deviations."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def distribution_distance(active: NDArray[np.int64], reference: NDArray[np.int64]) -> float:
    """Standardised difference of a categorical variable between two groups.

    Parameters
    ----------
    active, reference : (k,) array of int
        Numbers in each category, in the same order.

    Returns
    -------
    float
        Mahalanobis distance of the proportions of all categories but the first, 0 or more; for two
        categories |p1 − p0| over the root of the mean variance. NaN where a group is empty or the
        proportions have no variance, as when each group is of one category.

    References
    ----------
    Yang D, Dalton JE. A unified approach to measuring the effect size between two groups using SAS.
    SAS Global Forum 2012, paper 335-2012.

    Examples
    --------
    >>> round(distribution_distance(np.array([30, 70]), np.array([45, 55])), 4)
    0.3136
    """
    seen = (active + reference) > 0
    if not (active.sum() and reference.sum()):
        return float("nan")
    p = (active[seen] / active.sum())[1:]
    q = (reference[seen] / reference.sum())[1:]
    covariance = (np.diag(p) - np.outer(p, p) + np.diag(q) - np.outer(q, q)) / 2
    if not len(p):
        return 0.0
    if np.linalg.matrix_rank(covariance) < len(p):
        return float("nan")
    return float(np.sqrt((p - q) @ np.linalg.solve(covariance, p - q)))
