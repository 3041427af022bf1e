"""Hedges' g against its definition."""

import math

import numpy as np
import pingouin
import pytest
from scipy.special import gammaln

from outcomes.errors import NotEstimableError
from outcomes.models.effect_sizes import hedges_g

ACTIVE = np.array([4.2, 5.1, 6.6, 7.0, 3.9])
REFERENCE = np.array([6.1, 7.4, 8.8, 9.3, 7.7, 8.0])


def by_definition() -> float:
    """Hedges 1981: mean difference over pooled SD, times 1 - 3 / (4 N - 9)."""
    n1, n2 = len(ACTIVE), len(REFERENCE)
    pooled = ((n1 - 1) * ACTIVE.var(ddof=1) + (n2 - 1) * REFERENCE.var(ddof=1)) / (n1 + n2 - 2)
    d = (ACTIVE.mean() - REFERENCE.mean()) / math.sqrt(pooled)
    return d * (1 - 3 / (4 * (n1 + n2) - 9))


def test_g_is_that_of_hedges_and_nothing_is_rounded():
    found = hedges_g(ACTIVE, REFERENCE)
    assert found.estimate == pytest.approx(by_definition(), rel=1e-12)
    variance = 11 / 30 + by_definition() ** 2 / 22
    assert found.std_error == pytest.approx(math.sqrt(variance), rel=1e-12)
    assert found.conf_high - found.estimate == pytest.approx(1.959963984540054 * found.std_error)


def test_the_factor_is_close_to_the_exact_one():
    m = 9
    exact = math.exp(gammaln(m / 2) - gammaln((m - 1) / 2)) / math.sqrt(m / 2)
    assert pytest.approx(exact, abs=2e-3) == 1 - 3 / (4 * 11 - 9)


def test_the_librarys_rounding_changes_nothing_and_is_left_as_it_was(monkeypatch):
    monkeypatch.setitem(pingouin.options, "round", 1)
    assert hedges_g(ACTIVE, REFERENCE).estimate == pytest.approx(by_definition(), rel=1e-12)
    assert pingouin.options["round"] == 1


@pytest.mark.parametrize("active", [np.array([1.0]), np.array([])])
def test_too_few_values_are_refused(active):
    with pytest.raises(NotEstimableError, match="needs two values an arm"):
        hedges_g(active, REFERENCE)


def test_no_variation_is_refused():
    with pytest.raises(NotEstimableError, match="some variation"):
        hedges_g(np.ones(3), np.ones(3))
