"""`score`: what it returns, and what it refuses."""

import re

import numpy as np
import pandas as pd
import pytest

from outcomes.errors import (
    DuplicateRecordError,
    OutcomesError,
    OutcomesWarning,
    ResponseError,
    SchemaError,
    SpecificationError,
    UnknownInstrumentError,
    UnsupportedCombinationError,
)
from outcomes.instruments import Prorate, find, instruments, score
from outcomes.instruments.registry import REGISTRY
from outcomes.instruments.spec import Instrument, Scale, Source, numbered
from tests.instruments.reference_cases import frame


@pytest.fixture
def peg():
    return pd.DataFrame(
        {
            "subject": ["007", "008", "009"],
            "visit": ["week 4"] * 3,
            "peg_1": [7, 3, 10],
            "peg_2": [6, 3, 10],
            "peg_3": [8, 4, 10],
        }
    )


def test_columns_order_and_types_of_the_result(peg):
    scores = score(peg, "peg")
    assert list(scores.columns) == [
        "subject", "visit", "instrument", "version", "scale", "score", "n_answered", "n_items",
        "status", "reason", "rule",
    ]  # fmt: skip
    assert scores["subject"].tolist() == ["007", "008", "009"]
    assert scores["score"].tolist() == pytest.approx([7, 10 / 3, 10])
    assert scores["status"].tolist() == ["scored"] * 3
    assert scores["reason"].isna().all()
    assert scores["n_items"].tolist() == [3, 3, 3]
    assert set(scores["version"]) == {"PEG-3"}


def test_scales_stay_within_their_administration():
    frame = pd.DataFrame({"subject": ["1", "2"], "visit": ["a", "a"]})
    answers = {f"pcs_{number}": [4, 0] for number in range(1, 14)}
    scores = score(frame.assign(**answers), "pcs")
    assert scores["subject"].tolist() == ["1"] * 4 + ["2"] * 4
    assert scores["score"].tolist() == [52, 16, 12, 24, 0, 0, 0, 0]


@pytest.mark.parametrize("rows", [slice(None), slice(0, 0)])
def test_input_is_never_modified(peg, rows):
    frame = peg.iloc[rows]
    before = frame.copy(deep=True)
    scores = score(frame, "peg", missing_codes=[99])
    pd.testing.assert_frame_equal(frame, before)
    assert len(scores) == len(frame)


@pytest.mark.parametrize(
    "answers",
    [
        pd.Series([7.0, np.nan, 10.0]),
        pd.Series([7, None, 10], dtype="Int64"),
        pd.Series([7, None, 10], dtype="Float64"),
        pd.Series([7, None, 10], dtype=object),
        pd.Series([np.int8(7), pd.NA, 10.0], dtype=object),
        pd.Series([7, None, 10], dtype="category"),
    ],
    ids=["float64", "Int64", "Float64", "object of int", "object mixed", "category of int"],
)
def test_every_numeric_storage_scores_alike(peg, answers):
    scores = score(peg.assign(peg_1=answers), "peg")
    assert scores["score"].tolist() == pytest.approx([7, np.nan, 10], nan_ok=True)
    assert scores["reason"].tolist() == [None, "too_few_answers", None]
    assert scores["n_answered"].tolist() == [3, 2, 3]


@pytest.mark.parametrize(
    "answers",
    [
        pd.Series(["7", "3", "10"]),
        pd.Series(["7", "3", "10"], dtype="string"),
        pd.Series([7, "3", 10], dtype=object),
        pd.Series([True, False, True]),
        pd.Series([True, False, None], dtype="boolean"),
        pd.Series(["7", "3", "10"], dtype="category"),
        pd.to_datetime(pd.Series(["2026-01-01"] * 3)),
        pd.Series([7, 3 + 1j, 10]),
        pd.Series([7, " ", 10], dtype=object),
    ],
    ids=["text", "string", "one text", "bool", "boolean", "category", "dates", "complex", "blank"],
)
def test_answers_that_are_not_numbers_are_refused(peg, answers):
    with pytest.raises(ResponseError, match=r"peg_1: . of 3 answers are not numbers but .*0 to 10"):
        score(peg.assign(peg_1=answers), "peg")


