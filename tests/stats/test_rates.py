"""Exact limits of a rate against worked examples and the probabilities they stand for."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import poisson

from outcomes.stats.rates import poisson_interval
from tests.conftest import ROOT

CASES = tomllib.loads((ROOT / "tests/reference/endpoints.toml").read_text())["rate"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_worked_rates(case):
    found = poisson_interval(case["events"], case["exposure"])
    assert case["events"] / case["exposure"] == pytest.approx(case["rate"], abs=5e-3)
    assert found == pytest.approx(case["limits"], abs=5e-3)


@given(st.integers(0, 200), st.floats(0.1, 1000), st.floats(0.5, 0.99))
def test_at_each_limit_the_tail_has_half_of_the_rest(events, exposure, conf_level):
    low, high = poisson_interval(events, exposure, conf_level=conf_level)
    half = (1 - conf_level) / 2
    assert poisson.cdf(events, high * exposure) == pytest.approx(half, rel=1e-6)
    if events:
        assert poisson.sf(events - 1, low * exposure) == pytest.approx(half, rel=1e-6)


@pytest.mark.parametrize(("events", "exposure"), [(-1, 1.0), (1, 0.0)])
def test_impossible_numbers_are_refused(events, exposure):
    with pytest.raises(ValueError, match="zero or more"):
        poisson_interval(events, exposure)
