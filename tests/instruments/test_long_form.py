"""One row per answer becomes one row per administration, or an error."""

import numpy as np
import pandas as pd
import pytest

from outcomes.errors import (
    DuplicateRecordError,
    OutcomesWarning,
    ResponseError,
    SchemaError,
    SpecificationError,
)
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


@pytest.fixture
def long(wide):
    return wide.melt(["subject", "visit"], var_name="item", value_name="answer")


LONG = ("item", "answer")


def test_score_takes_one_row_per_answer(wide, long):
    shuffled = long.sample(frac=1, random_state=1)
    found = score(shuffled, "odi", long=LONG).sort_values(["subject", "visit"], ignore_index=True)
    pd.testing.assert_frame_equal(found, score(wide, "odi"))


def test_items_of_other_instruments_are_left_alone(wide, long):
    other = long.assign(item=long["item"].str.replace("odi", "ndi"), answer=9)
    found = score(pd.concat([long, other]), "odi", long=LONG)
    assert found["score"].tolist() == score(wide, "odi")["score"].tolist()


def test_items_may_have_names_of_their_own(wide, long):
    renamed = long.replace({"item": {"odi_4": "lifting"}})
    found = score(renamed, "odi", items={"odi_4": "lifting"}, long=LONG)
    assert found["score"].tolist() == score(wide, "odi")["score"].tolist()


@pytest.mark.parametrize("spelling", ["ODI_4", "odi 4", "odi_004", " odi_4"])
def test_an_item_that_its_spelling_hides_is_refused(long, spelling):
    long.loc[long["item"].eq("odi_4") & long["subject"].eq("a"), "item"] = spelling
    with pytest.raises(SchemaError, match=f"'{spelling}' .did you mean odi_4"):
        score(long, "odi", long=LONG)


def test_an_item_merely_like_one_draws_a_warning(long):
    long.loc[long["item"].eq("odi_4") & long["subject"].eq("a"), "item"] = "oid_4"
    with pytest.warns(OutcomesWarning, match=r"'oid_4' \(did you mean odi_4\?\).* not scored"):
        scores = score(long, "odi", long=LONG)
    assert scores.loc[scores["subject"] == "a", "n_answered"].tolist() == [9, 9]


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        (lambda f: f.assign(answer=f["answer"] + 0.5), ResponseError, "odi_1: 6 of 6 .*visit w0"),
        (lambda f: f.assign(answer="x"), ResponseError, "odi_1: 6 of 6 answers are not numbers"),
        (lambda f: f.replace({"answer": {0: 99}}), ResponseError, "not among 0 to 5 .found 99"),
        (lambda f: f[f["item"] != "odi_4"], SchemaError, "odi_4: no column odi_4"),
        (lambda f: pd.concat([f, f.head(1)]), DuplicateRecordError, "a, w0, odi_1"),
        (lambda f: f.rename(columns={"item": "question"}), SchemaError, "lack 1 column.*: item"),
        (lambda f: f.assign(subject=" "), SchemaError, "empty id"),
    ],
)
def test_bad_long_input_is_refused_by_name(long, change, error, message):
    with pytest.raises(error, match=message):
        score(change(long), "odi", long=LONG)


@pytest.mark.parametrize("columns", ["item", ("item",), ("item", "answer", "unit")])
def test_long_must_name_two_columns(long, columns):
    with pytest.raises(SpecificationError, match="name the columns of item and answer"):
        score(long, "odi", long=columns)


def test_long_input_taken_for_wide_is_told_how_to_say_so(long):
    with pytest.raises(DuplicateRecordError, match=r"say so with long=\(item column"):
        score(long, "odi")


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
