"""Agreement of repeated scores: intraclass correlation, standard error, detectable change."""

from __future__ import annotations

import math
from typing import Literal, NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray
from scipy.stats import f as f_distribution
from scipy.stats import norm

from outcomes.errors import SpecificationError
from outcomes.models.reliability import Reliability, complete

Agreement = Literal["one_way", "absolute", "consistency"]


class MeasurementError(NamedTuple):
    """Standard error of measurement and minimal detectable change, in units of the score."""

    sem: float
    mdc: float
    conf_level: float


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
    X = complete(np.asarray(ratings, dtype=float), "an intraclass correlation")
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
    X = complete(np.asarray(ratings, dtype=float), "a measurement error")
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
