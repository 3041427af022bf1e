"""Simulated trials are reproducible, answerable and look like the patients they stand for."""

import filecmp

import numpy as np
import pandas as pd
import pytest

from outcomes.instruments import find, score
from outcomes.simulate import simulate_trial, write_trial
from tests.simulate.designs import SAMPLE, sample_design, with_patients

FILES = ["subjects.csv", "responses.csv", "medication.csv", "events.csv", "adherence.csv"]


def test_the_committed_sample_trial_is_what_its_design_makes(tmp_path):
    write_trial(sample_design(), tmp_path)
    assert filecmp.cmpfiles(tmp_path, SAMPLE, FILES, shallow=False) == (FILES, [], [])


def test_another_seed_makes_another_trial(tmp_path):
    write_trial(sample_design(), tmp_path, seed=1)
    _, different, _ = filecmp.cmpfiles(tmp_path, SAMPLE, FILES, shallow=False)
    assert different == FILES


def test_the_global_generator_is_neither_used_nor_moved():
    np.random.seed(5)  # noqa: NPY002 - the legacy state is what must not move
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    first = simulate_trial(sample_design(), np.random.default_rng(2))
    assert (np.random.get_state()[1] == before).all()  # noqa: NPY002
    np.random.seed(6)  # noqa: NPY002
    second = simulate_trial(sample_design(), np.random.default_rng(2))
    pd.testing.assert_frame_equal(first.responses, second.responses)


@pytest.mark.parametrize("key", sample_design().instruments)
def test_every_answer_is_allowed_and_most_scores_are_defined(key):
    responses = simulate_trial(sample_design(), np.random.default_rng(3)).responses
    if key == "pgic":
        responses = responses[responses["visit"] != "baseline"]
    scores = score(responses, key)
    assert (scores["status"] == "scored").mean() > 0.94
    for item in find(key).items:
        assert responses[item.key].notna().mean() > 0.9


def test_global_impression_is_not_asked_at_baseline():
    responses = simulate_trial(sample_design(), np.random.default_rng(3)).responses
    assert responses.loc[responses["visit"] == "baseline", "pgic_1"].isna().all()


def test_what_is_seen_is_what_would_have_been_answered():
    trial = simulate_trial(sample_design(), np.random.default_rng(4))
    seen = trial.responses.set_index(["subject", "visit"])
    complete = trial.complete.set_index(["subject", "visit"])
    assert len(complete) == 240 * 6
    shown = seen.notna()
    pd.testing.assert_frame_equal(seen, complete.loc[seen.index].where(shown))


@pytest.mark.parametrize(
    ("key", "scale", "mean", "sd"),
    [
        ("nrs", "pain", 6, 1.8),
        ("odi", "total", 40, 15),
        ("rmdq", "total", 13, 5.5),
        ("phq9", "total", 8, 5),
        ("pcs", "total", 20, 11),
    ],
)
def test_baseline_scores_look_like_chronic_low_back_pain(key, scale, mean, sd):
    """Within a tenth of the scale's usual spread around what such trials report at baseline."""
    trial = simulate_trial(with_patients(4000), np.random.default_rng(5))
    scores = score(trial.complete[trial.complete["visit"] == "baseline"], key)
    values = scores.loc[scores["scale"] == scale, "score"]
    assert values.mean() == pytest.approx(mean, abs=0.2 * sd)
    assert values.std() == pytest.approx(sd, rel=0.2)


def test_a_few_visits_are_outside_their_window_and_subjects_are_text():
    responses = pd.read_csv(SAMPLE / "responses.csv", dtype={"subject": str})
    windows = {visit.id: visit.window for visit in sample_design().visits}
    outside = [
        not windows[visit][0] <= day <= windows[visit][1]
        for visit, day in zip(responses["visit"], responses["day"], strict=True)
    ]
    assert 5 <= sum(outside) <= 40
    assert responses["subject"].str.fullmatch(r"0\d-\d{3}").all()
