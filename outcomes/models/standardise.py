"""Standardisation of a logistic model: from a frame to marginal risks."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd
import statsmodels.api as sm
from numpy.typing import NDArray
from statsmodels.tools.sm_exceptions import ConvergenceWarning, PerfectSeparationWarning

from outcomes.errors import NotEstimableError, SchemaError
from outcomes.models.covariate_columns import as_numbers
from outcomes.stats.standardisation import StandardisedRisks, standardised_risks

Array = NDArray[np.float64]

# Where a fitted risk comes this close to 0 or 1, a coefficient is running off to infinity.
SEPARATED = 1e-7


@dataclass(frozen=True, kw_only=True, slots=True)
class Names:
    """Columns of the arm, of the covariates and, optionally, of treatment groups."""

    arm: str
    covariates: tuple[str, ...]
    cluster: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class MarginalRisks:
    """Standardised risks, and how many clusters of each arm they rest on: arm, n_clusters."""

    risks: StandardisedRisks
    n_clusters: pd.DataFrame | None


def standardise(
    data: pd.DataFrame, outcome: pd.Series[float], *, arms: list[str], names: Names
) -> MarginalRisks:
    """Fit a logistic model of arm and covariates and average its risks under each arm.

    Parameters
    ----------
    data : DataFrame
        One row per subject with the columns of `names`.
    outcome : Series of float
        1 for a responder, 0 otherwise; same rows.
    arms : list of str
        In order, the reference first.
    names : Names
        Text and categories enter as indicators, main effects only.

    Raises
    ------
    NotEstimableError
        The model has no finite or no unique estimate, or an arm was treated in a single cluster.
    SchemaError
        A subject lacks a covariate, or has an infinite one.
    """
    Z = covariate_columns(data, names.covariates)
    assigned = pd.Categorical(data[names.arm], categories=arms).codes.astype(np.intp)
    indicators = np.eye(len(arms))[:, 1:]
    X = _design(indicators[assigned], Z.to_numpy(dtype=float))
    _refuse_collinear(X, [*map(str, arms[1:]), *map(str, Z.columns)])
    everybody = [_design(np.tile(row, (len(data), 1)), Z.to_numpy(float)) for row in indicators]
    y: Array = np.asarray(outcome, dtype=np.float64)
    clusters = None if names.cluster is None else _cluster_codes(data[names.cluster])
    found = standardised_risks(
        X, y, _logistic(X, y), np.stack(everybody), clusters=clusters, arms=assigned
    )
    if clusters is None:
        return MarginalRisks(risks=found, n_clusters=None)
    n_clusters = pd.DataFrame(
        {
            "arm": arms,
            "n_clusters": [len(np.unique(clusters[assigned == i])) for i in range(len(arms))],
        }
    )
    _refuse_single_cluster(n_clusters, found)
    return MarginalRisks(risks=found, n_clusters=n_clusters)


def _refuse_single_cluster(n_clusters: pd.DataFrame, found: StandardisedRisks) -> None:
    if (found.df > 0).all():
        return
    single = n_clusters.loc[n_clusters["n_clusters"] == 1, "arm"]
    raise NotEstimableError(
        f"all patients of arm {', '.join(map(repr, single))} were treated in one cluster, so how "
        "much clusters vary cannot be known. Compare without clusters, and say so."
    )


def _design(arms: Array, covariates: Array) -> Array:
    return np.column_stack([np.ones(len(arms)), arms, covariates])


def covariate_columns(data: pd.DataFrame, covariates: tuple[str, ...]) -> pd.DataFrame:
    """Write covariates as columns of numbers with mean 0 and deviation 1.

    Raises
    ------
    SchemaError
        A subject lacks one, or has an infinite one.
    """
    if not covariates:
        return pd.DataFrame(index=data.index)
    chosen = data[list(covariates)]
    lacking = chosen.isin([np.inf, -np.inf]).any(axis=1) | chosen.isna().any(axis=1)
    if lacking.any():
        rows = ", ".join(map(str, chosen.index[lacking][:3]))
        raise SchemaError(
            f"{lacking.sum()} of {len(chosen)} subjects lack a covariate among "
            f"{', '.join(covariates)}, or have an infinite one (first rows {rows}). Leave the "
            "covariate out, or choose one that is known for everybody."
        )
    wide = as_numbers(chosen)
    # Predictions do not depend on origin and unit of a column; the arithmetic does.
    spread = wide.std(ddof=0)
    return (wide - wide.mean()) / spread.where(spread > 0, 1.0)


def _cluster_codes(column: pd.Series[str]) -> NDArray[np.intp]:
    """Give each cluster a number; everybody without one is a cluster alone."""
    codes, found = pd.factorize(column)
    alone = codes < 0
    codes[alone] = len(found) + np.arange(alone.sum())
    return codes.astype(np.intp)


def _refuse_collinear(X: Array, names: list[str]) -> None:
    """Refuse a column that is a combination of those before it."""
    ranks = [np.linalg.matrix_rank(X[:, :k]) for k in range(1, X.shape[1] + 1)]
    told = [
        name
        for name, before, now in zip(names, ranks[:-1], ranks[1:], strict=True)
        if now == before
    ]
    if told:
        raise NotEstimableError(
            f"the covariates do not vary independently of each other and of the arm "
            f"({', '.join(told[:3])} follows from the rest), so their effects cannot be told "
            "apart. Leave one out."
        )


def _logistic(X: Array, y: Array) -> Array:
    """Maximum-likelihood coefficients of a logistic model, refusing separated data."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", ConvergenceWarning)
        warnings.simplefilter("error", PerfectSeparationWarning)
        try:
            fit = sm.GLM(y, X, family=sm.families.Binomial()).fit(tol=1e-12, maxiter=200)
        except (ConvergenceWarning, PerfectSeparationWarning) as problem:
            raise _separated() from problem
    extreme = min(fit.fittedvalues.min(), 1 - fit.fittedvalues.max())
    if extreme < SEPARATED:
        raise _separated()
    return np.asarray(fit.params, dtype=float)


def _separated() -> NotEstimableError:
    return NotEstimableError(
        "the logistic model has no finite estimate: an arm or a covariate separates responders "
        "from the others completely. Leave the covariate out, or compare without covariates and "
        "clusters."
    )
