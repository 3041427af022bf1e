"""Baseline table, effect size, design effects and what becomes results data."""

import math
from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from outcomes.analyses.ancova import Ancova
from outcomes.analyses.ard import COLUMNS
from outcomes.analyses.baseline import BaselineTable
from outcomes.analyses.effect_size import EffectSize
from outcomes.analyses.plan import analyse
from outcomes.analyses.responder import ResponderDifference
from outcomes.analyses.time_to_response import TimeToResponse
from outcomes.errors import SchemaError, SpecificationError, UnsupportedCombinationError
from tests.analyses.made import PRIMARY, clustered, scores, subjects, trial

TABLE = BaselineTable(id="table1", variables=("age", "site"), instruments=("pain",))
EFFECT = EffectSize(id="effect", instrument="pain")
EVERY = (
    PRIMARY,
    Ancova(id="ancova", instrument="pain"),
    ResponderDifference(id="response", instrument="pain", percent=20.0),
    TimeToResponse(id="times", instrument="pain", percent=15.0),
    TABLE,
    EFFECT,
)


def test_numbers_and_categories_are_summarised_by_arm_and_in_all():
    people = subjects()
    people.loc[people["subject"] == "3", "age"] = np.nan
    summary = analyse(trial(TABLE, people=people), TABLE).summary.set_index(
        ["variable", "level", "arm"]
    )
    usual = people.loc[people["arm"] == "usual", "age"]
    row = summary.loc[("age", "", "usual")]
    assert (row["n"], row["n_missing"]) == (39, 1)
    assert (row["mean"], row["sd"]) == pytest.approx((usual.mean(), usual.std()))
    assert (row["median"], row["q1"]) == pytest.approx((usual.median(), usual.quantile(0.25)))
    north = summary.loc[("site", "north", "")]
    assert north["count"] == (people["site"] == "north").sum()
    assert north["percent"] == pytest.approx(100 * north["count"] / 120)
    assert summary.loc[("pain", "", ""), "n"] == 120


def test_standardised_difference_follows_its_definition():
    differences = analyse(trial(TABLE), TABLE).differences.set_index(["variable", "arm"])
    found = differences["hedges_g"]
    age = subjects().groupby("arm")["age"]
    n, mean, var = age.size(), age.mean(), age.var()
    pooled = math.sqrt(
        ((n["yoga"] - 1) * var["yoga"] + (n["usual"] - 1) * var["usual"])
        / (n["yoga"] + n["usual"] - 2)
    )
    j = 1 - 3 / (4 * (n["yoga"] + n["usual"]) - 9)
    assert found["age", "yoga"] == pytest.approx(j * (mean["yoga"] - mean["usual"]) / pooled)
    site = subjects().groupby("arm")["site"].apply(lambda s: (s == "south").mean())
    p, q = site["yoga"], site["usual"]
    by_hand = abs(p - q) / math.sqrt((p * (1 - p) + q * (1 - q)) / 2)
    assert differences.loc[("site", "yoga"), "distance"] == pytest.approx(by_hand)
    assert math.isnan(found["site", "yoga"])


def test_no_p_value_is_made_of_a_baseline_table():
    assert not analyse(trial(TABLE), TABLE).to_ard()["stat_name"].str.contains("p_value").any()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"variables": (), "instruments": ()}, "needs variables, instruments or both"),
        ({"variables": ("agee",)}, r"did you mean 'age'"),
        ({"instruments": ("odi",)}, "no instrument or measure 'odi'"),
        ({"population": "nobody"}, "no population 'nobody'"),
    ],
)
def test_what_is_not_there_cannot_be_described(change, message):
    with pytest.raises(SpecificationError, match=message):
        analyse(trial(TABLE), replace(TABLE, **change))


def test_a_population_flag_must_say_yes_or_no():
    people = subjects()
    people.loc[:2, "adherent"] = "perhaps"
    specification = replace(TABLE, population="adherent")
    with pytest.raises(SchemaError, match=r"3 of 120 subjects have neither yes nor no \(first"):
        analyse(trial(specification, people=people), specification)


