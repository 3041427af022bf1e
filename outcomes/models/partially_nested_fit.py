"""The result of a partially nested fit."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from outcomes.models.design import Design
from outcomes.models.fitted_means import FittedMeans
from outcomes.stats.mixed import PartiallyNestedEstimate
from outcomes.stats.mixed.partially_nested import intraclass_correlation
from outcomes.stats.mmrm import Inference


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class PartiallyNestedFit(FittedMeans):
    """A converged partially nested fit.

    Parameters
    ----------
    formula, arm, cluster : str
        As asked for.
    clustered : the arm treated in clusters
    residual : {"by_arm", "shared"}
    df_method : str
    conf_level : float
    cluster_sizes : tuple of int
        Analysed patients of each cluster, the unassigned as clusters of one.
    n_observations, n_unassigned : int
    n_missing_outcome, n_missing_covariates : int
        Rows set aside.
    residual_arms : arms, in the order of their residual variances; one entry "all" if shared
    notes : tuple of str
    """

    formula: str
    arm: str
    cluster: str
    clustered: Hashable
    residual: Literal["by_arm", "shared"]
    df_method: str
    conf_level: float
    cluster_sizes: tuple[int, ...]
    n_observations: int
    n_unassigned: int
    n_missing_outcome: int
    n_missing_covariates: int
    residual_arms: tuple[Hashable, ...]
    notes: tuple[str, ...]
    design: Design = field(repr=False)
    fit: PartiallyNestedEstimate = field(repr=False)

    @property
    def minus_two_log_likelihood(self) -> float:
        """Minus two log restricted likelihood."""
        return self.fit.minus_two_log_likelihood

    @property
    def n_clusters(self) -> int:
        """Clusters with an analysed patient."""
        return len(self.cluster_sizes)

    @property
    def inference(self) -> Inference:
        """Estimates with what their tests need."""
        return self.fit.inference

    @property
    def subject_codes(self) -> NDArray[np.intp]:
        """(N,): every row is a patient."""
        return np.arange(self.n_observations)

    @property
    def variances(self) -> pd.DataFrame:
        """Residual variances and the covariance within clusters, with standard errors."""
        names = [f"residual ({arm})" for arm in self.residual_arms]
        return pd.DataFrame(
            {
                "component": [*names, "within cluster"],
                "estimate": [*self.fit.residual_variances, self.fit.cluster_covariance],
                "std_error": np.sqrt(np.diag(self.fit.component_covariance)),
            }
        )

    @property
    def intraclass_correlation(self) -> pd.Series:
        """Correlation of two patients of a cluster: estimate, conf_low, conf_high.

        The interval uses Fisher's transformation for the mean cluster size; it is missing where
        the covariance was held at zero.
        """
        of_arm = self.residual_arms.index(self.clustered) if self.residual == "by_arm" else 0
        found = intraclass_correlation(
            self.fit, of_arm, float(np.mean(self.cluster_sizes)), self.conf_level
        )
        return pd.Series(found, index=["estimate", "conf_low", "conf_high"])
