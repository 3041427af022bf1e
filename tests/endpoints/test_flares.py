"""Flares against worked diaries and a plain walk along the days."""

import tomllib

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcomes.endpoints import flares
from outcomes.errors import DataError, SchemaError, SpecificationError
from tests.conftest import ROOT

REFERENCE = tomllib.loads((ROOT / "tests/reference/endpoints.toml").read_text())
BASELINE = pd.DataFrame({"subject": ["1"], "baseline": [5.0]})
RULE = {"rise": 2, "min_days": 2, "free_days": 3}


def diary(values):
    value = np.array(values, dtype=float)
    return pd.DataFrame({"subject": "1", "day": np.arange(1, len(value) + 1), "value": value})


@pytest.mark.parametrize("case", REFERENCE["flares"], ids=lambda case: case["id"])
def test_worked_diaries(case):
    found = flares(diary(case["value"]), BASELINE, **RULE)
    (row,) = found.subjects.itertuples()
    assert found.episodes[["first_day", "last_day"]].to_numpy().tolist() == case["flares"]
    assert (row.n_flares, row.person_days) == (len(case["flares"]), case["person_days"])
    assert row.reason == ""


def walked(values):
    """First and last day of each flare by walking along the days."""
    found, free, run = [], 99, []
    for day, value in enumerate([*values, None], start=1):
        if value is not None and value >= 7:
            run.append(day)
            continue
        if len(run) >= 2:
            if found and free < 3:
                found[-1][1] = run[-1]
            else:
                found.append([run[0], run[-1]])
        free = 0 if run else free
        run = []
        free += value is not None
    return found


@given(st.lists(st.sampled_from([4, 4, 7, 7, None]), max_size=25))
def test_every_diary_equals_a_walk_along_its_days(values):
    found = flares(diary(values), BASELINE, **RULE)
    assert found.episodes[["first_day", "last_day"]].to_numpy().tolist() == walked(values)


def test_why_flares_are_missing():
    baseline = pd.DataFrame({"subject": ["1", "2", "3"], "baseline": [None, 5.0, 5.0]})
    days = pd.concat([diary([9, 9]), diary([None, None]).assign(subject="2")])
    found = flares(days, baseline, **RULE).subjects
    assert found["reason"].tolist() == ["baseline missing", "no diary day", "no diary day"]
    assert found["n_flares"].isna().all()
    assert found["person_days"].tolist() == [2, 0, 0]


def test_the_area_is_what_lies_above_the_threshold():
    episodes = flares(diary([8, 9, 4]), BASELINE, **RULE).episodes
    assert episodes[["n_days", "area"]].to_numpy().tolist() == [[2, 3.0]]


@pytest.mark.parametrize(
    ("days", "baseline", "rule", "error", "message"),
    [
        (diary([7]).drop(columns="day"), BASELINE, {}, SchemaError, "days lacks day"),
        (diary([7]), BASELINE.drop(columns="baseline"), {}, SchemaError, "baseline lacks"),
        (pd.concat([diary([7])] * 2), BASELINE, {}, DataError, "1 row repeat a day"),
        (diary([7]).assign(day=0.5), BASELINE, {}, DataError, "no whole day"),
        (diary([7]), pd.concat([BASELINE] * 2), {}, DataError, "of baseline repeat"),
        (diary([7]).assign(subject="9"), BASELINE, {}, DataError, "no baseline row .9"),
        (diary([7]), BASELINE, {"rise": 0}, SpecificationError, "above zero"),
        (diary([7]), BASELINE, {"min_days": 0}, SpecificationError, "one or more"),
    ],
)
def test_what_is_refused(days, baseline, rule, error, message):
    with pytest.raises(error, match=message):
        flares(days, baseline, **(RULE | rule))
