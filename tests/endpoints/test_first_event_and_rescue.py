"""First records, dropout and rescue medication: times with their reasons, and what is refused."""

import numpy as np
import pandas as pd
import pytest

from outcomes.endpoints import rescue_free_response, rescue_use, time_to_dropout, time_to_first
from outcomes.errors import DataError, DuplicateRecordError, SchemaError, SpecificationError

FOLLOW_UP = pd.DataFrame(
    {
        "subject": ["1", "2", "3"],
        "last_day": [84.0, 40.0, np.nan],
        "ended": ["end of follow-up", "moved", None],
    }
)


def records(**days):
    return pd.DataFrame(
        [(subject[1:], day) for subject, found in days.items() for day in found],
        columns=["subject", "day"],
    )


def test_first_record_or_why_there_is_none():
    found = time_to_first(records(s1=[30, 12]), FOLLOW_UP, event="rescue")
    assert found["time"].tolist() == pytest.approx([12.0, 40.0, np.nan], nan_ok=True)
    assert found["event"].tolist() == [True, False, pd.NA]
    assert found["reason"].tolist() == ["rescue", "moved", "follow-up unknown"]


def test_a_record_counts_though_the_end_of_observation_is_unknown():
    found = time_to_first(records(s3=[5]), FOLLOW_UP, event="rescue").iloc[2]
    assert (found["time"], found["event"], found["reason"]) == (5.0, True, "rescue")


@pytest.mark.parametrize(
    ("days", "message"),
    [
        ({"s2": [41]}, "after the last day"),
        ({"s1": [-1]}, "before day 0"),
        ({"s9": [1]}, "of nobody in follow_up"),
        ({"s1": [np.nan]}, "without a day"),
    ],
)
def test_impossible_records_are_refused(days, message):
    with pytest.raises(DataError, match=message):
        time_to_first(records(**days), FOLLOW_UP, event="rescue")


def test_repeated_and_incomplete_follow_up_is_refused():
    with pytest.raises(DuplicateRecordError, match="repeat a subject"):
        time_to_first(records(), pd.concat([FOLLOW_UP] * 2), event="rescue")
    with pytest.raises(SchemaError, match="follow_up lacks ended"):
        time_to_first(records(), FOLLOW_UP.drop(columns="ended"), event="rescue")


PEOPLE = pd.DataFrame(
    {
        "subject": list("12345"),
        "withdrawal_reason": [None, "lack of efficacy", "death", "moved", ""],
        "withdrawal_day": [None, 40.0, 90.0, None, None],
    }
)


def test_dropout_keeps_each_reason():
    found = time_to_dropout(PEOPLE, end=364, competing=["death"])
    assert found["cause"].fillna("missing").tolist() == [
        *("none", "dropout", "competing", "missing", "none"),
    ]
    assert found["time"].tolist() == pytest.approx([364, 40, 90, np.nan, 364], nan_ok=True)
    assert found["event"].tolist() == [False, True, False, pd.NA, False]
    assert found["reason"].tolist() == [
        "end of follow-up",
        "lack of efficacy",
        "death",
        "day of withdrawal unknown",
        "end of follow-up",
    ]


def test_leaving_at_the_end_is_staying():
    found = time_to_dropout(PEOPLE.assign(withdrawal_day=364.0).head(3).tail(2), end=364)
    assert found["event"].tolist() == [False, False]
    assert set(found["reason"]) == {"end of follow-up"}


@pytest.mark.parametrize(
    ("change", "options", "error", "message"),
    [
        ({"withdrawal_day": 3.0}, {}, DataError, "2 have a day of withdrawal and no reason"),
        ({"withdrawal_day": -1.0, "withdrawal_reason": "moved"}, {}, DataError, "before day 0"),
        ({}, {"competing": ["dead"]}, SpecificationError, "dead, which is nobody's reason"),
        ({"subject": "1"}, {}, DuplicateRecordError, "repeat a subject"),
    ],
)
def test_impossible_withdrawals_are_refused(change, options, error, message):
    with pytest.raises(error, match=message):
        time_to_dropout(PEOPLE.assign(**change), end=364, **options)


def test_a_day_without_record_is_not_a_day_without_rescue():
    days = pd.DataFrame({"subject": "1", "day": [0, 1, 2, 3], "doses": [2, 0, None, 1]})
    windows = pd.DataFrame({"subject": ["1", "1"], "first_day": [0, 2], "last_day": [6, 3]})
    found = rescue_use(days, windows, min_days=2)
    assert found["n_days"].tolist() == [3, 1]
    assert found["share"].tolist() == pytest.approx([2 / 3, np.nan], nan_ok=True)
    assert found["doses_per_day"].tolist() == pytest.approx([1.0, np.nan], nan_ok=True)
    assert found["reason"].tolist() == ["", "too few diary days"]


def test_rescue_before_the_assessment_undoes_a_response():
    assessed = pd.DataFrame(
        {
            "subject": ["1", "1", "2", "3", "4"],
            "day": [28, 84, 84, 84, np.nan],
            "response": pd.array([True, True, True, pd.NA, pd.NA], "boolean"),
        }
    )
    rescue = pd.DataFrame({"subject": ["1", "2", "2", "3"], "day": [27, 82, 85, 84]})
    found = rescue_free_response(assessed, rescue)
    assert found["after_rescue"].tolist() == [True, False, False, True, False]
    assert found["rescue_free_response"].tolist() == [False, True, True, False, pd.NA]


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: rescue_free_response(
                pd.DataFrame({"subject": ["1"], "day": [None], "response": [True]}), records()
            ),
            DataError,
            "a response and no day",
        ),
        (
            lambda: rescue_free_response(records(), records()),
            SchemaError,
            "assessed lacks response",
        ),
        (
            lambda: rescue_use(
                pd.DataFrame({"subject": "1", "day": [0, 0], "doses": [1, 1]}),
                pd.DataFrame({"subject": ["1"], "first_day": [0], "last_day": [6]}),
                min_days=1,
            ),
            DataError,
            "repeat a day",
        ),
        (
            lambda: rescue_use(
                pd.DataFrame({"subject": ["1"], "day": [0], "doses": [-1]}),
                pd.DataFrame({"subject": ["1"], "first_day": [0], "last_day": [6]}),
                min_days=1,
            ),
            DataError,
            "negative number of doses",
        ),
    ],
)
def test_impossible_rescue_records_are_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()
