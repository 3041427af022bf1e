"""The result of a repeated-measures fit."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from outcomes.models.design import Design
from outcomes.models.linear_functions import (
    Margins,
    coefficient_table,
    contrast_table,
    mean_table,
    subject_rows,
)
from outcomes.models.reference_grid import Weights
from outcomes.stats.mmrm import Attempt, Inference, RepeatedMeasuresFit, Rows

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class MmrmFit:
    """A converged repeated-measures fit.

    Parameters
    ----------
    formula, visit, subject : str
        As asked for.
    covariance_planned, covariance_used : str
        First rung of the ladder, and the rung that converged.
    reml : bool
    df_method : str
    robust : str or None
        Kind of sandwich covariance.
    group, weights : str or None
        Columns of groups with a covariance of their own, and of weights.
    conf_level : float
        Level of every interval unless a call says otherwise.
    visits : tuple
        Visits with an observed outcome, in order.
    n_subjects, n_observations : int
        What the fit rests on.
    n_missing_outcome, n_missing_covariates : int
        Rows of the data set aside because outcome or covariates were missing.
    groups : tuple
        Values of `group`, empty without one.
    notes : tuple of str
        What a reader should know: fallbacks, aliased columns, visits without data.
    """

    formula: str
    visit: str
    subject: str
    covariance_planned: str
    covariance_used: str
    reml: bool
    df_method: str
    robust: str | None
    group: str | None
    weights: str | None
    conf_level: float
    visits: tuple[Hashable, ...]
    n_subjects: int
    n_observations: int
    n_missing_outcome: int
    n_missing_covariates: int
    notes: tuple[str, ...]
    groups: tuple[Hashable, ...]
    design: Design = field(repr=False)
    rows: Rows = field(repr=False)
    fit: RepeatedMeasuresFit = field(repr=False)
    inference: Inference = field(repr=False)

    @property
    def minus_two_log_likelihood(self) -> float:
        """Minus two log restricted likelihood, or log likelihood where ``reml`` is False."""
        return self.fit.minus_two_log_likelihood

    @property
    def attempts(self) -> tuple[Attempt, ...]:
        """Every covariance structure tried, in order; the last one converged."""
        return self.fit.attempts

    @property
    def n_parameters(self) -> int:
        """Parameters AIC and BIC count: of the covariance, and under ML the coefficients too."""
        mean = 0 if self.reml else int(self.design.kept.sum())
        return self.fit.n_covariance_parameters + mean

    @property
    def aic(self) -> float:
        """Akaike's criterion, smaller is better."""
        return self.minus_two_log_likelihood + 2.0 * self.n_parameters

    @property
    def bic(self) -> float:
        """Schwarz's criterion with the number of subjects, as SAS and R's mmrm use it."""
        return self.minus_two_log_likelihood + float(np.log(self.n_subjects)) * self.n_parameters

    @property
    def covariance(self) -> pd.DataFrame | dict[Hashable, pd.DataFrame]:
        """Covariance of the visits in squared outcome units; one per group where they differ.

        With weights, that of an observation of weight one.
        """
        names = pd.Index(self.visits, name=self.visit)
        frames = [pd.DataFrame(Sigma, names, names) for Sigma in self.fit.covariances]
        return dict(zip(self.groups, frames, strict=True)) if self.groups else frames[0]

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
        covariate_mean: Literal["rows", "subject"] = "rows",
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
            If a variable is not in the formula.
        NotEstimableError
            If no mean is estimable.
        """
        margins = Margins.of(
            factor, by, at, weights, subject_rows(self.rows.subject, covariate_mean)
        )
        return mean_table(self.design, self.inference, margins, conf_level or self.conf_level)

    def contrasts(
        self,
        factor: str,
        by: str | Sequence[str] | None = None,
        *,
        reference: Hashable | None = None,
        at: Mapping[str, float] | None = None,
        weights: Weights = "equal",
        covariate_mean: Literal["rows", "subject"] = "rows",
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
        margins = Margins.of(
            factor, by, at, weights, subject_rows(self.rows.subject, covariate_mean)
        )
        return contrast_table(
            self.design, self.inference, margins, reference, conf_level or self.conf_level
        )

    def table(self) -> pd.DataFrame:
        """Give the coefficients as a tidy frame."""
        return self.coefficients.reset_index()

    def summary(self) -> str:
        """Say in plain text what was fitted."""
        method = "REML" if self.reml else "ML"
        tried = "\n".join(
            f"  {attempt.covariance}: {attempt.reason} ({attempt.iterations} iterations)"
            for attempt in self.attempts
        )
        return (
            f"{self.formula}\n"
            f"{self.covariance_used} covariance over {len(self.visits)} visits of {self.visit}, "
            f"{method}, {self.df_method}{', ' + self.robust if self.robust else ''}\n"
            f"{self.n_observations} observations of {self.n_subjects} subjects; rows without "
            f"outcome {self.n_missing_outcome}, without covariates {self.n_missing_covariates}\n"
            f"-2 log likelihood {self.minus_two_log_likelihood:.4f}, AIC {self.aic:.4f}, "
            f"BIC {self.bic:.4f}\n{tried}\n"
            + "".join(f"{note}\n" for note in self.notes)
            + f"{self.coefficients.to_string()}"
        )
