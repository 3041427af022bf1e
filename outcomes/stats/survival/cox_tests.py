"""What is made of a Cox model's terms: robust covariance, test of proportional hazards."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2

from outcomes.stats.survival.cox import CoxTerms

Array = NDArray[np.float64]
Labels = NDArray[np.intp]


def robust_covariance(terms: CoxTerms, cluster: Labels) -> Array:
    """Covariance of the coefficients that allows rows of a cluster to depend on each other.

    Parameters
    ----------
    terms : CoxTerms
        At the estimate.
    cluster : (n,) array of int
        0 to n_clusters − 1.

    Returns
    -------
    (p, p) array
        I⁻¹ (Σ u u') I⁻¹ with u the sum of score residuals of a cluster, as coxph(cluster=).

    References
    ----------
    Lin DY, Wei LJ. J Am Stat Assoc 1989;84:1074-1078.
    """
    summed = np.zeros((cluster.max() + 1, terms.residuals.shape[1]))
    np.add.at(summed, cluster, terms.residuals)
    influence = np.linalg.solve(terms.information.sum(axis=0), summed.T)
    return influence @ influence.T


@dataclass(frozen=True, kw_only=True, slots=True)
class ScoreTest:
    """Chi-squared score test."""

    statistic: float
    df: int
    p_value: float


def proportional_hazards_test(terms: CoxTerms, g: Array, columns: list[int]) -> ScoreTest:
    """Test whether coefficients change with g(t), by the score of γ in β + γ g(t).

    Parameters
    ----------
    terms : CoxTerms
        At the estimate.
    g : (n_times,) array
        Function of time at `terms.time`.
    columns : list of int
        Coefficients that may change together; all of them for the global test.

    Returns
    -------
    ScoreTest
        As R's cox.zph since version 3.0 of survival: the full information of β and γ.

    References
    ----------
    Grambsch PM, Therneau TM. Biometrika 1994;81:515-526. Therneau TM, Grambsch PM. Modeling
    Survival Data. Springer; 2000, section 6.2.
    """
    centred = g - np.average(g, weights=terms.n_events)
    score = (centred @ terms.score)[columns]
    plain = terms.information.sum(axis=0)
    mixed = np.einsum("t,tij->ij", centred, terms.information)[columns]
    changing = np.einsum("t,tij->ij", centred**2, terms.information)[np.ix_(columns, columns)]
    left = changing - mixed @ np.linalg.solve(plain, mixed.T)
    statistic = float(score @ np.linalg.solve(left, score))
    df = len(columns)
    return ScoreTest(statistic=statistic, df=df, p_value=float(chi2.sf(statistic, df)))
