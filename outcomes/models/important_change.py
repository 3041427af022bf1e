"""Minimal important change (MIC) of a score, by a global impression of change as anchor."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import expit

from outcomes.errors import NotEstimableError, SpecificationError


class ImportantChange(NamedTuple):
    """MIC by one method, in points of improvement, and what it rests on.

    `correlation` is that of the anchor with the improvement: below 0.3 the anchor says little.
    """

    method: str
    estimate: float
    n: int
    n_improved: int
    correlation: float


def mic_mean_change(
    improvement: NDArray[np.float64], minimally_improved: NDArray[np.bool_]
) -> ImportantChange:
    """Mean improvement of those whose impression was minimally improved.

    Parameters
    ----------
    improvement : (n,) array
        Change in the direction that means better, positive where better; NaN is left out.
    minimally_improved : (n,) array of bool
        Such as 3 on Guy's impression scale (1 very much improved to 7).

    Returns
    -------
    ImportantChange

    Raises
    ------
    NotEstimableError
        Nobody, or everybody, is in the group.

    Examples
    --------
    >>> mic_mean_change(np.array([1.0, 2, 3, 6]), np.array([False, True, True, False])).estimate
    2.5
    """
    x, group, r = _known(improvement, minimally_improved)
    return ImportantChange("mean change", float(x[group].mean()), len(x), int(group.sum()), r)


def mic_roc(improvement: NDArray[np.float64], improved: NDArray[np.bool_]) -> ImportantChange:
    """Cut-off between two improvements with the highest sensitivity + specificity (Youden).

    Parameters
    ----------
    improvement : (n,) array
        As for `mic_mean_change`.
    improved : (n,) array of bool
        Improved by an important amount, such as 1 to 2, or 1 to 3, of Guy's scale.

    Returns
    -------
    ImportantChange
        Midway between the neighbouring observed improvements; of several equally good cut-offs
        their mean.

    Examples
    --------
    >>> mic_roc(np.array([0.0, 1, 2, 3]), np.array([False, False, True, True])).estimate
    1.5
    """
    x, group, r = _known(improvement, improved)
    values = np.unique(x)
    if len(values) < 2:
        raise NotEstimableError("all improvements are the same; there is no cut-off.")
    cuts = (values[1:] + values[:-1]) / 2
    above = x[:, None] > cuts
    youden = above[group].mean(axis=0) - above[~group].mean(axis=0)
    best = cuts[youden >= youden.max() - 1e-12]
    return ImportantChange("ROC", float(best.mean()), len(x), int(group.sum()), r)


def mic_predictive(
    improvement: NDArray[np.float64],
    improved: NDArray[np.bool_],
    *,
    anchor_reliability: float | None = None,
) -> ImportantChange:
    """Improvement at which a logistic model leaves the odds of being improved as they were.

    Parameters
    ----------
    improvement, improved : (n,) array
        As for `mic_roc`.
    anchor_reliability : float, optional
        Reliability of the anchor, in (0, 1]: then adjusted for the share of improved subjects.

    Returns
    -------
    ImportantChange

    Raises
    ------
    NotEstimableError
        A cut-off separates the groups completely, so that the logistic model has no maximum.
    SpecificationError
        `anchor_reliability` is not in (0, 1].

    Notes
    -----
    With q the share improved, MIC = (logit q − C) / B of logit P(improved) = C + B x. Adjusted:
    MIC − (0.8 / reliability − 0.5) SD(x) cor(x, improved) logit q.

    References
    ----------
    Terluin B, Eekhout I, Terwee CB, de Vet HCW. J Clin Epidemiol 2015;68:1388-1396,
    doi 10.1016/j.jclinepi.2015.03.015. Terluin B, Eekhout I, Terwee CB. J Clin Epidemiol
    2022;148:48-53, doi 10.1016/j.jclinepi.2022.04.018: the adjustment.

    Examples
    --------
    >>> x = np.array([0.0, 1, 2, 3, 1, 2])
    >>> improved = np.array([False, False, True, True, True, False])
    >>> round(mic_predictive(x, improved).estimate, 3)
    1.5
    """
    if anchor_reliability is not None and not 0 < anchor_reliability <= 1:
        raise SpecificationError(f"anchor_reliability is {anchor_reliability}; it is in (0, 1].")
    x, group, r = _known(improvement, improved)
    q = group.mean()
    log_odds = math.log(q / (1 - q))
    C, B = _logistic(x, group)
    mic = (log_odds - C) / B
    method = "predictive modelling"
    if anchor_reliability is not None:
        mic -= (0.8 / anchor_reliability - 0.5) * float(x.std(ddof=1)) * r * log_odds
        method = "predictive modelling, adjusted"
    return ImportantChange(method, mic, len(x), int(group.sum()), r)


def _known(
    improvement: NDArray[np.float64], group: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.bool_], float]:
    """Observed improvements, their group, and the correlation of the two."""
    x, group = np.asarray(improvement, dtype=float), np.asarray(group)
    if x.shape != group.shape or group.dtype != np.bool_:
        raise SpecificationError(
            "the anchor must be true or false for each improvement; leave out whose impression is "
            "missing, and say which impressions count as improved."
        )
    x, group = x[~np.isnan(x)], group[~np.isnan(x)]
    if group.all() or not group.any() or np.ptp(x) == 0:
        raise NotEstimableError(
            f"{int(group.sum())} of {len(x)} are in the group of the anchor; a minimal important "
            "change needs some inside, some outside, and improvements that differ."
        )
    return x, group, float(np.corrcoef(x, group)[0, 1])


def _logistic(x: NDArray[np.float64], y: NDArray[np.bool_]) -> tuple[float, float]:
    """Maximum likelihood intercept and slope of a logistic regression on one variable.

    For each slope the intercept solves Σ(y − p) = 0; the slope then solves Σ x (y − p) = 0.
    """
    if x[y].min() >= x[~y].max() or x[y].max() <= x[~y].min():
        raise NotEstimableError(
            "a cut-off separates improved from not improved; the logistic model has no maximum. "
            "Use the ROC cut-off."
        )
    z = (x - x.mean()) / x.std()

    def intercept(slope: float) -> float:
        reach = 50 + abs(slope) * float(np.abs(z).max())
        return float(brentq(lambda c: (y - expit(c + slope * z)).sum(), -reach, reach, xtol=1e-14))

    def score(slope: float) -> float:
        return float((z * (y - expit(intercept(slope) + slope * z))).sum())

    slope = float(brentq(score, -200, 200, xtol=1e-13))
    if abs(slope) < 1e-9:
        raise NotEstimableError("improvement and anchor are unrelated; there is no MIC.")
    B = slope / float(x.std())
    return intercept(slope) - B * float(x.mean()), B
