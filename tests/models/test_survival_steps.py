"""Curves at one half, times that differ by rounding, and late entry, against R's survival."""

import tomllib

import numpy as np
import pandas as pd
import pytest

import outcomes as oc
from tests.conftest import ROOT

R = tomllib.loads((ROOT / "tests/reference/survival/steps.toml").read_text(encoding="utf-8"))
TOLERANCE = R["provenance"]["tolerance"]
COLUMNS = {"time": "time", "event": "event", "arm": "arm"}


@pytest.mark.parametrize("case", R["median"], ids=lambda case: str(case["expected"]))
def test_a_median_where_the_curve_stands_at_one_half(case):
    data = pd.DataFrame({"arm": "yoga", "time": case["time"], "event": case["event"]})
    assert oc.kaplan_meier(data, **COLUMNS).table()["median"].tolist() == [case["expected"]]


@pytest.fixture
def rounded():
    return pd.DataFrame(
        {
            "arm": ["usual", "yoga"] * 4,
            "time": [0.1 + 0.2, 0.3, 0.3, 0.5, 0.8, 0.1 + 0.7, 0.9, 1.0],
            "event": [1, 1, 0, 1, 1, 0, 1, 0],
        }
    )


@pytest.mark.parametrize("scale", [1.0, 1e-9, 1e9])
def test_times_that_differ_by_rounding_are_tied(rounded, scale):
    assert rounded["time"].nunique() == 7
    data = rounded.assign(time=rounded["time"] * scale)
    curves = oc.kaplan_meier(data.assign(arm="all"), **COLUMNS)
    times = [scale * time for time in R["rounding"]["time"]]
    later = [time * (1 + 1e-9) for time in times]
    assert curves.at(later)["survival"].tolist() == pytest.approx(R["rounding"]["survival"])
    before = [time * (1 - 1e-9) for time in times]
    assert curves.at_risk(before)["at_risk"].tolist() == R["rounding"]["at_risk"]
    test = oc.log_rank_test(data, **COLUMNS, reference="usual").table()
    assert test["statistic"].tolist() == pytest.approx([R["rounding"]["log_rank"]], abs=TOLERANCE)


def test_the_last_time_is_reached_whatever_its_last_digit(rounded):
    last = 0.1 + 0.2
    assert last > 0.3
    data = rounded.assign(time=[last, 0.3, 0.1, 0.2, 0.2, 0.1, 0.3, last], event=1)
    found = oc.restricted_mean_difference(data, **COLUMNS, reference="usual", tau=last)
    # Means of 0.3, 0.1, 0.2, 0.3 and of 0.3, 0.2, 0.1, 0.3.
    assert found.means["estimate"].to_numpy() == pytest.approx([0.225, 0.225])
    assert oc.kaplan_meier(data, **COLUMNS).at([last])["survival"].tolist() == [0.0, 0.0]


def test_entry_that_differs_from_the_end_by_rounding_is_refused(rounded):
    with pytest.raises(oc.DataError, match="1 of 8 rows enter at or after time"):
        oc.kaplan_meier(rounded.assign(entry=[0.3, *[0.0] * 7]), **COLUMNS, entry="entry")


@pytest.fixture
def late():
    return pd.DataFrame(
        {
            "arm": "all",
            "entry": [0.0, 0, 0, 4, 6, 3],
            "time": [3.0, 8, 10, 10, 12, 10],
            "event": [1, 1, 1, 0, 1, 1],
        }
    )


def test_at_risk_with_late_entry(late):
    curves = oc.kaplan_meier(late, **COLUMNS, entry="entry")
    assert curves.at_risk(R["late"]["time"])["at_risk"].tolist() == R["late"]["at_risk"]
    # Between two times at which somebody leaves: those under observation, by hand.
    assert curves.at_risk([5])["at_risk"].tolist() == [4]


def test_entry_at_the_start_changes_nothing(late):
    started = late.assign(entry=0.0)
    whole, entered = (
        oc.kaplan_meier(started, **COLUMNS, entry=entry).at_risk([0, 3, 5, 10])
        for entry in (None, "entry")
    )
    pd.testing.assert_frame_equal(whole, entered)


@pytest.mark.parametrize("times", [[-1], [3, np.nan]])
def test_curves_are_not_read_where_nobody_was_followed(late, times):
    curves = oc.kaplan_meier(late, **COLUMNS)
    causes = late.assign(cause=late["event"].map({1: "better", 0: "seen"}))
    incidence = oc.cumulative_incidence(
        causes,
        time="time",
        cause="cause",
        arm="arm",
        of="better",
        competing=["left"],
        censored="seen",
    )
    for read in (curves.at, curves.at_risk, incidence.at):
        with pytest.raises(oc.SpecificationError, match="numbers of zero or more"):
            read(times)


def test_incidence_is_refused_where_late_entry_leaves_nobody_at_risk():
    data = pd.DataFrame(
        {
            "arm": "yoga",
            "entry": [0.0, 5, 5],
            "time": [3.0, 8, 9],
            "cause": ["better", "better", "left"],
        }
    )
    with pytest.raises(oc.NotEstimableError, match="everybody at risk at 3"):
        oc.cumulative_incidence(
            data,
            time="time",
            cause="cause",
            arm="arm",
            of="better",
            competing=["left"],
            censored="seen",
            entry="entry",
        )
