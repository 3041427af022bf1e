"""Subgroups on the trial made by formula: wiring, counts, and what cannot be estimated."""

from dataclasses import replace

import numpy as np
import pytest

import outcomes as oc
from outcomes.analyses.plan import analyse
from outcomes.analyses.subgroup import Subgroup
from outcomes.errors import SpecificationError, UnsupportedCombinationError
from outcomes.trial.study import Hypothesis
from tests.analyses.made import subjects, trial

PLAN = Subgroup(id="groups", instrument="pain", modifiers=("site", "age"))
ALONE = replace(PLAN, randomisation_factors=False)


def run(plan, people=None, points=None):
    return analyse(trial(plan, people=people, points=points), plan)


def test_levels_hold_every_scored_patient_once():
    result = run(PLAN)
    site = result.effects[result.effects["modifier"] == "site"]
    overall = result.effects[result.effects["modifier"] == ""]
    for arm in ("yoga", "qigong"):
        n = site.loc[site["arm"] == arm, ["n_active", "n_reference"]].sum()
        assert n.tolist() == overall.loc[overall["arm"] == arm, n.index].iloc[0].tolist()
    assert result.effects["reason"].eq("").all()


def test_all_patients_are_those_of_the_model_without_modifiers():
    mmrm = analyse(trial(), oc.Mmrm(id="primary", role="primary", instrument="pain"))
    known = mmrm.contrasts[mmrm.contrasts["visit"] == "w26"].set_index("arm")["estimate"]
    overall = run(PLAN).effects.query("modifier == ''").set_index("arm")["estimate"]
    assert overall.to_dict() == pytest.approx(known.to_dict())


def test_a_level_without_scores_in_an_arm_says_so_and_the_others_are_compared():
    people = subjects().assign(kind=lambda p: np.where(p["age"] > 50, "old", "young"))
    people.loc[people["subject"].isin(["1", "4"]), "kind"] = "rare"
    result = run(replace(ALONE, modifiers=("kind",)), people)
    rare = result.effects.query("level == 'rare'")
    assert rare["estimate"].isna().all()
    assert set(rare["reason"]) == {"no score at the visit with Usual care, Qigong"}
    assert result.interactions["num_df"].tolist() == [1, 1]
    ard = result.to_ard()
    missing = ard[(ard["variable_level"] == "rare") & (ard["stat_name"] == "estimate")]
    assert missing["error"].str.contains("no score at the visit").all()


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ("same", "every patient is of one level"),
        (7.0, "every patient has the same value"),
        (np.nan, "no patient with a score has a value"),
        (None, "no patient with a score has a value"),
    ],
)
def test_a_modifier_without_contrast_has_a_reason_and_no_number(values, reason):
    result = run(replace(ALONE, modifiers=("thing", "age")), subjects().assign(thing=values))
    (told,) = set(result.interactions.query("modifier == 'thing'")["reason"])
    assert told == reason
    thing = result.effects.query("modifier == 'thing'")
    assert thing["reason"].unique().tolist() == [reason]
    assert thing["estimate"].isna().all()
    assert result.interactions.query("modifier == 'age'")["p_value"].notna().all()


def test_a_simpler_covariance_of_a_model_is_said_beside_the_headline():
    # Nobody is seen at both of the last visits: their covariance cannot be estimated.
    points = trial(PLAN).scores
    dropped = (points["subject"].astype(int) // 3 % 2).map({0: "w12", 1: "w26"})
    points = points[points["visit"] != dropped].reset_index(drop=True)
    result = run(replace(PLAN, covariance=("unstructured", "compound_symmetry")), points=points)
    row = next(row for row in result.planned if row.choice == "Covariance of the visits")
    assert (row.planned, row.used) == ("Unstructured", "Compound symmetry")
    assert set(result.effects["covariance"]) == {"compound_symmetry"}
    (note,) = [note for note in result.notes if note.title == "Simpler covariance than planned"]
    assert note.beside_headline
    assert "all patients, Site, Age" in note.text


def test_patients_without_the_modifier_are_counted():
    people = subjects()
    people.loc[:9, "age"] = np.nan
    result = run(PLAN, people)
    assert result.interactions.query("modifier == 'age'")["n_missing"].tolist() == [10, 10]
    (note,) = [note for note in result.notes if note.title == "Patients without a modifier"]
    assert "10 without age" in note.text


def test_the_number_of_tests_is_said():
    (note,) = [note for note in run(PLAN).notes if note.title == "Exploratory"]
    assert note.text.startswith("4 tests of interaction")


@pytest.mark.parametrize(
    ("modifiers", "said"),
    [
        ((), "modifiers is empty"),
        (("site", "site"), "names site more than once"),
        (("sight",), "sight cannot be a modifier"),
        (("arm",), "arm cannot be a modifier"),
    ],
)
def test_modifiers_that_are_none_are_refused(modifiers, said):
    with pytest.raises(SpecificationError, match=said):
        run(replace(PLAN, modifiers=modifiers))


def test_a_margin_is_refused():
    margin = Hypothesis(kind="equivalence", margin=1.0)
    with pytest.raises(UnsupportedCombinationError):
        run(replace(PLAN, hypothesis=margin))
