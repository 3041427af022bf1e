"""Adherence, defined daily doses, opioid reduction and stopping against worked cases."""

import tomllib

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outcomes.endpoints.medication import (
    adherence,
    ddd_per_day,
    mme_per_day,
    opioid_discontinuation,
    opioid_reduction,
    pill_count,
)
from outcomes.errors import DataError, SchemaError, SpecificationError, UnsupportedCombinationError
from tests.conftest import ROOT
from tests.endpoints.medication.mme_records import records

REFERENCE = tomllib.loads((ROOT / "tests/reference/medication/medication.toml").read_text())
CLOSE = REFERENCE["provenance"]["tolerance"]
FILLS = pd.DataFrame({"subject": "1", "drug": "duloxetine", "day": [0, 25, 70], "days_supply": 30})


def test_adherence_of_the_worked_example():
    worked = REFERENCE["adherence"]
    (kept,) = adherence(FILLS, window=(0, 119)).itertuples()
    (lost,) = adherence(FILLS, window=(0, 119), overlap="add").itertuples()
    (short,) = adherence(FILLS, window=(0, 119), mpr_days="to_end_of_supply").itertuples()
    assert (kept.pdc, kept.mpr) == pytest.approx((worked["carry_over"], worked["mpr"]))
    assert lost.pdc == pytest.approx(worked["add"], abs=1e-5)
    assert short.mpr == pytest.approx(worked["mpr_to_end_of_supply"])


def test_nothing_dispensed_is_zero_where_prescribed_and_not_applicable_where_not():
    due = pd.DataFrame({"subject": ["2"], "drug": ["duloxetine"]})
    found = adherence(FILLS, window=(0, 119), prescribed=due).set_index("subject")
    assert found.loc["2", ["pdc", "mpr", "reason"]].tolist() == [0.0, 0.0, ""]
    assert found.loc["1", "reason"] == "not applicable"
    assert found.loc["1", ["pdc", "mpr"]].isna().all()


fills = st.lists(st.tuples(st.integers(-40, 90), st.integers(1, 40)), min_size=1, max_size=6)


@settings(max_examples=25, deadline=None)
@given(fills)
def test_days_covered_equal_a_walk_through_the_days(supplies):
    covered, free = set(), -1000
    for day, n in sorted(supplies):
        start = max(day, free)
        free = start + n
        covered |= set(range(start, free)) & set(range(60))
    frame = pd.DataFrame(supplies, columns=["day", "days_supply"]).assign(subject=1, drug="x")
    (row,) = adherence(frame, window=(0, 59)).itertuples()
    assert row.covered_days == len(covered)
    assert row.pdc == pytest.approx(len(covered) / 60)
    assert row.supplied_days == sum(n for day, n in supplies if 0 <= day < 60)


@pytest.mark.parametrize(
    ("frame", "error", "match"),
    [
        (FILLS.assign(days_supply=-30), DataError, "3 rows without a whole day"),
        (FILLS.assign(day=np.nan), DataError, "whole day"),
        (FILLS.drop(columns="days_supply"), SchemaError, "lacks days_supply"),
        (FILLS.assign(as_needed=True), UnsupportedCombinationError, "as needed"),
    ],
)
def test_dispensings_that_say_nothing_are_refused(frame, error, match):
    with pytest.raises(error, match=match):
        adherence(frame, window=(0, 119))


def test_pills_counted_are_missing_unless_returned():
    count = pill_count(pd.Series([60.0, 60, 90]), pd.Series([6, np.nan, 0]), pd.Series([60.0] * 3))
    assert count.tolist() == pytest.approx([90, np.nan, 150], nan_ok=True)
    with pytest.raises(DataError, match="returned than dispensed"):
        pill_count(pd.Series([1.0]), pd.Series([2.0]), pd.Series([1.0]))


@pytest.mark.parametrize("case", REFERENCE["ddd"], ids=lambda case: case["drug"])
def test_defined_daily_doses(case):
    frame = records(
        {"start": 0, "end": 6}, drug=case["drug"], dose=case["dose"], quantity_per_day=case["a_day"]
    )
    (row,) = ddd_per_day(frame, window=(0, 6)).itertuples()
    assert row.ddd == pytest.approx(case["ddd"], nan_ok=True)
    assert "WHO" in row.source


def test_days_without_supply_count_as_none():
    frame = records({"start": 0, "end": 6}, drug="ibuprofen", dose=600.0, quantity_per_day=3)
    (row,) = ddd_per_day(frame, window=(0, 13)).itertuples()
    assert (row.ddd, row.days) == (pytest.approx(0.75), 14)
    (none,) = ddd_per_day(frame, window=(20, 29)).itertuples()
    assert none.ddd == 0


