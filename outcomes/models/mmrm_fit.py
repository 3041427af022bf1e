"""The result of a repeated-measures fit."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from outcomes.models.design import Design
from outcomes.models.fitted_means import FittedMeans
from outcomes.models.mmrm_predictions import predict_frame, residual_series, standardised
from outcomes.stats.mmrm import Attempt, Inference, RepeatedMeasuresFit, Rows
from outcomes.stats.mmrm.prediction import simulate_rows

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class MmrmFit(FittedMeans):
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
    coordinates : tuple of str
        Columns of days or places of a spatial covariance.
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
    coordinates: tuple[str, ...]
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
    def subject_codes(self) -> NDArray[np.intp]:
        """(N,): the subject of each analysed row."""
        return self.rows.subject

    @property
    def minus_two_log_likelihood(self) -> float:
        """Minus two log restricted likelihood, or log likelihood where ``reml`` is False."""
        return self.fit.minus_two_log_likelihood

    @property
    def attempts(self) -> tuple[Attempt, ...]:
        """Every covariance structure tried, in order; the last one converged."""
        return self.fit.attempts

    @property
    def at_boundary(self) -> bool:
        """Whether the deviance is least at a singular covariance; then `notes` begins with it."""
        return self.fit.at_boundary

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

    def standardised_effects(
        self, factor: str, *, reference: Hashable, conf_level: float | None = None
    ) -> pd.DataFrame:
        """Differences at each visit over the model's standard deviation at that visit.

        The standard error adds the uncertainty of the standard deviation, with the contrast's
        degrees of freedom, as R's emmeans does in ``eff_size``.

        Raises
        ------
        UnsupportedCombinationError
            If groups have covariances of their own: there is then no one standard deviation.
        """
        table = self.contrasts(factor, by=self.visit, reference=reference)
        return standardised(self, table, self._level(conf_level))

    def residuals(self, kind: Literal["raw", "pearson", "normalised"] = "raw") -> pd.Series:
        """Residuals at the analysed rows, with the index of the data.

        Raw in outcome units, over their standard deviation (pearson), or also made uncorrelated
        within a subject (normalised).
        """
        return residual_series(self, kind)

    def predict(self, data: pd.DataFrame) -> pd.DataFrame:
        """Predict the missing outcomes of the subjects in `data` from their observed ones.

        Parameters
        ----------
        data : DataFrame
            Rows of subjects and visits with all covariates; the outcome missing where wanted.

        Returns
        -------
        DataFrame
            With the index of `data`: observed, estimate (the outcome itself where observed),
            std_error of that mean, std_prediction of a new outcome about it.

        Raises
        ------
        UnknownVisitError
            If a visit was not among those fitted.
        """
        return predict_frame(self, data)

    def simulate(self, n_draws: int, rng: np.random.Generator) -> pd.DataFrame:
        """Draw new outcomes at the analysed rows, estimates held; one column per draw."""
        drawn = simulate_rows(self.rows, self.fit, self.inference, n_draws=n_draws, rng=rng)
        return pd.DataFrame(drawn.T, index=self.design.frame.index)

    def __str__(self) -> str:
        """Say what `summary` says."""
        return self.summary()

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
