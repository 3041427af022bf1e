"""Intervals and tests of two proportions against published values, R and each other."""

import math
import tomllib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2_contingency
from statsmodels.stats.proportion import proportion_confint

from outcomes.stats.proportions import (
    exact_interval,
    exact_margin_test,
    exact_test,
    margin_test,
    newcombe,
    number_needed_to_treat,
    score_interval,
    score_statistic,
    score_test,
    wilson,
)
from outcomes.tables.responder import needed, needed_interval
from tests.conftest import ROOT

FOLDER = ROOT / "tests" / "reference" / "analyses"
VALUES = tomllib.loads((FOLDER / "proportions.toml").read_text(encoding="utf-8"))
COMPUTED = VALUES["computed"]
TOLERANCE = COMPUTED["provenance"]["tolerance"]


def cases(name):
    return pytest.mark.parametrize("case", COMPUTED[name], ids=lambda case: str(case["counts"]))


@cases("score")
def test_score_intervals_agree_with_numerical_maxima_in_r(case):
    found = score_interval(case["quantity"], *case["counts"], corrected=case["corrected"])
    assert found == pytest.approx(case["limits"], rel=TOLERANCE, abs=1e-7)


@cases("margin")
def test_margin_test_agrees_with_numerical_maxima_in_r(case):
    z, p_value = margin_test(*case["counts"], margin=case["margin"])
    assert z == pytest.approx(case["statistic"], rel=TOLERANCE)
    assert p_value == pytest.approx(case["p_value"], rel=1e-5)


@cases("exact")
@pytest.mark.parametrize("test", ["fisher", "barnard", "boschloo"])
def test_exact_tests_agree_with_a_list_of_all_tables_in_r(case, test):
    assert exact_test(*case["counts"], test=test) == pytest.approx(case[test], rel=TOLERANCE)


@cases("odds")
def test_conditional_odds_ratio_interval_agrees_with_its_equations_in_r(case):
    found = exact_interval("odds_ratio", *case["counts"])
    assert found == pytest.approx(case["limits"], rel=TOLERANCE)


@cases("chan")
def test_exact_margin_test_agrees_with_a_list_of_all_tables_in_r(case):
    p_value = exact_margin_test(*case["counts"], margin=case["margin"])
    assert p_value == pytest.approx(case["p_value"], rel=TOLERANCE)


@pytest.mark.parametrize("case", VALUES["statxact"]["case"], ids=lambda case: str(case["counts"]))
def test_exact_intervals_are_those_of_statxact(case):
    found = exact_interval(case["quantity"], *case["counts"])
    half_digit = [0.5 * 10.0**-digits for digits in case["digits"]]
    assert (np.abs(np.subtract(found, case["limits"])) <= half_digit).all()


@pytest.mark.parametrize(
    "case", VALUES["statxact"]["case"][:2], ids=lambda case: str(case["counts"])
)
def test_exact_one_sided_p_values_are_those_of_statxact(case):
    p_value = 2 * exact_margin_test(*case["counts"], margin=0.0)
    assert p_value == pytest.approx(case["p_value"], rel=2e-4)


def test_barnards_test_is_that_of_statxact():
    known = VALUES["barnard_statxact"]
    assert exact_test(*known["counts"], test="barnard") == pytest.approx(known["p_value"], abs=5e-5)


def test_newcombes_table_of_methods():
    known = VALUES["published_intervals"]
    tolerance = known["provenance"]["tolerance"]
    found = score_interval("difference", *known["counts"], corrected=True)
    assert found == pytest.approx(known["miettinen_nurminen"], abs=tolerance)
    assert newcombe(*known["counts"]) == pytest.approx(known["newcombe"], abs=tolerance)


@pytest.mark.parametrize("case", VALUES["needed"]["case"], ids=lambda case: str(case["counts"]))
def test_worked_numbers_needed_to_treat(case):
    x1, n1, x2, n2 = case["counts"]
    tolerance = VALUES["needed"]["provenance"]["tolerance"]
    assert wilson(x1, n1) == pytest.approx(case["wilson"][0], abs=tolerance)
    assert wilson(x2, n2) == pytest.approx(case["wilson"][1], abs=tolerance)
    difference, limits = x1 / n1 - x2 / n2, newcombe(*case["counts"])
    assert difference == pytest.approx(case["difference"], abs=tolerance)
    assert limits == pytest.approx(case["limits"], abs=tolerance)
    found = number_needed_to_treat(difference, *limits)
    row = {name: getattr(found, name) for name in found.__slots__}
    assert [needed(found.estimate), needed_interval(row)] == case["printed"]


