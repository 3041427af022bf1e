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
from outcomes.stats.standardisation import standardised_risks

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
    """Risks (n_arms,), their covariance, and the clusters it rests on (None: subjects)."""

    risks: Array
    covariance: Array
    n_clusters: int | None


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
        The model has no finite or no unique estimate.
    SchemaError
        A subject lacks a covariate.
    """
    Z = _covariate_columns(data, names.covariates)
    assigned = pd.Categorical(data[names.arm], categories=arms).codes
    indicators = np.eye(len(arms))[:, 1:]
    X = _design(indicators[assigned], Z)
    everybody = [_design(np.tile(row, (len(data), 1)), Z) for row in indicators]
    y: Array = np.asarray(outcome, dtype=np.float64)
    clusters = None if names.cluster is None else _cluster_codes(data[names.cluster])
    found = standardised_risks(X, y, _logistic(X, y), np.stack(everybody), clusters=clusters)
    return MarginalRisks(
        risks=found.risks,
        covariance=found.covariance,
        n_clusters=None if clusters is None else len(np.unique(clusters)),
    )


def _design(arms: Array, covariates: Array) -> Array:
    return np.column_stack([np.ones(len(arms)), arms, covariates])


def _covariate_columns(data: pd.DataFrame, covariates: tuple[str, ...]) -> Array:
    """Covariates as columns of numbers; nobody may lack one."""
    chosen = data[list(covariates)]
    lacking = chosen.isna().any(axis=1)
    if lacking.any():
        rows = ", ".join(map(str, chosen.index[lacking][:3]))
        raise SchemaError(
            f"{lacking.sum()} of {len(chosen)} subjects lack a covariate among "
            f"{', '.join(covariates)} (first rows {rows}). Leave the covariate out, or choose "
            "one that is known for everybody."
        )
    wide = pd.get_dummies(chosen, drop_first=True, dtype=float)
    return wide.to_numpy(dtype=float)


def _cluster_codes(column: pd.Series[str]) -> NDArray[np.intp]:
    """Give each cluster a number; everybody without one is a cluster alone."""
    codes, found = pd.factorize(column)
    alone = codes < 0
    codes[alone] = len(found) + np.arange(alone.sum())
    return codes.astype(np.intp)


def _logistic(X: Array, y: Array) -> Array:
    """Maximum-likelihood coefficients of a logistic model, refusing separated data."""
    if np.linalg.matrix_rank(X) < X.shape[1]:
        raise NotEstimableError(
            "the covariates do not vary independently of each other and of the arm, so their "
            "effects cannot be told apart. Leave one out."
        )
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
        "from the others completely. Leave the covariate out, or compare without covariates."
    )
