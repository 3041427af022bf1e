"""Scoring a large trial: time, and memory as a multiple of the input.

The limits are several times what one core of a laptop needs, so that they catch a loop over rows
and not a busy machine.
"""

import time
import tracemalloc

import numpy as np
import pandas as pd
import pytest

from outcomes.instruments import score

N_RECORDS = 1_000_000


@pytest.fixture(scope="module")
def responses():
    rng = np.random.default_rng(20261123)
    answers = {f"rmdq_{number}": rng.integers(0, 2, N_RECORDS) for number in range(1, 25)}
    subjects = np.arange(N_RECORDS // 5).astype(str).repeat(5)
    visits = np.tile(["w0", "w4", "w12", "w26", "w52"], N_RECORDS // 5)
    return pd.DataFrame({"subject": subjects, "visit": visits, **answers})


def test_a_million_administrations_take_seconds(responses):
    started = time.perf_counter()
    scores = score(responses, "rmdq")
    seconds = time.perf_counter() - started
    expected = responses.filter(like="rmdq_").to_numpy().sum(axis=1)
    assert np.array_equal(scores["score"], expected)
    assert seconds < 8


def test_memory_is_a_small_multiple_of_the_input(responses):
    few = responses.head(N_RECORDS // 10)
    tracemalloc.start()
    score(few, "rmdq")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4 * few.memory_usage(deep=True).sum()
