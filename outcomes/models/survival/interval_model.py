"""Weibull, log-normal and log-logistic models of interval-censored times."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from outcomes.errors import DataError, SpecificationError
from outcomes.models.records import first_rows
from outcomes.models.survival.columns import Array, Times
from outcomes.models.survival.contrasts import wald
from outcomes.models.survival.covariates import design_matrix
from outcomes.models.survival.estimable import require_events, require_two_each
from outcomes.models.survival.intervals import arms_and_groups, read_intervals
from outcomes.models.tidy import checked_level
from outcomes.stats.survival import DISTRIBUTIONS, fit_location_scale

Family = Literal["weibull", "lognormal", "loglogistic"]
_NAMES = {"weibull": "Weibull", "lognormal": "Log-normal", "loglogistic": "Log-logistic"}


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class IntervalCensoredFit:
    """A parametric model of interval-censored times, log T = arm + covariates + s W.

    Parameters
    ----------
    time_ratios : DataFrame
        arm, estimate (ratio of times to the reference; below 1 sooner), std_error (of its
        logarithm), statistic, p_value, conf_low, conf_high.
    medians : DataFrame
        arm, estimate, std_error (of its logarithm), conf_low, conf_high, at the mean of
        covariates.
    coefficients : DataFrame
        term, estimate, std_error; ``"intercept"``, arms, covariates, ``"log_scale"``.
    log_likelihood : float
    n, n_uninformative : int
        Subjects, and those never seen, whose interval is (0, ∞).
    method : str
    """

    time_ratios: pd.DataFrame
    medians: pd.DataFrame
    coefficients: pd.DataFrame
    log_likelihood: float
    n: int
    n_uninformative: int
    method: str

    def table(self) -> pd.DataFrame:
        """Time ratios, one row for each arm but the reference, and the method."""
        return self.time_ratios.assign(method=self.method)


def fit_interval_censored(
    data: pd.DataFrame,
    *,
    lower: str,
    upper: str,
    arm: str,
    reference: str,
    covariates: Sequence[str] = (),
    distribution: Family = "weibull",
    conf_level: float = 0.95,
) -> IntervalCensoredFit:
    """Fit a Weibull, log-normal or log-logistic model to interval-censored times.

    Parameters
    ----------
    data, lower, upper, arm
        As in `interval_censored_response`, without its schedule: any days are allowed. Equal ends
        are a time known exactly.
    reference : str
        The arm others are compared with.
    covariates : sequence of str
        Main effects.
    distribution : {"weibull", "lognormal", "loglogistic"}
    conf_level : float

    Returns
    -------
    IntervalCensoredFit
        As R's survreg with type interval2.

    Raises
    ------
    SchemaError, DataError, SpecificationError
        Columns are absent or hold no intervals; `reference` is no arm.
    NotEstimableError
        An arm has one patient or no event.
    NotConvergedError
        The likelihood has no maximum.

    References
    ----------
    Kalbfleisch JD, Prentice RL. The Statistical Analysis of Failure Time Data. 2nd ed. Wiley;
    2002, chapter 3.
    """
    checked_level(conf_level)
    if distribution not in DISTRIBUTIONS:
        raise SpecificationError(
            f"distribution={distribution!r} is not known. Allowed: {', '.join(DISTRIBUTIONS)}."
        )
    arms, group = arms_and_groups(data, lower, upper, arm, reference)
    low, high = read_intervals(data, lower, upper)
    seen = np.isfinite(high)
    times = Times(arms=arms, group=group, time=low, event=seen.astype(np.intp))
    require_two_each(times)
    require_events(times, "time ratio")
    if (high == 0).any():
        raise DataError(
            f"{upper}: {(high == 0).sum()} of {len(data)} events are at time 0 (first rows "
            f"{first_rows(data, high == 0)}); a time must be positive to have a logarithm."
        )
    X, names = design_matrix(data, times, covariates)
    n_arms = len(arms)
    # Covariates from their mean, in units of their deviation: the search has no sense of their own.
    own = X[:, n_arms - 1 :]
    spread = np.concatenate([np.ones(n_arms), own.std(axis=0), [1.0]])
    Z = np.column_stack([np.ones(len(X)), X[:, : n_arms - 1], own - own.mean(axis=0)])
    fit = fit_location_scale(low, high, Z / spread[:-1], distribution=distribution)
    estimate, std_error = fit.coefficients / spread, np.sqrt(np.diag(fit.covariance)) / spread
    return IntervalCensoredFit(
        time_ratios=wald(
            arms[1:],
            estimate[1:n_arms],
            std_error[1:n_arms],
            conf_level,
            exponentiate=True,
        ),
        medians=_medians(arms, fit.coefficients, fit.covariance, distribution, conf_level),
        coefficients=pd.DataFrame(
            {
                "term": ["intercept", *names, "log_scale"],
                "estimate": estimate,
                "std_error": std_error,
            }
        ),
        log_likelihood=fit.log_likelihood,
        n=len(data),
        n_uninformative=int(((low == 0) & ~seen).sum()),
        method=f"{_NAMES[distribution]} model of interval-censored times",
    )


def _medians(
    arms: tuple[str, ...], theta: Array, covariance: Array, distribution: str, conf_level: float
) -> pd.DataFrame:
    quantile = DISTRIBUTIONS[distribution].median
    scale = np.exp(theta[-1])
    gradient = np.zeros((len(arms), len(theta)))
    gradient[:, 0] = 1.0
    gradient[np.arange(1, len(arms)), np.arange(1, len(arms))] = 1.0
    gradient[:, -1] = quantile * scale
    log_median = gradient[:, :-1] @ theta[:-1] + quantile * scale
    std_error = np.sqrt(np.einsum("ai,ij,aj->a", gradient, covariance, gradient))
    made = wald(arms, log_median, std_error, conf_level, exponentiate=True)
    return made.drop(columns=["statistic", "p_value"])
