"""The result of an imputation: a recipe for completed data sets, drawn when asked for."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from outcomes.errors import SpecificationError
from outcomes.models.imputation_chains import chain_notes, chains_of, diagnosed, schedule_of
from outcomes.models.imputation_frame import Grid
from outcomes.stats.imputation import Parameters
from outcomes.stats.imputation.chunks import Crew
from outcomes.stats.imputation.imputer import Imputer, one_data_set
from outcomes.stats.imputation.model import Resampled

Array = NDArray[np.float64]
Method = Literal["conditional_mean", "bayesian", "approximate_bayesian", "bootstrap_ml"]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Imputations:
    """Completed data sets, made one after another so that memory stays bounded.

    Parameters
    ----------
    method : str
    n_imputations : int
        Data sets, or bootstrap samples.
    imputations_per_sample : int
        Random imputations of each bootstrap sample, for ``bootstrap_ml``.
    formula : str
        The imputation model.
    covariance : str
    shared_covariance : bool
    reference : value of the arm or None
    notes : tuple of str
        What a reader should know.
    diagnostics : DataFrame or None
        For the Bayesian method: parameter, r_hat, effective_sample_size.
    grid, imputer, parameters, samples
        The data, the fitted model, and what was drawn from it.
    """

    method: Method
    n_imputations: int
    imputations_per_sample: int
    formula: str
    columns: tuple[str, ...] = field(repr=False)
    covariance: str
    shared_covariance: bool
    reference: Hashable | None
    notes: tuple[str, ...]
    diagnostics: pd.DataFrame | None = field(repr=False)
    grid: Grid = field(repr=False)
    imputer: Imputer = field(repr=False)
    parameters: Parameters | None = field(repr=False)
    samples: Resampled | None = field(repr=False)

    @classmethod
    def drawn(
        cls,
        *,
        grid: Grid,
        imputer: Imputer,
        reference: Hashable | None,
        formula: str,
        columns: tuple[str, ...],
        covariance: str,
        method: Method,
        n_imputations: int,
        imputations_per_sample: int,
        chains: tuple[int, int, int],
        crew: Crew,
    ) -> Imputations:
        """Draw what the method needs before data sets can be completed."""
        parameters, samples, diagnostics = None, None, None
        notes: list[str] = []
        if method == "bayesian":
            schedule = schedule_of(n_imputations, chains)
            found = chains_of(imputer, schedule, crew)
            parameters = found.drawn(schedule.thin, n_imputations)
            diagnostics = diagnosed(found, columns, grid)
            notes += chain_notes(diagnostics)
        if method in ("approximate_bayesian", "bootstrap_ml"):
            samples = imputer.all_bootstraps(n_imputations, crew)
            parameters = samples.parameters if method == "approximate_bayesian" else None
            if samples.n_failed:
                notes.append(
                    f"{samples.n_failed} bootstrap samples could not be fitted and were "
                    "drawn again."
                )
        return cls(
            method=method,
            n_imputations=n_imputations,
            imputations_per_sample=imputations_per_sample,
            formula=formula,
            columns=columns,
            covariance=covariance,
            shared_covariance=len(imputer.model.fit.covariances) == 1,
            reference=reference,
            notes=tuple(notes),
            diagnostics=diagnostics,
            grid=grid,
            imputer=imputer,
            parameters=parameters,
            samples=samples,
        )

    @property
    def visits(self) -> tuple[Hashable, ...]:
        """Visits in order."""
        return self.grid.visits

    @property
    def arms(self) -> tuple[Hashable, ...]:
        """Arms, the reference first."""
        return self.grid.arms

    @property
    def coefficients(self) -> pd.Series:
        """Coefficients of the imputation model."""
        beta = self.imputer.model.parameters.beta[0]
        return pd.Series(beta, index=pd.Index(self.columns, name="term"), name="estimate")

    @property
    def covariance_matrix(self) -> pd.DataFrame | dict[Hashable, pd.DataFrame]:
        """Covariance of the visits in the imputation model; one per arm where they differ."""
        names = pd.Index(self.visits, name=self.grid.roles.visit)
        frames = [pd.DataFrame(S, names, names) for S in self.imputer.model.fit.covariances]
        return frames[0] if self.shared_covariance else dict(zip(self.arms, frames, strict=True))

    def table(self) -> pd.DataFrame:
        """Count what is imputed, by visit, arm and strategy.

        Columns visit, arm, strategy, n_subjects, n_observed, n_imputed and n_not_in_model: outcomes
        observed after an event, kept in the data and out of the imputation model.
        """
        cells = self.cells()
        grouped = cells.groupby(["visit", "arm", "strategy"], observed=True, sort=True)
        counted = grouped.agg(
            n_subjects=("is_missing", "size"),
            n_observed=("is_missing", lambda column: int((~column).sum())),
            n_imputed=("is_missing", "sum"),
            n_not_in_model=("is_not_in_model", "sum"),
        )
        return counted.reset_index()

    def cells(self) -> pd.DataFrame:
        """Every subject and visit: subject, visit, arm, strategy and what became of the outcome.

        `strategy` is mar before the event and for subjects without one.
        """
        panel, frame, roles = self.imputer.panel, self.grid.frame, self.grid.roles
        names = np.array([one.name for one in panel.strategies], dtype=object)
        strategy = np.where(panel.at_random, "mar", names[panel.strategy][:, None])
        ordered = ["mar", *(name for name in names if name != "mar")]
        return pd.DataFrame(
            {
                "subject": frame[roles.subject],
                "visit": frame[roles.visit],
                "arm": frame[roles.arm],
                "strategy": pd.Categorical(strategy.ravel(), categories=ordered),
                "is_missing": ~panel.seen.ravel(),
                "is_after_event": panel.after_event.ravel(),
                "is_not_in_model": (panel.seen & ~panel.usable).ravel(),
            }
        )

    def completed(self, number: int = 0) -> pd.DataFrame:
        """Return one completed data set.

        Parameters
        ----------
        number : int
            From 0. Data sets of ``bootstrap_ml`` come sample by sample, with subjects renamed to
            their position in the sample; ``conditional_mean`` has one.

        Raises
        ------
        SpecificationError
            If there is no such data set.
        """
        if not 0 <= number < self.n_data_sets:
            raise SpecificationError(
                f"There is no data set {number}; they are 0 to {self.n_data_sets - 1}."
            )
        if self.samples is not None and self.method == "bootstrap_ml":
            sample, repeat = divmod(number, self.imputations_per_sample)
            chosen = np.repeat(np.arange(self.grid.shape[0]), self.samples.counts[sample])
            return self.resampled(
                chosen, self.samples.parameters[sample : sample + 1], (sample, repeat)
            )
        if self.parameters is None:
            values = self.imputer.conditional_means(self.imputer.model.parameters)[0]
        else:
            which = np.array([number])
            values = self.imputer.random(self.parameters[which], which)[0]
        return self.grid.frame.assign(**{self.grid.roles.outcome: values.ravel()})

    @property
    def n_data_sets(self) -> int:
        """Completed data sets there are."""
        if self.method == "conditional_mean":
            return 1
        repeats = self.imputations_per_sample if self.method == "bootstrap_ml" else 1
        return self.n_imputations * repeats

    def __iter__(self) -> Iterator[pd.DataFrame]:
        """Completed data sets, one at a time."""
        return (self.completed(number) for number in range(self.n_data_sets))

    def resampled(
        self, chosen: NDArray[np.intp], parameters: Parameters, noise: tuple[int, int] | None = None
    ) -> pd.DataFrame:
        """Completed data of the chosen subjects, renamed to their position.

        Parameters
        ----------
        chosen : positions of subjects, repeated where drawn more than once
        parameters : one set
        noise : (sample, repeat) whose random numbers are used, or None for conditional means
        """
        m, roles = self.grid.shape[1], self.grid.roles
        panel = self.imputer.panel.take(chosen)
        n_missing = int((~panel.seen).sum())
        z = None if noise is None else self.imputer.noise(*noise, n_missing)
        values = one_data_set(panel, parameters, z)
        rows = (chosen[:, None] * m + np.arange(m)).ravel()
        frame = self.grid.frame.iloc[rows].reset_index(drop=True)
        return frame.assign(
            **{
                roles.subject: np.repeat(np.arange(len(chosen)), m),
                roles.outcome: values.ravel(),
            }
        )
