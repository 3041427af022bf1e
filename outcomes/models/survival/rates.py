"""Rates of recurrent events, such as flares, by a negative binomial model."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import statsmodels.api as sm
from statsmodels.tools.sm_exceptions import (
    ConvergenceWarning,
    HessianInversionWarning,
    PerfectSeparationWarning,
)

from outcomes.errors import DataError, NotConvergedError
from outcomes.models.records import finite_columns, first_rows, require_columns
from outcomes.models.survival.columns import Array, Times, arms_of, group_of
from outcomes.models.survival.contrasts import wald
from outcomes.models.survival.covariates import design_matrix
from outcomes.models.survival.estimable import require_events, require_two_each
from outcomes.models.tidy import checked_level

# Below this the Poisson model fits as well, and the search for a dispersion runs to zero.
NO_DISPERSION = 1e-7


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class RateFit:
    """Rates of a recurrent event and their ratios to the reference.

    Parameters
    ----------
    rate_ratios : DataFrame
        arm, estimate (ratio of rates), std_error (of its logarithm), statistic, p_value,
        conf_low, conf_high.
    rates : DataFrame
        arm, n, events, exposure, rate (events / exposure), as observed.
    coefficients : DataFrame
        term, estimate (log), std_error.
    dispersion : float
        Variance is mean + dispersion mean²; 0 for a Poisson model.
    n : int
    method : str
    notes : tuple of str
    """

    rate_ratios: pd.DataFrame
    rates: pd.DataFrame
    coefficients: pd.DataFrame
    dispersion: float
    n: int
    method: str
    notes: tuple[str, ...]

    def table(self) -> pd.DataFrame:
        """Rate ratios, one row for each arm but the reference, and the method."""
        return self.rate_ratios.assign(method=self.method)


def fit_negative_binomial(
    data: pd.DataFrame,
    *,
    events: str,
    exposure: str,
    arm: str,
    reference: str,
    covariates: Sequence[str] = (),
    conf_level: float = 0.95,
) -> RateFit:
    """Compare rates of a recurrent event by a negative binomial model with time observed.

    Parameters
    ----------
    data : DataFrame
        One row per subject.
    events : str
        Number of events, such as flares.
    exposure : str
        Time observed, above zero. Days on which an event could not have been recorded (no diary)
        are not observed.
    arm, reference, covariates, conf_level
        As in `fit_cox`.

    Returns
    -------
    RateFit
        Standard errors are those of R's MASS::glm.nb: expected information, dispersion as
        estimated. Where counts vary no more than Poisson ones, the Poisson model is fitted and a
        note says so.

    Raises
    ------
    SchemaError, DataError, SpecificationError
        Columns are absent, counts are not whole numbers, or exposure is not above zero.
    NotEstimableError
        An arm has one patient or no events.
    NotConvergedError
        The likelihood has no maximum that is found.

    References
    ----------
    Lawless JF. Can J Stat 1987;15:209-225. Keene ON, et al. Pharm Stat 2007;6:89-97.

    Examples
    --------
    >>> data = pd.DataFrame({"arm": ["a"] * 4 + ["b"] * 4, "days": 100.0,
    ...                      "flares": [0, 2, 6, 4, 0, 1, 4, 1]})
    >>> fit = fit_negative_binomial(
    ...     data, events="flares", exposure="days", arm="arm", reference="a")
    >>> float(fit.table()["estimate"].round(3).iloc[0])
    0.5
    """
    checked_level(conf_level)
    require_columns(data, {events: "events=", exposure: "exposure=", arm: "arm="})
    count, observed = _counts(data, events), _exposure(data, exposure)
    arms = arms_of(data, arm, reference)
    group = group_of(data, arm, arms)
    times = Times(arms=arms, group=group, time=observed, event=(count > 0).astype(np.intp))
    require_two_each(times)
    require_events(times, "rate ratio")
    X, names = design_matrix(data, times, covariates)
    design = np.column_stack([np.ones(len(X)), X])
    beta, dispersion = _fit_scaled(count, design, np.log(observed))
    mean = observed * np.exp(design @ beta)
    information = (design * (mean / (1 + dispersion * mean))[:, None]).T @ design
    std_error = np.sqrt(np.diag(np.linalg.inv(information)))
    n_arms = len(arms)
    poisson = dispersion == 0
    return RateFit(
        rate_ratios=wald(
            arms[1:], beta[1:n_arms], std_error[1:n_arms], conf_level, exponentiate=True
        ),
        rates=_rates(times, count),
        coefficients=pd.DataFrame(
            {"term": ["intercept", *names], "estimate": beta, "std_error": std_error}
        ),
        dispersion=dispersion,
        n=len(data),
        method="Poisson model" if poisson else "Negative binomial model",
        notes=("Counts vary no more than a Poisson model allows, so that model was used.",)
        if poisson
        else (),
    )


def _fit_scaled(count: Array, design: Array, offset: Array) -> tuple[Array, float]:
    """Fit to columns of mean 0 and deviation 1: the search has no sense of their units."""
    centre, spread = design.mean(axis=0), design.std(axis=0)
    centre[0], spread[0] = 0.0, 1.0
    scaled, dispersion = _fit(count, (design - centre) / spread, offset)
    beta = scaled / spread
    beta[0] -= centre @ beta
    return beta, dispersion


def _fit(count: Array, design: Array, offset: Array) -> tuple[Array, float]:
    with warnings.catch_warnings():
        # Counts that the arms explain completely are no problem here.
        warnings.simplefilter("ignore", PerfectSeparationWarning)
        poisson = sm.GLM(count, design, offset=offset, family=sm.families.Poisson()).fit(tol=1e-14)
    mean = np.asarray(poisson.fittedvalues)
    # The score of the dispersion at zero: negative where counts vary less than Poisson ones.
    if float(((count - mean) ** 2 - count).sum()) <= 0:
        return np.asarray(poisson.params), 0.0
    model = sm.NegativeBinomial(count, design, offset=offset)
    start = np.append(poisson.params, 0.5)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        warnings.simplefilter("ignore", HessianInversionWarning)
        warnings.simplefilter("ignore", RuntimeWarning)
        rough = model.fit(start_params=start, method="bfgs", maxiter=500, disp=False, gtol=1e-8)
        fit = model.fit(
            start_params=rough.params, method="newton", maxiter=100, disp=False, tol=1e-12
        )
    score = np.asarray(model.score(fit.params))
    if not np.all(np.isfinite(fit.params)) or np.abs(score).max() > 1e-5 * max(1.0, count.sum()):
        raise NotConvergedError(
            "The negative binomial model did not converge. Use fewer covariates."
        )
    dispersion = float(fit.params[-1])
    if dispersion <= NO_DISPERSION:
        return np.asarray(poisson.params), 0.0
    return np.asarray(fit.params[:-1], dtype=float), dispersion


def _rates(times: Times, count: Array) -> pd.DataFrame:
    n_arms = len(times.arms)
    n = np.bincount(times.group, minlength=n_arms)
    events = np.bincount(times.group, weights=count, minlength=n_arms)
    observed = np.bincount(times.group, weights=times.time, minlength=n_arms)
    return pd.DataFrame(
        {
            "arm": list(times.arms),
            "n": n,
            "events": events.astype(int),
            "exposure": observed,
            "rate": events / observed,
        }
    )


def _counts(data: pd.DataFrame, name: str) -> Array:
    values = finite_columns(data, [name])[:, 0]
    wrong = (values < 0) | (values % 1 != 0)
    if wrong.any():
        raise DataError(
            f"{name}: {wrong.sum()} of {len(data)} rows are no number of events (first rows "
            f"{first_rows(data, wrong)}). Allowed are 0, 1, 2, …."
        )
    return values


def _exposure(data: pd.DataFrame, name: str) -> Array:
    values = finite_columns(data, [name])[:, 0]
    wrong = values <= 0
    if wrong.any():
        raise DataError(
            f"{name}: {wrong.sum()} of {len(data)} rows have no time observed (first rows "
            f"{first_rows(data, wrong)}). Leave out who was never observed, and say so."
        )
    return values
