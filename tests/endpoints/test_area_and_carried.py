"""Areas under curves and carried values against worked cases and closed forms."""

import tomllib

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcomes.endpoints import area_under_curve, carried_forward
from outcomes.errors import DataError, DuplicateRecordError, SchemaError, SpecificationError
from tests.conftest import ROOT
from tests.endpoints.frames import wide_frame

REFERENCE = tomllib.loads((ROOT / "tests/reference/endpoints.toml").read_text())


@pytest.mark.parametrize("case", REFERENCE["area"], ids=lambda case: case["id"])
def test_worked_areas(case):
    records = pd.DataFrame({"subject": "1", "day": case["day"], "value": case["value"]})
    (row,) = area_under_curve(records, until=case["until"], max_gap=case["max_gap"]).itertuples()
    assert row.reason == case["reason"]
    for name in ("area", "average", "change"):
        expected = case.get(name, np.nan)
        assert getattr(row, name) == pytest.approx(expected, abs=5e-4, nan_ok=True)


@given(st.lists(st.integers(1, 30), min_size=1, max_size=6), st.floats(0, 10), st.floats(-1, 1))
def test_the_average_of_a_straight_line_is_its_middle(steps, start, slope):
    day = np.concatenate([[0], np.cumsum(steps)])
    records = pd.DataFrame({"subject": "1", "day": day, "value": start + slope * day})
    (row,) = area_under_curve(records, until=day[-1], max_gap=0).itertuples()
    assert row.average == pytest.approx(start + slope * day[-1] / 2, abs=1e-9)
    assert row.change == pytest.approx(slope * day[-1] / 2, abs=1e-9)


def test_subjects_keep_their_order_whatever_that_of_their_days():
    records = pd.DataFrame(
        {"subject": ["b", "a", "b", "a"], "day": [10, 0, 0, 10], "value": [1.0, 2, 3, 4]}
    )
    found = area_under_curve(records, until=10, max_gap=0)
    assert found["subject"].tolist() == ["b", "a"]
    assert found["area"].tolist() == [20.0, 30.0]


RECORDS = pd.DataFrame({"subject": "1", "day": [0, 4], "value": [7.0, 5.0]})


@pytest.mark.parametrize(
    ("records", "options", "error", "message"),
    [
        (RECORDS.drop(columns="day"), {}, SchemaError, "records lacks day"),
        (pd.concat([RECORDS, RECORDS]), {}, DuplicateRecordError, "1 on day 0"),
        (RECORDS.assign(day=[0, None]), {}, DataError, "1 records have no day"),
        (RECORDS, {"until": 0}, SpecificationError, "until lies after day 0"),
        (RECORDS, {"max_gap": -1}, SpecificationError, "zero or more"),
    ],
)
def test_areas_that_are_refused(records, options, error, message):
    with pytest.raises(error, match=message):
        area_under_curve(records, **({"until": 4, "max_gap": 0} | options))


@pytest.mark.parametrize("rule", ["bocf", "wocf", "locf"])
@pytest.mark.parametrize("case", REFERENCE["carried"], ids=lambda case: case["id"])
def test_worked_carried_values(case, rule):
    frame = wide_frame(6.0, case["value"])
    found = carried_forward(frame, rule=rule, higher_is=case["higher_is"])
    expected = np.array(case[rule])
    assert found["value"].tolist() == pytest.approx(expected.tolist(), nan_ok=True)
    assert found["change"].tolist() == pytest.approx((expected - 6).tolist(), nan_ok=True)
    seen = ~np.isnan(case["value"])
    assert found["filled"].tolist() == (~seen & ~np.isnan(expected)).tolist()
    assert (found["reason"] != "").tolist() == np.isnan(expected).tolist()


def test_without_a_baseline_nothing_is_carried_from_it():
    frame = wide_frame(6.0, [np.nan, 4.0, np.nan, np.nan]).assign(baseline=np.nan)
    found = carried_forward(frame, rule="bocf", higher_is="worse")
    assert found["reason"].tolist() == ["baseline missing", "", *["baseline missing"] * 2]
    found = carried_forward(frame, rule="locf", higher_is="worse")
    assert found["reason"].tolist() == ["no value before and no baseline", "", "", ""]
    assert found["value"].tolist()[1:] == [4.0, 4.0, 4.0]
    assert found["change"].isna().all()


def test_nothing_is_carried_from_one_subject_to_the_next():
    first, second = wide_frame(6.0, [4.0, 9.0, np.nan, 8.0]), wide_frame(5.0, [np.nan] * 4)
    frame = pd.concat([first, second.assign(subject="s1")])
    for rule, expected in (("bocf", [5.0] * 4), ("wocf", [np.nan] * 4), ("locf", [5.0] * 4)):
        found = carried_forward(frame, rule=rule, higher_is="worse")["value"].tolist()
        assert found[4:] == pytest.approx(expected, nan_ok=True)


def test_a_scale_without_direction_has_a_baseline_and_a_last_value():
    frame = wide_frame(6.0, [4.0, np.nan, np.nan, np.nan])
    for rule, expected in (("bocf", 6.0), ("locf", 4.0)):
        found = carried_forward(frame, rule=rule, higher_is="neutral")
        assert found["value"].tolist() == [4.0, *[expected] * 3]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"rule": "nri"}, "one of bocf, wocf, locf"),
        ({"rule": "wocf", "higher_is": "neutral"}, "needs a direction"),
    ],
)
def test_unknown_rules_are_refused(options, message):
    with pytest.raises(SpecificationError, match=message):
        carried_forward(
            wide_frame(6.0, [4.0] * 4), **({"rule": "bocf", "higher_is": "worse"} | options)
        )
