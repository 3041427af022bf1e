"""Confirmed responses against worked cases and a plain walk along the visits."""

import math
import tomllib

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcomes.endpoints import confirmed_response, first_response, outcome_frame
from outcomes.errors import DuplicateRecordError, SpecificationError
from tests.conftest import ROOT
from tests.endpoints.frames import DAYS, DESIGN, subjects_and_scores, trials, wide_frame

REFERENCE = tomllib.loads((ROOT / "tests/reference/endpoints.toml").read_text())


def confirmed(frame):
    return confirmed_response(frame, percent=30, higher_is="worse")


@pytest.mark.parametrize("case", REFERENCE["time"], ids=lambda case: case["id"])
def test_worked_cases(case):
    (row,) = confirmed(wide_frame(10.0, case["value"])).itertuples()
    assert (row.time, row.event, row.reason) == (case["time"], case["event"], case["reason"])


@pytest.mark.parametrize("strict", [True, False], ids=["strict", "lenient"])
@pytest.mark.parametrize("case", REFERENCE["confirmed"], ids=lambda case: case["id"])
def test_worked_confirmations_within_a_span(case, strict):
    frame = wide_frame(10.0, case["value"])
    options = {"percent": 30, "higher_is": "worse"}
    (first,) = first_response(frame, **options).itertuples()
    assert (first.time, first.event, first.reason) == (case["first"], True, "first response")
    (row,) = confirmed_response(frame, **options, within=case["within"], strict=strict).itertuples()
    expected = case["strict" if strict else "lenient"]
    assert row.event == (not math.isnan(expected))
    assert row.time == (expected if row.event else 112.0)


def test_without_a_span_and_not_strict_the_next_observed_visit_confirms():
    values = [5.0, math.nan, 5.0, 9.0]
    (row,) = confirmed_response(
        wide_frame(10.0, values), percent=30, higher_is="worse", strict=False
    ).itertuples()
    assert (row.time, row.event) == (28.0, True)


@pytest.mark.parametrize(
    ("values", "after"),
    [([9.0, 5.0, 5.0, 5.0], 28.0), ([5.0] * 4, 0.0), ([9.0, math.nan, 5.0, 5.0], 28.0)],
)
def test_a_response_lies_after_the_last_visit_without_one(values, after):
    assert confirmed(wide_frame(10.0, values))["after"].tolist() == [after]


def test_who_left_for_lack_of_efficacy_never_responds():
    frame = wide_frame(10.0, [9.0, 9.0, math.nan, math.nan])
    options = {"percent": 30, "higher_is": "worse"}
    (row,) = confirmed_response(frame, **options, never_responds=["s0"]).itertuples()
    assert (row.time, row.event, row.reason) == (112.0, False, "never responds")
    responded = wide_frame(10.0, [5.0, 5.0, math.nan, math.nan])
    (row,) = confirmed_response(responded, **options, never_responds=["s0"]).itertuples()
    assert (row.time, row.event) == (28.0, True)
    with pytest.raises(SpecificationError, match=r"1 subjects who are not in the frame \(s9"):
        confirmed_response(frame, **options, never_responds=["s9"])


def test_a_span_without_any_later_visit_is_refused():
    with pytest.raises(SpecificationError, match="no response could be confirmed"):
        confirmed_response(wide_frame(10.0, [5.0] * 4), percent=30, higher_is="worse", within=7)


def slow_confirmed(baseline, values):
    """Walk along the visits with the previous one in mind; None where nothing can be said."""
    if baseline is None or baseline <= 0:
        return None
    previous, last = None, 0
    for day, value in zip(DAYS, values, strict=True):
        responds = value is not None and 100 * (baseline - value) >= (30 - 1e-9) * baseline
        if responds and previous is not None:
            return previous, True
        previous = day if responds else None
        last = last if value is None else day
    return last, False


@given(trials, st.randoms())
def test_every_subject_equals_a_walk_along_the_visits(trial, random):
    subjects, scores = subjects_and_scores(trial)
    frame = outcome_frame(scores, subjects, DESIGN, instrument="odi", scale="total")
    rows = list(frame.index)
    random.shuffle(rows)
    found = confirmed(frame.loc[rows]).set_index("subject")
    for i, (arm, (baseline, *values)) in enumerate(trial):
        row = found.loc[f"s{i}"]
        expected = slow_confirmed(baseline, values)
        assert row["arm"] == arm
        if expected is None:
            assert math.isnan(row["time"])
            assert row["event"] is pd.NA
            assert row["reason"].startswith("baseline")
        else:
            assert (row["time"], row["event"]) == expected


def test_dropping_unobserved_rows_changes_nothing_while_each_visit_appears():
    trial = [("usual", [10.0, 5.0, None, 5.0, 9.0]), ("yoga", [10.0] * 5)]
    subjects, scores = subjects_and_scores(trial)
    frame = outcome_frame(scores, subjects, DESIGN, instrument="odi", scale="total")
    pd.testing.assert_frame_equal(confirmed(frame.dropna(subset="value")), confirmed(frame))


def test_a_single_visit_confirms_nothing():
    (row,) = confirmed(wide_frame(10.0, [1.0] * 4).head(1)).itertuples()
    assert (row.time, row.event, row.reason) == (28.0, False, "end of follow-up")


def test_one_row_each_in_order_of_appearance():
    trial = [("usual", [10.0] * 5), ("yoga", [None] * 5), ("usual", [0.0, 1.0, 1.0, 1.0, 1.0])]
    subjects, scores = subjects_and_scores(trial)
    frame = outcome_frame(scores, subjects, DESIGN, instrument="odi", scale="total")
    found = confirmed(frame)
    assert found["subject"].tolist() == ["s0", "s1", "s2"]
    assert found["reason"].tolist() == ["end of follow-up", "baseline missing", "baseline zero"]


def test_a_repeated_visit_is_refused():
    frame = wide_frame(10.0, [5.0] * 4)
    with pytest.raises(DuplicateRecordError, match="s0 on day 28"):
        confirmed(pd.concat([frame, frame.head(1)]))


def test_the_event_is_nullable_boolean_and_the_time_a_number():
    trial = [("usual", [10.0] * 5), ("yoga", [None] * 5)]
    subjects, scores = subjects_and_scores(trial)
    frame = outcome_frame(scores, subjects, DESIGN, instrument="odi", scale="total")
    assert confirmed(frame)["event"].dtype == "boolean"
    assert confirmed(frame)["time"].dtype == float
