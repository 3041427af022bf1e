"""Missing outcomes given the observed ones, under each subject's strategy."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from outcomes.errors import NotEstimableError
from outcomes.stats.imputation.model import Parameters
from outcomes.stats.imputation.panel import Panel
from outcomes.stats.imputation.strategies import Marginal, Strategy

Array = NDArray[np.float64]
Index = NDArray[np.intp]


@dataclass(frozen=True, kw_only=True, slots=True)
class Kind:
    """Subjects who lack the same visits, in the same arm, with the same event and strategy.

    Parameters
    ----------
    subjects : (k,)
    seen : (m,) bool
    arm, first : int
    strategy : Strategy
    cells : slice, where the missing cells of these subjects stand among all
    """

    subjects: Index = field(repr=False)
    seen: NDArray[np.bool_]
    arm: int
    first: int
    strategy: Strategy
    cells: slice

    @property
    def n_missing(self) -> int:
        """Missing visits of each subject."""
        return int((~self.seen).sum())


def kinds_of(panel: Panel) -> tuple[Kind, ...]:
    """Subjects with a missing outcome, by kind; an event under MAR makes no difference."""
    seen = panel.seen
    random = np.array([one.at_random for one in panel.strategies])[panel.strategy]
    first = np.where(random, panel.n_visits, panel.first)
    who = np.flatnonzero(~seen.all(axis=1))
    keys = np.column_stack([seen[who], panel.arm[who], panel.strategy[who], first[who]])
    distinct, place = np.unique(keys, axis=0, return_inverse=True)
    kinds, start = [], 0
    for k, key in enumerate(distinct):
        subjects = who[place.ravel() == k]
        pattern = key[: panel.n_visits].astype(bool)
        arm, strategy, event = (int(value) for value in key[panel.n_visits :])
        stop = start + len(subjects) * int((~pattern).sum())
        kinds.append(
            Kind(
                subjects=subjects,
                seen=pattern,
                arm=arm,
                first=event,
                strategy=panel.strategies[strategy],
                cells=slice(start, stop),
            )
        )
        start = stop
    return tuple(kinds)


def completed(
    panel: Panel,
    kinds: tuple[Kind, ...],
    parameters: Parameters,
    noise: Array | None = None,
    copies: Array | None = None,
) -> Array:
    """(B, n, m): outcomes with the missing ones imputed, for each set of parameters.

    Parameters
    ----------
    panel : Panel
    kinds : those of the panel
    parameters : Parameters
    noise : (B, cells) standard normal numbers, or None for conditional means
    copies : (B, n), optional
        Where a subject stands for several drawn in a bootstrap, its value is the mean of as many
        independent imputations: the noise is divided by the root of their number.

    Raises
    ------
    NotEstimableError
        If a strategy's covariance is not positive definite.
    """
    B = len(parameters)
    whole = np.broadcast_to(panel.y, (B, *panel.y.shape)).copy()
    for kind in kinds:
        marginal = _marginal(panel, kind, parameters)
        gone = ~kind.seen
        S, seen = marginal.covariance, kind.seen
        across = S[:, seen][:, :, gone]
        gain = np.linalg.solve(S[:, seen][:, :, seen], across)
        residual = panel.y[kind.subjects][:, seen] - marginal.mean[:, :, seen]
        values = marginal.mean[:, :, gone] + residual @ gain
        if noise is not None:
            left = S[:, gone][:, :, gone] - np.swapaxes(gain, 1, 2) @ across
            z = noise[:, kind.cells].reshape(B, len(kind.subjects), kind.n_missing)
            error = z @ np.swapaxes(_root(left, kind), 1, 2)
            if copies is not None:
                times = np.maximum(copies[:, kind.subjects], 1)
                error = error / np.sqrt(times)[:, :, None]
            values = values + error
        whole[:, kind.subjects[:, None], np.flatnonzero(gone)] = values
    return whole


def _marginal(panel: Panel, kind: Kind, parameters: Parameters) -> Marginal:
    own = _at(panel.X[kind.subjects], parameters, kind.arm)
    if not kind.strategy.needs_reference:
        return kind.strategy.rule(own, own, kind.first)
    reference = _at(panel.X_reference[kind.subjects], parameters, panel.reference)
    return kind.strategy.rule(own, reference, kind.first)


def _at(X: Array, parameters: Parameters, arm: int) -> Marginal:
    k, m, p = X.shape
    mean = (parameters.beta @ X.reshape(k * m, p).T).reshape(-1, k, m)
    return Marginal(mean=mean, covariance=parameters.of_arm(arm))


def _root(covariance: Array, kind: Kind) -> Array:
    try:
        return np.asarray(np.linalg.cholesky(covariance), dtype=np.float64)
    except np.linalg.LinAlgError:
        raise NotEstimableError(
            f"The strategy {kind.strategy.name} gives missing outcomes a covariance that is not "
            "positive definite. Check the strategy's covariance."
        ) from None
