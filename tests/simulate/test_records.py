"""Dispensing, adverse events and attendance follow their rules."""

import numpy as np
import pandas as pd
import pytest

from outcomes.simulate import simulate_trial
from tests.simulate.designs import with_patients


@pytest.fixture(scope="module")
def trial():
    return simulate_trial(with_patients(4000), np.random.default_rng(41))


def last_days(trial):
    return trial.subjects.set_index("subject")["withdrawal_day"].fillna(364).astype(int)


def test_rescue_follows_a_visit_with_pain_of_seven_or_more_half_of_the_time(trial):
    rescue = trial.medication[trial.medication["purpose"] == "rescue"]
    visits = trial.responses[trial.responses["visit"] != "baseline"]
    joined = visits.merge(rescue, on=["subject", "day"], how="left")
    assert len(joined) == len(visits)
    assert joined["drug"].notna().sum() == len(rescue)
    in_pain = joined["nrs_1"].fillna(0) >= 7
    assert joined.loc[~in_pain, "drug"].isna().all()
    share = joined.loc[in_pain, "drug"].notna()
    assert share.mean() == pytest.approx(0.5, abs=4 * 0.5 / np.sqrt(len(share)))


def test_opioids_go_to_baseline_users_from_before_day_0_and_stop_with_them(trial):
    opioids = trial.medication[trial.medication["purpose"] == "opioid"]
    users = trial.subjects.loc[trial.subjects["baseline_opioid"] == "yes", "subject"]
    assert set(opioids["subject"]) == set(users)
    assert (opioids.groupby("subject")["day"].min() < 0).all()
    assert (opioids["day"] <= opioids["subject"].map(last_days(trial))).all()
    gaps = opioids.groupby("subject")["day"].diff().dropna()
    assert (gaps == 30).all()
    assert (opioids["quantity"] > 0).all()


def test_refills_fall_and_rise_by_quarters_as_often_as_stated_in_each_arm(trial):
    opioids = trial.medication[trial.medication["purpose"] == "opioid"].reset_index(drop=True)
    by_subject = opioids.groupby("subject")["quantity"]
    previous = by_subject.shift()
    quarters = (opioids["quantity"] - previous) / (by_subject.transform("first") // 4)
    # A step from one quarter to nothing leaves no record, so only larger supplies are followed.
    followed = previous > by_subject.transform("first") // 4
    arms = opioids["subject"].map(trial.subjects.set_index("subject")["arm"])
    plan = trial.design.medication
    for arm, tapering in plan.tapering.items():
        steps = quarters[followed & (arms == arm)]
        assert set(steps) == {-1.0, 0.0, 1.0}
        for step, stated in ((-1, tapering), (1, plan.increasing)):
            std_error = np.sqrt(stated * (1 - stated) / len(steps))
            assert (steps == step).mean() == pytest.approx(stated, abs=4 * std_error)


def test_adverse_events_happen_at_the_stated_rates_while_in_the_study(trial):
    stay = last_days(trial)
    assert (trial.events["day"] >= 1).all()
    assert (trial.events["day"] <= trial.events["subject"].map(stay)).all()
    arms = trial.subjects.set_index("subject")["arm"]
    for event in trial.design.events:
        found = trial.events[trial.events["term"] == event.term]["subject"].map(arms)
        for arm, per_year in event.per_year.items():
            expected = per_year * stay[arms == arm].sum() / 365.25
            assert abs((found == arm).sum() - expected) < 4 * np.sqrt(expected)


def test_sessions_are_weekly_and_end_with_the_patient(trial):
    sessions = trial.adherence
    classes = trial.subjects.set_index("subject")["class_id"]
    assert (sessions["day"] == 7 * sessions["session"]).all()
    assert (sessions["day"] <= sessions["subject"].map(last_days(trial))).all()
    assert (sessions["class_id"] == sessions["subject"].map(classes)).all()
    assert not sessions.duplicated(["subject", "session"]).any()


def test_attendance_is_as_stated_and_stops_for_good(trial):
    """The share at session k is 0.85 · 0.98^k: still coming, and there that day."""
    came = (trial.adherence["attended"] == "yes").groupby(trial.adherence["session"])
    for session, share in came.mean().items():
        stated = 0.85 * 0.98**session
        std_error = np.sqrt(stated * (1 - stated) / came.size()[session])
        assert share == pytest.approx(stated, abs=4 * std_error)


def test_per_protocol_is_eight_sessions_or_no_class(trial):
    came = trial.adherence[trial.adherence["attended"] == "yes"].groupby("subject").size()
    for row in trial.subjects.itertuples():
        enough = row.arm == "medication" or came.get(row.subject, 0) >= 8
        assert row.per_protocol == ("yes" if enough else "no")


def test_withdrawal_has_a_day_and_a_reason_or_neither(trial):
    day, reason = trial.subjects["withdrawal_day"], trial.subjects["withdrawal_reason"]
    assert (day.notna() == reason.notna()).all()
    last_seen = trial.responses.groupby("subject")["day"].max()
    left = trial.subjects[day.notna()].set_index("subject")["withdrawal_day"]
    assert (left > last_seen.reindex(left.index)).all()
    assert pd.api.types.is_integer_dtype(day)
