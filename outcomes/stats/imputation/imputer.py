"""Everything that completed data sets come from: model, random numbers, drawn parameters."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from outcomes.stats.imputation.chunks import Crew, piece_size
from outcomes.stats.imputation.conditional import Kind, completed, kinds_of
from outcomes.stats.imputation.model import (
    ImputationModel,
    Parameters,
    Resampled,
    bootstrap,
    joined,
    leave_out,
    require_few_failures,
)
from outcomes.stats.imputation.panel import Panel
from outcomes.stats.imputation.streams import NOISE, Streams

Array = NDArray[np.float64]
Index = NDArray[np.intp]


@dataclass(frozen=True, kw_only=True, slots=True)
class Imputer:
    """Makes completed data sets.

    Parameters
    ----------
    model : ImputationModel
    kinds : those of the model's panel
    streams : Streams, or None where nothing is random
    strata : (n,), within which subjects are resampled
    """

    model: ImputationModel
    kinds: tuple[Kind, ...] = field(repr=False)
    streams: Streams | None
    strata: Index = field(repr=False)

    @property
    def panel(self) -> Panel:
        """The data."""
        return self.model.panel

    @property
    def piece(self) -> int:
        """Replicates computed at once."""
        return piece_size(self.panel.n_subjects, self.panel.n_visits)

    @property
    def n_cells(self) -> int:
        """Missing outcomes."""
        return self.kinds[-1].cells.stop if self.kinds else 0

    def conditional_means(self, parameters: Parameters) -> Array:
        """(B, n, m): missing outcomes at their expectation."""
        return completed(self.panel, self.kinds, parameters)

    def random(
        self,
        parameters: Parameters,
        replicates: Index,
        *,
        repeat: int = 0,
        counts: Array | None = None,
    ) -> Array:
        """(B, n, m): missing outcomes drawn, for these replicates.

        With `counts` (B, n) each subject's value is the mean over its copies in the sample.
        """
        noise = np.stack([self.noise(int(b), repeat, self.n_cells) for b in replicates])
        return completed(self.panel, self.kinds, parameters, noise, counts)

    def noise(self, replicate: int, repeat: int, size: int) -> Array:
        """(size,): standard normal numbers of one imputation."""
        return self._streams.at(NOISE, replicate, repeat).standard_normal(size)

    def leave_out(self, subjects: Index) -> Parameters:
        """Parameters without one subject each."""
        return leave_out(self.model, subjects)

    def bootstrap(self, replicates: Index) -> Resampled:
        """Bootstrap samples with these names, and their parameters."""
        return bootstrap(self.model, self.strata, self._streams, replicates)

    def all_bootstraps(self, n_replicates: int, crew: Crew) -> Resampled:
        """Bootstrap samples 0 .. n_replicates - 1.

        Raises
        ------
        NotConvergedError
            If too many samples cannot be fitted.
        """
        parts = crew.pieces(self.bootstrap, n_replicates, self.piece)
        n_failed = sum(part.n_failed for part in parts)
        require_few_failures(n_failed, n_replicates)
        return Resampled(
            counts=np.concatenate([part.counts for part in parts]),
            parameters=joined([part.parameters for part in parts]),
            n_failed=n_failed,
        )

    @property
    def _streams(self) -> Streams:
        if self.streams is None:
            raise RuntimeError("Something random was asked of an imputer without random numbers.")
        return self.streams


def imputer_of(model: ImputationModel, streams: Streams | None, strata: Index) -> Imputer:
    """Prepare the imputation of a model's panel."""
    return Imputer(model=model, kinds=kinds_of(model.panel), streams=streams, strata=strata)


def one_data_set(panel: Panel, parameters: Parameters, noise: Array | None = None) -> Array:
    """(n, m): a single completed data set of a panel, with its copies of subjects if it has any.

    Parameters
    ----------
    panel : Panel
    parameters : Parameters, one set
    noise : at least as many standard normal numbers as outcomes are missing, or None
    """
    kinds = kinds_of(panel)
    whole = completed(panel, kinds, parameters, None if noise is None else noise[None])
    return np.asarray(whole[0])