def test_every_complaint_is_made_at_once_and_names_rows(peg):
    wrong = peg.assign(peg_1=[11, 3, -1], peg_2=["6", "3", "10"], peg_3=[1.5, 4, 10])
    with pytest.raises(ResponseError) as refused:
        score(wrong, "peg")
    first, second, third, advice = str(refused.value).splitlines()
    assert first == (
        "peg_1: 2 of 3 answers are not among 0 to 10 (found -1, 11); "
        "first rows: subject 007, visit week 4; subject 009, visit week 4."
    )
    assert second.startswith("peg_2: 3 of 3 answers are not numbers but '6', '3', '10';")
    assert third.startswith("peg_3: 1 of 3 answers are not among 0 to 10 (found 1.5);")
    assert "Nothing was scored" in advice
    assert "missing_codes=" in advice


def test_mapped_column_is_named_beside_its_item(peg):
    wrong = peg.rename(columns={"peg_2": "enjoyment"}).assign(enjoyment=[6, 3, 12])
    with pytest.raises(ResponseError, match=r"^peg_2 \(column enjoyment\): 1 of 3"):
        score(wrong, "peg", items={"peg_2": "enjoyment"})


@pytest.mark.parametrize("undeclared", [99, -9, 999, 10.5])
def test_undeclared_missing_code_is_refused_and_declared_one_is_missing(peg, undeclared):
    frame = peg.assign(peg_3=[8, undeclared, 10])
    with pytest.raises(ResponseError):
        score(frame, "peg")
    scores = score(frame, "peg", missing_codes=[undeclared])
    assert scores["status"].tolist() == ["scored", "missing", "scored"]


@pytest.mark.parametrize("storage", ["int64", "Int64", "object"])
def test_missing_codes_work_in_every_storage(peg, storage):
    frame = peg.assign(peg_3=pd.Series([8, 99, 10], dtype=storage))
    assert score(frame, "peg", missing_codes=[99])["score"].isna().tolist() == [False, True, False]


def test_an_empty_missing_code_changes_nothing(peg):
    frame = peg.assign(peg_3=[8, None, 10])
    pd.testing.assert_frame_equal(
        score(frame, "peg", missing_codes=[None, np.nan]), score(frame, "peg")
    )


def test_only_the_first_absent_items_are_explained(peg):
    with pytest.raises(
        SchemaError, match=r"bpi_5: no column bpi_5 or bpi_05\. Nor for bpi_6, bpi_9a"
    ):
        score(peg, "bpi")


def test_missing_codes_may_be_text_or_per_item(peg):
    frame = peg.assign(peg_3=pd.Series([8, "ND", 10], dtype=object), peg_2=[6, 88, 10])
    codes = {"peg_3": ["ND"], "peg_2": [88]}
    assert score(frame, "peg", missing_codes=codes)["n_answered"].tolist() == [3, 1, 3]


@pytest.mark.parametrize(
    "codes", [np.array([99]), pd.Series([99, 98]), {99}, {"peg_3": (99,)}, {"peg_03": [99]}]
)
def test_missing_codes_may_come_in_any_collection(peg, codes):
    scores = score(peg.assign(peg_3=[8, 99, 10]), "peg", missing_codes=codes)
    assert scores["n_answered"].tolist() == [3, 2, 3]


@pytest.mark.parametrize(
    "codes",
    [[9], {"peg_1": [9]}, {"peg_9": [99]}, "99", 99, [True], {"peg_1": 99}, {"peg_1": "99"}],
)
def test_missing_codes_that_make_no_sense_are_refused(peg, codes):
    with pytest.raises(SpecificationError):
        score(peg, "peg", missing_codes=codes)


def test_zero_padded_columns_serve(peg):
    padded = peg.rename(columns=lambda name: name.replace("peg_", "peg_0"))
    pd.testing.assert_frame_equal(score(padded, "peg"), score(peg, "peg"))


