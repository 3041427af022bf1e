"""Responses against worked cases and a plain slow count."""

import math
import tomllib

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcomes.endpoints import (
    outcome_frame,
    percent_improvement,
    responder_curve,
    response,
    why_undefined,
)
from outcomes.errors import DuplicateRecordError, SpecificationError
from tests.conftest import ROOT
from tests.endpoints.frames import DESIGN, subjects_and_scores, trials, wide_frame

REFERENCE = tomllib.loads((ROOT / "tests/reference/endpoints.toml").read_text())


@pytest.mark.parametrize("case", REFERENCE["percent"], ids=lambda case: case["id"])
def test_worked_cases(case):
    frame = wide_frame(case["baseline"], [case["value"]] * 4).head(1)
    answer = response(frame, percent=30, higher_is="worse").iloc[0]
    if "responder_30" not in case:
        assert answer is pd.NA
        return
    assert answer == case["responder_30"]
    assert percent_improvement(frame, higher_is="worse").iloc[0] == pytest.approx(
        case["improvement"], abs=REFERENCE["provenance"]["tolerance"]
    )


def slow_response(baseline, value, percent, higher_is):
    """True, False or None, without dividing: compares points instead of percentages."""
    if baseline is None or value is None or baseline <= 0:
        return None
    gain = baseline - value if higher_is == "worse" else value - baseline
    return 100 * gain >= (percent - 1e-9) * baseline


@given(trials, st.sampled_from([0, 10, 30, 50, 100]), st.sampled_from(["worse", "better"]))
def test_response_equals_the_definition_row_by_row(trial, percent, higher_is):
    subjects, scores = subjects_and_scores(trial)
    frame = outcome_frame(scores, subjects, DESIGN, instrument="odi", scale="total")
    found = response(frame, percent=percent, higher_is=higher_is)
    assert found.dtype == "boolean"
    expected = [
        slow_response(baseline, value, percent, higher_is)
        for _, (baseline, *values) in trial
        for value in values
    ]
    assert [None if answer is pd.NA else bool(answer) for answer in found] == expected


@given(trials)
def test_every_undefined_response_has_a_reason_and_no_other_has(trial):
    subjects, scores = subjects_and_scores(trial)
    frame = outcome_frame(scores, subjects, DESIGN, instrument="odi", scale="total")
    undefined = response(frame, percent=30, higher_is="worse").isna()
    assert why_undefined(frame).notna().tolist() == undefined.tolist()


@pytest.mark.parametrize(
    ("baseline", "value", "why"),
    [
        (math.nan, 3.0, "baseline missing"),
        (math.nan, math.nan, "baseline missing"),
        (0.0, 3.0, "baseline zero"),
        (0.0, math.nan, "baseline zero"),
        (-1.0, 3.0, "baseline negative"),
        (7.0, math.nan, "value missing"),
    ],
)
def test_the_reason_names_the_baseline_before_the_value(baseline, value, why):
    assert why_undefined(wide_frame(baseline, [value] * 4)).unique().tolist() == [why]


def test_a_neutral_scale_has_no_responders():
    with pytest.raises(SpecificationError, match="direction"):
        response(wide_frame(5, [4] * 4), percent=30, higher_is="neutral")


@pytest.mark.parametrize("percent", [-1, math.nan, math.inf])
def test_an_impossible_percentage_is_refused(percent):
    with pytest.raises(SpecificationError, match="percent is"):
        response(wide_frame(5, [4] * 4), percent=percent, higher_is="worse")


@given(trials, st.sampled_from(["non_responder", "exclude"]))
def test_the_curve_equals_a_plain_count(trial, missing):
    subjects, scores = subjects_and_scores(trial)
    frame = outcome_frame(scores, subjects, DESIGN, instrument="odi", scale="total")
    last = frame[frame["visit"] == "day112"]
    curve = responder_curve(last, higher_is="worse", percents=(0, 30), missing=missing)
    assert len(curve) == 4
    for row in curve.itertuples():
        answers = [
            slow_response(values[0], values[-1], row.percent, "worse")
            for arm, values in trial
            if arm == row.arm
            and values[0] is not None
            and values[0] > 0
            and not (missing == "exclude" and values[-1] is None)
        ]
        assert (row.n, row.responders) == (len(answers), answers.count(True))
        if answers:
            assert row.proportion == pytest.approx(answers.count(True) / len(answers))
        else:
            assert math.isnan(row.proportion)


@given(trials)
def test_the_curve_never_rises(trial):
    subjects, scores = subjects_and_scores(trial)
    frame = outcome_frame(scores, subjects, DESIGN, instrument="odi", scale="total")
    curve = responder_curve(frame[frame["visit"] == "day28"], higher_is="worse")
    steps = curve.groupby("arm", observed=False)["responders"].diff().dropna()
    assert (steps <= 0).all()


def test_a_curve_over_several_visits_is_refused():
    with pytest.raises(DuplicateRecordError, match="each subject once"):
        responder_curve(wide_frame(5, [4] * 4), higher_is="worse")
