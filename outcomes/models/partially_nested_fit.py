"""The result of a partially nested fit."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd

from outcomes.models.design import Design
from outcomes.models.linear_functions import (
    Margins,
    coefficient_table,
    contrast_table,
    mean_table,
)
from outcomes.models.reference_grid import Weights
from outcomes.stats.mixed import PartiallyNestedEstimate
from outcomes.stats.mixed.partially_nested import intraclass_correlation


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class PartiallyNestedFit:
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
    def coefficients(self) -> pd.DataFrame:
        """One row per column of the design."""
        return coefficient_table(self.design, self.fit.inference, self.conf_level)

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

    def ls_means(
        self,
        factor: str,
        by: str | Sequence[str] | None = None,
        *,
        at: Mapping[str, float] | None = None,
        weights: Weights = "equal",
        conf_level: float | None = None,
    ) -> pd.DataFrame:
        """Least-squares means, as in `MmrmFit.ls_means`."""
        margins = Margins.of(factor, by, at, weights)
        return mean_table(self.design, self.fit.inference, margins, self._level(conf_level))

    def contrasts(
        self,
        factor: str,
        by: str | Sequence[str] | None = None,
        *,
        reference: Hashable | None = None,
        at: Mapping[str, float] | None = None,
        weights: Weights = "equal",
        conf_level: float | None = None,
    ) -> pd.DataFrame:
        """Differences of least-squares means, as in `MmrmFit.contrasts`."""
        margins = Margins.of(factor, by, at, weights)
        return contrast_table(
            self.design, self.fit.inference, margins, reference, self._level(conf_level)
        )

    def table(self) -> pd.DataFrame:
        """Give the coefficients as a tidy frame."""
        return self.coefficients.reset_index()

    def _level(self, conf_level: float | None) -> float:
        return self.conf_level if conf_level is None else conf_level