def test_effect_size_is_that_of_the_changes_observed():
    result = analyse(trial(EFFECT), EFFECT)
    wide = scores().pivot_table(index="subject", columns="visit", values="score")
    change = (wide["w26"] - wide["start"]).dropna()
    arm = subjects().set_index("subject")["arm"].reindex(change.index)
    by_arm = change.groupby(arm)
    groups = result.groups.set_index("arm")
    for name in ("usual", "yoga", "qigong"):
        assert groups.loc[name, "n"] == by_arm.size()[name]
        assert groups.loc[name, "mean"] == pytest.approx(by_arm.mean()[name])
        assert groups.loc[name, "sd"] == pytest.approx(by_arm.std()[name])
    with pytest.raises(UnsupportedCombinationError, match="takes no covariates"):
        analyse(trial(EFFECT), replace(EFFECT, covariates=("age",)))


@pytest.mark.parametrize("kind", [ResponderDifference, TimeToResponse])
def test_no_percentage_is_taken_of_a_t_score(kind):
    made = trial(kind(id="x", instrument="promis_pi_4a"), instruments=("promis_pi_4a",))
    with pytest.raises(UnsupportedCombinationError, match="has no true zero"):
        analyse(made, made.study.analyses[0])


def test_design_effect_of_unequal_classes():
    result = analyse(trial(PRIMARY, design=clustered()), PRIMARY)
    rows = result.design_effects.set_index("icc")
    seen = scores().query("visit != 'start'")["subject"].unique()
    people = subjects()
    people = people[people["subject"].isin(seen)]
    sizes = people["class_id"].value_counts().to_numpy()
    cv = sizes.std() / sizes.mean()
    for icc in (0.01, 0.05):
        # Eldridge 2006: 1 + ((cv^2 + 1) m - 1) icc.
        expected = 1 + ((cv**2 + 1) * sizes.mean() - 1) * icc
        assert rows.loc[icc, "design_effect"] == pytest.approx(expected)
        n, n0 = (people["arm"].value_counts()[arm] for arm in ("yoga", "usual"))
        factor = math.sqrt((expected / n + 1 / n0) / (1 / n + 1 / n0))
        assert rows.loc[icc, "std_error_factor"] == pytest.approx(factor)
    (note,) = [note for note in result.notes if note.title == "Clustering is ignored"]
    assert "Eldridge 2006" in note.text
    assert f"class: {len(sizes)}" in note.text


def test_records_outside_their_window_are_counted():
    aside = pd.DataFrame(
        {
            "file": "scores.csv",
            "subject": ["4", "4", "9"],
            "visit": "w4",
            "day": 50,
            "first_day": 21,
            "last_day": 35,
        }
    )
    (note,) = [
        note
        for note in analyse(trial(PRIMARY, set_aside=aside), PRIMARY).notes
        if "window" in note.title
    ]
    assert "3 records of 2 patients" in note.text


@pytest.mark.parametrize("specification", EVERY, ids=lambda each: each.kind)
def test_every_result_has_a_table_a_plot_and_results_data(specification):
    result = analyse(trial(*EVERY, design=clustered()), specification)
    assert len(result.table())
    axes = result.plot()
    assert axes.lines or axes.collections
    plt.close("all")
    ard = result.to_ard()
    assert tuple(ard.columns) == COLUMNS
    assert set(ard["analysis_id"]) == {specification.id}
    assert ard["stat"].notna().where(ard["error"].isna()).dropna().all()
    key = ["context", "group1_level", "group2_level", "variable", "variable_level", "stat_name"]
    assert not ard.duplicated(key).any()
    told = ard[ard["context"] == "headline"]
    assert told["stat_name"].eq("estimate").sum() == len(result.headlines)
    flow = ard[ard["context"] == "flow"]["stat"].astype(int)
    assert flow.tolist() == result.flow["n"].tolist()