def test_drugs_without_ddd_are_refused():
    frame = records({"start": 0, "end": 6}, drug="cyclobenzaprine", quantity_per_day=1)
    with pytest.raises(DataError, match="no DDD in the WHO index for cyclobenzaprine"):
        ddd_per_day(frame, window=(0, 6))


def averages(mme, **more):
    frame = pd.DataFrame({"subject": [str(i) for i in range(len(mme))], "mme": mme})
    same = {"opioids": "morphine", "factor_set": "cdc2022", "denominator": "window"}
    return frame.assign(**(same | {"overlap": "carry_over"} | more))


@pytest.mark.parametrize("case", REFERENCE["reduction"])
def test_reductions(case):
    before, after = averages([case["before"]]), averages([case["after"]])
    (row,) = opioid_reduction(before, after, missing="undefined").itertuples()
    assert row.percent_reduction == pytest.approx(case["percent"], abs=CLOSE)
    assert (row.reduced_30, row.reduced_50) == (case["reduced_30"], case["reduced_50"])


def test_undefined_reductions_say_why_and_a_missing_follow_up_is_what_was_declared():
    before, after = averages([120.0, 0.0, np.nan, 120.0]), averages([np.nan, 20.0, 5.0])
    counted = opioid_reduction(before, after, missing="non_responder")
    assert counted["reduced_30"].tolist() == [False, pd.NA, pd.NA, False]
    assert counted["initiated"].tolist() == [False, True, False, False]
    assert counted["reason"].tolist() == [
        "follow-up missing",
        "no opioid at baseline",
        "baseline missing",
        "follow-up missing",
    ]
    left = opioid_reduction(before, after, missing="undefined")
    assert left["reduced_30"].isna().all()


@pytest.mark.parametrize(("key", "percent"), [("cdc2022", 21.67), ("cdc2016", 33.33)])
def test_a_rotation_can_look_like_a_reduction_and_is_listed(key, percent):
    morphine = records(
        {"drug": "morphine", "dose": 60.0, "unit": "mg/day", "start": -28, "end": -1}
    )
    methadone = records(
        {"drug": "methadone", "dose": 10.0, "unit": "mg/day", "start": 0, "end": 27}
    )
    before = mme_per_day(morphine, key, denominator="window", window=(-28, -1))
    after = mme_per_day(methadone, key, denominator="window", window=(0, 27))
    (row,) = opioid_reduction(before, after, missing="undefined").itertuples()
    assert row.percent_reduction == pytest.approx(percent, abs=CLOSE)
    assert row.rotated


def test_averages_made_differently_are_not_compared():
    with pytest.raises(UnsupportedCombinationError, match="factor_set differs: cdc2016, cdc2022"):
        opioid_reduction(
            averages([1.0]), averages([1.0], factor_set="cdc2016"), missing="undefined"
        )
    with pytest.raises(SpecificationError, match="missing is"):
        opioid_reduction(averages([1.0]), averages([1.0]), missing="worst")


@pytest.mark.parametrize(
    ("spans", "last", "interruptions", "stopped"),
    [
        ([(0, 29)], 29, 0, True),
        ([(0, 29), (44, 55)], 55, 0, True),  # a gap of 14 days is continued use
        ([(0, 29), (45, 55)], 55, 1, True),  # one of 15 is not
        ([(0, 56)], 56, 0, False),  # 27 days free of 28 needed
        ([(0, 55)], 55, 0, True),
        ([(0, 200)], 83, 0, False),
    ],
)
def test_stopping_needs_days_without_supply_beyond_the_grace_period(
    spans, last, interruptions, stopped
):
    frame = records(*({"start": a, "end": b} for a, b in spans), unit="mg/day")
    (row,) = opioid_discontinuation(frame, window=(0, 83)).itertuples()
    assert (row.last_covered_day, row.interruptions) == (last, interruptions)
    assert row.discontinued == stopped
    assert row.time == (last if stopped else 83)


def test_a_longer_grace_period_postpones_the_judgement():
    frame = records({"start": 0, "end": 55}, unit="mg/day")
    (row,) = opioid_discontinuation(frame, window=(0, 83), grace=30).itertuples()
    assert not row.discontinued


def test_a_diary_does_not_say_when_use_ended():
    with pytest.raises(UnsupportedCombinationError, match="diary"):
        opioid_discontinuation(records({"day": 0, "quantity": 1}), window=(0, 83))