@pytest.mark.parametrize("key", ["koos", "rand36", "gcpsr", "promis_pf_4a_v1", "bpi"])
def test_last_numbers_of_item_names_may_be_padded(key):
    instrument = find(key)
    answers = [[item.responses.lowest for item in instrument.items]]
    plain = frame(instrument, *answers)
    padded = plain.rename(columns=lambda name: re.sub(r"(?<!\d)(\d)([a-j]?)$", r"0\1\2", name))
    assert list(padded) != list(plain)
    pd.testing.assert_frame_equal(score(padded, key), score(plain, key))


def test_columns_of_unscored_items_block_nothing(peg):
    scored = [2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 15]
    answers = {f"fabq_{number}": [3 if number in scored else None] for number in range(1, 17)}
    answers["fabq_16"] = [99]
    scores = score(peg[["subject", "visit"]].head(1).assign(**answers), "fabq")
    assert scores["score"].tolist() == [12, 21]


def test_bpi_items_are_found_by_their_form_numbers():
    keys = [item.key for item in find("bpi").items]
    assert keys == [f"bpi_{n}" for n in "3456"] + [f"bpi_9{letter}" for letter in "abcdefg"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda f: f.drop(columns="peg_2"), "peg_2: no column peg_2 or peg_02"),
        (lambda f: f.rename(columns={"peg_2": "PEG_2"}), "did you mean PEG_2"),
        (lambda f: f.assign(peg_02=1), "both peg_2 and peg_02 exist"),
        (lambda f: pd.concat([f, f[["peg_2"]]], axis=1), "column peg_2 occurs 2 times"),
        (lambda f: f.drop(columns="visit"), "visit"),
        (lambda f: f.assign(visit=[None, "a", "a"]), "1 of 3 rows have an empty id"),
        (lambda f: f.drop(columns=["peg_1", "peg_2"]), "peg_1: no column .* peg_2: no column"),
        (lambda f: f[["subject", "visit"]].assign(a=1), "do not fit its 3 items"),
    ],
)
def test_wrong_columns_are_refused(peg, change, message):
    with pytest.raises(SchemaError, match=message):
        score(change(peg), "peg")


@pytest.mark.parametrize(
    ("items", "error", "message"),
    [
        ({"pge_2": "peg_2"}, SpecificationError, r"'pge_2' \(did you mean peg_2\?\)"),
        ({"peg_2": "peg_1"}, SchemaError, "peg_1 would serve 2 purposes"),
        ({"peg_2": "visit"}, SchemaError, "visit would serve 2 purposes"),
        ({"peg_2": "enjoyment"}, SchemaError, "no column enjoyment"),
        ({"peg_2": "peg_2", "peg_02": "peg_1"}, SpecificationError, "names one item twice"),
        ({2: "peg_2"}, SpecificationError, "unknown item.*: 2"),
        ({"enjoyment": "peg_2"}, SpecificationError, "Write {item: column}; its items are peg_1"),
        (["peg_1", "peg_2", "peg_3"], SpecificationError, "items must map each item .* a list"),
    ],
)
def test_item_map_that_does_not_fit_is_refused(peg, items, error, message):
    with pytest.raises(error, match=message):
        score(peg, "peg", items=items)


def test_two_administrations_of_one_visit_are_refused(peg):
    twice = peg.assign(subject=["007", "007", "009"])
    with pytest.raises(
        DuplicateRecordError, match=r"1 rows repeat an administration .*: 007, week 4"
    ):
        score(twice, "peg")
    assert len(score(twice.assign(try_=[1, 2, 1]), "peg", ["subject", "visit", "try_"])) == 3


@pytest.mark.parametrize("blank", ["", "  ", None])
def test_an_id_of_blanks_is_empty(peg, blank):
    with pytest.raises(SchemaError, match=r"1 of 3 rows have an empty id .*: 1\."):
        score(peg.assign(subject=["007", blank, "009"]), "peg")


@pytest.mark.parametrize("responses", [[1, 2], None, pd.Series([1])])
def test_responses_that_are_no_frame_are_refused(responses):
    with pytest.raises(SpecificationError, match="give a DataFrame"):
        score(responses, "peg")


