"""The audit of the data against counts by hand on a small trial, and the functions it rests on."""

from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest

import outcomes as oc
from outcomes.analyses.data_quality import DataQuality
from outcomes.analyses.score_reliability import Anchor
from outcomes.errors import SpecificationError
from outcomes.models.agreement import intraclass_correlation, measurement_error
from outcomes.models.important_change import mic_predictive
from outcomes.models.reliability import cronbach_alpha
from outcomes.trial.study import About, Arm, DataFile, DataFiles, Design, Study, Visit, Withdrawal
from outcomes.trial.trial import Trial

DESIGN = Design(
    arms=(Arm(id="usual", label="usual", reference=True), Arm(id="yoga", label="yoga")),
    visits=(
        Visit(id="start", label="Start", day=0, window=(-7, 0), baseline=True),
        Visit(id="w4", label="Week 4", day=28, window=(21, 35)),
    ),
    withdrawal=Withdrawal(reason="why", day="left"),
)
ANCHOR = Anchor(
    instrument="pgic",
    unchanged=(4,),
    retest="w4",
    minimally_improved=(3,),
    improved=(1, 2),
    visit="w4",
)


@cache
def made(n: int = 60) -> Trial:
    """PEG and PGIC of `n` patients, by formula; a few answers are missing."""
    i = np.arange(n)
    subjects = pd.DataFrame(
        {
            "subject": i.astype(str),
            "arm": pd.Categorical(np.where(i % 2, "yoga", "usual"), ["usual", "yoga"]),
            "why": np.where(i == 5, "moved", None),
            "left": np.where(i == 5, 20.0, np.nan),
        }
    )
    base = 4 + (i * 7) % 5
    change = (i * 5) % 4
    at = {"start": base, "w4": base - change}
    parts = []
    for visit, level in at.items():
        items = {f"peg_{j}": (level + (i * j) % 3).clip(0, 10).astype(float) for j in (1, 2, 3)}
        felt = (4 - change + (i % 3 == 0) - (i % 7 == 0)).clip(1, 7)
        pgic = np.where(visit == "w4", felt, np.nan)
        day = np.where(visit == "w4", 28 + i % 5, -1)
        frame = pd.DataFrame({"subject": subjects["subject"], "visit": visit, "day": day} | items)
        parts.append(frame.assign(pgic_1=pgic))
    responses = pd.concat(parts, ignore_index=True)
    responses = responses[~((responses["visit"] == "w4") & (responses["subject"] == "5"))]
    responses.loc[responses["subject"] == "7", "peg_2"] = np.nan
    responses.loc[(responses["subject"] == "8") & (responses["visit"] == "w4"), "peg_3"] = np.nan
    responses["visit"] = pd.Categorical(responses["visit"], list(at), ordered=True)
    scores = [
        oc.score(responses, key, ["subject", "visit"]).merge(
            responses[["subject", "visit", "day"]], on=["subject", "visit"]
        )
        for key in ("peg", "pgic")
    ]
    empty = pd.DataFrame(columns=["subject"])
    aside = pd.DataFrame(columns=["file", "subject", "visit", "day", "first_day", "last_day"])
    return Trial(
        study=Study(
            about=About(id="made", title="Made"),
            design=DESIGN,
            data=DataFiles(subjects=DataFile(file="none.csv")),
            seed=1,
            instruments=("peg", "pgic"),
        ),
        subjects=subjects,
        responses=responses.reset_index(drop=True),
        scores=pd.concat(scores, ignore_index=True),
        medication=empty,
        events=empty,
        adherence=empty,
        set_aside=aside,
    )


@cache
def audited():
    return oc.analyse(made(), DataQuality(id="audit", anchor=ANCHOR))


def test_every_administration_is_counted_once():
    counts = audited().scoring.set_index("instrument")
    peg = counts.loc["peg"]
    # 60 at the start and 59 later; subject 7 lacks an item twice, subject 8 once.
    assert (peg["n"], peg["complete"], peg["too_few_answers"]) == (119, 116, 3)
    # Nobody is asked for a change at the start, so only 59 impressions are counted.
    assert (counts.loc["pgic", "n"], counts.loc["pgic", "not_administered"]) == (59, 0)
    omitted = audited().omitted.set_index("item")["n_missing"]
    assert omitted.loc[["peg_1", "peg_2", "peg_3"]].tolist() == [0, 2, 1]
    assert audited().n_answers == 119 * 3 - 3 + 59


def test_reliability_is_that_of_its_functions_in_those_unchanged():
    trial = made()
    start = trial.responses[trial.responses["visit"] == "start"]
    alpha = audited().alpha.iloc[0]
    expected = cronbach_alpha(start[["peg_1", "peg_2", "peg_3"]])
    assert alpha[["estimate", "conf_low", "conf_high"]].tolist() == pytest.approx(expected[:3])
    wide = trial.scores[trial.scores["instrument"] == "peg"].pivot_table(
        index="subject", columns="visit", values="score", observed=True
    )
    pgic = trial.responses.dropna(subset="pgic_1").set_index("subject")["pgic_1"]
    stable = wide.loc[wide.index.isin(pgic.index[pgic == 4])].dropna().to_numpy()
    row = audited().retest.iloc[0]
    icc = intraclass_correlation(stable, agreement="absolute")
    error = measurement_error(stable, agreement="absolute")
    assert row["n"] == len(stable)
    assert row[["icc", "conf_low", "conf_high"]].tolist() == pytest.approx(icc[:3])
    assert row[["sem", "mdc"]].tolist() == pytest.approx(error[:2])


