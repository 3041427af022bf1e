"""Reliability of scores in the trial's own data: alpha, intraclass correlation, noise, limits."""

from __future__ import annotations

import math
from typing import Literal, NamedTuple, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import f as f_distribution
from scipy.stats import norm

from outcomes.errors import DataError, NotEstimableError, SpecificationError

Agreement = Literal["one_way", "absolute", "consistency"]


class Reliability(NamedTuple):
    """A coefficient with its interval and the complete records and columns it rests on."""

    estimate: float
    conf_low: float
    conf_high: float
    conf_level: float
    n: int
    k: int


class MeasurementError(NamedTuple):
    """Standard error of measurement and minimal detectable change, in units of the score."""

    sem: float
    mdc: float
    conf_level: float


def cronbach_alpha(items: pd.DataFrame, *, conf_level: float = 0.95) -> Reliability:
    """Cronbach's alpha with Feldt's interval.

    Parameters
    ----------
    items : (n, k) DataFrame
        One row per administration, one column per item, all pointing the same way. Rows with a
        missing item are left out; `n` counts the others.
    conf_level : float

    Returns
    -------
    Reliability

    Raises
    ------
    NotEstimableError
        Fewer than two items or three complete records, or the sum does not vary.

    References
    ----------
    Cronbach LJ. Psychometrika 1951;16:297-334. Feldt LS et al. Appl Psychol Meas 1987;11:93-103.

    Examples
    --------
    >>> items = pd.DataFrame({"a": [1.0, 2, 3, 4], "b": [2.0, 2, 4, 4], "c": [1.0, 3, 3, 5]})
    >>> round(cronbach_alpha(items).estimate, 3)
    0.933
    """
    X = _complete(items.to_numpy(dtype=float), "Cronbach's alpha")
    n, k = X.shape
    alpha = _alpha(X)
    tail = (1 - conf_level) / 2
    df = (n - 1, (n - 1) * (k - 1))
    low = 1 - (1 - alpha) * float(f_distribution.isf(tail, *df))
    high = 1 - (1 - alpha) * float(f_distribution.ppf(tail, *df))
    return Reliability(alpha, low, high, conf_level, n, k)


def item_statistics(items: pd.DataFrame) -> pd.DataFrame:
    """Describe each item: mean, SD, correlation with the rest, alpha without it.

    Parameters
    ----------
    items : (n, k) DataFrame
        As for `cronbach_alpha`, with at least three items.

    Returns
    -------
    DataFrame
        item, n (complete records), n_missing (of the item), mean, sd, rest_correlation (with the
        sum of the others; NaN where either does not vary), alpha_without.

    Raises
    ------
    NotEstimableError
        Fewer than three items or complete records.
    """
    X = _complete(items.to_numpy(dtype=float), "item statistics", least=3)
    rows = []
    for j, name in enumerate(items.columns):
        others = np.delete(X, j, axis=1)
        rows.append(
            {
                "item": name,
                "n": len(X),
                "n_missing": int(items.iloc[:, j].isna().sum()),
                "mean": X[:, j].mean(),
                "sd": X[:, j].std(ddof=1),
                "rest_correlation": _correlation(X[:, j], others.sum(axis=1)),
                "alpha_without": _alpha(others),
            }
        )
    return pd.DataFrame(rows)


