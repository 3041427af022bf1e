"""Kaplan-Meier, log-rank, Cox and at-risk counts against R's survival on its lung data."""

import tomllib

import numpy as np
import pandas as pd
import pytest
from lifelines.datasets import load_lung

from outcomes.errors import DataError, NotEstimableError
from outcomes.models.survival import fit_cox, kaplan_meier, log_rank_test
from outcomes.stats.survival import at_risk, median_time
from tests.conftest import ROOT

R = tomllib.loads(
    (ROOT / "tests" / "reference" / "survival" / "lung.toml").read_text(encoding="utf-8")
)
TOLERANCE = R["provenance"]["tolerance"]
COLUMNS = {"time": "time", "event": "event", "arm": "arm"}


@pytest.fixture(scope="module")
def lung() -> pd.DataFrame:
    data = load_lung()
    assert {"rows": len(data), "time": data["time"].sum(), "age": data["age"].sum()} == R["data"]
    arm = pd.Categorical(data["sex"].astype(str), categories=["1", "2"])
    return data.assign(arm=arm, event=data["status"].astype(bool))


@pytest.mark.parametrize("day", R["survival"])
def test_kaplan_meier_with_its_limits(lung, day):
    curves = kaplan_meier(lung, **COLUMNS).curves
    for arm, expected in zip("12", R["survival"][day], strict=True):
        curve = curves[(curves["arm"] == arm) & (curves["time"] <= int(day))].iloc[-1]
        found = curve[["survival", "conf_low", "conf_high"]].tolist()
        assert found == pytest.approx(expected, abs=TOLERANCE)


def test_medians(lung):
    found = kaplan_meier(lung, **COLUMNS).medians.set_index("arm")
    for arm, expected in R["medians"].items():
        assert found.loc[arm].tolist() == expected


def test_at_risk_is_counted_at_the_start_of_the_interval(lung):
    table = kaplan_meier(lung, **COLUMNS).at_risk([float(day) for day in R["at_risk"]])
    found = table.groupby("time")[["at_risk", "events", "censored"]].apply(
        lambda rows: rows.to_numpy().tolist()
    )
    assert {str(int(time)): counts for time, counts in found.items()} == R["at_risk"]


def test_log_rank(lung):
    (row,) = log_rank_test(lung, **COLUMNS, reference="1").table().to_dict("records")
    assert row["statistic"] == pytest.approx(R["log_rank"]["statistic"], abs=TOLERANCE)
    assert (row["arm"], row["df"]) == ("2", 1)


@pytest.mark.parametrize("which", ["unadjusted", "adjusted"])
def test_cox_with_ties_after_efron(lung, which):
    covariates = ["age", "ecog"] if which == "adjusted" else []
    if covariates:
        lung = lung[lung["ph.ecog"] < 3].copy()
        lung["ecog"] = lung["ph.ecog"].astype(int).astype(str)
    found = fit_cox(lung, **COLUMNS, reference="1", covariates=covariates).coefficients
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
    found = kaplan_meier(data, **COLUMNS)
    assert found.curves["survival"].tolist() == pytest.approx([1.0, 0.75, 0.5, 0.5])
    assert found.medians["median"].tolist() == [56.0]


def test_a_curve_above_one_half_has_no_median():
    assert np.isnan(median_time(np.array([0.0, 28.0]), np.array([1.0, 0.51])))


def test_those_who_leave_at_a_time_are_still_at_risk_then():
    counts = at_risk(np.array([28.0, 28.0]), np.array([True, False]), np.array([0.0, 28.0, 56.0]))
    assert counts.at_risk.tolist() == [2, 2, 0]
    assert counts.events.tolist() == [0, 1, 1]


def test_an_arm_without_events_has_no_hazard_ratio(lung):
    quiet = lung.assign(event=lung["event"] & (lung["arm"] == "1"))
    with pytest.raises(NotEstimableError, match="nobody in arm '2' has the event"):
        fit_cox(quiet, **COLUMNS, reference="1")


def test_a_covariate_equal_to_the_arm_is_refused(lung):
    with pytest.raises(NotEstimableError, match="cannot be told apart"):
        fit_cox(
            lung.assign(again=lung["sex"].astype(str)),
            **COLUMNS,
            reference="1",
            covariates=["again"],
        )


def test_a_missing_covariate_is_refused(lung):
    with pytest.raises(DataError, match=r"ph\.ecog: 1 of 228 rows have no value"):
        fit_cox(lung, **COLUMNS, reference="1", covariates=["ph.ecog"])


def test_what_the_library_warns_of_is_carried_and_not_raised(lung):
    # A stratum without events: its own coefficient runs off, the arm's does not.
    first = lung.index[~lung["event"]][:5]
    data = lung.assign(stratum=np.where(lung.index.isin(first), "rare", "common"))
    fit = fit_cox(data, **COLUMNS, reference="1", covariates=["stratum"])
    assert any("stratum_rare have very low variance" in note for note in fit.notes)
    plain = fit_cox(data.drop(index=first), **COLUMNS, reference="1").coefficients
    assert fit.coefficients["estimate"][0] == pytest.approx(plain["estimate"][0], abs=1e-3)
