"""Flow of patients and sessions attended, counted by hand on the trial made by formula."""

from dataclasses import replace

import pandas as pd
import pytest

from outcomes.analyses.exposure import exposure
from outcomes.analyses.patient_flow import check_patient_flow, patient_flow
from outcomes.analyses.setting import compared
from outcomes.errors import DataError
from outcomes.trial.study import Analysis, Withdrawal
from tests.analyses.made import DESIGN, subjects, trial


def parts(of):
    who = compared(of, Analysis(id="flow"))
    return patient_flow(of, who), who


def test_without_records_parts_are_left_out():
    flow, _ = parts(trial())
    assert set(flow["part"]) == {"randomised", "visit", "population"}


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