counts = st.tuples(st.integers(1, 60), st.integers(1, 60)).flatmap(
    lambda n: st.tuples(st.integers(0, n[0]), st.just(n[0]), st.integers(0, n[1]), st.just(n[1]))
)


@given(counts)
def test_newcombe_is_made_of_wilson_limits(case):
    x1, n1, x2, n2 = case
    p1, p2 = x1 / n1, x2 / n2
    (low1, high1), (low2, high2) = (
        proportion_confint(x, n, method="wilson") for x, n in ((x1, n1), (x2, n2))
    )
    expected = p1 - p2 - np.hypot(p1 - low1, high2 - p2), p1 - p2 + np.hypot(high1 - p1, p2 - low2)
    assert newcombe(*case) == pytest.approx(expected, abs=1e-12)


@given(counts, st.sampled_from(["ratio", "odds_ratio"]), st.booleans())
def test_a_ratio_lies_in_its_interval_which_turns_over_with_the_arms(case, quantity, corrected):
    x1, n1, x2, n2 = case
    low, high = score_interval(quantity, *case, corrected=corrected)
    assert 0 <= low < high
    if 0 < x1 < n1 and 0 < x2 < n2:
        odds = quantity == "odds_ratio"
        estimate = x1 / (n1 - x1) / (x2 / (n2 - x2)) if odds else (x1 / n1) / (x2 / n2)
        assert low < estimate < high
        turned = score_interval(quantity, x2, n2, x1, n1, corrected=corrected)
        assert turned == pytest.approx((1 / high, 1 / low), rel=1e-6)


@given(counts, st.booleans())
def test_the_interval_of_a_difference_is_the_set_its_test_accepts(case, corrected):
    x1, n1, x2, n2 = case
    limits = score_interval("difference", *case, corrected=corrected)
    assert -1 <= limits[0] <= x1 / n1 - x2 / n2 <= limits[1] <= 1
    for limit, sign in zip(limits, (1, -1), strict=True):
        if abs(limit) < 1:
            z = score_statistic("difference", limit, x1, n1, x2, n2, corrected=corrected)
            assert z == pytest.approx(sign * 1.959963985, abs=1e-4)


@given(counts)
def test_score_test_is_pearsons_chi_squared(case):
    x1, n1, x2, n2 = case
    if 0 < x1 + x2 < n1 + n2:
        expected = chi2_contingency([[x1, n1 - x1], [x2, n2 - x2]], correction=False)
        z, p_value = score_test(*case)
        assert z**2 == pytest.approx(expected.statistic, rel=1e-9, abs=1e-12)
        assert p_value == pytest.approx(expected.pvalue, rel=1e-9)


small = st.tuples(st.integers(1, 8), st.integers(1, 8)).flatmap(
    lambda n: st.tuples(st.integers(0, n[0]), st.just(n[0]), st.integers(0, n[1]), st.just(n[1]))
)


@settings(max_examples=20, deadline=None)
@given(small)
def test_an_exact_interval_holds_the_estimate_and_turns_over_with_the_arms(case):
    x1, n1, x2, n2 = case
    low, high = exact_interval("difference", *case)
    assert low <= x1 / n1 - x2 / n2 <= high
    turned = exact_interval("difference", x2, n2, x1, n1)
    assert turned == pytest.approx((-high, -low), abs=1e-7)


@pytest.mark.parametrize("case", [(0, 10, 0, 20), (10, 10, 20, 20)])
def test_nobody_and_everybody_say_nothing(case):
    assert score_test(*case) == (0.0, 1.0)
    for test in ("fisher", "barnard", "boschloo"):
        assert exact_test(*case, test=test) == 1.0
    assert exact_interval("odds_ratio", *case) == (0.0, math.inf)


def test_number_needed_to_treat_of_altmans_example_runs_through_infinity():
    # Altman 1998: ARR 10 % (95 % CI -5 to 25 %) gives NNTB 10 (NNTH 20 to infinity to NNTB 4).
    found = number_needed_to_treat(0.10, -0.05, 0.25)
    assert (found.estimate, found.benefit_low, found.benefit_high) == (10.0, 4.0, -20.0)
    assert found.crosses_infinity


def test_number_needed_to_harm_is_negative():
    found = number_needed_to_treat(-0.2, -0.5, -0.1)
    assert (found.estimate, found.benefit_low, found.benefit_high) == (-5.0, -10.0, -2.0)
    assert not found.crosses_infinity


def test_no_difference_is_an_infinite_number():
    found = number_needed_to_treat(0.0, 0.0, 0.5)
    assert found.estimate == math.inf
    assert found.benefit_high == math.inf
    assert found.crosses_infinity
