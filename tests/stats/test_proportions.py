"""Score intervals, score test and numbers needed to treat against published and computed values."""

import math
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2_contingency

from outcomes.stats.proportions import number_needed_to_treat, ratio_interval, score_test
from tests.conftest import ROOT

FOLDER = ROOT / "tests" / "reference" / "analyses"
RATIO = tomllib.loads((FOLDER / "responders.toml").read_text(encoding="utf-8"))["ratio"]


@pytest.mark.parametrize("case", RATIO["case"], ids=lambda case: str(case["counts"]))
def test_ratio_interval_agrees_with_a_numerical_maximum_in_r(case):
    found = ratio_interval(*case["counts"])
    assert found == pytest.approx(case["limits"], rel=RATIO["provenance"]["tolerance"])


counts = st.tuples(st.integers(1, 60), st.integers(1, 60)).flatmap(
    lambda n: st.tuples(st.integers(0, n[0]), st.just(n[0]), st.integers(0, n[1]), st.just(n[1]))
)


@given(counts)
def test_ratio_interval_holds_its_estimate_and_turns_over_with_the_arms(case):
    x1, n1, x2, n2 = case
    low, high = ratio_interval(x1, n1, x2, n2)
    assert 0 <= low < high
    if x1 and x2:
        assert low < (x1 / n1) / (x2 / n2) < high
        assert ratio_interval(x2, n2, x1, n1) == pytest.approx((1 / high, 1 / low), rel=1e-6)


@given(counts)
def test_score_test_is_pearsons_chi_squared(case):
    x1, n1, x2, n2 = case
    if 0 < x1 + x2 < n1 + n2:
        expected = chi2_contingency([[x1, n1 - x1], [x2, n2 - x2]], correction=False)
        z, p_value = score_test(*case)
        assert z**2 == pytest.approx(expected.statistic, rel=1e-9, abs=1e-12)
        assert p_value == pytest.approx(expected.pvalue, rel=1e-9)


def test_score_test_of_nobody_says_nothing():
    assert score_test(0, 10, 0, 20) == (0.0, 1.0)


def test_number_needed_to_treat_of_altmans_example_runs_through_infinity():
    # Altman 1998: ARR 10 % (95 % CI -5 to 25 %) gives NNTB 10 (NNTH 20 to infinity to NNTB 4).
    needed = number_needed_to_treat(0.10, -0.05, 0.25)
    assert (needed.estimate, needed.benefit_low, needed.benefit_high) == (10.0, 4.0, -20.0)
    assert needed.crosses_infinity


def test_number_needed_to_harm_is_negative():
    needed = number_needed_to_treat(-0.2, -0.5, -0.1)
    assert (needed.estimate, needed.benefit_low, needed.benefit_high) == (-5.0, -10.0, -2.0)
    assert not needed.crosses_infinity


def test_no_difference_is_an_infinite_number():
    needed = number_needed_to_treat(0.0, 0.0, 0.5)
    assert needed.estimate == math.inf
    assert needed.benefit_high == math.inf
    assert needed.crosses_infinity
