"""Ladders, groups, weights and coordinates of a repeated-measures fit, and what is refused."""

import re
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from outcomes.errors import (
    DataError,
    NotConvergedError,
    NotEstimableError,
    SpecificationError,
    UnsupportedCombinationError,
)
from outcomes.models.mmrm import fit_mmrm


def trial(n=60, m=3, seed=3):
    rng = np.random.default_rng(seed)
    subject = np.repeat(np.arange(n), m)
    frame = pd.DataFrame(
        {
            "subject": subject,
            "visit": np.tile([f"V{j:02d}" for j in range(m)], n),
            "day": np.tile(np.arange(m) * 14.0, n) + rng.integers(-3, 4, n * m),
            "arm": np.where(subject % 2, "active", "control"),
            "weight": rng.uniform(0.5, 2, n * m),
        }
    )
    frame["y"] = rng.normal(size=n)[subject] + rng.normal(size=n * m)
    return frame


def fit(data, formula="y ~ arm * visit", **options):
    return fit_mmrm(formula, data, visit="visit", subject="subject", **options)


def never_together(data):
    """First and last visit are never observed in the same subject."""
    late = data["subject"] % 4 < 2
    gone = (late & (data["visit"] == "V00")) | (~late & (data["visit"] == "V02"))
    return data.assign(y=data["y"].mask(gone))


def test_ladder_stops_at_the_first_rung_that_holds_and_says_so():
    found = fit(never_together(trial()), covariance=("unstructured", "compound_symmetry", "ar1"))
    assert (found.covariance_planned, found.covariance_used) == (
        "unstructured",
        "compound_symmetry",
    )
    first, second = found.attempts
    assert (first.covariance, first.converged) == ("unstructured", False)
    assert "V00 and V02" in first.reason
    assert second.converged
    assert "relies on the simpler compound_symmetry" in found.notes[0]


def test_ladder_whose_first_rung_holds_tries_no_other():
    found = fit(trial(), covariance=("unstructured", "compound_symmetry"))
    assert [attempt.covariance for attempt in found.attempts] == ["unstructured"]
    assert found.notes == ()


def test_fit_that_does_not_converge_raises_with_its_trace():
    # Two visits that are one: their covariance is singular and the likelihood has no maximum.
    data = trial()
    wide = data.pivot_table(index="subject", columns="visit", values="y")
    wide["V02"] = wide["V01"]
    data["y"] = wide.to_numpy().ravel()
    with pytest.raises(NotConvergedError, match=r"singular|smallest eigenvalue") as caught:
        fit(data)
    assert any("deviance" in line for line in caught.value.trace)
    assert re.search(r"Reached at iteration \d+: deviance -?\d+\.\d+", str(caught.value))


def test_numbers_kept_as_python_objects_are_numbers_and_no_factor():
    data = trial()
    data["x"] = np.random.default_rng(1).normal(size=len(data))
    stored = data.assign(x=data["x"].astype(object), y=data["y"].astype(object))
    stored.loc[0, "y"], data.loc[0, "y"] = None, np.nan
    ours, theirs = fit(stored, "y ~ arm * visit + x"), fit(data, "y ~ arm * visit + x")
    assert list(ours.coefficients.index) == list(theirs.coefficients.index)
    assert ours.minus_two_log_likelihood == theirs.minus_two_log_likelihood


@pytest.mark.parametrize("value", [Decimal("1.5"), 1])
def test_objects_that_are_neither_numbers_nor_text_are_refused(value):
    data = trial()
    data["x"] = pd.Series(["a"] * 90 + [value] * 90, dtype=object)
    with pytest.raises(DataError, match=r"90 of 180 values of x are neither text"):
        fit(data, "y ~ arm * visit + x")


def test_more_visits_than_subjects_cannot_inform_an_unstructured_covariance():
    with pytest.raises(NotEstimableError, match="820 parameters"):
        fit(trial(n=30, m=40), "y ~ arm")


def test_group_must_be_constant_within_a_subject():
    with pytest.raises(DataError, match="60 subjects have more than one value"):
        fit(trial(), group="visit")


