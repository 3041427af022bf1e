"""Kaplan-Meier, log-rank, Cox and at-risk counts against R's survival on its lung data."""

import tomllib

import numpy as np
import pandas as pd
import pytest
from lifelines.datasets import load_lung

from outcomes.errors import NotEstimableError, SchemaError
from outcomes.models.survival import at_risk_table, fit_cox, kaplan_meier, log_rank, medians
from outcomes.stats.survival import at_risk, median_time
from tests.conftest import ROOT

R = tomllib.loads(
    (ROOT / "tests" / "reference" / "analyses" / "survival.toml").read_text(encoding="utf-8")
)
TOLERANCE = R["provenance"]["tolerance"]


@pytest.fixture(scope="module")
def lung() -> pd.DataFrame:
    data = load_lung()
    assert {"rows": len(data), "time": data["time"].sum(), "age": data["age"].sum()} == R["data"]
    arm = pd.Categorical(data["sex"].astype(str), categories=["1", "2"])
    return data.assign(arm=arm, event=data["status"].astype(bool))


@pytest.mark.parametrize("day", R["survival"])
def test_kaplan_meier_with_its_limits(lung, day):
    curves = kaplan_meier(lung)
    for arm, expected in zip("12", R["survival"][day], strict=True):
        curve = curves[(curves["arm"] == arm) & (curves["time"] <= int(day))].iloc[-1]
        found = curve[["survival", "conf_low", "conf_high"]].tolist()
        assert found == pytest.approx(expected, abs=TOLERANCE)


def test_medians(lung):
    found = medians(kaplan_meier(lung)).set_index("arm")
    for arm, expected in R["medians"].items():
        assert found.loc[arm].tolist() == expected


def test_at_risk_is_counted_at_the_start_of_the_interval(lung):
    table = at_risk_table(lung, [float(day) for day in R["at_risk"]])
    found = table.groupby("time")[["at_risk", "events", "censored"]].apply(
        lambda rows: rows.to_numpy().tolist()
    )
    assert {str(int(time)): counts for time, counts in found.items()} == R["at_risk"]


def test_log_rank(lung):
    (row,) = log_rank(lung, reference="1").to_dict("records")
    assert row["statistic"] == pytest.approx(R["log_rank"]["statistic"], abs=TOLERANCE)
    assert (row["arm"], row["df"]) == ("2", 1)


@pytest.mark.parametrize("which", ["unadjusted", "adjusted"])
def test_cox_with_ties_after_efron(lung, which):
    covariates = ["age", "ecog"] if which == "adjusted" else []
    if covariates:
        lung = lung[lung["ph.ecog"] < 3].copy()
        lung["ecog"] = lung["ph.ecog"].astype(int).astype(str)
    found = fit_cox(lung, reference="1", covariates=covariates).coefficients
    assert found[["estimate", "std_error"]].to_numpy() == pytest.approx(
        np.array(R["cox"][which]), abs=TOLERANCE
    )


def test_a_curve_that_stands_at_one_half_reaches_its_median_there():
    data = pd.DataFrame(
        {
            "arm": pd.Categorical(["a"] * 8),
            "time": [28.0, 28, 56, 56, 84, 84, 84, 84],
            "event": [True] * 4 + [False] * 4,
        }
    )
    curve = kaplan_meier(data)
    assert curve["survival"].tolist() == pytest.approx([1.0, 0.75, 0.5, 0.5])
    assert medians(curve)["median"].tolist() == [56.0]


def test_a_curve_above_one_half_has_no_median():
    assert np.isnan(median_time(np.array([0.0, 28.0]), np.array([1.0, 0.51])))


def test_those_who_leave_at_a_time_are_still_at_risk_then():
    counts = at_risk(np.array([28.0, 28.0]), np.array([True, False]), np.array([0.0, 28.0, 56.0]))
    assert counts.at_risk.tolist() == [2, 2, 0]
    assert counts.events.tolist() == [0, 1, 1]


@pytest.mark.parametrize("change", [{"time": -1.0}, {"time": np.nan}, {"event": None}])
def test_rows_without_a_time_or_event_are_refused(lung, change):
    with pytest.raises(SchemaError, match="228 of 228 rows have no event, or a time"):
        kaplan_meier(lung.assign(**change))


def test_an_arm_without_events_has_no_hazard_ratio(lung):
    quiet = lung.assign(event=lung["event"] & (lung["arm"] == "1"))
    with pytest.raises(NotEstimableError, match="nobody in arm '2' has the event"):
        fit_cox(quiet, reference="1")


def test_a_covariate_equal_to_the_arm_is_refused(lung):
    with pytest.raises(NotEstimableError, match="cannot be told apart"):
        fit_cox(lung.assign(again=lung["sex"].astype(str)), reference="1", covariates=["again"])


def test_a_missing_covariate_is_refused(lung):
    with pytest.raises(SchemaError, match="1 of 228 subjects lack a covariate"):
        fit_cox(lung, reference="1", covariates=["ph.ecog"])


def test_what_the_library_warns_of_is_carried_and_not_raised(lung):
    # A stratum without events: its own coefficient runs off, the arm's does not.
    first = lung.index[~lung["event"]][:5]
    data = lung.assign(stratum=np.where(lung.index.isin(first), "rare", "common"))
    fit = fit_cox(data, reference="1", covariates=["stratum"])
    assert any("stratum_rare have very low variance" in note for note in fit.notes)
    plain = fit_cox(data.drop(index=first), reference="1").coefficients
    assert fit.coefficients["estimate"][0] == pytest.approx(plain["estimate"][0], abs=1e-3)