@pytest.mark.parametrize("key", [None, 7, ["peg"]])
def test_a_key_that_is_no_text_is_refused(peg, key):
    with pytest.raises(UnknownInstrumentError, match="There is no instrument"):
        score(peg, key)


def test_an_answer_beside_a_whole_number_is_shown_as_it_is(peg):
    with pytest.raises(ResponseError, match=r"found 7\.00000000000"):
        score(peg.assign(peg_1=[7 + 1e-12, 3, 10]), "peg")


@pytest.mark.parametrize(
    "id_columns", ["subject", [], ["subject", "score"], ["subject", "subject"]]
)
def test_id_columns_that_make_no_sense_are_refused(peg, id_columns):
    with pytest.raises(SpecificationError):
        score(peg.assign(score=1), "peg", id_columns)


def test_rules_on_request_are_written_into_the_output(peg):
    frame = peg.assign(peg_1=[7, None, 10])
    default, requested = score(frame, "peg"), score(frame, "peg", rule=Prorate(min_fraction=2 / 3))
    assert default["score"].isna().tolist() == [False, True, False]
    assert requested["score"].tolist() == pytest.approx([7, 3.5, 10])
    assert set(requested["rule"]) == {"prorate, not published: at least 2 of 3 items (requested)"}
    assert set(default["rule"]) == {"strict: all 3 items (project)"}


def test_strict_on_request_overrides_a_published_proration():
    answers = {f"odi_{number}": [2] for number in range(1, 10)} | {"odi_10": [np.nan]}
    frame = pd.DataFrame({"subject": ["1"], "visit": ["a"], **answers})
    assert score(frame, "odi")["score"].tolist() == [40]
    strict = score(frame, "odi", rule="strict")
    assert strict["score"].isna().all()
    assert strict["rule"].tolist() == ["strict: all 10 items (requested)"]


def test_a_composite_says_which_rule_its_parts_had():
    instrument = find("womac_likert")
    answers = [2.0] * 24
    answers[0] = answers[1] = np.nan
    asked = score(frame(instrument, answers), instrument, rule=Prorate(min_fraction=0.5))
    rules = asked.set_index("scale")["rule"]
    assert rules["total"] == (
        "prorate, not published: at least 0.5 of the items of each part (requested)"
    )
    assert asked.set_index("scale")["score"]["total"] == 48
    sf36 = find("sf36")
    by_rand = score(frame(sf36, [1.0] * len(sf36.items)), sf36, rule="any_answered")
    assert by_rand.set_index("scale")["rule"]["physical"] == (
        "each part by 'any_answered' where it has it (requested)"
    )


@pytest.mark.parametrize("rule", [5, True, ["strict"]])
def test_a_rule_that_is_no_name_is_refused(peg, rule):
    with pytest.raises(SpecificationError, match="give the name of a rule"):
        score(peg, "peg", rule=rule)


def test_rules_that_do_not_exist_or_do_not_fit_are_refused(peg):
    with pytest.raises(SpecificationError, match=r"no missing-item rule 'strickt' \(did you mean"):
        score(peg, "peg", rule="strickt")
    answers = {f"promis_pi_4a_{number}": [3] for number in range(1, 5)}
    frame = pd.DataFrame({"subject": ["1"], "visit": ["a"], **answers})
    with pytest.raises(UnsupportedCombinationError, match="t_score: it cannot be prorated"):
        score(frame, "promis_pi_4a", rule=Prorate(min_fraction=0.5))
    with pytest.raises(SpecificationError, match="above 0"):
        Prorate(min_fraction=0)


def test_experimental_instrument_is_scored_only_on_request():
    answers = {f"eq5d5l_{number}": [2] for number in range(1, 6)}
    frame = pd.DataFrame({"subject": ["1"], "visit": ["a"], **answers})
    with pytest.raises(SpecificationError, match="experimental: its coefficients have a single"):
        score(frame, "eq5d5l_england")
    assert score(frame, "eq5d5l_england", experimental=True)["status"].tolist() == ["scored"]


