"""Randomisation and classes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcomes.simulate.patients import draw_subjects, permuted_blocks, trait_shifts
from tests.simulate.designs import sample_design, with_patients


@given(st.integers(0, 60), st.integers(1, 5), st.integers(0, 2**32))
def test_arms_never_drift_apart_by_more_than_half_a_block(n, half, seed):
    active = permuted_blocks(n, 2 * half, np.random.default_rng(seed))
    assert len(active) == n
    ahead = np.cumsum(np.where(active, 1, -1))
    assert np.abs(ahead).max(initial=0) <= half
    assert (ahead[2 * half - 1 :: 2 * half] == 0).all()


def test_every_order_within_a_block_is_equally_likely():
    active = permuted_blocks(4 * 6000, 4, np.random.default_rng(1)).reshape(-1, 4)
    _, counts = np.unique(active, axis=0, return_counts=True)
    assert len(counts) == 6
    # Chi-square with 5 degrees of freedom: 20.5 has probability 0.001.
    assert ((counts - 1000) ** 2 / 1000).sum() < 20.5


def test_arms_are_balanced_within_each_stratum():
    design = sample_design()
    subjects = draw_subjects(design, np.random.default_rng(3))
    arms = subjects.groupby(["site", "baseline_opioid"])["arm"].value_counts().unstack()
    assert len(arms) == 8
    assert ((arms["integrative"] - arms["medication"]).abs() <= 2).all()


def test_classes_hold_active_patients_of_one_site_and_one_therapist():
    design = sample_design()
    for seed in range(20):
        subjects = draw_subjects(design, np.random.default_rng(seed))
        in_class = subjects["class_id"].notna()
        assert (in_class == (subjects["arm"] == "integrative")).all()
        classes = subjects[in_class].groupby("class_id")
        assert classes.size().between(6, 13).all()
        assert classes.size().mean() == pytest.approx(9, abs=1.2)
        assert (classes[["site", "therapy", "therapist"]].nunique() == 1).all(axis=None)


def test_covariates_have_the_stated_shares():
    design = with_patients(20_000)
    subjects = draw_subjects(design, np.random.default_rng(4))
    stated = {
        ("sex", "female"): design.patients.share_female,
        ("baseline_opioid", "yes"): design.patients.share_opioid,
        **{("site", site.id): site.share for site in design.patients.sites},
        **{("phenotype", each.id): each.share for each in design.patients.phenotypes},
    }
    for (column, level), share in stated.items():
        std_error = np.sqrt(share * (1 - share) / len(subjects))
        assert (subjects[column] == level).mean() == pytest.approx(share, abs=4 * std_error)
    assert subjects["age"].between(18, 85).all()
    assert subjects["pain_duration"].min() >= 0.3
    assert subjects["subject"].is_unique


def test_shifts_add_up():
    design = sample_design()
    subjects = draw_subjects(design, np.random.default_rng(5))
    first = subjects.assign(site="East", phenotype="nociplastic", baseline_opioid="yes").head(1)
    assert trait_shifts(first, design)[0] == pytest.approx(0.10 + 0.20 + 0.30)
