"""Ordered categories of a trial: direction, missing categories, strata and what is refused."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import outcomes as oc
from outcomes.analyses.ordinal import Ordinal
from outcomes.errors import SpecificationError, UnsupportedCombinationError
from outcomes.models.ordinal import ordinal_comparison
from outcomes.trial.study import Hypothesis
from tests.conftest import ROOT

PGIC = Ordinal(id="impression", instrument="pgic", visit="week26", estimand="treatment_policy")


@pytest.fixture(scope="module")
def trial():
    return oc.read_trial(ROOT / "data" / "sample" / "study.yaml")


@pytest.fixture(scope="module")
def result(trial):
    return oc.analyse(trial, PGIC)


def scores(trial) -> pd.DataFrame:
    """The categories at the visit, by hand: one row per subject randomised."""
    here = trial.scores.query("instrument == 'pgic' and visit == 'week26'")
    value = here.set_index("subject")["score"]
    return trial.subjects.assign(pgic=trial.subjects["subject"].map(value))


def test_it_counts_the_categories_of_the_visit(trial, result):
    by_hand = scores(trial).astype({"arm": str}).groupby(["arm", "pgic"]).size()
    found = result.categories.set_index(["arm", "category"])["n"]
    assert {key: n for key, n in found.items() if n} == by_hand.to_dict()
    assert result.categories["category"].head(7).tolist() == [1, 2, 3, 4, 5, 6, 7]


def test_a_lower_category_is_better(trial, result):
    by_hand = scores(trial).dropna(subset="pgic")
    groups = [by_hand.loc[by_hand["arm"] == arm, "pgic"] for arm in ("integrative", "medication")]
    apart = groups[1].to_numpy()[None, :] - groups[0].to_numpy()[:, None]
    probability = np.mean((apart > 0) + (apart == 0) / 2)
    rows = result.table().set_index("quantity")["estimate"]
    assert rows["probability_of_superiority"] == pytest.approx(probability)
    assert result.headlines[0].favours_active == "higher"
    assert result.headlines[0].estimate == rows["common_odds_ratio"]


def test_patients_without_a_category_can_count_as_the_worst(trial):
    worst = oc.analyse(trial, replace(PGIC, missing="worst", randomisation_factors=False))
    filled = scores(trial).fillna({"pgic": 7})
    expected = ordinal_comparison(
        filled,
        outcome="pgic",
        arm="arm",
        reference="medication",
        worst_to_best=(7, 6, 5, 4, 3, 2, 1),
    )
    columns = ["estimate", "conf_low", "conf_high", "p_value"]
    found = worst.table()[columns].to_numpy(dtype=float)
    assert found == pytest.approx(expected.table()[columns].to_numpy(dtype=float))
    assert "worst" in next(n for n in worst.notes if n.title == "Patients without a category").text
    assert worst.flow["stage"].iloc[-1] == "Counted in the comparison"


def test_strata_change_the_ranks_and_not_the_odds(trial, result):
    by_site = oc.analyse(trial, replace(PGIC, strata=("baseline_opioid",)))
    (odds, ranks), (odds_plain, ranks_plain) = (
        each.table()["estimate"].tolist() for each in (by_site, result)
    )
    assert odds == odds_plain
    assert ranks != ranks_plain
    assert "van Elteren" in " ".join(by_site.methods)


def test_every_number_is_data_and_missing_ones_say_why(result):
    rows = result.to_ard()
    assert {"common_odds_ratio", "probability_of_superiority", "proportional_odds"} <= set(
        rows["context"]
    )
    assert rows.loc[rows["stat"].isna(), "error"].notna().all()


@pytest.mark.parametrize(
    ("changes", "error", "says"),
    [
        ({"instrument": "odi"}, UnsupportedCombinationError, "ordered categories in whole"),
        ({"strata": ("sito",)}, SpecificationError, "did you mean 'site'"),
        (
            {"hypothesis": Hypothesis(kind="equivalence", margin=1)},
            UnsupportedCombinationError,
            "differences in means",
        ),
    ],
)
def test_what_is_refused(trial, changes, error, says):
    with pytest.raises(error, match=says):
        oc.analyse(trial, replace(PGIC, **changes))
