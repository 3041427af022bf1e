"""One row per answer becomes one row per administration, or an error."""

import numpy as np
import pandas as pd
import pytest

from outcomes.errors import DuplicateRecordError, ResponseError, SchemaError
from outcomes.instruments import score
from outcomes.instruments.long_form import widen


@pytest.fixture
def wide():
    rng = np.random.default_rng(4)
    items = {f"odi_{number}": rng.integers(0, 6, 6) for number in range(1, 11)}
    return pd.DataFrame({"subject": list("aabbcc"), "visit": ["w0", "w4"] * 3, **items})


def test_long_and_wide_input_score_alike(wide):
    long = wide.melt(["subject", "visit"], var_name="item", value_name="answer")
    shuffled = long.sample(frac=1, random_state=1)
    found = score(widen(shuffled), "odi").sort_values(["subject", "visit"], ignore_index=True)
    pd.testing.assert_frame_equal(found, score(wide, "odi"))


def test_absent_rows_are_missing_answers(wide):
    long = wide.melt(["subject", "visit"], var_name="item", value_name="answer")
    gone = (long["subject"] == "a") & (long["item"] == "odi_8")
    scores = score(widen(long[~gone]), "odi")
    assert scores.loc[scores["subject"] == "a", "n_answered"].tolist() == [9, 9]


def test_text_answers_stay_text_and_are_refused(wide):
    long = wide.astype({f"odi_{n}": str for n in range(1, 11)}).melt(
        ["subject", "visit"], var_name="item", value_name="answer"
    )
    with pytest.raises(ResponseError, match="are not numbers"):
        score(widen(long), "odi")


def test_two_answers_to_one_item_are_refused(wide):
    long = wide.melt(["subject", "visit"], var_name="item", value_name="answer")
    with pytest.raises(DuplicateRecordError, match=r"1 rows answer an item again .*: a, w0, odi_1"):
        widen(pd.concat([long, long.head(1)]))


def test_absent_columns_and_empty_ids_are_refused(wide):
    long = wide.melt(["subject", "visit"], var_name="item", value_name="response")
    with pytest.raises(SchemaError, match="lack 1 column"):
        widen(long)
    with pytest.raises(SchemaError, match="1 of 60 answers have an empty id"):
        widen(long.assign(visit=[None, *long["visit"][1:]]), answer="response")
