"""Outcome frames against a plain loop, and what they refuse."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given

from outcomes.endpoints import outcome_frame
from outcomes.errors import DataError, DuplicateRecordError, SchemaError, UnknownVisitError
from tests.endpoints.frames import DAYS, DESIGN, subjects_and_scores, trials


def frame_of(subjects, scores):
    return outcome_frame(scores, subjects, DESIGN, instrument="odi", scale="total")


@given(trials)
def test_each_row_equals_a_plain_loop_over_subjects_and_visits(trial):
    frame = frame_of(*subjects_and_scores(trial))
    rows = iter(frame.itertuples())
    for i, (arm, (baseline, *values)) in enumerate(trial):
        for day, value in zip(DAYS, values, strict=True):
            row = next(rows)
            assert (row.subject, row.arm, row.visit, row.day) == (f"s{i}", arm, f"day{day}", day)
            both = baseline is not None and value is not None
            expected = {
                "baseline": baseline,
                "value": value,
                "change": value - baseline if both else None,
                "percent_change": 100 * (value - baseline) / baseline
                if both and baseline > 0
                else None,
            }
            for name, number in expected.items():
                found = getattr(row, name)
                assert math.isnan(found) if number is None else found == pytest.approx(number)
    assert next(rows, None) is None


def test_arms_are_ordered_with_the_reference_first_and_visits_by_design():
    frame = frame_of(*subjects_and_scores([("yoga", [5.0] * 5), ("usual", [5.0] * 5)]))
    assert frame["arm"].cat.ordered
    assert list(frame["arm"].cat.categories) == ["usual", "yoga"]
    assert frame["visit"].cat.ordered
    assert list(frame["visit"].cat.categories) == ["day28", "day56", "day84", "day112"]


def test_other_columns_of_subjects_are_carried_and_inputs_stay_as_they_were():
    subjects, scores = subjects_and_scores([("yoga", [5.0] * 5), ("usual", [6.0] * 5)])
    subjects["site"] = ["A", "B"]
    before = subjects.copy(), scores.copy()
    frame = frame_of(subjects, scores)
    assert frame["site"].tolist() == ["A"] * 4 + ["B"] * 4
    pd.testing.assert_frame_equal(subjects, before[0])
    pd.testing.assert_frame_equal(scores, before[1])


def test_a_population_is_chosen_by_its_subjects():
    subjects, scores = subjects_and_scores([("yoga", [5.0] * 5), ("usual", [6.0] * 5)])
    frame = frame_of(subjects.iloc[[1]], scores)
    assert frame["subject"].unique().tolist() == ["s1"]
    assert frame["value"].tolist() == [6.0] * 4


def test_other_instruments_and_scales_do_not_enter():
    subjects, scores = subjects_and_scores([("usual", [5.0] * 5)])
    others = pd.concat([scores.assign(scale="x", score=1.0), scores.assign(instrument="y")])
    frame = frame_of(subjects, pd.concat([others, scores]))
    assert frame["value"].tolist() == [5.0] * 4


def test_an_instrument_nobody_answered_gives_missing_values_for_everybody():
    subjects, scores = subjects_and_scores([("usual", [5.0] * 5)])
    frame = outcome_frame(scores, subjects, DESIGN, instrument="pcs", scale="total")
    assert len(frame) == 4
    assert frame[["baseline", "value", "change", "percent_change"]].isna().all(axis=None)


def test_categorical_visits_and_arms_are_accepted():
    subjects, scores = subjects_and_scores([("yoga", [8.0, 4.0, None, 4.0, 2.0])])
    plain = frame_of(subjects, scores)
    subjects["arm"] = pd.Categorical(subjects["arm"], ["yoga", "usual"], ordered=True)
    scores["visit"] = pd.Categorical(scores["visit"], ["start", *plain["visit"].cat.categories])
    pd.testing.assert_frame_equal(frame_of(subjects, scores), plain)


def test_two_scores_at_one_visit_are_refused_by_name():
    subjects, scores = subjects_and_scores([("usual", [5.0] * 5)])
    with pytest.raises(DuplicateRecordError, match=r"1 scores of odi.total .*s0 at day112"):
        frame_of(subjects, pd.concat([scores, scores.tail(1)]))


def test_a_repeated_subject_is_refused():
    subjects, scores = subjects_and_scores([("usual", [5.0] * 5)])
    with pytest.raises(DuplicateRecordError, match="s0"):
        frame_of(pd.concat([subjects, subjects]), scores)


def test_an_undeclared_visit_is_refused():
    subjects, scores = subjects_and_scores([("usual", [5.0] * 5)])
    scores["visit"] = scores["visit"].replace("day28", "day27")
    with pytest.raises(UnknownVisitError, match=r"1 scores .*day27.*declared are start, day28"):
        frame_of(subjects, scores)


def test_an_undeclared_arm_is_refused():
    subjects, scores = subjects_and_scores([("usual", [5.0] * 5)])
    with pytest.raises(DataError, match="tai chi"):
        frame_of(subjects.assign(arm="tai chi"), scores)


def test_a_subjects_column_that_would_be_overwritten_is_refused():
    subjects, scores = subjects_and_scores([("usual", [5.0] * 5)])
    with pytest.raises(SchemaError, match="value"):
        frame_of(subjects.assign(value=np.nan), scores)
