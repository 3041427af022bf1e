"""Cox model at given coefficients: score residuals and information."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from outcomes.errors import NotConvergedError

Array = NDArray[np.float64]
Labels = NDArray[np.intp]
Flags = NDArray[np.bool_]
POLISHING_STEPS = 5
SMALL_SCORE = 1e-10


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class CoxTerms:
    """Pieces of the partial likelihood, ties after Efron, p coefficients.

    Parameters
    ----------
    time : (n_times,) array
        Distinct event times, one after the other stratum by stratum.
    n_events : (n_times,) array
    score : (n_times, p) array
        Covariates of those with an event minus what was expected: Schoenfeld residuals, summed.
    information : (n_times, p, p) array
    residuals : (n, p) array
        Score residuals, one row per subject or interval; they add up to the score.
    """

    time: Array
    n_events: Array
    score: Array
    information: Array
    residuals: Array


def cox_terms(
    X: Array,
    time: Array,
    event: Flags,
    coefficients: Array,
    *,
    entry: Array | None = None,
    stratum: Labels | None = None,
) -> CoxTerms:
    """Evaluate score and information of the partial likelihood, time by time and row by row.

    Parameters
    ----------
    X : (n, p) array
        Covariates.
    time : (n,) array
        End of each interval at risk.
    event : (n,) array of bool
        Whether it ends with an event.
    coefficients : (p,) array
    entry : (n,) array, optional
        Start of each interval; a row is at risk after it and up to its end.
    stratum : (n,) array of int, optional

    Returns
    -------
    CoxTerms

    References
    ----------
    Efron B. J Am Stat Assoc 1977;72:557-565. Therneau TM, Grambsch PM. Modeling Survival Data.
    Springer; 2000, section 4.2.
    """
    strata = np.zeros(len(time), dtype=np.intp) if stratum is None else stratum
    start = np.full(len(time), -np.inf) if entry is None else entry
    residuals = np.zeros_like(X)
    parts = []
    for mine in (strata == each for each in np.unique(strata)):
        if event[mine].any():
            part = _of_stratum(X[mine], start[mine], time[mine], event[mine], coefficients)
            residuals[mine] = part.residuals
            parts.append(part)
    joined = (
        np.concatenate([getattr(part, name) for part in parts])
        for name in ("time", "n_events", "score", "information")
    )
    t, n, score, information = joined
    return CoxTerms(time=t, n_events=n, score=score, information=information, residuals=residuals)


def polished(
    X: Array,
    time: Array,
    event: Flags,
    start: Array,
    *,
    entry: Array | None = None,
    stratum: Labels | None = None,
) -> tuple[Array, CoxTerms]:
    """Take Newton steps from an estimate near the maximum, and give the terms there.

    A coefficient that runs off to infinity is left where it is once its score is small.

    Returns
    -------
    (p,) array, CoxTerms

    Raises
    ------
    NotConvergedError
        The start was not near a maximum.
    """
    beta = start
    # Where there is no maximum risks overflow; the score at the end tells.
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        terms = cox_terms(X, time, event, beta, entry=entry, stratum=stratum)
        for _ in range(POLISHING_STEPS):
            score = terms.score.sum(axis=0)
            if np.abs(score).max() < SMALL_SCORE:
                return beta, terms
            beta = beta + np.linalg.solve(terms.information.sum(axis=0), score)
            terms = cox_terms(X, time, event, beta, entry=entry, stratum=stratum)
    left = float(np.abs(terms.score.sum(axis=0)).max())
    if not left < 1e3 * SMALL_SCORE * len(time):
        raise NotConvergedError(
            f"The Cox model did not reach its maximum: the score there is {left:.2g}. Use fewer "
            "covariates, or rescale those with extreme values."
        )
    return beta, terms


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _Ties:
    """One row for each event: the j-th of d tied ones loses the share j / d of those d."""

    of_time: Labels
    share: Array

    @classmethod
    def of(cls, count: Labels) -> _Ties:
        of_time = np.repeat(np.arange(len(count)), count)
        first = (np.cumsum(count) - count)[of_time]
        return cls(of_time=of_time, share=(np.arange(len(of_time)) - first) / count[of_time])

    def sum(self, values: Array, n_times: int) -> Array:
        """Sum values of events over those of one time."""
        total = np.zeros((n_times, *values.shape[1:]))
        np.add.at(total, self.of_time, values)
        return total


def _of_stratum(X: Array, entry: Array, time: Array, event: Flags, beta: Array) -> CoxTerms:
    # Centred, so that no risk overflows; what is made of the ratios does not change.
    Z = X - X.mean(axis=0)
    risk = np.exp(Z @ beta)
    times = np.unique(time[event])
    at = np.searchsorted(times, time)
    count = np.bincount(at[event], minlength=len(times))
    ties = _Ties.of(count)

    def left(values: Array) -> Array:
        """Sum of values over those at risk, weighted by risk, for each event."""
        weighted = risk.reshape(-1, *(1,) * (values.ndim - 1)) * values
        tied = np.zeros((len(times), *values.shape[1:]))
        np.add.at(tied, at[event], weighted[event])
        lost = ties.share.reshape(-1, *(1,) * (values.ndim - 1)) * tied[ties.of_time]
        sums: Array = _sum_at_risk(weighted, entry, time, times)[ties.of_time] - lost
        return sums

    hazard = 1 / left(np.ones(len(time)))
    mean = left(Z) * hazard[:, None]
    second = left(Z[:, :, None] * Z[:, None, :]) * hazard[:, None, None]
    had = np.zeros((len(times), Z.shape[1]))
    np.add.at(had, at[event], Z[event])
    residuals = _score_residuals(Z, risk, entry, time, event, times, ties, hazard, mean)
    return CoxTerms(
        time=times,
        n_events=count.astype(float),
        score=had - ties.sum(mean, len(times)),
        information=ties.sum(second - mean[:, :, None] * mean[:, None, :], len(times)),
        residuals=residuals,
    )


def _score_residuals(
    Z: Array,
    risk: Array,
    entry: Array,
    time: Array,
    event: Flags,
    times: Array,
    ties: _Ties,
    hazard: Array,
    mean: Array,
) -> Array:
    """Integral of Z minus the mean over each row's martingale."""
    n = len(times)
    # Columns: hazard, then hazard times mean.
    increments = np.column_stack([hazard, hazard[:, None] * mean])
    until = np.concatenate([np.zeros((1, Z.shape[1] + 1)), np.cumsum(ties.sum(increments, n), 0)])
    total = (
        until[np.searchsorted(times, time, side="right")]
        - until[np.searchsorted(times, entry, side="right")]
    )
    # Those with an event are at risk for the part of the tied events that Efron leaves them.
    at = np.searchsorted(times, time[event])
    total[event] -= ties.sum(ties.share[:, None] * increments, n)[at]
    residuals: Array = -risk[:, None] * (Z * total[:, :1] - total[:, 1:])
    count = np.bincount(ties.of_time, minlength=n)
    residuals[event] += Z[event] - (ties.sum(mean, n) / count[:, None])[at]
    return residuals


def _sum_at_risk(weights: Array, entry: Array, time: Array, times: Array) -> Array:
    """Sum of weights over rows with entry < t <= time, for each t."""

    def before(values: Array) -> Array:
        order = np.argsort(values, kind="stable")
        sums = np.concatenate([np.zeros_like(weights[:1]), np.cumsum(weights[order], axis=0)])
        return sums[np.searchsorted(values[order], times, side="left")]

    return before(entry) - before(time)