def test_the_important_change_is_that_of_improvement_against_the_anchor():
    trial = made()
    wide = trial.scores[trial.scores["instrument"] == "peg"].pivot_table(
        index="subject", columns="visit", values="score", observed=True
    )
    gain = (wide["start"] - wide["w4"]).dropna()
    pgic = trial.responses.dropna(subset="pgic_1").set_index("subject")["pgic_1"]
    both = gain.index.intersection(pgic.index)
    found = audited().mic.set_index("method")
    least = pgic[both] == 3
    assert found.loc["mean change", "estimate"] == pytest.approx(gain[both][least].mean())
    improved = pgic[both].isin([1, 2]).to_numpy()
    expected = mic_predictive(gain[both].to_numpy(), improved).estimate
    assert found.loc["predictive modelling", "estimate"] == pytest.approx(expected)
    assert set(found["n"]) == {len(both)}


def test_visits_are_counted_with_their_distance_from_the_nominal_day():
    windows = audited().windows.set_index("visit")
    # Subject 7 has no score at the start: an item of the only questionnaire asked is missing.
    assert windows.loc["start", ["expected", "seen"]].tolist() == [60, 59]
    # Subject 5 withdrew on day 20.
    assert windows.loc["w4", ["expected", "seen"]].tolist() == [59, 59]
    assert windows.loc["start", "median"] == -1
    days = [i % 5 for i in range(60) if i != 5]
    expected = np.quantile(days, [0.5, 0.25, 0.75])
    assert windows.loc["w4", ["median", "q1", "q3"]].tolist() == pytest.approx(expected)


def test_dispensing_records_become_doses_of_those_still_in_the_trial():
    records = pd.DataFrame(
        {
            "subject": ["0", "0", "1", "5", "2"],
            "day": [-30, -2, 0, 0, 0],
            "drug": ["morphine", "morphine", "morphine", "morphine", "ibuprofen"],
            "route": "oral",
            "strength": [10.0, 10, 15, 15, 400],
            "unit": "mg",
            "quantity": [60.0, 60, 120, 120, 30],
            "days_supply": [30.0, 30, 30, 30, 10],
        }
    )
    result = oc.analyse(replace(made(), medication=records), DataQuality(id="audit"))
    drugs = result.drugs.set_index("drug")
    assert drugs.loc["morphine", ["records", "subjects", "early"]].tolist() == [4, 3, 1]
    assert drugs["has_factor"].to_dict() == {"ibuprofen": False, "morphine": True}
    doses = result.doses.set_index("visit")
    # Before the start: 20 MME a day on days -28 to -1.
    assert doses.loc["start", ["expected", "on_opioid", "maximum"]].tolist() == [60, 1, 20.0]
    # Before week 4 also 60 a day for 28 days; subject 5 has left and does not count.
    assert doses.loc["w4", ["expected", "on_opioid", "maximum", "at_50"]].tolist() == [59, 2, 60, 1]
    assert result.retest.empty


def test_records_that_cannot_be_read_are_said_not_to_be_and_name_nobody():
    records = pd.DataFrame({"subject": ["0"], "day": [0], "drug": ["morphine"]})
    result = oc.analyse(replace(made(), medication=records), DataQuality(id="audit"))
    assert "lacks route, strength" in result.notes[-1].text
    wrong = records.assign(route="oral", strength=-1.0, unit="mg", quantity=1.0, days_supply=1.0)
    result = oc.analyse(replace(made(), medication=wrong), DataQuality(id="audit"))
    assert "Dose must be 0 or more (1 row)." in result.notes[-1].text
    assert "subject 0" not in result.notes[-1].text


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"instruments": ("pegg",)}, "did you mean 'peg'"),
        ({"items_at": "w5"}, "there are start, w4"),
        ({"anchor": replace(ANCHOR, instrument="odi")}, "no instrument of the study 'odi'"),
        ({"anchor": replace(ANCHOR, visit="start")}, "no follow-up visit 'start'"),
        ({"anchor": replace(ANCHOR, improved=(4,))}, "both unchanged and improved"),
    ],
)
def test_what_is_not_collected_is_refused(change, match):
    with pytest.raises(SpecificationError, match=match):
        oc.analyse(made(), DataQuality(**({"id": "audit"} | change)))


def test_every_number_is_a_row_and_none_is_of_one_arm_but_who_was_randomised():
    rows = audited().to_ard()
    assert {"scoring", "retest", "minimal_important_change", "items"} <= set(rows["context"])
    by_arm = rows[(rows["group1"] == "arm") | (rows["group2"] == "arm")]
    assert set(by_arm["context"]) == {"flow"}
