"""The public names, pinned: adding or removing one is a decision that shows in review."""

import subprocess
import sys

import pytest

import outcomes as oc

PUBLIC = [
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


def test_the_public_names_are_these():
    assert sorted(oc.__all__) == sorted(PUBLIC)
    assert sorted(dir(oc)) == sorted(PUBLIC)


@pytest.mark.parametrize("name", PUBLIC)
def test_each_public_name_exists_and_is_documented(name):
    assert getattr(oc, name).__doc__


def test_a_name_that_does_not_exist_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        oc.nothing  # noqa: B018


def test_instruments_stays_callable_after_its_room_was_imported():
    from outcomes.instruments import registry

    assert registry.instruments is oc.instruments
    assert "odi" in set(oc.instruments()["key"])


def test_importing_the_package_does_not_import_the_slow_libraries():
    slow = ["statsmodels", "lifelines", "pingouin", "matplotlib", "papermill"]
    code = f"import sys, outcomes; print([m for m in {slow} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
