"""Scoring a large trial: right to the last record, and memory as a multiple of the input.

How long it takes is measured by `scoring_beside_r.py`; a limit here would fail on a busy machine.
"""

import tracemalloc

import numpy as np
import pandas as pd
import pytest

from outcomes.instruments import score

N_RECORDS = 1_000_000


def trial():
    """One million administrations of 24 items, five visits of each subject."""
    rng = np.random.default_rng(20261123)
    answers = {f"rmdq_{number}": rng.integers(0, 2, N_RECORDS) for number in range(1, 25)}
    subjects = np.arange(N_RECORDS // 5).astype(str).repeat(5)
    visits = np.tile(["w0", "w4", "w12", "w26", "w52"], N_RECORDS // 5)
    return pd.DataFrame({"subject": subjects, "visit": visits, **answers})


@pytest.fixture(scope="module")
def responses():
    return trial()


def test_a_million_administrations_are_scored_right(responses):
    expected = responses.filter(like="rmdq_").to_numpy().sum(axis=1)
    assert np.array_equal(score(responses, "rmdq")["score"], expected)


def test_memory_is_a_small_multiple_of_the_input(responses):
    few = responses.head(N_RECORDS // 10)
    tracemalloc.start()
    score(few, "rmdq")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4 * few.memory_usage(deep=True).sum()


def test_many_scales_need_little_more_memory_than_their_scores():
    rng = np.random.default_rng(20261127)
    answers = {f"womac_{number}": rng.integers(0, 5, 50_000) for number in range(1, 25)}
    few = pd.DataFrame({"subject": np.arange(50_000), "visit": "w4", **answers})
    tracemalloc.start()
    scores = score(few, "womac_likert")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # Columns of objects hold references: every text that occurs is there once.
    assert peak < 3 * scores.memory_usage().sum() + few.memory_usage().sum()
    assert len({id(status) for status in scores["status"]}) == 1
