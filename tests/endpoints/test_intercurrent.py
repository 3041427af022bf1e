"""When intercurrent events happened, which visits come after, and what becomes of their scores."""

import numpy as np
import pandas as pd
import pytest

from outcomes.endpoints.intercurrent import (
    after_event,
    first_days,
    last_before,
    with_composite,
    without_scores,
)
from outcomes.errors import DataError, SchemaError
from outcomes.estimands import Recorded

RESCUE = Recorded(frame="events", where={"term": "rescue"})


def records(*rows: tuple[str, float | None, str], **more: list[float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["subject", "day", "term"]).assign(**more)


def frame(**taken: list[float | None]) -> pd.DataFrame:
    """Visits on nominal days 28, 56 and 84; scores of 8 before treatment, then 7, 5 and 3."""
    parts = [
        pd.DataFrame(
            {
                "subject": subject,
                "day": [28, 56, 84],
                "baseline": 8.0,
                "value": [
                    None if d is None else v for d, v in zip(days, [7.0, 5.0, 3.0], strict=True)
                ],
                "taken": days,
            }
        )
        for subject, days in taken.items()
    ]
    return pd.concat(parts, ignore_index=True).astype({"value": float, "taken": float})


def test_the_first_record_that_matches_is_the_event():
    found = first_days(
        records(("1", 40, "rescue"), ("1", 12, "rescue"), ("1", 3, "fall"), ("2", 9, "fall")),
        RESCUE,
    )
    assert found.to_dict() == {"1": 12.0}


def test_a_record_without_a_day_is_no_event():
    found = first_days(
        pd.DataFrame({"subject": ["1", "2"], "left_on": [30.0, None]}),
        Recorded(frame="subjects", day="left_on"),
    )
    assert found.to_dict() == {"1": 30.0}


def test_an_event_before_treatment_is_refused():
    with pytest.raises(DataError, match=r"2 records .* before day 0 .*first subjects 1, 3"):
        first_days(records(("1", -3, "rescue"), ("2", 0, "rescue"), ("3", -1, "rescue")), RESCUE)


def test_a_rise_is_counted_from_the_last_record_until_day_0():
    found = first_days(
        records(
            # 60 before treatment, less, then more than 60 on day 70.
            *[("1", day, "rescue") for day in (-30, 0, 30, 70, 99)],
            # Never more than before treatment.
            *[("2", day, "rescue") for day in (-5, 20)],
            # Nothing before treatment to rise from.
            ("3", 10, "rescue"),
            dose=[80, 60, 40, 61, 90, 60, 60, 120],
        ),
        Recorded(frame="events", where={"term": "rescue"}, above_baseline="dose"),
    )
    assert found.to_dict() == {"1": 70.0}


def test_a_column_that_is_not_there_or_not_a_number_is_refused():
    with pytest.raises(SchemaError, match="events has no column term"):
        first_days(records(("1", 3, "rescue")).drop(columns="term"), RESCUE)
    text = records(("1", 3, "rescue")).astype({"day": object}).replace({3: "three"})
    with pytest.raises(SchemaError, match="'day' holds text"):
        first_days(text, RESCUE)


@pytest.mark.parametrize(
    ("same_day", "marked"), [("before", [False, False, True]), ("after", [False, True, True])]
)
def test_a_score_of_the_day_of_the_event_is_what_was_declared(same_day, marked):
    rows = frame(a=[30, 58, 80])
    found = after_event(rows, pd.Series({"a": 58.0}), same_day=same_day)
    assert found.tolist() == marked


def test_a_visit_without_a_score_is_placed_on_its_nominal_day():
    rows = frame(a=[30, None, 83], b=[30, None, 83])
    found = after_event(rows, pd.Series({"a": 55.0, "b": 57.0}))
    assert found.tolist() == [False, True, True, False, False, True]


def test_a_visit_after_one_that_came_late_is_after_the_event_too():
    # Seen on day 60 of a visit meant for 56; the next, missed one is meant for 84.
    rows = frame(a=[28, 95, None])
    assert after_event(rows, pd.Series({"a": 90.0})).tolist() == [False, True, True]


def test_who_has_no_event_has_no_visit_after_it():
    assert not after_event(frame(a=[28, 56, 84]), pd.Series({"b": 1.0})).any()


def test_a_score_without_a_day_cannot_be_placed():
    rows = frame(a=[28, 56, 84], b=[28, 56, 84])
    rows.loc[[1, 4], "taken"] = np.nan
    with pytest.raises(DataError, match=r"1 scores .* have no day .first subjects b"):
        after_event(rows, pd.Series({"b": 40.0}))


def test_each_strategy_by_hand():
    rows, after = frame(a=[28, 56, 84]), pd.Series([False, False, True])
    missing = without_scores(rows, after)
    assert missing["value"].fillna(-1).tolist() == [7, 5, -1]
    assert missing["change"].fillna(-9).tolist() == [-1, -3, -9]
    worst = with_composite(rows, after, 10.0)
    assert worst["value"].tolist() == [7, 5, 10]
    assert worst["percent_change"].tolist() == [-12.5, -37.5, 25.0]
    last = last_before(rows, after)
    assert last["value"].tolist() == [7, 5, 5]
    assert last["change"].tolist() == [-1, -3, -3]


def test_a_composite_value_stands_where_no_score_was_taken():
    rows = frame(a=[28, None, None])
    assert with_composite(rows, pd.Series([False, True, True]), 10.0)["value"].tolist() == [
        7.0,
        10.0,
        10.0,
    ]


def test_the_last_score_before_an_event_may_be_the_baseline_and_gaps_before_it_stay():
    rows = frame(a=[28, None, 84], b=[28, 56, 84])
    after = pd.Series([False, False, True, True, True, True])
    value = last_before(rows, after)["value"]
    assert value.fillna(-1).tolist() == [7, -1, 7, 8, 8, 8]


def test_frames_given_are_left_as_they_were():
    rows, after = frame(a=[28, 56, 84]), pd.Series([False, True, True])
    before = rows.copy()
    for changed in (without_scores(rows, after), with_composite(rows, after, 1.0)):
        assert changed is not rows
    pd.testing.assert_frame_equal(rows, before)
