"""What is lost, is lost as stated."""

import math

import numpy as np
import pytest
import statsmodels.api as sm

from outcomes.simulate.follow_up import draw_seen
from outcomes.simulate.trial import simulate_trial
from tests.simulate.designs import sample_design, with_patients

N = 20_000


@pytest.fixture(scope="module")
def large():
    return simulate_trial(with_patients(N), np.random.default_rng(31))


@pytest.fixture(scope="module")
def drawn():
    """Answers of pain only, everything else 1, and what is seen of them."""
    design = sample_design()
    rng = np.random.default_rng(32)
    answers = np.ones((N, len(design.visits), len(design.item_keys)))
    answers[:, :, design.item_keys.index("nrs_1")] = rng.integers(0, 11, (N, len(design.visits)))
    active = rng.random(N) < 0.5
    return design, answers, active, draw_seen(design, answers, active, rng)


def test_dropout_depends_on_the_pain_recorded_last_and_on_the_arm_as_stated(drawn):
    """Logistic regression on every patient and interval at risk recovers the design."""
    design, answers, active, seen = drawn
    nrs = design.item_keys.index("nrs_1")
    inside = np.array([visit.window for visit in design.visits])
    rows = []
    for i in range(N):
        last = None
        for j in range(len(design.visits)):
            if j and seen.dropped[i] >= j:
                rows.append((last, active[i], seen.dropped[i] == j))
            recorded = seen.attended[i, j] and seen.answered[i, j, nrs]
            if recorded and inside[j][0] <= seen.day[i, j] <= inside[j][1]:
                last = answers[i, j, nrs]
            elif last is None:
                last = 6  # nothing recorded yet: the centre of the model
    last, arm, dropped = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    fit = sm.Logit(dropped, np.column_stack([np.ones_like(last), last - 6, arm])).fit(disp=0)
    stated = np.array([-3.3, 0.35, -3.6 - -3.3])
    assert np.abs((fit.params - stated) / fit.bse).max() < 4
    assert fit.params[1] / fit.bse[1] > 10


def test_dropout_does_not_depend_on_the_pain_that_was_not_seen(drawn):
    """Given the pain recorded last, the pain at the next visit says nothing (missing at random)."""
    design, answers, _, seen = drawn
    pain = answers[:, :, design.item_keys.index("nrs_1")]
    risk, at_risk = seen.dropout_risk[:, 2], seen.dropped >= 2
    dropped = (seen.dropped == 2)[at_risk]
    surprise = (dropped - risk[at_risk]) * (pain[at_risk, 2] - pain[at_risk, 2].mean())
    assert abs(surprise.mean()) < 4 * surprise.std() / math.sqrt(len(surprise))


def test_visits_are_missed_and_answers_omitted_as_often_as_stated(drawn):
    design, _, _, seen = drawn
    still = np.arange(len(design.visits)) < seen.dropped[:, None]
    missed = (still & ~seen.attended)[:, 1:]
    assert not (still & ~seen.attended)[:, 0].any()
    assert missed.sum() / still[:, 1:].sum() == pytest.approx(0.03, abs=0.003)
    omitted = 1 - seen.answered[seen.attended].mean(axis=0)
    for key, share in zip(design.item_keys, omitted, strict=True):
        assert share == pytest.approx(0.06 if key == "odi_8" else 0.0015, abs=0.003)


def test_nothing_is_seen_after_dropout(drawn):
    _, _, _, seen = drawn
    for i in np.flatnonzero(seen.dropped < seen.attended.shape[1])[:200]:
        assert not seen.attended[i, seen.dropped[i] :].any()
        assert not seen.answered[i, seen.dropped[i] :].any()


def test_visit_days_lie_in_their_windows_but_for_the_stated_share(drawn):
    design, _, _, seen = drawn
    for j, visit in enumerate(design.visits):
        low, high = visit.window
        outside = (seen.day[:, j] < low) | (seen.day[:, j] > high)
        assert outside.mean() == pytest.approx(0.015 if j else 0.0, abs=0.004)
        assert (seen.day[outside, j] > high).all()
    assert (np.diff(seen.day, axis=1) > 0).all()


def test_patients_with_more_pain_are_lost_more_often(large):
    """What the dropout model is for: those who stay had less pain at baseline."""
    first = large.complete[large.complete["visit"] == "baseline"].set_index("subject")["nrs_1"]
    left = large.subjects.set_index("subject")["withdrawal_day"].notna()
    assert first[left].mean() - first[~left].mean() > 0.3


def test_arms_lose_different_shares(large):
    left = large.subjects["withdrawal_day"].notna().groupby(large.subjects["arm"]).mean()
    assert left["medication"] - left["integrative"] > 0.02
    assert left.between(0.08, 0.25).all()
