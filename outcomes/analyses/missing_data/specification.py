"""What a sensitivity analysis declares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from outcomes.assumptions import Assumption, Convention
from outcomes.estimands import Handling
from outcomes.trial.study import OutcomeAnalysis

Method = Literal["conditional_mean", "bayesian", "approximate_bayesian", "bootstrap_ml"]


@dataclass(frozen=True, kw_only=True)
class MissingData(OutcomeAnalysis):
    """Difference at one visit under each assumption about scores that were not seen.

    Parameters
    ----------
    sensitivity_of : str
        Id of the mmrm or ancova whose assumption is examined. Score, visit, population, estimand,
        arms and covariates are the same.
    assumptions : tuple of Assumption
        Each is imputed and analysed; the first is the one that scores are shifted from. A patient
        is under it from the first visit on from which nothing more is seen; visits missed before
        one that was seen are missing at random. An event with an assumption of its own, under
        `unseen`, keeps it.
    conventions : tuple of Convention
        Single-value conventions shown beside them, labelled as such.
    method : str
        How scores are imputed, as for `impute_reference_based`; conditional means are pooled by
        the jackknife.
    n_imputations : int
        Data sets of the random methods, and of responders.
    covariance : str
        Of the imputation model.
    shift : float, optional
        Largest shift of imputed scores tried, in points; None is two standard deviations of the
        scores observed at the visit.
    percent : float, optional
        Also compare responders, who improved by at least this percentage of baseline.
    """

    # Scores carried to later visits are no repeated measurement that could be modelled.
    strategies: ClassVar[frozenset[Handling]] = frozenset(Handling) - {Handling.WHILE_ON_TREATMENT}
    imputes: ClassVar[bool] = True

    kind: Literal["missing_data"] = "missing_data"
    sensitivity_of: str
    assumptions: tuple[Assumption, ...] = tuple(Assumption)
    conventions: tuple[Convention, ...] = tuple(
        each for each in Convention if each is not Convention.NON_RESPONDER
    )
    method: Method = "conditional_mean"
    n_imputations: int = 100
    covariance: str = "unstructured"
    shift: float | None = None
    percent: float | None = None
