"""Reliability of scores in the trial's own data: Cronbach's alpha, items, floor and ceiling."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import f as f_distribution

from outcomes.errors import DataError, NotEstimableError


class Reliability(NamedTuple):
    """A coefficient with its interval and the complete records and columns it rests on."""

    estimate: float
    conf_low: float
    conf_high: float
    conf_level: float
    n: int
    k: int


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
    X = complete(items.to_numpy(dtype=float), "Cronbach's alpha")
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
    X = complete(items.to_numpy(dtype=float), "item statistics", least=3)
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


def complete(X: NDArray[np.float64], what: str, least: int = 2) -> NDArray[np.float64]:
    """Rows without NaN, where there are enough and they vary.

    Raises
    ------
    NotEstimableError
        Fewer than `least` columns or three complete rows, or their sums do not vary.
    """
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
