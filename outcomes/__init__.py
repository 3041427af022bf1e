"""Outcome analysis for trials of integrative pain management against medication-only care.

Names are imported when first used, so that ``import outcomes`` and ``outcomes --help`` stay quick.
`instruments` is the exception: it shares its name with the room it comes from, and must be bound
after that room was imported.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from outcomes.errors import (
    DataError,
    DuplicateRecordError,
    FitError,
    NotConvergedError,
    NotebookFailedError,
    NotEstimableError,
    OutcomesError,
    OutcomesWarning,
    ReportError,
    ResponseError,
    SchemaError,
    SpecificationError,
    UnknownInstrumentError,
    UnknownVisitError,
    UnsupportedCombinationError,
)
from outcomes.instruments import Prorate, instruments, score, scoring_audit

if TYPE_CHECKING:
    from outcomes.analyses.ancova import Ancova
    from outcomes.analyses.baseline import BaselineTable
    from outcomes.analyses.composite import Composite
    from outcomes.analyses.composite_levels import CompositeLevel
    from outcomes.analyses.data_quality import DataQuality
    from outcomes.analyses.effect_size import EffectSize
    from outcomes.analyses.families import judge_families
    from outcomes.analyses.medication import MedicationUse
    from outcomes.analyses.missing_data import MissingData
    from outcomes.analyses.mmrm import Mmrm
    from outcomes.analyses.ordinal import Ordinal
    from outcomes.analyses.plan import analyse, planned, read_trial
    from outcomes.analyses.responder import ResponderDifference
    from outcomes.analyses.safety import Safety
    from outcomes.analyses.subgroup import Subgroup
    from outcomes.analyses.time_to_response import TimeToResponse
    from outcomes.assumptions import AfterEvent, Assumption, Convention, Unseen
    from outcomes.endpoints.diary import diary_days, diary_summary
    from outcomes.endpoints.imputed_items import scores_with_imputed_items
    from outcomes.endpoints.medication import (
        ddd_per_day,
        mme_per_day,
        opioid_discontinuation,
        opioid_reduction,
    )
    from outcomes.endpoints.windows import assign_visits
    from outcomes.estimands import Estimand, Handling, IntercurrentEvent, Recorded
    from outcomes.instruments.export import fhir_questionnaire, instrument_specification
    from outcomes.models.agreement import intraclass_correlation
    from outcomes.models.chained_equations import impute_columns, pool_estimates
    from outcomes.models.imputation import Imputations, impute_reference_based
    from outcomes.models.imputation_analysis import analyse_imputations
    from outcomes.models.imputation_deltas import delta_template
    from outcomes.models.likelihood_ratio import likelihood_ratio_test
    from outcomes.models.mmrm import fit_mmrm
    from outcomes.models.multiplicity import adjust_p_values
    from outcomes.models.ordinal import ordinal_comparison
    from outcomes.models.partially_nested import fit_partially_nested
    from outcomes.models.reliability import cronbach_alpha
    from outcomes.models.responders import responder_difference
    from outcomes.models.survival import (
        cumulative_incidence,
        fit_andersen_gill,
        fit_cause_specific,
        fit_cox,
        fit_fine_gray,
        fit_interval_censored,
        fit_negative_binomial,
        gray_test,
        interval_censored_response,
        kaplan_meier,
        landmark_analysis,
        log_rank_test,
        restricted_mean_difference,
    )
    from outcomes.models.tipping_point import TippingPoint, tipping_point
    from outcomes.models.win_levels import (
        BinaryLevel,
        ContinuousLevel,
        OrdinalLevel,
        TimeToEventLevel,
    )
    from outcomes.models.win_ratio import win_ratio
    from outcomes.simulate import simulate_trial
    from outcomes.trial.study import Design, Hypothesis, Study
    from outcomes.trial.trial import Trial
    from outcomes.workflow.results import read_reports

_HOME = {
    "AfterEvent": "outcomes.assumptions",
    "Ancova": "outcomes.analyses.ancova",
    "Assumption": "outcomes.assumptions",
    "BaselineTable": "outcomes.analyses.baseline",
    "BinaryLevel": "outcomes.models.win_levels",
    "Composite": "outcomes.analyses.composite",
    "CompositeLevel": "outcomes.analyses.composite_levels",
    "ContinuousLevel": "outcomes.models.win_levels",
    "Convention": "outcomes.assumptions",
    "DataQuality": "outcomes.analyses.data_quality",
    "Design": "outcomes.trial.study",
    "EffectSize": "outcomes.analyses.effect_size",
    "Estimand": "outcomes.estimands",
    "Handling": "outcomes.estimands",
    "Hypothesis": "outcomes.trial.study",
    "Imputations": "outcomes.models.imputation",
    "IntercurrentEvent": "outcomes.estimands",
    "MedicationUse": "outcomes.analyses.medication",
    "MissingData": "outcomes.analyses.missing_data",
    "Mmrm": "outcomes.analyses.mmrm",
    "Ordinal": "outcomes.analyses.ordinal",
    "OrdinalLevel": "outcomes.models.win_levels",
    "Recorded": "outcomes.estimands",
    "ResponderDifference": "outcomes.analyses.responder",
    "Safety": "outcomes.analyses.safety",
    "Study": "outcomes.trial.study",
    "Subgroup": "outcomes.analyses.subgroup",
    "TimeToEventLevel": "outcomes.models.win_levels",
    "TimeToResponse": "outcomes.analyses.time_to_response",
    "TippingPoint": "outcomes.models.tipping_point",
    "Trial": "outcomes.trial.trial",
    "Unseen": "outcomes.assumptions",
    "adjust_p_values": "outcomes.models.multiplicity",
    "analyse": "outcomes.analyses.plan",
    "analyse_imputations": "outcomes.models.imputation_analysis",
    "assign_visits": "outcomes.endpoints.windows",
    "cronbach_alpha": "outcomes.models.reliability",
    "cumulative_incidence": "outcomes.models.survival",
    "ddd_per_day": "outcomes.endpoints.medication",
    "delta_template": "outcomes.models.imputation_deltas",
    "diary_days": "outcomes.endpoints.diary",
    "diary_summary": "outcomes.endpoints.diary",
    "fhir_questionnaire": "outcomes.instruments.export",
    "fit_andersen_gill": "outcomes.models.survival",
    "fit_cause_specific": "outcomes.models.survival",
    "fit_cox": "outcomes.models.survival",
    "fit_fine_gray": "outcomes.models.survival",
    "fit_interval_censored": "outcomes.models.survival",
    "fit_mmrm": "outcomes.models.mmrm",
    "fit_negative_binomial": "outcomes.models.survival",
    "fit_partially_nested": "outcomes.models.partially_nested",
    "gray_test": "outcomes.models.survival",
    "impute_columns": "outcomes.models.chained_equations",
    "impute_reference_based": "outcomes.models.imputation",
    "instrument_specification": "outcomes.instruments.export",
    "interval_censored_response": "outcomes.models.survival",
    "intraclass_correlation": "outcomes.models.agreement",
    "judge_families": "outcomes.analyses.families",
    "kaplan_meier": "outcomes.models.survival",
    "landmark_analysis": "outcomes.models.survival",
    "likelihood_ratio_test": "outcomes.models.likelihood_ratio",
    "log_rank_test": "outcomes.models.survival",
    "mme_per_day": "outcomes.endpoints.medication",
    "opioid_discontinuation": "outcomes.endpoints.medication",
    "opioid_reduction": "outcomes.endpoints.medication",
    "ordinal_comparison": "outcomes.models.ordinal",
    "planned": "outcomes.analyses.plan",
    "pool_estimates": "outcomes.models.chained_equations",
    "read_reports": "outcomes.workflow.results",
    "read_trial": "outcomes.analyses.plan",
    "responder_difference": "outcomes.models.responders",
    "restricted_mean_difference": "outcomes.models.survival",
    "scores_with_imputed_items": "outcomes.endpoints.imputed_items",
    "simulate_trial": "outcomes.simulate",
    "tipping_point": "outcomes.models.tipping_point",
    "win_ratio": "outcomes.models.win_ratio",
}

__all__ = [
    "AfterEvent",
    "Ancova",
    "Assumption",
    "BaselineTable",
    "BinaryLevel",
    "Composite",
    "CompositeLevel",
    "ContinuousLevel",
    "Convention",
    "DataError",
    "DataQuality",
    "Design",
    "DuplicateRecordError",
    "EffectSize",
    "Estimand",
    "FitError",
    "Handling",
    "Hypothesis",
    "Imputations",
    "IntercurrentEvent",
    "MedicationUse",
    "MissingData",
    "Mmrm",
    "NotConvergedError",
    "NotEstimableError",
    "NotebookFailedError",
    "Ordinal",
    "OrdinalLevel",
    "OutcomesError",
    "OutcomesWarning",
    "Prorate",
    "Recorded",
    "ReportError",
    "ResponderDifference",
    "ResponseError",
    "Safety",
    "SchemaError",
    "SpecificationError",
    "Study",
    "Subgroup",
    "TimeToEventLevel",
    "TimeToResponse",
    "TippingPoint",
    "Trial",
    "UnknownInstrumentError",
    "UnknownVisitError",
    "Unseen",
    "UnsupportedCombinationError",
    "adjust_p_values",
    "analyse",
    "analyse_imputations",
    "assign_visits",
    "cronbach_alpha",
    "cumulative_incidence",
    "ddd_per_day",
    "delta_template",
    "diary_days",
    "diary_summary",
    "fhir_questionnaire",
    "fit_andersen_gill",
    "fit_cause_specific",
    "fit_cox",
    "fit_fine_gray",
    "fit_interval_censored",
    "fit_mmrm",
    "fit_negative_binomial",
    "fit_partially_nested",
    "gray_test",
    "impute_columns",
    "impute_reference_based",
    "instrument_specification",
    "instruments",
    "interval_censored_response",
    "intraclass_correlation",
    "judge_families",
    "kaplan_meier",
    "landmark_analysis",
    "likelihood_ratio_test",
    "log_rank_test",
    "mme_per_day",
    "opioid_discontinuation",
    "opioid_reduction",
    "ordinal_comparison",
    "planned",
    "pool_estimates",
    "read_reports",
    "read_trial",
    "responder_difference",
    "restricted_mean_difference",
    "score",
    "scores_with_imputed_items",
    "scoring_audit",
    "simulate_trial",
    "tipping_point",
    "win_ratio",
]


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module 'outcomes' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return __all__
