"""Time to recorded events: derivation from a trial's frames, and what cannot be compared."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from outcomes.analyses.plan import analyse
from outcomes.analyses.time_to_event import TimeToEvent
from outcomes.errors import DataError, NotEstimableError, SpecificationError
from outcomes.estimands import Recorded
from outcomes.models.survival import fit_cox
from outcomes.trial.study import Withdrawal
from tests.analyses.made import trial

RESCUE = TimeToEvent(
    id="rescue",
    event="rescue medication",
    event_is="bad",
    recorded=Recorded(frame="medication", where={"purpose": "rescue"}),
)
LEAVING = TimeToEvent(id="left", event="leaving", event_is="bad", source="withdrawal")


def made(analysis, *, rescue_after=300):
    """Every third patient of each arm is given rescue, every seventh leaves on day 100."""
    start = trial(analysis)
    i = np.arange(len(start.subjects))
    leaves = (i // 3) % 7 == 0
    why = np.where((i // 3) % 14 == 0, "moved away", "burden")
    subjects = start.subjects.assign(
        why=np.where(leaves, why, None), left=np.where(leaves, 100.0, np.nan)
    )
    rescued = ((i // 3) % 3 == 1) & ~leaves
    medication = pd.DataFrame(
        {
            "subject": subjects["subject"][rescued].to_numpy(),
            "day": 20 + (i[rescued] * 13) % rescue_after,
            "purpose": "rescue",
        }
    )
    other = pd.DataFrame({"subject": subjects["subject"][:9], "day": 1, "purpose": "opioid"})
    design = replace(start.design, withdrawal=Withdrawal(reason="why", day="left"))
    return replace(
        start,
        subjects=subjects,
        medication=pd.concat([medication, other], ignore_index=True),
        study=replace(start.study, design=design),
    )


def test_times_end_with_the_first_record_leaving_or_the_end():
    data = made(RESCUE)
    result = analyse(data, RESCUE)
    counts = result.reasons.groupby("reason")["n"].sum()
    rescue = data.medication.query("purpose == 'rescue' and day <= 182")
    assert counts["rescue medication"] == rescue["subject"].nunique()
    assert counts["moved away"] + counts["burden"] == data.subjects["why"].notna().sum()
    assert counts.sum() == len(data.subjects)
    last = result.times.at_risk.query("time == 182")
    assert last["events"].sum() == counts["rescue medication"]


def test_the_hazard_ratio_is_that_of_the_derived_times():
    data = made(RESCUE)
    result = analyse(data, RESCUE)
    day = data.medication.query("purpose == 'rescue'").set_index("subject")["day"]
    frame = data.subjects.assign(day=data.subjects["subject"].map(day).astype(float))
    last = frame["left"].fillna(182.0)
    event = frame["day"] <= last
    frame = frame.assign(time=frame["day"].where(event, last), event=event)
    columns = {"time": "time", "event": "event", "arm": "arm", "reference": "usual"}
    expected = fit_cox(frame.assign(arm=frame["arm"].astype(str)), **columns, covariates=["site"])
    found = result.table().set_index("arm")
    for arm, row in expected.hazard_ratios.set_index("arm").iterrows():
        assert found.loc[arm, "estimate"] == pytest.approx(row["estimate"])
        assert found.loc[arm, "std_error"] == pytest.approx(row["std_error"])
    assert {each.favours_active for each in result.headlines} == {"lower"}
    assert result.variable == "Time from randomisation to rescue medication"


def test_leaving_competes_with_a_recorded_event():
    result = analyse(made(RESCUE), RESCUE)
    assert result.times.incidence_at.query("cause == 'competing'")["events"].sum() > 0
    assert len(result.times.gray) == len(result.times.subdistribution) == 2
    assert {"gray", "cumulative_incidence"} <= set(result.to_ard()["context"])


def test_leaving_for_some_reasons_can_compete_with_leaving_for_others():
    data = made(LEAVING)
    alone = analyse(data, LEAVING)
    assert alone.times.incidence.empty
    split = replace(LEAVING, competing=("moved away",))
    at_end = analyse(data, split).times.incidence_at
    assert (at_end.query("cause == 'competing'")["events"] > 0).all()
    with pytest.raises(SpecificationError, match="'death', for which nobody left; reasons are"):
        analyse(data, replace(LEAVING, competing=("death",)))


def test_an_arm_without_events_is_described_without_a_hazard_ratio():
    data = made(RESCUE)
    usual = data.subjects.query("arm == 'usual'")["subject"]
    quiet = replace(data, medication=data.medication[~data.medication["subject"].isin(usual)])
    result = analyse(quiet, RESCUE)
    assert result.headlines == ()
    assert result.table().empty
    assert len(result.times.log_rank) == 2
    (note,) = [note for note in result.notes if note.title == "No hazard ratio"]
    assert note.beside_headline
    assert "nobody in arm 'usual' has the event" in note.text.replace("Nobody", "nobody")


def test_nobody_with_the_event_is_refused():
    data = made(RESCUE)
    never = replace(RESCUE, recorded=Recorded(frame="medication", where={"purpose": "none"}))
    with pytest.raises(NotEstimableError, match="no event while both are at risk"):
        analyse(data, never)


def test_records_after_leaving_contradict_the_follow_up():
    data = made(RESCUE)
    gone = data.subjects.loc[data.subjects["left"].notna(), "subject"].iloc[0]
    late = pd.DataFrame({"subject": [gone], "day": [150], "purpose": ["rescue"]})
    with pytest.raises(DataError, match="after the last day of observation"):
        analyse(replace(data, medication=pd.concat([data.medication, late])), RESCUE)


def test_what_is_not_declared_is_asked_for():
    data = made(RESCUE)
    with pytest.raises(SpecificationError, match="needs recorded"):
        analyse(data, replace(RESCUE, recorded=None))
    with pytest.raises(SpecificationError, match="recorded in events, which the study file"):
        analyse(data, replace(RESCUE, recorded=Recorded(frame="events")))
    with pytest.raises(SpecificationError, match="declares no withdrawal with reason and day"):
        analyse(trial(RESCUE), RESCUE)


def test_opioids_are_stopped_by_those_who_had_them_at_the_start():
    stop = TimeToEvent(
        id="stop",
        event="stopping opioids",
        event_is="good",
        source="opioid_discontinuation",
        recorded=Recorded(frame="medication", where={"purpose": "opioid"}),
    )
    data = made(stop)
    i = np.arange(len(data.subjects))
    users = data.subjects["subject"][i < 90]
    refills = pd.DataFrame(
        [
            (subject, day)
            for k, subject in enumerate(users)
            for day in range(-10, 150 if k % 2 else 60 + k // 3, 30)
        ],
        columns=["subject", "day"],
    ).assign(
        purpose="opioid",
        drug="tramadol",
        route="oral",
        strength=50.0,
        unit="mg",
        quantity=120.0,
        days_supply=30.0,
    )
    result = analyse(replace(data, medication=refills), stop)
    counts = result.reasons.groupby("reason")["n"].sum()
    assert counts["no opioid at baseline"] == 30
    last_covered = refills.groupby("subject", sort=False)["day"].max().to_numpy() + 29
    end = data.subjects["left"].fillna(182.0).to_numpy()[:90]
    assert counts["stopping opioids"] == (end - last_covered >= 28).sum() > 20
    assert result.times.n_subjects == 90
    assert {each.favours_active for each in result.headlines} == {"higher"}
