"""Flow of patients and sessions attended, counted by hand on the trial made by formula."""

from dataclasses import replace

import pandas as pd
import pytest

from outcomes.analyses.enrolment import enrolment, enrolment_notes
from outcomes.analyses.exposure import exposure
from outcomes.analyses.patient_flow import check_patient_flow, patient_flow
from outcomes.analyses.setting import compared
from outcomes.errors import DataError
from outcomes.trial.study import Analysis, Enrolment, Withdrawal
from tests.analyses.made import DESIGN, subjects, trial


def parts(of):
    who = compared(of, Analysis(id="flow"))
    return patient_flow(of, who), who


def test_without_records_parts_are_left_out():
    flow, _ = parts(trial())
    assert set(flow["part"]) == {"randomised", "visit", "outcome", "population"}


def test_everybody_stands_once_in_the_primary_outcome():
    of = trial()
    flow, who = parts(of)
    here = of.scores[of.scores["visit"] == "w26"]["subject"]
    later = of.scores[of.scores["visit"].isin(["w4", "w12", "w26"])]["subject"]
    outcome = flow[flow["part"] == "outcome"].groupby("step")["n"].sum()
    assert outcome["scored at the visit"] == len(set(here))
    assert outcome["not scored after baseline"] == len(set(who.randomised["subject"]) - set(later))
    assert outcome.sum() == 120


LISTED = {"usual": 40, "yoga": 40, "qigong": 40}


def enrolled(declared, status="draft"):
    of = trial(design=replace(DESIGN, enrolment=declared))
    of = replace(of, study=replace(of.study, about=replace(of.study.about, status=status)))
    who = compared(of, Analysis(id="flow"))
    return enrolment(who), lambda: enrolment_notes(of, who)


def test_enrolment_that_adds_up_says_nothing():
    declared = Enrolment(assessed=150, excluded={"declined": 20, "other": 10}, randomised=LISTED)
    steps, notes = enrolled(declared, "final")
    assert steps["n"].tolist() == [150, 20, 10, 120]
    assert notes() == []


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        (Enrolment(assessed=150, excluded={"declined": 29}), "which leaves 121; the data hold 120"),
        (Enrolment(randomised=LISTED | {"yoga": 41}), "list has 41 patients of Yoga, the data 40"),
    ],
)
def test_enrolment_that_does_not_add_up_is_a_warning_in_a_draft_and_an_error_in_final(
    declared, said
):
    _, notes = enrolled(declared)
    (note,) = notes()
    assert note.kind == "warning"
    assert said in note.text
    _, notes = enrolled(declared, "final")
    with pytest.raises(DataError, match=said):
        notes()


def test_withdrawals_are_counted_by_reason_and_split_visits():
    people = subjects().assign(why=None, left=float("nan"))
    people.loc[people["subject"].isin(["2", "3"]), "why"] = "moved"
    people.loc[people["subject"].isin(["2", "3", "4"]), "left"] = 30.0
    design = replace(DESIGN, withdrawal=Withdrawal(reason="why", day="left"))
    flow, _ = parts(trial(design=design, people=people))
    step = flow.groupby("step")["n"].sum()
    assert step["withdrew: moved"] == 2
    assert step["withdrew: reason not recorded"] == 1
    assert step["no withdrawal recorded"] == 117


def test_a_stage_that_loses_a_patient_is_refused():
    flow, _ = parts(trial())
    flow.loc[flow.index[-1], "n"] -= 1
    with pytest.raises(DataError, match="does not add up at 1 stages"):
        check_patient_flow(flow)


def test_patients_without_records_attended_no_session():
    people = subjects()
    yoga = people.loc[people["arm"] == "yoga", "subject"].tolist()
    records = pd.DataFrame(
        {"subject": [yoga[0]] * 3 + [yoga[1]], "attended": ["yes", "yes", "no", "no"]}
    )
    made = replace(trial(), adherence=records)
    flow, who = parts(made)
    treated = flow[flow["part"] == "treatment"].set_index("step")
    assert set(treated["arm"]) == {"yoga"}
    assert treated["n"].tolist() == [1, 39]
    row = exposure(made, who, 2).iloc[0]
    assert (row["n"], row["offered"], row["none"], row["reached"]) == (40, 3, 39, 1)
    assert row["mean"] == pytest.approx(2 / 40)
