"""Chains of the Bayesian sampler: how many steps, whether they met, and what to say of it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from outcomes.errors import NotConvergedError, SpecificationError
from outcomes.models.imputation_frame import Grid
from outcomes.stats.imputation.chunks import Crew
from outcomes.stats.imputation.diagnostics import effective_sample_size, split_r_hat
from outcomes.stats.imputation.imputer import Imputer
from outcomes.stats.imputation.sampler import Chains, Schedule, run_chains
from outcomes.stats.imputation.streams import CHAIN

# Split R-hat above which chains are said not to have met, and above which they are refused.
R_HAT_NOTED, R_HAT_REFUSED = 1.05, 1.1
# Steps of each chain that the diagnostics rest on at least.
LEAST_STEPS = 200


def schedule_of(n_imputations: int, chains: tuple[int, int, int]) -> Schedule:
    """Plan the steps of the chains, given as their number, warmup and thin.

    Raises
    ------
    SpecificationError
        If the chains cannot be run so.
    """
    n_chains, warmup, thin = chains
    if n_chains < 2 or warmup < 0 or thin < 1:
        raise SpecificationError(
            f"n_chains={n_chains}, warmup={warmup}, thin={thin}: at least 2 chains show whether "
            "they agree, warmup cannot be negative and thin is 1 or more."
        )
    each = max(-(-n_imputations // n_chains), -(-LEAST_STEPS // thin))
    return Schedule(n_chains=n_chains, n_draws=each, warmup=warmup, thin=thin)


def chains_of(imputer: Imputer, schedule: Schedule, crew: Crew) -> Chains:
    """Run the chains with the imputer's random numbers."""
    if imputer.streams is None:
        raise SpecificationError("The Bayesian method draws random numbers. Give rng=.")
    return run_chains(imputer.model, schedule, imputer.streams.at(CHAIN), crew.progress)


def diagnosed(chains: Chains, columns: tuple[str, ...], grid: Grid) -> pd.DataFrame:
    """R-hat and effective sample size of every coefficient and covariance."""
    draws = {name: chains.beta[:, :, c] for c, name in enumerate(columns)}
    arms = grid.arms if len(chains.covariances) > 1 else ("",)
    for arm, Sigma in zip(arms, chains.covariances, strict=True):
        for i, j in zip(*np.tril_indices(grid.shape[1]), strict=True):
            label = f"covariance {arm}".strip() + f" {grid.visits[j]}, {grid.visits[i]}"
            draws[label] = Sigma[:, :, i, j]
    return pd.DataFrame(
        {
            "parameter": list(draws),
            "r_hat": [split_r_hat(values) for values in draws.values()],
            "effective_sample_size": [effective_sample_size(values) for values in draws.values()],
        }
    )


def chain_notes(diagnostics: pd.DataFrame) -> list[str]:
    """Say where chains may not have met.

    Raises
    ------
    NotConvergedError
        If they clearly have not.
    """
    worst = diagnostics.sort_values("r_hat").iloc[-1]
    told = f"largest split R-hat {worst['r_hat']:.3f} ({worst['parameter']})"
    if worst["r_hat"] > R_HAT_REFUSED:
        raise NotConvergedError(
            f"The chains of the Bayesian sampler have not met: {told}. Raise warmup and thin, or "
            "n_imputations."
        )
    return [f"Chains may not have met: {told}."] if worst["r_hat"] > R_HAT_NOTED else []
