"""Diaries against worked weeks and a plain walk through the entries."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outcomes.endpoints.diary import diary_days, diary_summary
from outcomes.errors import DataError, SchemaError, SpecificationError

WEEK = pd.DataFrame({"subject": ["1"], "first_day": [0], "last_day": [6]})


def week_of(values, min_days=4):
    entries = pd.DataFrame(
        {"subject": "1", "day": range(7), "value": np.array(values, dtype=float)}
    )
    (row,) = diary_summary(diary_days(entries), WEEK, min_days=min_days).itertuples()
    return row


# Worked weeks; the definitions and answers were written down before the code.
@pytest.mark.parametrize(
    ("values", "mean", "n"),
    [
        ([6, 5, 7, 6, 5, 6, 7], 6.0, 7),
        ([5, 6, None, 4, None, 7, 5], 5.4, 5),
        ([5, None, None, 4, None, 7, None], math.nan, 3),
    ],
)
def test_worked_weeks(values, mean, n):
    row = week_of(values)
    assert row.mean == pytest.approx(mean, nan_ok=True)
    assert (row.n_days, row.n_expected, row.compliance) == (n, 7, pytest.approx(n / 7))
    assert row.reason == ("too few diary days" if math.isnan(mean) else "")


def test_a_rating_out_of_range_is_refused_and_never_dropped():
    with pytest.raises(DataError, match=r"1 row with a value outside 0 to 10 .row 1"):
        week_of([5, 11, 6, 4, 5, 6, 7])


def test_back_filled_entries_do_not_count():
    entries = pd.DataFrame(
        {"subject": "1", "day": [0, 1, 2], "value": [4.0, 5, 6], "recorded": [0.9, 6.0, 1.5]}
    )
    found = diary_days(entries, latest_delay=2)
    assert found["value"].tolist() == pytest.approx([4, math.nan, math.nan], nan_ok=True)
    assert found["n_late"].tolist() == [0, 1, 1]


@pytest.mark.parametrize(("several", "value"), [("first", 3.0), ("last", 8.0), ("mean", 5.5)])
def test_several_entries_follow_the_declared_rule_by_time_of_entry(several, value):
    entries = pd.DataFrame({"subject": "1", "day": 0, "value": [8.0, 3.0], "recorded": [0.9, 0.3]})
    assert diary_days(entries, several=several)["value"].tolist() == [value]
    with pytest.raises(DataError, match="subject 1 on day 0"):
        diary_days(entries)


@pytest.mark.parametrize("min_days", [0, 8])
def test_an_impossible_minimum_is_refused(min_days):
    with pytest.raises(SpecificationError, match="at least 1 and at most 7"):
        week_of([5] * 7, min_days=min_days)


def test_missing_columns_and_unknown_rules_are_refused():
    entries = pd.DataFrame({"subject": ["1"], "day": [0], "value": [5.0]})
    with pytest.raises(SchemaError, match="lacks recorded"):
        diary_days(entries, latest_delay=1)
    with pytest.raises(SpecificationError, match="several is"):
        diary_days(entries, several="worst")


entry = st.tuples(
    st.sampled_from(["a", "b"]),
    st.integers(0, 9),
    st.one_of(st.none(), st.integers(0, 10)),
    st.integers(0, 40),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(entry, max_size=20), st.sampled_from(["first", "last", "mean"]))
def test_a_week_equals_a_walk_through_the_entries(entries, several):
    frame = pd.DataFrame(entries, columns=["subject", "day", "value", "hours"])
    frame = frame.astype({"value": float, "day": int})
    frame["recorded"] = frame["day"] + frame["hours"].astype(float) / 24
    windows = pd.DataFrame({"subject": ["a", "b"], "first_day": 1, "last_day": 7})
    days = diary_days(frame, several=several, latest_delay=1)
    found = diary_summary(days, windows, min_days=2).set_index("subject")
    for subject in ("a", "b"):
        ratings = []
        for day in range(1, 8):
            valid = [
                (hours, value)
                for who, when, value, hours in entries
                if (who, when) == (subject, day) and value is not None and hours <= 24
            ]
            valid.sort(key=lambda one: one[0])
            values = [value for _, value in valid]
            if values:
                pick = {"first": values[0], "last": values[-1], "mean": sum(values) / len(values)}
                ratings.append(pick[several])
        row = found.loc[subject]
        assert row["n_days"] == len(ratings)
        if len(ratings) < 2:
            assert math.isnan(row["mean"])
        else:
            assert row["mean"] == pytest.approx(sum(ratings) / len(ratings))
            assert (row["highest"], row["lowest"]) == (max(ratings), min(ratings))


@pytest.mark.parametrize(
    ("columns", "error", "match"),
    [
        ({"value": ["3", "4"]}, SchemaError, "value .object. must hold numbers"),
        ({"day": pd.to_datetime(["2024-01-01", "2024-01-02"])}, SchemaError, "day .datetime64"),
        ({"subject": ["1", None]}, DataError, "1 row of entries without a subject .row 1"),
    ],
)
def test_entries_that_cannot_be_read_are_refused_rather_than_dropped(columns, error, match):
    entries = pd.DataFrame({"subject": "1", "day": [0, 1], "value": [3.0, 4]})
    with pytest.raises(error, match=match):
        diary_days(entries.assign(**columns))


@pytest.mark.parametrize(
    ("window", "error", "match"),
    [
        ({"first_day": [0]}, SchemaError, "windows lacks last_day"),
        ({"first_day": [0.5], "last_day": [6]}, DataError, "whole days"),
        ({"first_day": ["0"], "last_day": [6]}, SchemaError, "first_day .object. must hold"),
    ],
)
def test_windows_of_a_diary_are_whole_days(window, error, match):
    days = pd.DataFrame({"subject": ["1"], "day": [0], "value": [3.0]})
    with pytest.raises(error, match=match):
        diary_summary(days, pd.DataFrame({"subject": ["1"], **window}), min_days=1)
