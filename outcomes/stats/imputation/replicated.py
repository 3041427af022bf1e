"""Estimates of all data sets together with the rule that pools them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from outcomes.errors import UnsupportedCombinationError
from outcomes.stats.imputation.chunks import Crew
from outcomes.stats.imputation.compared import (
    Answers,
    Question,
    bootstrap_answers,
    bootstrap_imputed_answers,
    conditional_answers,
    jackknife_answers,
    random_answers,
)
from outcomes.stats.imputation.imputer import Imputer
from outcomes.stats.imputation.model import Parameters, Resampled
from outcomes.stats.imputation.pooling import (
    Pooled,
    bootstrap_imputed,
    bootstrap_normal,
    bootstrap_percentile,
    jackknife,
    rubin,
)

Array = NDArray[np.float64]
Rule = Literal["rubin", "jackknife", "bootstrap", "bootstrap_imputed"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Replicated:
    """Estimates of B data sets, for any shape (...) of quantities.

    Parameters
    ----------
    rule : what pools them
    estimate : (B, ...); (B, D, ...) for ``bootstrap_imputed``
    point : (...), of all data, for ``jackknife`` and ``bootstrap``
    std_error : (B, ...) and df : (...), of complete data, for ``rubin``
    """

    rule: Rule
    estimate: Array
    point: Array | None = None
    std_error: Array | None = None
    df: Array | None = None

    def pooled(self, *, percentile: bool, conf_level: float) -> Pooled:
        """One estimate of each quantity."""
        if self.rule == "bootstrap_imputed":
            return bootstrap_imputed(self.estimate)
        if self.std_error is not None and self.df is not None:
            return rubin(self.estimate, self.std_error, self.df)
        if self.point is None:
            raise UnsupportedCombinationError(
                f"The rule {self.rule} needs an estimate of all data or standard errors."
            )
        if self.rule == "jackknife":
            return jackknife(self.point, self.estimate)
        if percentile:
            return bootstrap_percentile(self.point, self.estimate, conf_level)
        return bootstrap_normal(self.point, self.estimate)


@dataclass(frozen=True, kw_only=True, slots=True)
class AnswerSet:
    """Answers of all data sets, from which estimates at any shift follow.

    Parameters
    ----------
    rule : what pools them
    replicates : one Answers; D of them for ``bootstrap_imputed``
    point : Answers of all data, for ``jackknife`` and ``bootstrap``
    """

    rule: Rule
    replicates: tuple[Answers, ...]
    point: Answers | None = None

    def at(self, weights: Array) -> Replicated:
        """Estimates (B, J, k) with the shifts taken `weights` (d - 1,) times."""
        first = self.replicates[0]
        if self.rule == "bootstrap_imputed":
            estimates = np.stack([one.at(weights) for one in self.replicates], axis=1)
            return Replicated(rule=self.rule, estimate=estimates)
        if self.rule == "rubin":
            df = np.broadcast_to(first.df[:, None], first.scale.shape)
            return Replicated(
                rule=self.rule,
                estimate=first.at(weights),
                std_error=first.std_error(weights),
                df=df,
            )
        point = None if self.point is None else self.point.at(weights)[0]
        return Replicated(rule=self.rule, estimate=first.at(weights), point=point)


def rubin_answers(
    imputer: Imputer, question: Question, parameters: Parameters, crew: Crew
) -> AnswerSet:
    """Random imputations, for Rubin's rules."""
    found = random_answers(imputer, question, parameters, crew)
    return AnswerSet(rule="rubin", replicates=(found,))


def resampled_answers(
    imputer: Imputer, question: Question, *, n_samples: int | None, crew: Crew
) -> AnswerSet:
    """Conditional means: `n_samples` bootstrap samples, or the jackknife where that is None."""
    point = conditional_answers(imputer, question)
    if n_samples is None:
        found = jackknife_answers(imputer, question, crew)
        return AnswerSet(rule="jackknife", replicates=(found,), point=point)
    samples = imputer.all_bootstraps(n_samples, crew)
    found = bootstrap_answers(imputer, question, samples, crew)
    return AnswerSet(rule="bootstrap", replicates=(found,), point=point)


def imputed_sample_answers(
    imputer: Imputer, question: Question, samples: Resampled, repeats: int, crew: Crew
) -> AnswerSet:
    """Random imputations of bootstrap samples."""
    found = bootstrap_imputed_answers(imputer, question, samples, repeats, crew)
    return AnswerSet(rule="bootstrap_imputed", replicates=tuple(found))
