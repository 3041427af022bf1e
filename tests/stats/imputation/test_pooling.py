"""Pooling rules and diagnostics against R, and closed forms."""

import json

import numpy as np
import pytest

from outcomes.errors import NotEstimableError, SpecificationError
from outcomes.stats.imputation.delta import accumulated
from outcomes.stats.imputation.diagnostics import effective_sample_size, split_r_hat
from outcomes.stats.imputation.pooling import (
    bootstrap_imputed,
    bootstrap_normal,
    bootstrap_percentile,
    jackknife,
    rubin,
)
from tests.conftest import ROOT

REFERENCE = json.loads((ROOT / "tests/reference/imputation/pooling.json").read_text())
TOLERANCE = REFERENCE["provenance"]["tolerance"]
ESTIMATES = np.array(REFERENCE["estimates"])
ERRORS = np.array(REFERENCE["errors"])


@pytest.mark.parametrize("case", REFERENCE["rubin"], ids=lambda case: str(case["complete_df"]))
def test_rubin_with_the_degrees_of_freedom_of_barnard_and_rubin(case):
    found = rubin(ESTIMATES, ERRORS, np.array(float(case["complete_df"])))
    assert found.estimate == pytest.approx(case["est"], abs=TOLERANCE)
    assert found.std_error**2 == pytest.approx(case["variance"], abs=TOLERANCE)
    assert found.df == pytest.approx(case["df"], rel=TOLERANCE)


def test_rubin_without_imputation_variance_keeps_the_complete_data_error():
    found = rubin(np.ones(5), np.full(5, 0.3), np.array(50.0))
    assert found.std_error == pytest.approx(0.3, rel=1e-14)
    assert found.df == pytest.approx(51 / 53 * 50, rel=1e-12)  # Barnard and Rubin at lambda = 0


def test_bootstrapped_maximum_likelihood():
    expected = REFERENCE["bootstrap_ml"]
    found = bootstrap_imputed(ESTIMATES.reshape(8, 3))
    assert found.estimate == pytest.approx(expected["est_point"], abs=TOLERANCE)
    assert found.std_error**2 == pytest.approx(expected["est_var"], abs=TOLERANCE)
    assert found.df == pytest.approx(expected["df"], rel=TOLERANCE)


def test_a_negative_variance_is_refused():
    with pytest.raises(NotEstimableError, match="smaller than imputation"):
        bootstrap_imputed(np.tile([[-1.0, 1.0]], (4, 1)))


def test_jackknife():
    est, se, p = REFERENCE["jackknife"]
    found = jackknife(np.array(1.1), ESTIMATES)
    assert (found.estimate, found.std_error) == pytest.approx((est, se), abs=TOLERANCE)
    assert found.p_value == pytest.approx(p, abs=TOLERANCE)


def test_percentile_bootstrap():
    expected = REFERENCE["percentile"]
    found = bootstrap_percentile(np.array(1.1), ESTIMATES - 0.6, 0.9)
    assert found.interval(0.9) == pytest.approx((expected["low"], expected["high"]), abs=TOLERANCE)
    assert found.p_value == pytest.approx(expected["p"], abs=1e-4)  # R's root finder stops there


def test_percentile_p_value_is_never_zero():
    found = bootstrap_percentile(np.array(2.0), np.linspace(1, 3, 99), 0.95)
    assert found.p_value == pytest.approx(2 / 100)


def test_one_data_set_says_nothing_on_variation():
    for rule in (lambda x: rubin(x, x, np.array(9.0)), lambda x: jackknife(x[0], x)):
        with pytest.raises(SpecificationError, match="at least 2"):
            rule(np.ones(1))
    with pytest.raises(SpecificationError, match="at least 2"):
        bootstrap_normal(np.ones(()), np.ones(1))
    with pytest.raises(SpecificationError, match="at least 2"):
        bootstrap_imputed(np.ones((4, 1)))


def test_shifts_accumulate_from_the_event():
    found = accumulated(np.array([5.0, 6, 7, 8]), np.array([1.0, 2, 3, 4]), np.arange(4))
    assert found.tolist() == REFERENCE["accumulated"]


def test_shifts_need_a_number_for_every_visit():
    with pytest.raises(SpecificationError, match="delta has 3 and lag 4"):
        accumulated(np.ones(3), np.ones(4), np.zeros(2, dtype=int))


@pytest.mark.parametrize("name", REFERENCE["chains"])
def test_convergence_diagnostics_are_those_of_rstan(name):
    case = REFERENCE["chains"][name]
    draws = np.array(case["draws"])
    half = {"offset": 0.5}  # where rstan 2.21 puts a rank
    assert split_r_hat(draws, **half) == pytest.approx(case["r_hat"], rel=1e-9)
    expected = pytest.approx(case["effective_sample_size"], rel=1e-9)
    assert effective_sample_size(draws, **half) == expected
