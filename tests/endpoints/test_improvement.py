"""Groups of improvement: bounds, who is where, and what is left out."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcomes.endpoints import improvement_counts, sorted_improvements


def frame_of(baseline, value):
    baseline, value = np.array(baseline, dtype=float), np.array(value, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        percent = np.where(baseline > 0, 100 * (value - baseline) / baseline, np.nan)
    arm = pd.Categorical(["usual"] * len(value), categories=["usual", "yoga"])
    return pd.DataFrame(
        {"arm": arm, "baseline": baseline, "value": value, "percent_change": percent}
    )


@pytest.mark.parametrize(
    ("baseline", "value", "group"),
    [
        (7.0, 4.9, "30 to below 50%"),
        (7.0, 5.0, "10 to below 30%"),
        (10.0, 5.0, "50 to below 70%"),
        (10.0, 9.0, "10 to below 30%"),
        (10.0, 10.0, "0 to below 10%"),
        (10.0, 10.1, "worse"),
        (10.0, 0.0, "70% or more"),
        (10.0, math.inf, "event counted as no response"),
        (10.0, math.nan, "no score at the visit"),
    ],
)
def test_each_patient_is_in_one_group(baseline, value, group):
    counts = improvement_counts(frame_of([baseline], [value]), higher_is="worse")
    (found,) = counts[counts["n"] > 0].itertuples()
    assert (found.arm, found.group, found.n, found.share) == ("usual", group, 1, 1.0)


@pytest.mark.parametrize("baseline", [0.0, math.nan])
def test_without_a_usable_baseline_a_patient_is_in_no_group(baseline):
    counts = improvement_counts(frame_of([baseline], [3.0]), higher_is="worse")
    assert counts["n"].sum() == 0
    assert counts["share"].isna().all()


@given(st.lists(st.integers(-100, 100), min_size=1, max_size=20))
def test_counts_are_those_of_a_plain_count(percents):
    frame = frame_of([100.0] * len(percents), [100.0 - each for each in percents])
    counts = improvement_counts(frame, higher_is="worse").query("arm == 'usual'")
    n = counts.set_index("group")["n"]
    assert n["worse"] == sum(each < 0 for each in percents)
    assert n["30 to below 50%"] == sum(30 <= each < 50 for each in percents)
    assert n["70% or more"] == sum(each >= 70 for each in percents)
    assert n.sum() == len(percents)
    assert sorted_improvements(frame, higher_is="worse")["improvement"].tolist() == (
        pytest.approx(sorted(map(float, percents), reverse=True))
    )


def test_events_and_missing_scores_are_not_drawn():
    frame = frame_of([10.0] * 3, [5.0, math.inf, math.nan])
    assert sorted_improvements(frame, higher_is="worse")["improvement"].tolist() == [50.0]
