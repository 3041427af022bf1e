"""Weeks of a declared diary as scores, against a plain walk through the entries."""

import math
from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outcomes.endpoints.diary_weeks import diary_weeks, with_diary_scores
from outcomes.errors import DataError, SpecificationError
from outcomes.trial.study import Diary
from tests.analyses.made import trial

RULE = Diary(
    name="diary",
    label="worst pain",
    source="made up",
    min_days=3,
    visits=("start", "w4"),
    several="last",
    latest_delay=2,
)


def kept(entries, rule=RULE):
    """The made trial of 120 patients with a diary."""
    made = trial(diary=rule)
    frame = pd.DataFrame(entries, columns=["subject", "day", "value", "recorded"])
    frame = frame.astype({"subject": object, "day": "Int64", "value": float, "recorded": float})
    scores = made.scores.assign(
        day=pd.array([pd.NA] * len(made.scores), dtype="Int64"),
        version=None,
        n_answered=pd.array([pd.NA] * len(made.scores), dtype="Int64"),
        n_items=pd.array([pd.NA] * len(made.scores), dtype="Int64"),
        status="scored",
        reason=None,
        rule="ready-made",
    )
    return replace(made, diary=frame, scores=scores)


entries = st.lists(
    st.tuples(
        st.sampled_from(["1", "2"]),
        st.one_of(st.integers(-9, 2), st.integers(19, 30)),
        st.integers(0, 10),
        st.sampled_from([0.8, 0.9, 1.9, 2.5, 4.0]),
    ),
    max_size=25,
    unique_by=lambda entry: (entry[0], entry[1], entry[3]),
)


@settings(max_examples=30, deadline=None)
@given(entries)
def test_every_week_equals_a_walk_through_the_entries(made):
    found = with_diary_scores(kept([(s, d, v, d + after) for s, d, v, after in made])).scores
    found = found[found["instrument"] == "diary"].set_index(["subject", "visit", "scale"])
    for subject in ("1", "2"):
        for visit, nominal in (("start", 0), ("w4", 28)):
            ratings = []
            for day in range(nominal - 7, nominal):
                in_time = sorted(
                    (after, value)
                    for who, when, value, after in made
                    if (who, when) == (subject, day) and after <= 2
                )
                if in_time:
                    ratings.append(in_time[-1][1])
            if not ratings:
                assert (subject, visit, "mean") not in found.index
                continue
            expected = {"mean": sum(ratings) / len(ratings)}
            expected |= {"highest": max(ratings), "lowest": min(ratings)}
            for scale, value in expected.items():
                row = found.loc[(subject, visit, scale)]
                assert (row["n_answered"], row["n_items"]) == (len(ratings), 7)
                if len(ratings) >= 3:
                    assert row["score"] == pytest.approx(value)
                    assert (row["status"], row["reason"]) == ("scored", None)
                else:
                    assert math.isnan(row["score"])
                    assert (row["status"], row["reason"]) == ("missing", "too few diary days")


def test_a_week_belongs_to_no_visit_where_patients_were_seen():
    week = kept([("1", day, 5, day + 0.8) for day in range(-7, 0)])
    scored = with_diary_scores(week)
    assert len(scored.scores) == len(week.scores) + 3
    assert "diary" not in set(scored.visit_scores["instrument"])
    assert scored.scores["day"].dropna().unique().tolist() == [-1]


def test_days_with_several_and_with_late_entries_are_counted():
    week = [("1", day, 5, day + 0.8) for day in (-7, -6, -5, -4)]
    more = [("1", -7, 9, -7 + 0.9), ("1", -6, 9, -6 + 5.0), ("2", 1, 9, 1.5)]
    found = diary_weeks(kept([*week, *more])).set_index(["subject", "visit"])
    row = found.loc[("1", "start")]
    assert (row["n_several"], row["n_late"], row["n_days"]) == (1, 1, 4)
    assert row["mean"] == 6.0
    assert found.loc[("2", "start"), "n_days"] == 0


def test_several_entries_without_a_rule_and_no_diary_at_all_are_refused():
    twice = [("1", -1, 5, -0.2), ("1", -1, 6, -0.1)]
    with pytest.raises(DataError, match="subject 1 on day -1"):
        diary_weeks(kept(twice, replace(RULE, several="refuse")))
    with pytest.raises(SpecificationError, match="declares no diary"):
        diary_weeks(trial())
    assert with_diary_scores(trial()).scores.equals(trial().scores)
