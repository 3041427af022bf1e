"""Medication analysed on a small trial whose doses, responses and rates are counted by hand."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2_contingency
from statsmodels.stats.proportion import confint_proportions_2indep

from outcomes.analyses.medication import MedicationUse, analyse_medication
from outcomes.errors import (
    DataError,
    NotEstimableError,
    SchemaError,
    SpecificationError,
    UnsupportedCombinationError,
)
from outcomes.report.kinds import presentation_of
from outcomes.trial.study import DataFile, Population, Withdrawal
from tests.analyses.made import DESIGN, subjects, trial

USE = MedicationUse(id="use", opioids={"purpose": "opioid"}, rescue={"purpose": "rescue"})


def opioid(subject, first, last, tablets_a_day, *, drug="morphine", strength=10.0):
    days = last - first + 1
    record = {"subject": subject, "purpose": "opioid", "drug": drug, "route": "oral"}
    record |= {"strength": strength, "unit": "mg", "day": first}
    return record | {"quantity": tablets_a_day * days, "days_supply": days}


def rescue(subject, day, quantity=20.0):
    record = {"subject": subject, "purpose": "rescue", "drug": "naproxen", "route": "oral"}
    record |= {"strength": 500.0, "unit": "mg", "day": day}
    return record | {"quantity": quantity, "days_supply": 10}


# Subjects 3, 6, … are of the usual arm, 1, 4, … of yoga, 2, 5, … of qigong; 40 each. Visits are on
# days 28, 84 and 182. Morphine has factor 1, oxycodone 1.5.
OPIOIDS = [
    # 30 MME a day, from day 28 on 15.
    opioid("3", -28, 27, 3),
    opioid("3", 28, 181, 1.5),
    # 30 all the time.
    opioid("6", -28, 181, 3),
    # 30 until day 100, then none.
    opioid("9", -28, 100, 3),
    # 20; leaves the trial on day 50.
    opioid("1", -28, 60, 2),
    # 60, in the last 28 days before week 26 42: less by exactly 30 per cent.
    opioid("4", -28, 153, 4, drug="oxycodone"),
    opioid("4", 154, 181, 2, drug="oxycodone", strength=14.0),
    # Begun during the trial.
    opioid("2", 30, 57, 3),
]
RESCUE = [
    rescue("3", 10),
    rescue("3", 20),
    rescue("6", 0),
    rescue("9", 5, quantity=0.0),
    rescue("1", 45),
    rescue("1", 60),
    rescue("4", -3),
]


def made(records=(*OPIOIDS, *RESCUE), *, left=(("1", 50.0),)):
    people = subjects().assign(left=np.nan, why=None)
    for subject, day in left:
        people.loc[people["subject"] == subject, "left"] = day
    design = replace(DESIGN, withdrawal=Withdrawal(reason="why", day="left"))
    of = trial(people=people, design=design)
    data = replace(of.study.data, medication=DataFile(file="medication.csv"))
    return replace(of, study=replace(of.study, data=data), medication=pd.DataFrame(list(records)))


@pytest.fixture(scope="module")
def result():
    return analyse_medication(made(), USE)


def row(frame, **where):
    for column, value in where.items():
        frame = frame[frame[column] == value]
    (found,) = frame.to_dict("records")
    return found


def test_doses_are_averaged_between_visits_over_the_days_followed(result):
    usual = row(result.doses, arm="usual", visit="start")
    assert (usual["n"], usual["mean"], usual["median"]) == (3, 30.0, 30.0)
    # 15, 30 and 30; the 97.5 per cent point of t with 2 degrees of freedom is 4.302653.
    week12 = row(result.doses, arm="usual", visit="w12")
    assert (week12["n"], week12["mean"], week12["median"]) == (3, 25.0, 30.0)
    assert week12["sd"] == pytest.approx(75**0.5)
    assert week12["conf_high"] - 25 == pytest.approx(4.302653 * 5, abs=1e-5)
    assert (week12["q1"], week12["q3"]) == (22.5, 30.0)
    # Of the 98 days from week 12 to week 26 subject 9 has supply on 17.
    week26 = row(result.doses, arm="usual", visit="w26")
    assert week26["mean"] == pytest.approx((15 + 30 + 30 * 17 / 98) / 3)
    # Subject 1 is followed to day 50 with 20 a day, subject 4 has 60.
    assert row(result.doses, arm="yoga", visit="w12")["mean"] == pytest.approx(40)
    late = row(result.doses, arm="yoga", visit="w26")
    assert (late["n"], late["reason"]) == (1, "one patient")
    assert late["mean"] == pytest.approx((70 * 60 + 28 * 42) / 98)
    assert set(result.doses["factor_set"]) == {"cdc2022"}
    assert set(result.doses["denominator"]) == {"window"}


def test_an_interval_without_opioid_counts_as_zero_and_not_as_missing():
    records = [*OPIOIDS[:1], opioid("6", -28, 27, 3), OPIOIDS[4]]
    found = analyse_medication(made(records), replace(USE, rescue=None))
    last = row(found.doses, arm="usual", visit="w26")
    assert (last["n"], last["n_taking"], last["mean"]) == (2, 0, 0.0)
    assert found.rescue.empty


def test_the_highest_day_can_be_asked_for():
    found = analyse_medication(made(), replace(USE, denominator="maximum_day"))
    assert row(found.doses, arm="usual", visit="w26")["mean"] == pytest.approx((15 + 30 + 30) / 3)
    assert set(found.differences["denominator"]) == {"maximum_day"}


@pytest.mark.parametrize(
    ("endpoint", "usual", "yoga"),
    [("reduced_30", 2, 1), ("reduced_50", 2, 0), ("stopped", 1, 0)],
)
def test_reductions_and_stopping_are_those_counted_by_hand(result, endpoint, usual, yoga):
    counts = result.responses
    here, there = (row(counts, endpoint=endpoint, arm=arm) for arm in ("usual", "yoga"))
    assert (here["n"], here["with_response"], here["missing"]) == (3, usual, 0)
    # Subject 1 was not followed to the visit and counts as not having responded.
    assert (there["n"], there["with_response"], there["missing"]) == (2, yoga, 1)
    found = row(result.table(), endpoint=endpoint, arm="yoga")
    limits = confint_proportions_2indep(yoga, 2, usual, 3, method="newcomb", compare="diff")
    assert found["estimate"] == pytest.approx(yoga / 2 - usual / 3)
    assert (found["conf_low"], found["conf_high"]) == pytest.approx(limits)
    table = [[yoga, 2 - yoga], [usual, 3 - usual]]
    assert found["p_value"] == pytest.approx(chi2_contingency(table, correction=False).pvalue)


def test_who_was_not_followed_can_be_left_out():
    found = analyse_medication(made(), replace(USE, missing="exclude"))
    counts = row(found.responses, endpoint="reduced_30", arm="yoga")
    assert (counts["n"], counts["with_response"], counts["proportion"]) == (1, 1, 1.0)
    assert row(found.table(), endpoint="reduced_30", arm="yoga")["estimate"] == pytest.approx(1 / 3)


def test_an_arm_of_which_all_left_is_not_compared_and_says_why():
    found = analyse_medication(
        made(left=(("1", 50.0), ("4", 20.0))), replace(USE, missing="exclude")
    )
    one = row(found.table(), endpoint="stopped", arm="yoga")
    assert np.isnan(one["estimate"])
    assert one["reason"] == "nobody to count with Yoga"
    assert row(found.responses, endpoint="stopped", arm="yoga")["reason"] == "nobody was followed"
    assert row(found.doses, arm="yoga", visit="w26")["reason"] == "nobody was followed"


def test_a_gap_within_the_grace_period_is_no_stopping():
    records = [*OPIOIDS[:2], opioid("6", -28, 167, 3), opioid("9", -28, 166, 3), *OPIOIDS[4:]]
    days = replace(USE, zero_days=0)
    found = analyse_medication(made(records), days)
    # 14 days free are within the grace period, 15 are not.
    assert row(found.responses, endpoint="stopped", arm="usual")["with_response"] == 1
    found = analyse_medication(made(records), replace(days, grace=13))
    assert row(found.responses, endpoint="stopped", arm="usual")["with_response"] == 2


def test_the_visit_and_its_days_decide_who_reduced():
    at_12 = analyse_medication(made(), replace(USE, visit="w12"))
    # On the 28 days before week 12 subject 3 takes half; subject 1 left on day 50.
    assert row(at_12.responses, endpoint="reduced_50", arm="usual")["with_response"] == 1
    assert [each.visit for each in at_12.headlines] == ["Week 12"]
    # Averaged over 56 days subject 4 takes 51 of 60 MME: 15 per cent less.
    longer = analyse_medication(made(), replace(USE, visit_days=56))
    assert row(longer.responses, endpoint="reduced_30", arm="yoga")["with_response"] == 0


def test_an_arm_without_opioids_at_baseline_is_said_to_have_none(result):
    one = row(result.table(), endpoint="reduced_30", arm="qigong")
    assert one["reason"] == "nobody to count with Qigong"
    dose = row(result.doses, arm="qigong", visit="w4")
    assert (dose["n"], dose["reason"]) == (0, "nobody was on opioids at baseline")
    (said,) = [n for n in result.notes if n.title == "Nobody on opioids at baseline"]
    assert "No patient with Qigong had an opioid in the 28 days" in said.text
    assert said.beside_headline
    assert [each.active.id for each in result.headlines] == ["yoga"]
    (begun,) = [n for n in result.notes if n.title == "Opioids begun during the trial"]
    assert begun.text.startswith("1 of 115 patients")


def test_with_nobody_on_opioids_the_report_says_so_and_draws_nothing():
    found = analyse_medication(made([OPIOIDS[-1], *RESCUE]), USE)
    assert found.headlines == ()
    assert found.table()["reason"].ne("").all()
    shown = presentation_of(found)
    assert shown.results(found).says.startswith("Nobody was on opioids at baseline")
    assert len(shown.results(found).tables) == 1
    assert shown.figures(found).figures == ()


def test_rescue_is_counted_in_follow_up_with_exact_limits(result):
    usual, yoga = (row(result.rescue, arm=arm) for arm in ("usual", "yoga"))
    assert (usual["n"], usual["with_record"], usual["records"]) == (40, 2, 3)
    years = 40 * 182 / 365.25
    assert usual["years"] == pytest.approx(years)
    # The exact limits of 3 Poisson events are 0.618672 and 8.767273, of none 0 and ln 40.
    assert usual["rate"] == pytest.approx(3 / years)
    assert usual["rate_low"] == pytest.approx(0.618672 / years, rel=1e-5)
    assert usual["rate_high"] == pytest.approx(8.767273 / years, rel=1e-5)
    assert (yoga["with_record"], yoga["records"]) == (1, 1)
    assert yoga["years"] == pytest.approx((39 * 182 + 50) / 365.25)
    qigong = row(result.rescue, arm="qigong")
    assert (qigong["records"], qigong["rate_low"]) == (0, 0.0)
    assert qigong["rate_high"] == pytest.approx(np.log(40) / years)
    assert row(result.rescue_differences, arm="yoga")["estimate"] == pytest.approx(-1 / 40)
    assert [n.text for n in result.notes if n.title == "Records of rescue set aside"] == [
        "1 records of rescue medication lie before randomisation and are not counted.",
        "1 records of rescue medication lie after follow-up and are not counted.",
    ]


def test_no_rescue_is_zero_with_a_warning_that_says_what_the_file_holds():
    found = analyse_medication(made(OPIOIDS), USE)
    assert found.rescue["records"].eq(0).all()
    (said,) = [n for n in found.notes if n.title == "No rescue medication"]
    assert "no record has purpose 'rescue'. In the file purpose holds opioid." in said.text


def test_a_baseline_in_which_records_begin_is_warned_of():
    late = [opioid("3", -10, 181, 3), *OPIOIDS[2:]]
    said = {n.title: n.text for n in analyse_medication(made(late), USE).notes}
    assert said["Records that begin within the baseline"].startswith("Of 5 patients on opioids, 1")
    short = analyse_medication(made(late), replace(USE, baseline_days=10))
    assert "Records that begin within the baseline" not in {n.title for n in short.notes}


def test_a_change_of_opioid_and_doubtful_numbers_are_noted_without_naming_anybody():
    records = [
        opioid("3", -28, 100, 3),
        opioid("3", 101, 181, 3, drug="oxycodone"),
        opioid("6", -28, 181, 0.1),
        *OPIOIDS[3:],
    ]
    said = {n.title: n.text for n in analyse_medication(made(records), USE).notes}
    assert said["Changed to another opioid"].startswith("1 patients")
    doubtful = said["Opioid records to check"]
    assert "less than one unit in two days (1 row). quantity is the number" in doubtful
    assert "subject" not in doubtful


def test_an_unknown_dose_is_counted_and_left_out():
    unknown = opioid("6", -28, 181, 3) | {"quantity": None}
    later = opioid("9", 101, 181, 3) | {"quantity": None}
    found = analyse_medication(made([*OPIOIDS[:2], unknown, *OPIOIDS[3:], later]), USE)
    said = {n.title: n.text for n in found.notes}
    assert "1 of 120 patients" in said["Patients without a baseline dose"]
    assert "dose missing: 1" in said["Patients without a baseline dose"]
    found = analyse_medication(made([*OPIOIDS, later]), USE)
    week26 = row(found.doses, arm="usual", visit="w26")
    assert (week26["n"], week26["n_unknown"]) == (2, 1)
    assert row(found.responses, endpoint="reduced_30", arm="usual")["missing"] == 1
    # A supply of unknown dose is a supply: not stopped, and not missing.
    assert row(found.responses, endpoint="stopped", arm="usual")["missing"] == 0


@pytest.mark.parametrize(
    ("change", "error", "said"),
    [
        (
            {"opioids": {"purpose": "opiod"}},
            SpecificationError,
            "no record has purpose 'opiod'. In the file purpose holds opioid, rescue",
        ),
        ({"opioids": {"kind": "opioid"}}, SchemaError, "no column kind, which opioids names"),
        ({"rescue": {"kind": "rescue"}}, SchemaError, "no column kind, which rescue names"),
        ({"opioids": {}}, DataError, "no factor in cdc2022 for naproxen by route oral"),
        ({"visit": "week26"}, SpecificationError, "no follow-up visit 'week26'"),
        ({"visit": "w4", "visit_days": 29}, SpecificationError, "begin before randomisation"),
        ({"baseline_days": 0}, SpecificationError, "1 or more"),
        ({"percents": (30, 120)}, SpecificationError, "above 0 and up to 100"),
    ],
)
def test_what_cannot_be_analysed_is_refused(change, error, said):
    with pytest.raises(error, match=said):
        analyse_medication(made(), replace(USE, **change))


def test_records_that_do_not_fit_are_refused():
    with pytest.raises(SpecificationError, match="declares no medication file"):
        analyse_medication(trial(), USE)
    # The record of a quantity of 0 is none of them.
    with pytest.raises(SchemaError, match="1 of 6 records of rescue medication have no day"):
        analyse_medication(made([*OPIOIDS, *RESCUE[:-1], rescue("5", None)]), USE)
    diary = pd.DataFrame(OPIOIDS).drop(columns="days_supply").to_dict("records")
    with pytest.raises(UnsupportedCombinationError, match="do not say when use ended"):
        analyse_medication(made(diary), replace(USE, rescue=None))


def test_an_arm_without_patients_is_refused():
    of = made()
    people = of.subjects.assign(adherent=np.where(of.subjects["arm"] == "yoga", "no", "yes"))
    design = replace(
        of.study.design, populations=(Population(id="a", label="Adherent", flag="adherent"),)
    )
    of = replace(of, subjects=people, study=replace(of.study, design=design))
    with pytest.raises(NotEstimableError, match="has no patients of Yoga"):
        analyse_medication(of, USE)


def test_every_number_is_in_the_ard_and_none_is_missing_without_a_reason(result):
    ard = result.to_ard()
    assert ard.loc[ard["stat"].isna(), "error"].notna().all()
    assert "one patient" in set(ard["error"].dropna())
    doses = ard[ard["context"].isin(["opioid_dose", "opioid_response"])]
    assert doses["method"].str.startswith("MME by cdc2022, denominator window").all()
    rates = ard[(ard["context"] == "rescue") & (ard["stat_name"] == "records")]
    assert rates["stat"].sum() == 3 + 1


def test_with_everybody_gone_or_without_records_of_the_population_nothing_is_compared():
    everybody = [(subject, 20.0) for subject in subjects()["subject"]]
    gone = analyse_medication(made(left=everybody), replace(USE, missing="exclude"))
    assert gone.table()["estimate"].isna().all()
    assert set(gone.responses["reason"]) == {
        "nobody was followed",
        "nobody was on opioids at baseline",
    }
    of = made()
    people = of.subjects.assign(
        other=np.where(of.subjects["subject"].isin(list("123469")), "no", "yes")
    )
    design = replace(
        of.study.design, populations=(Population(id="o", label="Others", flag="other"),)
    )
    of = replace(of, subjects=people, study=replace(of.study, design=design))
    others = analyse_medication(of, USE)
    assert set(others.doses["reason"]) == {"nobody was on opioids at baseline"}
    assert others.to_ard().loc[lambda ard: ard["stat"].isna(), "error"].notna().all()
