"""Time to confirmed response: counts that add up, and the models it calls."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from outcomes.analyses.plan import analyse
from outcomes.analyses.time_to_response import TimeToResponse
from outcomes.analyses.time_to_response_notes import failure_notes, proportional_note
from outcomes.endpoints import confirmed_response, outcome_frame
from outcomes.errors import NotEstimableError, SpecificationError
from outcomes.models.survival import (
    fit_cox,
    fit_interval_censored,
    interval_censored_response,
    log_rank_test,
)
from outcomes.trial.study import Withdrawal
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
    for (arm, time), row in result.times.at_risk.set_index(["arm", "time"]).iterrows():
        mine = data[data["arm"] == arm]
        assert row["at_risk"] == (mine["time"] >= time).sum()
        gone = (mine["time"] < time).sum()
        assert row["at_risk"] + gone == len(mine)
        assert row["events"] == ((mine["time"] <= time) & mine["event"]).sum()
        assert row["censored"] == ((mine["time"] <= time) & ~mine["event"]).sum()
    assert result.times.at_risk["time"].unique().tolist() == [0.0, 28.0, 84.0, 182.0]


def test_hazard_ratio_is_adjusted_for_the_factor_and_the_log_rank_test_is_not(result):
    data = derived()
    columns = {"time": "time", "event": "event", "arm": "arm", "reference": "usual"}
    cox = fit_cox(data, **columns, covariates=["site"]).coefficients.set_index("term")
    found = result.contrasts.set_index("arm")
    for arm in ("yoga", "qigong"):
        assert found.loc[arm, "std_error"] == pytest.approx(cox.loc[arm, "std_error"])
        assert found.loc[arm, "p_value"] == pytest.approx(cox.loc[arm, "p_value"])
    plain = log_rank_test(data, **columns).table().set_index("arm")["statistic"]
    assert result.times.log_rank.set_index("arm")["statistic"].to_dict() == pytest.approx(
        plain.to_dict()
    )


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
    assert result.times.medians["median"].isna().all()
    ard = result.to_ard()
    rows = ard[(ard["context"] == "median") & (ard["stat_name"] == "median")]
    assert rows["error"].tolist() == ["not reached"] * 3


def test_an_arm_in_which_nobody_responds_is_refused():
    never = replace(TIMES, percent=100.0)
    with pytest.raises(NotEstimableError, match="has the event"):
        analyse(trial(never), never)


def test_mean_times_are_compared_up_to_the_last_visit_all_arms_reach(result):
    times = result.times
    assert times.tau == 182.0
    differences = times.restricted_differences.set_index("arm")
    means = times.restricted_means.set_index("arm")["estimate"]
    for arm in ("yoga", "qigong"):
        apart = means[arm] - means["usual"]
        assert differences.loc[arm, "estimate"] == pytest.approx(apart)
    (row,) = [row for row in result.planned if row.choice == "Limit of mean times"]
    assert (row.used, row.as_planned) == ("Day 182", True)


def test_a_declared_limit_beyond_the_follow_up_is_refused():
    late = replace(TIMES, tau=400.0)
    with pytest.raises(SpecificationError, match=r"tau is 400.0; it must be a number above 0"):
        analyse(trial(late), late)


def test_responses_between_visits_are_estimated_from_the_intervals(result):
    data = derived()
    data = data.assign(by=data["time"].where(data["event"], np.inf))
    expected = interval_censored_response(
        data, lower="after", upper="by", arm="arm", visits=[28, 84, 182]
    )
    found = result.intervals.probabilities
    assert (found["conf_low"].dropna() < found["estimate"][found["conf_low"].notna()]).all()
    pd.testing.assert_frame_equal(found, expected.table())
    ratios = fit_interval_censored(
        data, lower="after", upper="by", arm="arm", reference="usual", covariates=["site"]
    )
    pd.testing.assert_frame_equal(result.intervals.time_ratios, ratios.time_ratios)


def test_nothing_competes_where_no_withdrawal_is_declared(result):
    assert result.times.incidence.empty
    assert result.times.subdistribution.empty
    assert "gray" not in set(result.to_ard()["context"])


def test_leaving_the_trial_competes_with_a_response():
    made = trial(TIMES)
    unseen = derived().query("reason == 'not observed afterwards'")["subject"][:2]
    gone = made.subjects["subject"].isin(unseen)
    subjects_ = made.subjects.assign(
        why=np.where(gone, "moved away", None), left_on=np.where(gone, 170.0, np.nan)
    )
    design = replace(made.design, withdrawal=Withdrawal(reason="why", day="left_on"))
    result = analyse(
        replace(made, subjects=subjects_, study=replace(made.study, design=design)), TIMES
    )
    competing = result.times.incidence_at.query("cause == 'competing'")
    assert competing["events"].sum() == 2
    curves = result.times.incidence.query("cause == 'competing' and estimate > 0")
    assert curves["time"].min() == 170.0
    total = result.times.incidence_at.groupby("arm")["estimate"].sum()
    assert (total <= 1).all()
    assert set(result.times.gray["arm"]) == {"yoga", "qigong"}


def test_hazards_that_cross_are_said_beside_the_headline(result):
    crossing = replace(
        result.times,
        proportional_hazards=pd.DataFrame({"term": ["arm"], "p_value": [0.01]}),
    )
    (note,) = proportional_note(crossing, 0.05)
    assert note.beside_headline
    assert proportional_note(result.times, 1e-9) == []


def test_what_cannot_be_estimated_beside_it_is_noted(result):
    (note,) = failure_notes([("Gray's test", "no events")])
    assert (note.kind, note.text) == ("warning", "no events")
    assert result.times.failures == ()
