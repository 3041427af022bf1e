"""Comparisons of arms over all completed data sets, for any size of shifts at once.

Least squares is linear in the outcome. With the imputed outcome Y and d - 1 shifts D_1, D_2, ... a
data set gives estimates for each of them and products of their residuals; the analysis of
``Y + w_1 D_1 + w_2 D_2 + ...`` follows without imputing or fitting anything again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from outcomes.stats.imputation.ancova import Comparison, compare, compare_resampled
from outcomes.stats.imputation.chunks import Crew
from outcomes.stats.imputation.imputer import Imputer
from outcomes.stats.imputation.model import Parameters, Resampled

Array = NDArray[np.float64]
Index = NDArray[np.intp]


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """What is asked of every completed data set.

    Parameters
    ----------
    visits : mapping of positions of visits to the Comparison there
    shifts : (d - 1, n, m), what may be added to the outcomes
    """

    visits: Mapping[int, Comparison]
    shifts: Array


@dataclass(frozen=True, kw_only=True, slots=True)
class Answers:
    """Estimates of B data sets at J visits for d outcomes and k quantities.

    Parameters
    ----------
    estimate : (B, J, d, k)
    residual_products : (B, J, d, d), or None where standard errors come from resampling
    scale : (J, k)
    df : (J,)
    """

    estimate: Array
    residual_products: Array | None
    scale: Array
    df: Array

    def at(self, weights: Array) -> Array:
        """(B, J, k): estimates with the shifts taken `weights` (d - 1,) times."""
        return np.asarray(np.einsum("bjdk,d->bjk", self.estimate, np.r_[1.0, weights]))

    def std_error(self, weights: Array) -> Array:
        """(B, J, k): standard errors of complete data at these weights."""
        if self.residual_products is None:
            raise RuntimeError("Resampled data sets have no standard errors of their own.")
        w = np.r_[1.0, weights]
        squares = np.einsum("bjde,d,e->bj", self.residual_products, w, w)
        return np.asarray(np.sqrt(squares[:, :, None] / self.df[:, None] * self.scale))


def conditional_answers(imputer: Imputer, question: Question) -> Answers:
    """Of the conditional means given the estimates."""
    return _answers(imputer.conditional_means(imputer.model.parameters), question)


def random_answers(
    imputer: Imputer, question: Question, parameters: Parameters, crew: Crew
) -> Answers:
    """Of one random imputation for each set of parameters."""

    def task(which: Index) -> Answers:
        return _answers(imputer.random(parameters[which], which), question)

    return _concatenated(crew.pieces(task, len(parameters), imputer.piece))


def jackknife_answers(imputer: Imputer, question: Question, crew: Crew) -> Answers:
    """Of the conditional means without one subject each, fitted again."""
    n = imputer.panel.n_subjects

    def task(which: Index) -> Answers:
        counts = np.ones((len(which), n))
        counts[np.arange(len(which)), which] = 0.0
        values = imputer.conditional_means(imputer.leave_out(which))
        return _resampled(values, counts, question)

    return _concatenated(crew.pieces(task, n, imputer.piece))


def bootstrap_answers(
    imputer: Imputer, question: Question, samples: Resampled, crew: Crew
) -> Answers:
    """Of the conditional means of bootstrap samples."""

    def task(which: Index) -> Answers:
        values = imputer.conditional_means(samples.parameters[which])
        return _resampled(values, samples.counts[which].astype(float), question)

    return _concatenated(crew.pieces(task, len(samples.parameters), imputer.piece))


def bootstrap_imputed_answers(
    imputer: Imputer, question: Question, samples: Resampled, repeats: int, crew: Crew
) -> list[Answers]:
    """Of random imputations of bootstrap samples: `repeats` answers for each sample."""

    def task(which: Index) -> list[Answers]:
        counts = samples.counts[which].astype(float)
        own = samples.parameters[which]
        return [
            _resampled(imputer.random(own, which, repeat=repeat, counts=counts), counts, question)
            for repeat in range(repeats)
        ]

    parts = crew.pieces(task, len(samples.parameters), imputer.piece)
    return [_concatenated([part[repeat] for part in parts]) for repeat in range(repeats)]


def _outcomes(values: Array, question: Question, visit: int) -> Array:
    """(B, d, n): outcomes and shifts of one visit."""
    shifts = question.shifts[:, :, visit]
    B, n = values.shape[:2]
    both = np.empty((B, 1 + len(shifts), n))
    both[:, 0], both[:, 1:] = values[:, :, visit], shifts
    return both


def _answers(values: Array, question: Question) -> Answers:
    found = [
        compare(design, _outcomes(values, question, j)) for j, design in question.visits.items()
    ]
    return Answers(
        estimate=np.stack([one.estimate for one in found], axis=1),
        residual_products=np.stack([one.residual_products for one in found], axis=1),
        scale=np.stack([one.scale for one in found]),
        df=np.array([one.df for one in found]),
    )


def _resampled(values: Array, counts: Array, question: Question) -> Answers:
    found = [
        compare_resampled(design, _outcomes(values, question, j), counts)
        for j, design in question.visits.items()
    ]
    J, k = len(found), found[0].shape[-1]
    return Answers(
        estimate=np.stack(found, axis=1),
        residual_products=None,
        scale=np.full((J, k), np.nan),
        df=np.full(J, np.nan),
    )


def _concatenated(parts: list[Answers]) -> Answers:
    products = [one.residual_products for one in parts if one.residual_products is not None]
    return Answers(
        estimate=np.concatenate([one.estimate for one in parts]),
        residual_products=np.concatenate(products) if products else None,
        scale=parts[0].scale,
        df=parts[0].df,
    )
