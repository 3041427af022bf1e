"""From estimates of many data sets to one, with its uncertainty.

Leading axis: data sets. Whatever stands behind it (visits, quantities) is kept.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from outcomes.errors import NotEstimableError, SpecificationError

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class Pooled:
    """Pooled estimates, all of one shape.

    Parameters
    ----------
    estimate, std_error, df : arrays
        Infinite degrees of freedom mean the normal distribution.
    monte_carlo_error : array
        Standard deviation of the estimate over other random numbers with the same data; zero where
        it depends on none.
    limits : (low, high, p value), optional
        Where they do not come from estimate, standard error and df.
    """

    estimate: Array
    std_error: Array
    df: Array
    monte_carlo_error: Array
    limits: tuple[Array, Array, Array] | None = None

    def interval(self, conf_level: float) -> tuple[Array, Array]:
        """Lower and upper limits."""
        if self.limits is not None:
            return self.limits[0], self.limits[1]
        half = stats.t.ppf(0.5 + conf_level / 2, self.df) * self.std_error
        return self.estimate - half, self.estimate + half

    @property
    def p_value(self) -> Array:
        """Two-sided, of a value of zero."""
        if self.limits is not None:
            return self.limits[2]
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = np.abs(self.estimate) / self.std_error
        return np.asarray(2.0 * stats.t.sf(ratio, self.df))


def rubin(estimate: Array, std_error: Array, complete_df: Array) -> Pooled:
    """Pool by Rubin's rules with the degrees of freedom of Barnard and Rubin.

    Parameters
    ----------
    estimate, std_error : (M, ...)
    complete_df : (...), degrees of freedom of one complete data set

    Raises
    ------
    SpecificationError
        If there is one data set only.

    References
    ----------
    Barnard J, Rubin DB. Biometrika 1999;86:948-55, equations 1 to 3: with the share of the
    variance that imputation adds, lambda, they are ``1 / (1 / old + 1 / observed)`` with
    ``old = (M - 1) / lambda^2`` and ``observed = (nu + 1) / (nu + 3) nu (1 - lambda)``.

    Examples
    --------
    >>> import numpy as np
    >>> found = rubin(np.array([1.0, 2.0, 3.0]), np.array([1.0, 1.0, 1.0]), np.array(97.0))
    >>> round(float(found.std_error) ** 2, 6)
    2.333333
    """
    M = _more_than_one(estimate)
    between = estimate.var(axis=0, ddof=1)
    total = (std_error**2).mean(axis=0) + (1.0 + 1.0 / M) * between
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(total > 0, (1.0 + 1.0 / M) * between / total, 0.0)
        observed = (complete_df + 1.0) / (complete_df + 3.0) * complete_df * (1.0 - share)
        observed = np.where(np.isinf(complete_df), np.inf, observed)
        df = 1.0 / (share**2 / (M - 1.0) + 1.0 / observed)
    return Pooled(
        estimate=estimate.mean(axis=0),
        std_error=np.sqrt(total),
        df=df,
        monte_carlo_error=np.sqrt(between / M),
    )


def jackknife(estimate: Array, left_out: Array) -> Pooled:
    """Pool estimates of the data with one subject left out each.

    Parameters
    ----------
    estimate : (...), of all data
    left_out : (n, ...)

    References
    ----------
    Efron B, Tibshirani RJ. An Introduction to the Bootstrap. 1993, equation 11.5. Wolbers M,
    Noci A, et al. Pharmaceutical Statistics 2022;21:1246-57.
    """
    n = _more_than_one(left_out)
    return _normal(estimate, np.sqrt((n - 1.0) ** 2 / n * left_out.var(axis=0, ddof=1)))


def bootstrap_normal(estimate: Array, replicates: Array) -> Pooled:
    """Pool by the standard deviation of bootstrap estimates (B, ...)."""
    _more_than_one(replicates)
    return _normal(estimate, replicates.std(axis=0, ddof=1))


def bootstrap_percentile(estimate: Array, replicates: Array, conf_level: float) -> Pooled:
    """Take limits from the quantiles of bootstrap estimates (B, ...).

    Quantiles at ``rank / (B + 1)`` (Hyndman and Fan's type 6, as R's rbmi); the p value inverts the
    interval and is no smaller than ``2 / (B + 1)``.
    """
    B = _more_than_one(replicates)
    tail = (1.0 - conf_level) / 2
    low, high = np.quantile(replicates, [tail, 1.0 - tail], axis=0, method="weibull")
    below, above = _tails(replicates, B)
    p = np.minimum(2.0 * np.minimum(below, above), 1.0)
    normal = bootstrap_normal(estimate, replicates)
    return Pooled(
        estimate=normal.estimate,
        std_error=normal.std_error,
        df=normal.df,
        monte_carlo_error=normal.monte_carlo_error,
        limits=(low, high, p),
    )


def _tails(replicates: Array, B: int) -> tuple[Array, Array]:
    """Levels of the quantile zero, interpolated between the two replicates about it."""
    ordered = np.sort(replicates, axis=0)
    flat = ordered.reshape(B, -1)
    level = [
        float(np.interp(0.0, column, np.arange(1, B + 1) / (B + 1.0), left=0.0, right=1.0))
        for column in flat.T
    ]
    below = np.array(level).reshape(replicates.shape[1:])
    floor = 1.0 / (B + 1.0)
    return np.maximum(below, floor), np.maximum(1.0 - below, floor)


def bootstrap_imputed(estimate: Array) -> Pooled:
    """Pool random imputations of bootstrap samples.

    Parameters
    ----------
    estimate : (B, D, ...), D imputations of each of B samples

    Raises
    ------
    SpecificationError
        If there are fewer than two samples or two imputations of each.
    NotEstimableError
        If the estimated variance is negative.

    References
    ----------
    von Hippel PT, Bartlett JW. Statistical Science 2021;36:400-20, equations 8.4 and 8.6; degrees
    of freedom at least 3, as there.
    """
    B, D = _more_than_one(estimate), estimate.shape[1]
    if D < 2:
        raise SpecificationError(
            f"{D} imputation of each bootstrap sample cannot tell the variance within samples. Use "
            "at least 2."
        )
    centre = estimate.mean(axis=1)
    between = D * centre.var(axis=0, ddof=1)
    within = estimate.var(axis=1, ddof=1).mean(axis=0)
    variance = (1.0 + 1.0 / B) * (between - within) / D + within / (B * D)
    if (variance < 0).any():
        raise NotEstimableError(
            "The variance between bootstrap samples is smaller than imputation within them alone "
            "would make it. Use more samples and more imputations of each."
        )
    parts = ((B + 1.0) / (B * D)) ** 2 * between**2 / (B - 1.0)
    parts = parts + within**2 / (B * D**2 * (D - 1.0))
    with np.errstate(divide="ignore", invalid="ignore"):
        df = np.where(parts > 0, variance**2 / parts, np.inf)
    return Pooled(
        estimate=estimate.mean(axis=(0, 1)),
        std_error=np.sqrt(variance),
        df=np.maximum(df, 3.0),
        monte_carlo_error=np.sqrt(between / (B * D)),
    )


def _normal(estimate: Array, std_error: Array) -> Pooled:
    return Pooled(
        estimate=estimate,
        std_error=std_error,
        df=np.full(np.shape(estimate), np.inf),
        monte_carlo_error=np.zeros(np.shape(estimate)),
    )


def _more_than_one(estimates: Array) -> int:
    if len(estimates) < 2:
        raise SpecificationError(
            f"{len(estimates)} data set cannot tell how much estimates vary. Use at least 2."
        )
    return len(estimates)
