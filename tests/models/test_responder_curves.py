"""Whole responder curves against R, closed forms and what cannot be compared."""

import tomllib

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outcomes.endpoints import responder_curve
from outcomes.errors import NotEstimableError, SchemaError, SpecificationError
from outcomes.models.responder_curves import compare_responder_curves
from tests.conftest import ROOT

VALUES = tomllib.loads((ROOT / "tests/reference/analyses/rank_tests.toml").read_text())
KEYS = {"improvement": "better_by", "arm": "arm", "reference": "usual"}


def as_in_r() -> pd.DataFrame:
    """The data that rank_tests.R writes down."""
    i = np.arange(1, 81)
    arm = np.where(i % 2 == 1, "yoga", "usual")
    better_by = ((i * 37) % 23) * 5.0 - 20 + 10 * (arm == "yoga")
    return pd.DataFrame(
        {
            "arm": arm,
            "site": np.array(list("abc"))[(i * 5) % 3],
            "better_by": np.where(i % 9 == 0, np.nan, better_by),
        }
    )


def compared(data, **options):
    options = {"missing": "non_responder"} | options
    return compare_responder_curves(data, **KEYS, **options)


def row(found, quantity):
    return found.contrasts.set_index("quantity").loc[quantity]


@pytest.mark.parametrize(("which", "strata"), [("wilcoxon", ()), ("van_elteren", ("site",))])
def test_rank_tests_are_those_of_r(which, strata):
    found = compared(as_in_r(), strata=strata)
    name = "Wilcoxon" if which == "wilcoxon" else "van Elteren"
    assert found.method.startswith(name)
    assert "ranked worst" in found.method
    tested = row(found, "probability_better").rename({"estimate": "probability"})
    for quantity, value in VALUES[which].items():
        assert tested[quantity] == pytest.approx(value, rel=VALUES["provenance"]["tolerance"])


def test_the_area_has_welchs_interval():
    area = row(compared(as_in_r()), "area_between_curves")
    for name, value in VALUES["area"].items():
        assert area[name] == pytest.approx(value, rel=VALUES["provenance"]["tolerance"])


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(-50, 150) | st.none(), min_size=4, max_size=8))
def test_the_area_is_what_lies_between_the_drawn_curves(improvements):
    half = len(improvements) // 2
    frame = pd.DataFrame(
        {
            "subject": range(len(improvements)),
            "arm": ["yoga"] * half + ["usual"] * (len(improvements) - half),
            "baseline": 100.0,
            "value": [np.nan if b is None else 100.0 - b for b in improvements],
        }
    )
    frame["percent_change"] = frame["value"] - 100
    # The share changes at improvements only, and holds from the one before up to each.
    steps = sorted({0.0, 100.0, *(float(b) for b in improvements if b is not None and 0 < b < 100)})
    curve = responder_curve(frame, higher_is="worse", percents=tuple(steps[1:]))
    shares = curve.pivot(index="percent", columns="arm", values="proportion")  # noqa: PD010
    areas = shares.mul(np.diff(steps), axis=0).sum() / 100
    found = row(compared(frame.assign(better_by=-frame["percent_change"])), "area_between_curves")
    assert found["estimate"] == pytest.approx(areas["yoga"] - areas["usual"], abs=1e-9)


def test_turning_arms_over_turns_the_probability_over():
    data = as_in_r()
    turned = data.assign(arm=data["arm"].map({"yoga": "usual", "usual": "yoga"}))
    for strata in ((), ("site",)):
        one, other = (
            row(compared(each, strata=strata), "probability_better") for each in (data, turned)
        )
        assert one["estimate"] == pytest.approx(1 - other["estimate"])
        assert one["statistic"] == pytest.approx(-other["statistic"])


def test_three_arms_are_each_compared_with_the_reference():
    data = pd.concat([as_in_r(), as_in_r().query("arm == 'yoga'").assign(arm="qigong")])
    found = compared(data.reset_index(drop=True)).contrasts
    assert found["arm"].tolist() == ["qigong"] * 2 + ["yoga"] * 2
    numbers = found.select_dtypes("number")
    assert numbers.iloc[0].equals(numbers.iloc[2].set_axis(numbers.columns))


@pytest.mark.parametrize(
    ("better_by", "quantity", "reason"),
    [
        ([20.0] * 6, "probability_better", "no two improvements differ"),
        ([20.0] * 6, "area_between_curves", "nobody differs"),
        ([20.0, 30.0], "area_between_curves", "single patient"),
    ],
)
def test_what_cannot_be_told_has_its_reason(better_by, quantity, reason):
    n = len(better_by)
    data = pd.DataFrame({"arm": ["yoga"] * (n // 2) + ["usual"] * (n // 2), "better_by": better_by})
    found = row(compared(data), quantity)
    assert np.isnan(found["p_value" if quantity == "probability_better" else "conf_low"])
    assert reason in found["reason"]


def test_strata_that_hold_one_arm_only_are_counted():
    data = as_in_r().assign(site=lambda d: d["arm"])
    found = compared(data, strata=["site"])
    assert found.n_uninformative == 80
    assert row(found, "probability_better")["reason"] == "no stratum holds both arms"


def test_an_unknown_stratum_is_a_stratum():
    data = as_in_r()
    named, unknown = (data.assign(site=data["site"].replace("a", to)) for to in ("z", None))
    expected = compared(named, strata=["site"]).contrasts
    pd.testing.assert_frame_equal(compared(unknown, strata=["site"]).contrasts, expected)


@pytest.mark.parametrize(
    ("data", "options", "error", "message"),
    [
        (as_in_r(), {"missing": None}, SchemaError, "8 of 80 responses are missing"),
        (as_in_r().assign(better_by="much"), {}, SchemaError, "not numbers"),
        (as_in_r().assign(arm="yoga"), {}, SpecificationError, "the arms are yoga"),
        (
            as_in_r().assign(better_by=lambda d: d["better_by"].where(d["arm"] == "usual")),
            {"missing": "exclude"},
            NotEstimableError,
            "nobody is counted in arm 'yoga'",
        ),
        (as_in_r(), {"strata": ["centre"]}, SchemaError, r"'centre' \(strata=\)"),
    ],
)
def test_what_is_refused(data, options, error, message):
    with pytest.raises(error, match=message):
        compared(data, **options)


def test_improvements_that_differ_by_rounding_alone_are_tied():
    # 30% of three baselines; as binary numbers they are not all the same.
    thirty = [100 * (7 - 4.9) / 7, 100 * (9 - 6.3) / 9, 100 * (6 - 4.2) / 6]
    assert len(set(thirty)) > 1
    data = pd.DataFrame({"arm": ["yoga"] * 3 + ["usual"] * 3})
    exact = compared(data.assign(better_by=[30.0, 30, 30, 30, 0, 0]))
    found = compared(data.assign(better_by=[*thirty, 30.0, 0, 0]))
    whole = row(found, "probability_better")
    assert whole["estimate"] == pytest.approx(5 / 6, abs=1e-15)
    assert whole["p_value"] == row(exact, "probability_better")["p_value"]
