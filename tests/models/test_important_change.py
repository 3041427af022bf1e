"""Minimal important change against R and a closed form."""

import tomllib

import numpy as np
import pytest
from scipy.stats import norm

from outcomes.errors import NotEstimableError, SpecificationError
from outcomes.models.important_change import mic_mean_change, mic_predictive, mic_roc
from tests.conftest import ROOT

VALUES = tomllib.loads((ROOT / "tests/reference/reliability/values.toml").read_text())
REFERENCE = VALUES["mic"]
CHANGE = np.concatenate(
    [np.repeat(np.arange(1.0, 6), REFERENCE[group]) for group in ("not_improved", "improved")]
)
IMPROVED = np.repeat([False, True], [58, 51])


def test_the_predictive_and_the_roc_cut_off_are_those_of_r():
    found = mic_predictive(CHANGE, IMPROVED)
    assert found.estimate == pytest.approx(REFERENCE["predictive"], abs=1e-10)
    assert found.correlation == pytest.approx(REFERENCE["correlation"], abs=1e-10)
    assert (found.n, found.n_improved) == (109, 51)
    assert mic_roc(CHANGE, IMPROVED).estimate == REFERENCE["roc"]


def test_the_adjustment_follows_its_formula():
    log_odds = np.log(51 / 58)
    shift = (0.8 / 0.5 - 0.5) * REFERENCE["sd"] * REFERENCE["correlation"] * log_odds
    found = mic_predictive(CHANGE, IMPROVED, anchor_reliability=0.5)
    assert found.estimate == pytest.approx(REFERENCE["predictive"] - shift, abs=1e-10)


@pytest.mark.parametrize("n_improved", [500, 1500, 500 * 9])
def test_of_normal_changes_with_one_variance_both_are_midway_whatever_the_share(n_improved):
    # Terluin et al. 2015, abstract: then the two methods agree; the likelihood ratio is 1 there.
    spread = [norm.ppf((np.arange(n) + 0.5) / n) for n in (1500, n_improved)]
    change = np.concatenate([2 + 3 * spread[0], 8 + 3 * spread[1]])
    improved = np.repeat([False, True], [1500, n_improved])
    assert mic_predictive(change, improved).estimate == pytest.approx(5, abs=0.02)
    assert mic_roc(change, improved).estimate == pytest.approx(5, abs=0.1)


def test_the_mean_change_is_that_of_the_group_and_missing_changes_are_left_out():
    found = mic_mean_change(np.array([1.0, 4, np.nan, 9]), np.array([True, True, True, False]))
    assert (found.estimate, found.n, found.n_improved) == (2.5, 3, 2)


def test_anchors_that_say_nothing_are_refused():
    with pytest.raises(NotEstimableError, match="0 of 109"):
        mic_roc(CHANGE, np.zeros(109, dtype=bool))
    with pytest.raises(NotEstimableError, match="separates"):
        mic_predictive(np.arange(4.0), np.array([False, False, True, True]))
    with pytest.raises(SpecificationError, match="true or false"):
        mic_roc(CHANGE, IMPROVED.astype(float))
