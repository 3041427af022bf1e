"""Coefficients, means, contrasts and tests of a fitted linear model."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import asdict
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from outcomes.models.design import Design
from outcomes.models.linear_functions import (
    Margins,
    coefficient_table,
    contrast_table,
    custom_contrast_table,
    f_test,
    mean_table,
    subject_rows,
    term_contrast,
)
from outcomes.models.reference_grid import Weights
from outcomes.models.term_tests import term_test_table
from outcomes.stats.mmrm import Inference

CovariateMean = Literal["rows", "subject"]


class FittedMeans(ABC):
    """What every linear model of this package answers once it is fitted.

    A fit that inherits has the design, the level of its intervals and, as properties, `inference`
    and `subject_codes`.
    """

    __slots__ = ()

    design: Design
    conf_level: float

    @property
    @abstractmethod
    def inference(self) -> Inference:
        """Estimates with what their tests need."""

    @property
    @abstractmethod
    def subject_codes(self) -> NDArray[np.intp]:
        """(N,): the subject of each analysed row."""

    @property
    def coefficients(self) -> pd.DataFrame:
        """One row per column of the design; NaN where the column is aliased."""
        return coefficient_table(self.design, self.inference, self.conf_level)

    @property
    def coefficient_covariance(self) -> pd.DataFrame:
        """Covariance of the estimated coefficients, from which standard errors come."""
        names = np.array(self.design.columns, dtype=object)[self.design.kept]
        return pd.DataFrame(self.inference.coefficient_covariance, index=names, columns=names)

    def ls_means(
        self,
        factor: str,
        by: str | Sequence[str] | None = None,
        *,
        at: Mapping[str, float] | None = None,
        weights: Weights = "equal",
        covariate_mean: CovariateMean = "rows",
        conf_level: float | None = None,
    ) -> pd.DataFrame:
        """Least-squares means of `factor`, within each level of `by`.

        Parameters
        ----------
        factor : str
            A variable of the formula; a numeric one is taken at each value it has.
        by : str, sequence of str or None
            Variables at whose levels the means are given.
        at : mapping, optional
            Values at which numeric covariates are held instead of their means.
        weights : {"equal", "proportional"}
            How the remaining factors are averaged over.
        covariate_mean : {"rows", "subject"}
            Mean of numeric covariates over analysed rows, as R's emmeans takes it, or with one row
            per subject.
        conf_level : float, optional

        Returns
        -------
        DataFrame
            Columns `factor`, those of `by`, estimate, std_error, df, conf_low, conf_high. NaN
            where the mean is not estimable, for example in a cell without data.

        Raises
        ------
        SpecificationError
            If a variable is not in the formula or an option is not known.
        NotEstimableError
            If no mean is estimable.
        """
        margins = self._margins(factor, by, at, weights, covariate_mean)
        return mean_table(self.design, self.inference, margins, self._level(conf_level))

    def contrasts(
        self,
        factor: str,
        by: str | Sequence[str] | None = None,
        *,
        reference: Hashable | None = None,
        at: Mapping[str, float] | None = None,
        weights: Weights = "equal",
        covariate_mean: CovariateMean = "rows",
        conf_level: float | None = None,
    ) -> pd.DataFrame:
        """Differences of least-squares means, each level of `factor` minus `reference`.

        Without a reference, every later level minus every earlier one. Other parameters are those
        of `ls_means`.

        Returns
        -------
        DataFrame
            Columns contrast, those of `by`, estimate, std_error, df, statistic, p_value, conf_low,
            conf_high.

        Raises
        ------
        SpecificationError
            If a variable is not in the formula or `reference` is no level of `factor`.
        NotEstimableError
            If no contrast is estimable.
        """
        margins = self._margins(factor, by, at, weights, covariate_mean)
        level = self._level(conf_level)
        return contrast_table(self.design, self.inference, margins, reference, level)

    def custom_contrasts(
        self,
        factor: str,
        contrasts: Mapping[str, Mapping[Hashable, float]],
        by: str | Sequence[str] | None = None,
        *,
        at: Mapping[str, float] | None = None,
        weights: Weights = "equal",
        covariate_mean: CovariateMean = "rows",
        conf_level: float | None = None,
    ) -> pd.DataFrame:
        """Weighted sums of least-squares means, for example ``{"late": {"V3": 0.5, "V4": 0.5}}``.

        Parameters
        ----------
        factor : str
        contrasts : mapping
            Label to the weight of each level of `factor`; levels not named have weight zero.
        by, at, weights, covariate_mean, conf_level
            As in `ls_means`.
        """
        margins = self._margins(factor, by, at, weights, covariate_mean)
        level = self._level(conf_level)
        return custom_contrast_table(self.design, self.inference, margins, contrasts, level)

    def joint_test(self, rows: Sequence[Mapping[str, float]]) -> pd.Series:
        """F test that several sums of coefficients are all zero.

        Parameters
        ----------
        rows : sequence of mappings
            Coefficient names to weights, one mapping per sum.

        Returns
        -------
        Series
            num_df, denom_df, statistic, p_value.
        """
        L = np.stack([term_contrast(self.design, row) for row in rows])
        return pd.Series(asdict(f_test(self.design, self.inference, L)))

    def term_tests(self, kind: Literal["II", "III"] = "III") -> pd.DataFrame:
        """F tests of the terms of the formula: given the others (III) or those not above (II)."""
        return term_test_table(self.design, self.inference, kind)

    def table(self) -> pd.DataFrame:
        """Give the coefficients as a tidy frame."""
        return self.coefficients.reset_index()

    def _margins(
        self,
        factor: str,
        by: str | Sequence[str] | None,
        at: Mapping[str, float] | None,
        weights: Weights,
        covariate_mean: CovariateMean,
    ) -> Margins:
        return Margins.of(factor, by, at, weights, subject_rows(self.subject_codes, covariate_mean))

    def _level(self, conf_level: float | None) -> float:
        return self.conf_level if conf_level is None else conf_level
