"""Times known only to lie between two visits: nonparametric at visits, and parametric."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy.stats import norm

from outcomes.errors import DataError, NotEstimableError, SchemaError, SpecificationError
from outcomes.models.records import first_rows, require_columns
from outcomes.models.survival.columns import (
    Array,
    Labels,
    Times,
    arms_of,
    design_matrix,
    group_of,
    require_events,
    require_two_each,
)
from outcomes.models.survival.contrasts import wald
from outcomes.models.tidy import checked_level
from outcomes.stats.survival import (
    DISTRIBUTIONS,
    fit_location_scale,
    probabilities_at,
    turnbull,
)

Family = Literal["weibull", "lognormal", "loglogistic"]
_BETWEEN = "nobody's visits tell whether the event came before or after this one"
_NO_EVENT = "no event can have come by then"
_FLAT = "limits do not exist at 0 or 1"
_NOT_UNIQUE = "the estimate is not unique, so it has no standard error"


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class VisitResponse:
    """Probability of a response by each scheduled visit.

    Parameters
    ----------
    probabilities : DataFrame
        arm, time (day of the visit), estimate, std_error, conf_low, conf_high, reason (why one of
        them is NaN, else empty).
    conf_level : float
    """

    probabilities: pd.DataFrame
    conf_level: float

    def table(self) -> pd.DataFrame:
        """Probabilities, one row an arm and visit."""
        return self.probabilities

    def differences(self, reference: str) -> pd.DataFrame:
        """Differences with the reference at each visit, one row an arm and visit.

        Columns arm, time, estimate (arm − reference), std_error, statistic, p_value, conf_low,
        conf_high, reason.
        """
        arms = list(dict.fromkeys(self.probabilities["arm"]))
        if reference not in arms:
            raise SpecificationError(
                f"reference is {reference!r}; the arms are {', '.join(map(str, arms))}."
            )
        base = self.probabilities[self.probabilities["arm"] == reference].reset_index(drop=True)
        parts = []
        for arm in (each for each in arms if each != reference):
            mine = self.probabilities[self.probabilities["arm"] == arm].reset_index(drop=True)
            std_error = np.hypot(mine["std_error"], base["std_error"])
            made = wald(
                [arm] * len(mine),
                (mine["estimate"] - base["estimate"]).to_numpy(),
                std_error.where(std_error > 0).to_numpy(),
                self.conf_level,
            )
            made.insert(1, "time", mine["time"])
            either = mine["reason"].where(mine["reason"] != "", base["reason"])
            parts.append(made.assign(reason=either.where(made["std_error"].isna(), "")))
        return pd.concat(parts, ignore_index=True)


def interval_censored_response(
    data: pd.DataFrame,
    *,
    lower: str,
    upper: str,
    arm: str,
    visits: Sequence[float],
    conf_level: float = 0.95,
) -> VisitResponse:
    """Estimate the probability of a response by each scheduled visit, whatever visits were missed.

    Parameters
    ----------
    data : DataFrame
        One row per subject.
    lower, upper : str
        Columns: last scheduled visit without the response (0 if none), and first with it
        (infinite if it was never seen). The response came after the one and by the other.
    arm : str
        Column of arms.
    visits : sequence of float
        Scheduled days. Standard errors hold for a schedule that does not grow with the number of
        patients, so days off it are refused.
    conf_level : float
        Level of the limits, made on the log(−log) scale.

    Returns
    -------
    VisitResponse
        Where everybody attends every visit until dropping out, Kaplan-Meier with Greenwood's
        standard error.

    Raises
    ------
    SchemaError, DataError
        Columns are absent, an interval is empty or off the schedule.
    NotEstimableError
        An arm has no patients.

    References
    ----------
    Turnbull BW. J R Stat Soc B 1976;38:290-295.

    Examples
    --------
    >>> data = pd.DataFrame(
    ...     {"arm": "yoga", "lower": [0, 28, 0, 56], "upper": [28, 56, 56, np.inf]})
    >>> found = interval_censored_response(
    ...     data, lower="lower", upper="upper", arm="arm", visits=[28, 56])
    >>> found.table()["estimate"].round(4).tolist()
    [0.375, 0.75]
    """
    checked_level(conf_level)
    arms, group = _arms(data, lower, upper, arm, None)
    low, high = _intervals(data, lower, upper)
    days = np.unique(np.asarray(visits, dtype=float))
    _require_schedule(data, low, high, days, lower, upper)
    parts = [
        _probabilities(low[group == i], high[group == i], days, conf_level).assign(arm=name)
        for i, name in enumerate(arms)
    ]
    columns = ["arm", "time", "estimate", "std_error", "conf_low", "conf_high", "reason"]
    return VisitResponse(
        probabilities=pd.concat(parts, ignore_index=True)[columns], conf_level=conf_level
    )


def _probabilities(low: Array, high: Array, days: Array, conf_level: float) -> pd.DataFrame:
    found = probabilities_at(turnbull(low, high), days)
    F, se = found.estimate, found.std_error
    inner = (F > 1e-12) & (F < 1 - 1e-12) & (se > 0)
    log_s = np.log1p(-np.where(inner, F, 0.5))
    power = np.exp(norm.isf((1 - conf_level) / 2) * se / (np.exp(log_s) * -log_s))
    reason = np.select(
        [np.isnan(F), inner, np.isnan(se), F <= 1e-12],
        [_BETWEEN, "", _NOT_UNIQUE, _NO_EVENT],
        default=_FLAT,
    )
    return pd.DataFrame(
        {
            "time": days,
            "estimate": F,
            "std_error": np.where(inner, se, np.nan),
            "conf_low": np.where(inner, -np.expm1(log_s / power), np.nan),
            "conf_high": np.where(inner, -np.expm1(log_s * power), np.nan),
            "reason": reason,
        }
    )


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
    arms, group = _arms(data, lower, upper, arm, reference)
    low, high = _intervals(data, lower, upper)
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
    centre = np.append(np.zeros(len(arms) - 1), X[:, len(arms) - 1 :].mean(axis=0))
    fit = fit_location_scale(
        low, high, np.column_stack([np.ones(len(X)), X - centre]), distribution=distribution
    )
    std_error = np.sqrt(np.diag(fit.covariance))
    n_arms = len(arms)
    return IntervalCensoredFit(
        time_ratios=wald(
            arms[1:],
            fit.coefficients[1:n_arms],
            std_error[1:n_arms],
            conf_level,
            exponentiate=True,
        ),
        medians=_medians(arms, fit.coefficients, fit.covariance, distribution, conf_level),
        coefficients=pd.DataFrame(
            {
                "term": ["intercept", *names, "log_scale"],
                "estimate": fit.coefficients,
                "std_error": std_error,
            }
        ),
        log_likelihood=fit.log_likelihood,
        n=len(data),
        n_uninformative=int(((low == 0) & ~seen).sum()),
        method=f"{_NAMES[distribution]} model of interval-censored times",
    )


_NAMES = {"weibull": "Weibull", "lognormal": "Log-normal", "loglogistic": "Log-logistic"}


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


def _arms(
    data: pd.DataFrame, lower: str, upper: str, arm: str, reference: str | None
) -> tuple[tuple[str, ...], Labels]:
    require_columns(data, {lower: "lower=", upper: "upper=", arm: "arm="})
    arms = arms_of(data, arm, reference)
    return arms, group_of(data, arm, arms)


def _intervals(data: pd.DataFrame, lower: str, upper: str) -> tuple[Array, Array]:
    for name in (lower, upper):
        if not pd.api.types.is_numeric_dtype(data[name].dtype) or data[name].dtype == bool:
            raise SchemaError(f"{name}: days are {data[name].dtype}; they must be numbers.")
    low, high = (data[name].to_numpy(dtype=float, na_value=np.nan) for name in (lower, upper))
    wrong = np.isnan(low) | np.isnan(high) | (low < 0) | np.isinf(low) | (low > high)
    if wrong.any():
        raise DataError(
            f"{lower}, {upper}: {wrong.sum()} of {len(data)} rows hold no interval (first rows "
            f"{first_rows(data, wrong)}). Allowed are 0 ≤ {lower} ≤ {upper}; {upper} is infinite "
            "where the event was never seen."
        )
    if not len(low):
        raise NotEstimableError("there are no rows, so nothing can be estimated.")
    return low, high


def _require_schedule(
    data: pd.DataFrame, low: Array, high: Array, days: Array, lower: str, upper: str
) -> None:
    if not len(days) or (days <= 0).any() or not np.isfinite(days).all():
        raise SpecificationError("visits must be days above 0, at least one.")
    off = (~np.isin(low, [0.0, *days])) | (~np.isin(high, [*days, np.inf])) | (low == high)
    if off.any():
        raise DataError(
            f"{lower}, {upper}: {off.sum()} of {len(data)} intervals do not run from one scheduled "
            f"visit to a later one (first rows {first_rows(data, off)}). Allowed are 0 and "
            f"{', '.join(f'{day:g}' for day in days)}; give nominal days."
        )
