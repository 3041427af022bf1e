"""Adverse events counted by hand on a small trial; exact limits against R."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from outcomes.analyses.adverse_events import AdverseEvents
from outcomes.analyses.harm_counts import harm_counts, kinds_of_events
from outcomes.analyses.safety import Safety, analyse_safety
from outcomes.analyses.setting import compared
from outcomes.errors import NotEstimableError, SchemaError, SpecificationError
from outcomes.stats.proportions import score_interval
from outcomes.trial.study import DataFile, Population, Withdrawal
from tests.analyses.made import DESIGN, subjects, trial
from tests.conftest import ROOT

HARMS = Safety(id="harms")
EXACT = pd.read_csv(ROOT / "tests/reference/analyses/harms.csv")


def record(subject, day, term, *, system="gut", severity="mild", serious="no"):
    return {
        "subject": subject,
        "day": day,
        "term": term,
        "system": system,
        "severity": severity,
        "serious": serious,
    }


# Subjects 3, 6, … are of the usual arm, 1, 4, … of yoga, 2, 5, … of qigong; 40 each.
EVENTS = [
    record("3", 10, "nausea"),
    record("3", 20, "nausea", severity="severe", serious="yes"),
    record("3", 0, "fall", system="injuries"),
    record("6", 182, "nausea"),
    record("1", 30, "fall", system="injuries"),
    record("4", -1, "nausea"),
    record("4", 183, "nausea"),
]


def made(events=EVENTS, *, people=None, design=DESIGN):
    of = trial(people=people, design=design)
    data = replace(of.study.data, events=DataFile(file="events.csv"))
    frame = pd.DataFrame(events) if len(events) else pd.DataFrame(columns=["subject", "day"])
    return replace(of, study=replace(of.study, data=data), events=frame)


def row(result, label, arm, system=""):
    counts = result.counts
    here = (counts["label"] == label) & (counts["arm"] == arm) & (counts["system"] == system)
    (found,) = counts[here].to_dict("records")
    return found


def test_patients_events_and_time_at_risk_are_those_counted_by_hand():
    result = analyse_safety(made(), HARMS)
    usual = row(result, "Any adverse event", "usual")
    assert (usual["n"], usual["with_event"], usual["events"]) == (40, 2, 4)
    assert usual["percent"] == pytest.approx(5.0)
    # Subject 3 has its first event on day 0, subject 6 on day 182 = the end of follow-up.
    assert usual["years_at_risk"] == pytest.approx(39 * 182 / 365.25)
    assert usual["years"] == pytest.approx(40 * 182 / 365.25)
    assert usual["rate"] == pytest.approx(100 * 2 / (39 * 182 / 365.25))
    nausea = row(result, "nausea", "usual", "gut")
    assert (nausea["with_event"], nausea["events"]) == (2, 3)
    assert nausea["years_at_risk"] == pytest.approx((38 * 182 + 10 + 182) / 365.25)
    assert row(result, "Serious", "usual")["with_event"] == 1
    assert row(result, "severe", "usual")["events"] == 1
    assert row(result, "Any adverse event", "qigong")["events"] == 0
    assert [note.text for note in result.notes if note.title == "Events set aside"] == [
        "1 events began before randomisation and are not counted.",
        "1 events began more than 0 days after the end of follow-up and are not counted.",
    ]


def test_events_soon_after_follow_up_count_where_declared():
    result = analyse_safety(made(), replace(HARMS, after_last_day=1))
    assert row(result, "nausea", "yoga", "gut")["events"] == 1


def test_withdrawal_ends_the_time_at_risk():
    people = subjects().assign(left=np.nan, why=None)
    people.loc[people["subject"] == "3", "left"] = 15.0
    design = replace(DESIGN, withdrawal=Withdrawal(reason="why", day="left"))
    result = analyse_safety(made(people=people, design=design), HARMS)
    usual = row(result, "Any adverse event", "usual")
    assert usual["years"] == pytest.approx((39 * 182 + 15) / 365.25)
    assert usual["events"] == 3


def test_risk_differences_are_miettinen_nurminen():
    result = analyse_safety(made(), HARMS)
    table = result.table()
    found = table[(table["label"] == "Any adverse event") & (table["arm"] == "yoga")].iloc[0]
    assert found["estimate"] == pytest.approx(1 / 40 - 2 / 40)
    limits = score_interval("difference", 1, 40, 2, 40, corrected=True)
    assert (found["conf_low"], found["conf_high"]) == pytest.approx(limits)


@pytest.mark.parametrize("case", EXACT.to_dict("records"), ids=lambda c: f"{c['with_event']:g}")
def test_limits_are_those_of_r(case):
    n, years = int(case["n"]), case["years"]
    patients = pd.DataFrame({"subject": [str(i) for i in range(n)], "arm": "usual"})
    patients["last_day"] = years / n * 365.25
    extra = int(case["events"] - case["with_event"])
    who = [str(i) for i in range(int(case["with_event"]))]
    events = pd.DataFrame({"subject": who + who[:1] * extra, "term": "fall"})
    events = events.assign(arm="usual", day=patients["last_day"].iloc[0])
    found = AdverseEvents(patients=patients, events=events, before=0, after=0)
    of = compared(trial(), HARMS)
    one = replace(of, arms=of.arms[:1])
    counts = harm_counts(found, one, list(kinds_of_events(found, ()))[:1], 0.95).iloc[0]
    assert counts["conf_low"] == pytest.approx(100 * case["conf_low"], abs=1e-6)
    assert counts["conf_high"] == pytest.approx(100 * case["conf_high"], abs=1e-6)
    assert counts["event_rate_low"] == pytest.approx(100 * case["rate_low"], abs=1e-5)
    assert counts["event_rate_high"] == pytest.approx(100 * case["rate_high"], abs=1e-5)


def test_an_empty_file_says_so_and_a_missing_file_is_refused():
    result = analyse_safety(made([]), HARMS)
    assert "No adverse events" in [note.title for note in result.notes]
    assert result.counts["events"].eq(0).all()
    assert not result.counts[["percent", "conf_high", "event_rate_high"]].isna().any(axis=None)
    assert result.plot().get_xlabel()
    with pytest.raises(SpecificationError, match="declares no events file"):
        analyse_safety(trial(), HARMS)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"term": None}, "1 of 8 events have no term .first subjects 9"),
        ({"day": None}, "1 of 8 events have no day"),
        ({"severity": "grim"}, "severity of 1 events is grim; allowed are mild, moderate, severe"),
        ({"serious": "maybe"}, "serious: 1 of 8 events have neither yes nor no"),
    ],
)
def test_records_that_cannot_be_counted_are_refused(change, said):
    with pytest.raises(SchemaError, match=said):
        analyse_safety(made([*EVENTS, record("9", 5, "fall") | change]), HARMS)


def test_records_without_a_needed_column_are_refused():
    with pytest.raises(SchemaError, match="lack term"):
        analyse_safety(made([{"subject": "3", "day": 4}]), HARMS)


def test_an_arm_without_patients_is_refused():
    people = subjects().assign(adherent=lambda p: np.where(p["arm"] == "yoga", "no", "yes"))
    design = replace(DESIGN, populations=(Population(id="a", label="Adherent", flag="adherent"),))
    with pytest.raises(NotEstimableError, match="has no patients of Yoga"):
        analyse_safety(made(people=people, design=design), HARMS)


def test_terms_are_shown_from_the_most_frequent_and_only_those_frequent_enough():
    events = [*EVENTS, record("9", 5, "fall", system="gut")]
    result = analyse_safety(made(events), replace(HARMS, least_percent=2.6))
    assert list(dict.fromkeys(result.shown(result.counts)["label"])) == ["nausea"]
    every = analyse_safety(made(events), HARMS)
    labels = list(dict.fromkeys(every.shown(every.differences)["label"]))
    assert labels == ["nausea", "fall (gut)", "fall (injuries)"]


def test_every_number_is_in_the_ard():
    ard = analyse_safety(made(), HARMS).to_ard()
    stat = ard[(ard["context"] == "adverse_events_overview") & (ard["stat_name"] == "events")]
    assert stat["stat"].sum() == 4 + 1 + 1
    assert ard["error"].isna().all()