def intraclass_correlation(
    ratings: NDArray[np.float64],
    *,
    agreement: Agreement,
    average: bool = False,
    conf_level: float = 0.95,
) -> Reliability:
    """Intraclass correlation of repeated ratings of the same subjects.

    Parameters
    ----------
    ratings : (n, k) array
        One row per subject, one column per rater or occasion. Rows with NaN are left out.
    agreement : {"one_way", "absolute", "consistency"}
        One-way random, two-way random with absolute agreement, or two-way mixed consistency:
        ICC(1), ICC(2) and ICC(3) of Shrout and Fleiss.
    average : bool
        Of the mean of the k ratings, rather than of a single one.
    conf_level : float

    Returns
    -------
    Reliability

    Raises
    ------
    NotEstimableError
        Fewer than three complete subjects or two ratings, or subjects and ratings do not vary.
    SpecificationError
        `agreement` is unknown.

    References
    ----------
    Shrout PE, Fleiss JL. Psychol Bull 1979;86:420-428. McGraw KO, Wong SP. Psychol Methods
    1996;1:30-46: the intervals.

    Examples
    --------
    >>> first, second = [4.0, 6, 7, 9], [5.0, 6, 8, 9]
    >>> icc = intraclass_correlation(np.column_stack([first, second]), agreement="absolute")
    >>> round(icc.estimate, 3)
    0.936
    """
    if agreement not in get_args(Agreement):
        raise SpecificationError(
            f"agreement is {agreement!r}; it is one of {', '.join(get_args(Agreement))}."
        )
    X = _complete(np.asarray(ratings, dtype=float), "an intraclass correlation")
    n, k = X.shape
    between, raters, error, within = _mean_squares(X)
    noise, df = {
        "one_way": (within, n * (k - 1)),
        "absolute": (error, (n - 1) * (k - 1)),
        "consistency": (error, (n - 1) * (k - 1)),
    }[agreement]
    tail = (1 - conf_level) / 2
    if agreement == "absolute":
        limits = _absolute(between, raters, error, n, k, tail)
    else:
        F = between / noise if noise > 0 else math.inf
        lower = F / float(f_distribution.isf(tail, n - 1, df))
        upper = F * float(f_distribution.isf(tail, df, n - 1))
        limits = (_single(F, k), _single(lower, k), _single(upper, k))
    if average:
        # Spearman and Brown, which is monotone, so that limits carry over.
        limits = tuple(k * r / (1 + (k - 1) * r) for r in limits)
    estimate, low, high = map(float, limits)
    return Reliability(estimate, low, high, conf_level, n, k)


def measurement_error(
    ratings: NDArray[np.float64],
    *,
    agreement: Literal["absolute", "consistency"],
    conf_level: float = 0.95,
) -> MeasurementError:
    """Estimate the standard error of measurement (SEM) and minimal detectable change (MDC).

    Parameters
    ----------
    ratings : (n, k) array
        Scores of stable subjects on k occasions; rows with NaN are left out.
    agreement : {"absolute", "consistency"}
        Whether a shift between occasions is part of the error.
    conf_level : float
        Level of the MDC.

    Returns
    -------
    MeasurementError
        SEM: root of the error variance; MDC: z √2 SEM.

    References
    ----------
    de Vet HCW et al. J Clin Epidemiol 2006;59:1033-1039.
    """
    if agreement not in ("absolute", "consistency"):
        raise SpecificationError(f"agreement is {agreement!r}; it is absolute or consistency.")
    X = _complete(np.asarray(ratings, dtype=float), "a measurement error")
    _, raters, error, _ = _mean_squares(X)
    shift = max(0.0, (raters - error) / len(X)) if agreement == "absolute" else 0.0
    return detectable_change(math.sqrt(error + shift), conf_level=conf_level)


def detectable_change(sem: float, *, conf_level: float = 0.95) -> MeasurementError:
    """Minimal detectable change from an SEM, such as SD √(1 − reliability).

    Examples
    --------
    >>> round(detectable_change(2.0).mdc, 2)
    5.54
    """
    if not (math.isfinite(sem) and sem >= 0):
        raise SpecificationError(f"sem is {sem}; it is zero or more, in units of the score.")
    return MeasurementError(
        sem, float(norm.isf((1 - conf_level) / 2)) * math.sqrt(2) * sem, conf_level
    )