def test_covariance_of_groups_is_a_dictionary():
    found = fit(trial(), group="arm")
    assert list(found.covariance) == ["active", "control"]
    assert list(found.covariance["active"].columns) == ["V00", "V01", "V02"]


@pytest.mark.parametrize("bad", [0.0, -1.0, np.nan, np.inf])
def test_weights_that_are_not_positive_numbers_are_refused(bad):
    data = trial()
    data.loc[5, "weight"] = bad
    with pytest.raises(DataError, match="weight: 1 of 180"):
        fit(data, weights="weight")


def test_weights_may_be_an_array():
    data = trial()
    by_name, by_value = fit(data, weights="weight"), fit(data, weights=data["weight"])
    assert by_value.minus_two_log_likelihood == by_name.minus_two_log_likelihood
    with pytest.raises(SpecificationError, match="one value for each of the 180"):
        fit(data, weights=[1.0, 2.0])


def test_spatial_covariance_needs_distances():
    with pytest.raises(SpecificationError, match="coordinates="):
        fit(trial(), covariance="spatial_exponential")
    found = fit(trial(), covariance="spatial_exponential", coordinates=["day"])
    assert found.fit.n_covariance_parameters == 2


def test_equal_distances_are_first_order_autoregression():
    data = trial().assign(order=lambda d: d["visit"].str[1:].astype(int))
    spatial = fit(data, covariance="spatial_exponential", coordinates=["order"])
    series = fit(data, covariance="ar1")
    assert spatial.minus_two_log_likelihood == pytest.approx(series.minus_two_log_likelihood)


def test_coordinates_without_a_spatial_structure_are_refused():
    with pytest.raises(UnsupportedCombinationError, match="spatial_exponential"):
        fit(trial(), coordinates=["day"])


def test_missing_coordinate_is_refused():
    data = trial()
    data.loc[3, "day"] = np.nan
    with pytest.raises(DataError, match="day: 1 of 180"):
        fit(data, covariance="spatial_exponential", coordinates=["day"])


def test_constrained_baseline_through_an_arm_that_starts_after_it():
    data = trial()
    first = data["visit"] == "V00"
    data["arm_after"] = np.where(first, "control", data["arm"])
    found = fit(data, "y ~ visit * arm_after")
    treated = {
        f"t{j}": ((data["arm"] == "active") & (data["visit"] == f"V0{j}")) * 1.0 for j in (1, 2)
    }
    plain = fit(data.assign(**treated), "y ~ visit + t1 + t2")
    table = found.contrasts("arm_after", by="visit", reference="active").set_index("visit")
    assert np.isnan(table.loc["V00", "estimate"])
    expected = -plain.coefficients.loc[["t1", "t2"], "estimate"].to_numpy()
    assert table.loc[["V01", "V02"], "estimate"].to_numpy() == pytest.approx(expected, rel=1e-7)


def test_summary_names_model_counts_and_attempts():
    text = fit(never_together(trial()), covariance=("unstructured", "ar1")).summary()
    for part in ("y ~ arm * visit", "120 observations of 60 subjects", "ar1", "V00 and V02"):
        assert part in text


def test_criteria_count_covariance_parameters_and_under_ml_coefficients_too():
    reml, ml = fit(trial()), fit(trial(), reml=False, df_method="satterthwaite")
    assert reml.aic == pytest.approx(reml.minus_two_log_likelihood + 2 * 6)
    assert ml.bic == pytest.approx(ml.minus_two_log_likelihood + np.log(60) * 12)


@pytest.mark.parametrize(
    "options", [{"weights": "cells"}, {"covariate_mean": "subjects"}, {"at": {"day": 1.0}}]
)
def test_means_refuse_options_they_do_not_know(options):
    found = fit(trial(), "y ~ arm * visit + day")
    with pytest.raises(SpecificationError):
        found.ls_means("day" if "at" in options else "arm", **options)


def test_tests_of_terms_refuse_another_type():
    with pytest.raises(SpecificationError, match="'II', 'III'"):
        fit(trial()).term_tests("I")
