"""Entries of the simulated diary keep their stated rules."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from outcomes.errors import SpecificationError
from outcomes.simulate import simulate_trial, write_trial
from outcomes.simulate.design_file import check_design
from tests.simulate.designs import sample_design, with_patients


@cache
def large():
    return simulate_trial(with_patients(4000), np.random.default_rng(5))


def test_entries_lie_in_the_weeks_before_their_visits_of_patients_still_there():
    trial = large()
    days = {day for nominal in (0, 84, 182) for day in range(nominal - 7, nominal)}
    assert set(trial.diary["day"]) == days
    left = trial.subjects.set_index("subject")["withdrawal_day"].astype(float)
    last = trial.diary["subject"].map(left)
    assert not (trial.diary["day"] > last).any()
    assert trial.diary["value"].between(0, 10).all()


def test_days_are_filled_in_late_and_twice_as_often_as_stated():
    diary, plan = large().diary, sample_design().diary
    week = diary[diary["day"] < 0]
    first = week.drop_duplicates(["subject", "day"])
    expected = 4000 * 7 * (1 - plan.skipped) * plan.filled
    assert len(first) == pytest.approx(expected, rel=0.02)
    assert week["subject"].nunique() == pytest.approx(4000 * (1 - plan.skipped), rel=0.01)
    assert len(week) / len(first) == pytest.approx(1 + plan.twice, abs=0.004)
    late = first["recorded"] - first["day"] > 2
    assert late.mean() == pytest.approx(plan.late, abs=0.004)
    assert (first["recorded"] - first["day"]).between(0.7, 5.96).all()


def test_ratings_follow_the_trait_with_the_stated_mean_and_loading():
    trial, plan = large(), sample_design().diary
    week = trial.diary[trial.diary["day"] < 0].drop_duplicates(["subject", "day"])
    wide = week.pivot(index="subject", columns="day", values="value").dropna()
    # At baseline a trait has variance 1 beside the shifts of covariates, cut off at 0 and 10.
    correlation = np.corrcoef(wide.to_numpy(float), rowvar=False)
    between_days = correlation[np.triu_indices(7, 1)]
    assert between_days.mean() == pytest.approx(plan.loading**2, abs=0.06)
    assert np.ptp(between_days) < 0.08


def test_a_design_without_a_diary_writes_none(tmp_path):
    design = replace(with_patients(20), diary=None)
    assert "diary.csv" not in {path.name for path in write_trial(design, tmp_path)}


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"trait": "sleep"}, "diary.trait: there is no sleep"),
        ({"visits": ("week13",)}, "there is no week13"),
        ({"filled": 1.2}, "diary.filled: 1.2 is not between 0 and 1"),
        ({"days": 0}, "diary.days: 0 is not at least 1"),
        ({"loading": 2.0}, "diary.loading: 2 is not between -1 and 1"),
    ],
)
def test_a_diary_that_cannot_be_kept_is_refused(change, complaint):
    design = sample_design()
    with pytest.raises(SpecificationError, match=complaint):
        check_design(replace(design, diary=replace(design.diary, **change)))