def floor_ceiling(scores: pd.Series[float], *, lowest: float, highest: float) -> pd.DataFrame:
    """Share of scores at the lowest and at the highest possible value.

    Parameters
    ----------
    scores : Series
        NaN is left out.
    lowest, highest : float
        Ends of the scale.

    Returns
    -------
    DataFrame
        end (``"floor"``, ``"ceiling"``), score, n, count, percent (NaN where n is 0).

    Raises
    ------
    DataError
        A score lies outside the scale.

    Examples
    --------
    >>> floor_ceiling(pd.Series([0.0, 0, 5, 10]), lowest=0, highest=10)["percent"].tolist()
    [50.0, 25.0]
    """
    known = scores.dropna()
    outside = known[(known < lowest) | (known > highest)]
    if len(outside):
        raise DataError(
            f"{len(outside)} scores outside {lowest:g} to {highest:g} "
            f"(first {outside.iloc[0]:g}). Check lowest and highest."
        )
    counts = [int((known == end).sum()) for end in (lowest, highest)]
    percent = [100 * count / len(known) if len(known) else math.nan for count in counts]
    return pd.DataFrame(
        {
            "end": ["floor", "ceiling"],
            "score": [lowest, highest],
            "n": len(known),
            "count": counts,
            "percent": percent,
        }
    )


def _complete(X: NDArray[np.float64], what: str, least: int = 2) -> NDArray[np.float64]:
    """Return rows without NaN, where there are enough and they vary."""
    kept = X[~np.isnan(X).any(axis=1)]
    if kept.shape[1] < least or len(kept) < 3 or np.ptp(kept.sum(axis=1)) == 0:
        raise NotEstimableError(
            f"{what} needs {least} columns and 3 complete records that differ; there are "
            f"{kept.shape[1]} columns and {len(kept)} complete of {len(X)} records."
        )
    return kept


def _alpha(X: NDArray[np.float64]) -> float:
    """Return k / (k − 1) (1 − Σ var(item) / var(sum))."""
    k = X.shape[1]
    return float(k / (k - 1) * (1 - X.var(axis=0, ddof=1).sum() / X.sum(axis=1).var(ddof=1)))


def _correlation(x: NDArray[np.float64], y: NDArray[np.float64]) -> float:
    """Return Pearson's correlation, NaN where either does not vary."""
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        return math.nan
    return float(np.corrcoef(x, y)[0, 1])


def _mean_squares(X: NDArray[np.float64]) -> tuple[float, float, float, float]:
    """Mean squares between subjects, between raters, of error, and within subjects."""
    n, k = X.shape
    centred = X - X.mean()
    subjects = k * (centred.mean(axis=1) ** 2).sum()
    raters = n * (centred.mean(axis=0) ** 2).sum()
    rest = (centred**2).sum() - subjects
    error = max(0.0, rest - raters)
    df = n - 1, k - 1, (n - 1) * (k - 1), n * (k - 1)
    return subjects / df[0], raters / df[1], error / df[2], rest / df[3]


def _single(F: float, k: int) -> float:
    """Return the reliability of one rating from a ratio of mean squares."""
    return 1.0 if math.isinf(F) else (F - 1) / (F + k - 1)


def _absolute(
    between: float, raters: float, error: float, n: int, k: int, tail: float
) -> tuple[float, float, float]:
    """ICC(2,1) and its limits (Shrout and Fleiss 1979, page 424)."""
    icc = (between - error) / (between + (k - 1) * error + k * (raters - error) / n)
    if error == 0:
        return icc, math.nan, math.nan
    a = k * icc * raters / error
    b = n * (1 + (k - 1) * icc) - k * icc
    df = (k - 1) * (n - 1) * (a + b) ** 2 / ((n - 1) * a**2 + b**2)
    lower = float(f_distribution.isf(tail, n - 1, df))
    upper = float(f_distribution.isf(tail, df, n - 1))
    other = k * raters + (k * n - k - n) * error
    return (
        icc,
        n * (between - lower * error) / (lower * other + n * between),
        n * (upper * between - error) / (other + n * upper * between),
    )
