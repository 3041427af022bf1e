"""Minimal important change against R on the example of the MIC package."""

import tomllib

import numpy as np
import pandas as pd
import pytest

from outcomes.errors import NotEstimableError, SpecificationError
from outcomes.models.important_change import mic_mean_change, mic_predictive, mic_roc
from tests.conftest import ROOT

FOLDER = ROOT / "tests/reference/reliability"
REFERENCE = tomllib.loads((FOLDER / "values.toml").read_text())["mic"]
COUNTS = pd.read_csv(FOLDER / "mic_example.csv")
CHANGE = np.concatenate(
    [np.repeat(COUNTS["change"], COUNTS[c]) for c in COUNTS.columns[1:]]
).astype(float)
IMPROVED = np.repeat([False, True], [COUNTS["not_improved"].sum(), COUNTS["improved"].sum()])


def test_the_predictive_and_the_roc_cut_off_are_those_of_r():
    found = mic_predictive(CHANGE, IMPROVED)
    assert found.estimate == pytest.approx(REFERENCE["predictive"], abs=1e-8)
    assert found.correlation == pytest.approx(REFERENCE["correlation"], abs=1e-10)
    assert (found.n, found.n_improved) == (1000, 355)
    assert mic_roc(CHANGE, IMPROVED).estimate == REFERENCE["roc"]


def test_the_adjustment_follows_its_formula():
    log_odds = np.log(0.355 / 0.645)
    shift = (0.8 / 0.5 - 0.5) * REFERENCE["sd"] * REFERENCE["correlation"] * log_odds
    found = mic_predictive(CHANGE, IMPROVED, anchor_reliability=0.5)
    assert found.estimate == pytest.approx(REFERENCE["predictive"] - shift, abs=1e-8)


def test_the_mean_change_is_that_of_the_group_and_missing_changes_are_left_out():
    found = mic_mean_change(np.array([1.0, 4, np.nan, 9]), np.array([True, True, True, False]))
    assert (found.estimate, found.n, found.n_improved) == (2.5, 3, 2)


def test_anchors_that_say_nothing_are_refused():
    with pytest.raises(NotEstimableError, match="0 of 1000"):
        mic_roc(CHANGE, np.zeros(1000, dtype=bool))
    with pytest.raises(NotEstimableError, match="separates"):
        mic_predictive(np.arange(4.0), np.array([False, False, True, True]))
    with pytest.raises(SpecificationError, match="true or false"):
        mic_roc(CHANGE, IMPROVED.astype(float))