@pytest.mark.parametrize(
    ("key", "answers", "message", "scored"),
    [
        ("midas", [60, 60, 0, 0, 0], "count more than 92", [120]),
        ("wpai", [1, 60, 60, 4, 5], "more than 100 working hours", [50, 40, 70, 50]),
        ("ceq", [7, 8, 6, 10, 7, 10], "look for ratings of 0 to 10", [21, 10.6]),
        ("6mwt", [900, 1], "exceed 800 m", [900]),
        ("tug", [12, 2], "a value of a test that was not done", [np.nan]),
    ],
)
def test_implausible_answers_warn_and_are_scored(key, answers, message, scored):
    columns = [item.key for item in find(key).items]
    frame = pd.DataFrame([["1", "a", *answers]], columns=["subject", "visit", *columns])
    with pytest.warns(OutcomesWarning, match=f"{key}: 1 of 1 records .*{message}"):
        found = score(frame, key)
    assert found["score"].tolist() == pytest.approx(scored, nan_ok=True)


@pytest.mark.parametrize(
    ("answers", "expected"), [([3, 4, 2, 5, 1], 3.0), ([3, 4, np.nan, 5, 1], np.nan)]
)
def test_a_key_of_your_own_makes_an_instrument(answers, expected):
    found = score(_own_key([answers]), COPING)
    assert found["score"].tolist() == pytest.approx([expected], nan_ok=True)
    with pytest.raises(ResponseError, match="coping_3: 1 of 1 answers"):
        score(_own_key([[3, 4, 7, 5, 1]]), COPING)


def test_item_9_of_the_phq_that_nobody_answered_is_warned_of():
    frame = pd.DataFrame(
        1.0, index=range(12), columns=[f"phq9_{number}" for number in range(1, 10)]
    )
    frame = frame.assign(subject=range(12), visit="a")
    assert score(frame.assign(phq9_9=[1.0, *[np.nan] * 11]), "phq9")["score"].eq(9).all()
    with pytest.warns(OutcomesWarning, match="12 of 12 records lack item 9.*PHQ-8"):
        score(frame.assign(phq9_9=np.nan), "phq9")


def test_percentages_of_ten_beside_higher_ones_are_no_cause_for_doubt():
    frame = pd.DataFrame({"subject": ["1", "2"], "visit": "a"})
    answers = {f"ceq_{number}": [5, 5] for number in (1, 2, 3, 5)} | {"ceq_4": [10, 60]}
    assert score(frame.assign(**answers, ceq_6=[0, 50]), "ceq")["status"].eq("scored").all()


# One factor of five items whose key the caller brings.
COPING = Instrument(
    key="coping",
    name="Coping strategies, one factor",
    version="key of the study",
    recall="now",
    scales=(
        Scale(
            key="factor",
            label="One factor",
            items=numbered("coping", 5, lowest=0, highest=6),
            combine="mean",
            range=(0, 6),
            higher_is="neutral",
            source=Source(citation="protocol of the study"),
            level="project",
        ),
    ),
    rights="permission of the authors",
    citation=Source(citation="protocol of the study"),
)


def _own_key(answers):
    frame = pd.DataFrame(answers, columns=[f"coping_{number}" for number in range(1, 6)])
    return frame.assign(subject="1", visit="a")


def test_unknown_instrument_is_refused_with_the_nearest():
    with pytest.raises(UnknownInstrumentError, match=r"'phq7' \(did you mean phq.\?\)"):
        find("phq7")
    with pytest.raises(UnknownInstrumentError, match="comes as womac_likert, womac_nrs, womac_vas"):
        find("womac")


def test_table_of_instruments_has_one_row_each():
    table = instruments()
    assert table["key"].tolist() == list(REGISTRY)
    assert {"key", "name", "version", "n_items", "scales", "higher_is", "rights"} <= set(table)
    assert (table["n_items"] > 0).all()
    assert table["rights"].str.len().gt(5).all()


def test_scale_lookup_names_the_scales_there_are():
    assert find("odi").scale().key == "total"
    with pytest.raises(SpecificationError, match="name a scale; it has severity, interference"):
        find("bpi").scale()
    with pytest.raises(OutcomesError, match="there is no scale 'pain'"):
        find("bpi").scale("pain")
