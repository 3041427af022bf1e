"""Time to confirmed response: counts that add up, and the models it calls."""

from dataclasses import replace

import pandas as pd
import pytest

from outcomes.analyses.plan import analyse
from outcomes.analyses.time_to_response import TimeToResponse
from outcomes.endpoints import confirmed_response, outcome_frame
from outcomes.errors import NotEstimableError
from outcomes.models.survival import fit_cox, log_rank_test
from tests.analyses.made import DESIGN, scores, subjects, trial

TIMES = TimeToResponse(id="times", instrument="pain", percent=15.0)


def derived() -> pd.DataFrame:
    frame = outcome_frame(scores(), subjects(), DESIGN, instrument="pain", scale="value")
    found = confirmed_response(frame, percent=15.0, higher_is="worse")
    return found.astype({"event": bool}).merge(subjects()[["subject", "site"]], on="subject")


@pytest.fixture(scope="module")
def result():
    return analyse(trial(TIMES), TIMES)


def test_at_risk_events_and_censored_add_up_at_each_visit(result):
    data = derived()
    for (arm, time), row in result.at_risk.set_index(["arm", "time"]).iterrows():
        mine = data[data["arm"] == arm]
        assert row["at_risk"] == (mine["time"] >= time).sum()
        gone = (mine["time"] < time).sum()
        assert row["at_risk"] + gone == len(mine)
        assert row["events"] == ((mine["time"] <= time) & mine["event"]).sum()
        assert row["censored"] == ((mine["time"] <= time) & ~mine["event"]).sum()
    assert result.at_risk["time"].unique().tolist() == [0.0, 28.0, 84.0, 182.0]


def test_hazard_ratio_is_adjusted_for_the_factor_and_the_log_rank_test_is_not(result):
    data = derived()
    columns = {"time": "time", "event": "event", "arm": "arm", "reference": "usual"}
    cox = fit_cox(data, **columns, covariates=["site"]).coefficients.set_index("term")
    found = result.contrasts.set_index("arm")
    for arm in ("yoga", "qigong"):
        assert found.loc[arm, "std_error"] == pytest.approx(cox.loc[arm, "std_error"])
        assert found.loc[arm, "p_value"] == pytest.approx(cox.loc[arm, "p_value"])
    plain = log_rank_test(data, **columns).table().set_index("arm")["statistic"]
    assert result.log_rank.set_index("arm")["statistic"].to_dict() == pytest.approx(plain.to_dict())


def test_headline_is_a_ratio_above_one_where_the_active_arm_responds_sooner(result):
    for each in result.headlines:
        assert (each.null, each.favours_active, each.visit) == (1.0, "higher", None)
        assert each.conf_low < each.estimate < each.conf_high
    sooner = derived().groupby("arm", observed=True)["event"].mean()
    yoga = next(each for each in result.headlines if each.active.id == "yoga")
    assert (yoga.estimate > 1) == (sooner["yoga"] > sooner["usual"])


def test_it_says_that_times_are_interval_censored(result):
    (note,) = [note for note in result.notes if "interval-censored" in note.title]
    assert "28 to 98 days apart" in note.text


def test_reasons_account_for_everybody(result):
    assert result.reasons["n"].sum() == 120
    events = result.reasons.query("reason == 'confirmed response'")["n"].sum()
    assert events == derived()["event"].sum()


def test_a_median_not_reached_says_so_in_the_results_data():
    strict = replace(TIMES, percent=25.0)
    result = analyse(trial(strict), strict)
    assert result.medians["median"].isna().all()
    ard = result.to_ard()
    rows = ard[(ard["context"] == "median") & (ard["stat_name"] == "median")]
    assert rows["error"].tolist() == ["not reached"] * 3


def test_an_arm_in_which_nobody_responds_is_refused():
    never = replace(TIMES, percent=100.0)
    with pytest.raises(NotEstimableError, match="has the event"):
        analyse(trial(never), never)
