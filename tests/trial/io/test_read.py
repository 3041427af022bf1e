"""From files to a trial: what it holds, and how data that contradict the design are refused."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from outcomes.errors import (
    DataError,
    DuplicateRecordError,
    ResponseError,
    SchemaError,
    SpecificationError,
    UnknownVisitError,
)
from tests.trial.studies import SUBJECTS, files, load, spoiled


@pytest.fixture
def refusal(tmp_path):
    """Error for the study with one file spoiled."""

    def read(name, *changes):
        with pytest.raises(DataError) as error:
            load(tmp_path, spoiled(name, *changes))
        return error

    return read


@pytest.fixture
def trial(tmp_path):
    return load(tmp_path, files())


def test_ids_stay_text(trial):
    assert trial.subjects["subject"].tolist() == sorted(SUBJECTS)
    assert "007" in set(trial.scores["subject"])
    assert trial.events["subject"].tolist() == ["007", "7"]


def test_codes_become_ids_in_the_order_declared(trial):
    by_subject = trial.subjects.set_index("subject")["arm"]
    assert by_subject.to_dict() == {"007": "usual", "12": "usual", "7": "yoga", "a-1": "yoga"}
    assert by_subject.cat.categories.tolist() == ["usual", "yoga"]
    assert trial.responses["visit"].cat.categories.tolist() == ["start", "week4", "week8"]
    assert trial.responses["visit"].cat.ordered


def test_only_declared_columns_are_numbers(trial):
    subjects = trial.subjects.set_index("subject")
    assert subjects["site"].tolist() == ["1", "2", "1", "2"]
    assert subjects.loc["7", "age"] == 51.5
    assert np.isnan(subjects.loc["12", "age"])
    assert subjects["pp"].tolist() == [True, True, False, True]
    assert trial.events["day"].tolist() == [10, 3]


def test_scores_hold_instruments_and_measures(trial):
    scores = trial.scores.set_index(["subject", "visit", "instrument", "scale"])
    # Answers of subject 007 at week 4 are 2, 3, 4, ...: PEG is the mean of the first three.
    assert scores.loc[("007", "week4", "peg", "total"), "score"] == 3.0
    assert scores.loc[("a-1", "start", "walk", "value"), "score"] == 329.0
    assert scores.loc[("a-1", "start", "walk", "value"), "status"] == "scored"
    assert set(trial.scores["instrument"]) == {"peg", "bpi", "walk"}
    assert len(trial.scores) == 4 * 3 * (1 + 6 + 1)
    assert trial.scores["day"].dtype == "Int64"


def test_sources_name_every_file_with_its_rows(trial):
    assert [(source.role, source.name, source.rows) for source in trial.sources] == [
        ("study", "study.yaml", 0),
        ("subjects", "subjects.csv", 4),
        ("responses", "responses.csv", 12),
        ("measures", "measures.csv", 12),
        ("events", "events.csv", 2),
    ]
    assert all(len(source.sha256) == 64 for source in trial.sources)


def test_missing_codes_are_missing_and_the_score_stays_in_the_frame(tmp_path):
    content = spoiled("responses.csv", ("007,week4,28,2,3,4", "007,week4,28,-9,NA,"))
    content["measures.csv"][1] = "007,start,-1,NA"
    trial = load(tmp_path, content)
    scores = trial.scores.set_index(["subject", "visit", "instrument", "scale"])
    peg = scores.loc[("007", "week4", "peg", "total")]
    assert (peg["status"], peg["reason"], peg["n_answered"]) == ("missing", "not_administered", 0)
    walk = scores.loc[("007", "start", "walk", "value")]
    assert (walk["status"], walk["reason"]) == ("missing", "not_recorded")
    answers = trial.responses[["peg_1", "peg_2", "peg_3"]]
    assert answers.isna().to_numpy().sum() == 3


def test_padded_item_names_are_found(tmp_path):
    trial = load(tmp_path, spoiled("responses.csv", ("peg_1,peg_2", "peg_01,peg_02")))
    assert trial.scores.query("instrument == 'peg'")["score"].notna().all()


def test_records_outside_their_window_are_set_aside_and_listed(tmp_path):
    trial = load(tmp_path, spoiled("responses.csv", ("\n7,week4,28,", "\n7,week4,36,")))
    assert trial.set_aside.to_dict("records") == [
        {
            "file": "responses.csv",
            "subject": "7",
            "visit": "week4",
            "day": 36,
            "first_day": 21,
            "last_day": 35,
        }
    ]
    at_week4 = trial.scores.query("subject == '7' and visit == 'week4'")
    assert set(at_week4["instrument"]) == {"walk"}


def test_records_outside_their_window_are_refused_where_the_study_file_says_so(tmp_path):
    content = spoiled("responses.csv", ("\n7,week4,28,", "\n7,week4,36,"))
    content["study.yaml"] = [
        "data:\n  outside_window: refuse" if line == "data:" else line
        for line in content["study.yaml"]
    ]
    with pytest.raises(DataError, match="subject 7 at week4 on day 36, allowed 21 to 35, line 6"):
        load(tmp_path, content)


def test_a_record_that_repeats_a_visit_outside_its_window_does_not_count_twice(tmp_path):
    content = files()
    content["responses.csv"].append(content["responses.csv"][2].replace("week4,28", "week4,36"))
    trial = load(tmp_path, content)
    assert len(trial.set_aside) == 1
    assert len(trial.responses) == 12


@pytest.mark.parametrize(
    ("name", "change", "error", "parts"),
    [
        (
            "subjects.csv",
            ("12,usual", "12,placebo"),
            DataError,
            [
                "subjects.csv: 1 row with an arm the study file does not declare",
                "placebo",
                "line",
                "Declared in the data are usual, 2",
            ],
        ),
        (
            "subjects.csv",
            ("yes,B", "yes,B\n007,usual,1,45,yes,"),
            DuplicateRecordError,
            ["2 rows that share subject", "007", "lines 2, 6", "Keep the one that counts"],
        ),
        (
            "subjects.csv",
            ("yes,B", "yes,B\n,2,1,30,yes,B"),
            SchemaError,
            ["without subject (line 6)"],
        ),
        ("subjects.csv", ("12,usual", "12,"), SchemaError, ["1 row without arm (line 4)"]),
        (
            "subjects.csv",
            ("38,yes", "38,perhaps"),
            SchemaError,
            ["population flag pp is not yes or no", "'perhaps' on line 5", "Allowed are yes"],
        ),
        (
            "subjects.csv",
            ("51.5", "fifty"),
            SchemaError,
            ["age is not a number", "'fifty' on line 3", "missing_codes"],
        ),
        (
            "subjects.csv",
            ("7,2,1,51.5", '7,2,1,"51,5"'),
            SchemaError,
            ["'51,5' on line 3", "Decimals need a point"],
        ),
        (
            "subjects.csv",
            ("arm,site", "arm,sit"),
            SchemaError,
            ["a randomisation factor is 'site'", "did you mean sit?"],
        ),
        (
            "subjects.csv",
            ("arm,site", "armm,site"),
            SchemaError,
            ["data.subjects needs 'arm'", "did you mean armm?"],
        ),
        (
            "subjects.csv",
            ("id,arm", "idd,arm"),
            SchemaError,
            ["data.subjects.columns says that subject is 'id'", "did you mean idd?"],
        ),
        ("subjects.csv", ("site,age", "site,ages"), SchemaError, ["needs 'age'", "mean ages?"]),
        (
            "subjects.csv",
            ("pp,group", "pp,groups"),
            SchemaError,
            ["the column of clusters is 'group'", "did you mean groups?"],
        ),
        ("subjects.csv", ("pp,group", "p_p,group"), SchemaError, ["population protocol is 'pp'"]),
        (
            "responses.csv",
            ("\n7,week4,28", "\n7,week5,28"),
            UnknownVisitError,
            [
                "responses.csv: 1 row at a visit the study file does not declare (week5; line 6)",
                "Declared in the data are start, week4, 8",
            ],
        ),
        (
            "responses.csv",
            ("\n7,week4,28", "\n8,week4,28"),
            DataError,
            ["1 row of subjects that subjects.csv does not have (8; line 6)"],
        ),
        ("responses.csv", ("\n7,week4,28", "\n07,week4,28"), DataError, ["7 and 007 are two"]),
        (
            "responses.csv",
            ("\n7,week4,28", "\n7,week4,28.5"),
            SchemaError,
            ["day is not a whole number", "28.5 on line 6"],
        ),
        (
            "responses.csv",
            ("\n7,week4,28", "\n7,week4,"),
            SchemaError,
            ["1 row without a day at visits with a window (week4; line 6)"],
        ),
        (
            "responses.csv",
            ("\n7,week4,28,3,", "\n7,week4,28,11,"),
            ResponseError,
            ["responses.csv", "peg_1", "found 11", "subject 7, visit week4", "0 to 10"],
        ),
        (
            "responses.csv",
            ("\n7,week4,28,3,", "\n7,week4,28,x,"),
            ResponseError,
            ["responses.csv", "peg_1 is not a number", "'x' on line 6"],
        ),
        ("responses.csv", ("peg_3", "peg_4"), SchemaError, ["peg_3: no column peg_3 or peg_03"]),
        (
            "measures.csv",
            ("7,week4,28,338", "7,week4,28,999"),
            ResponseError,
            [
                "measures.csv",
                "walk (column metres) is not between 0 and 900",
                "999 of subject 7 at week4, line 6",
            ],
        ),
        (
            "measures.csv",
            ("metres", "meters"),
            SchemaError,
            ["measure walk is in column 'metres', which the file lacks"],
        ),
        (
            "events.csv",
            ("7,3,headache", "9,3,headache"),
            DataError,
            ["events.csv: 1 row of subjects that subjects.csv does not have (9; line 2)"],
        ),
        ("events.csv", ("7,3,headache", "7,3rd,headache"), SchemaError, ["'3rd' on line 2"]),
    ],
)
def test_data_that_contradict_the_study_file_are_refused(refusal, name, change, error, parts):
    caught = refusal(name, change)
    assert caught.type is error
    for part in parts:
        assert part in str(caught.value)


def test_two_records_of_a_subject_at_a_visit_are_named(tmp_path):
    content = files()
    content["responses.csv"].append(content["responses.csv"][5])
    with pytest.raises(DuplicateRecordError) as error:
        load(tmp_path, content)
    assert "2 rows that share subject and visit with another row" in str(error.value)
    assert "7 at week4; lines 6, 14" in str(error.value)


def test_a_declared_arm_nobody_has_is_refused(tmp_path):
    content = spoiled("study.yaml", ('code: "2"', 'code: "3"'))
    with pytest.raises(DataError) as error:
        load(tmp_path, content)
    assert "no subject has the declared arm '3'; the data have '2', 'usual'" in str(error.value)
    assert "2 rows with an arm the study file does not declare (2; lines 3, 5)" in str(error.value)


def test_a_declared_visit_nobody_had_is_refused(tmp_path):
    text = '{id: week8, label: Week 8, day: 56, window: [49, 63], code: "8"}'
    extra = text + "\n    - {id: week12, label: Week 12, day: 84}"
    with pytest.raises(
        UnknownVisitError, match=r"1 declared visit.*no record in any file: 'week12'"
    ):
        load(tmp_path, spoiled("study.yaml", (text, extra)))


def test_problems_of_all_files_come_in_one_error(tmp_path):
    content = files()
    content["subjects.csv"][3] = "12,placebo,2,,yes,"
    content["responses.csv"].append(content["responses.csv"][5])
    content["measures.csv"][5] = "7,week5,28,338"
    content["events.csv"][1] = "99,3,headache"
    with pytest.raises(DataError) as error:
        load(tmp_path, content)
    message = str(error.value)
    assert error.type is DataError
    assert message.startswith("4 problems with the data.")
    for part in ("placebo", "lines 6, 14", "week5", "events.csv"):
        assert part in message


def test_unreadable_files_are_all_named_before_anything_is_checked(tmp_path):
    content = files() | {"responses.csv": [], "measures.csv": ["id,visit,day,metres", "1,2"]}
    with pytest.raises(SchemaError) as error:
        load(tmp_path, content)
    assert "responses.csv: the file is empty" in str(error.value)
    assert "measures.csv: 1 row without exactly 4 cells" in str(error.value)


@pytest.mark.parametrize("code", ['"9"', '"10.0"'])
def test_a_missing_code_that_is_also_an_answer_is_refused(tmp_path, code):
    with pytest.raises(SpecificationError, match="a missing code is also a possible answer"):
        load(tmp_path, spoiled("study.yaml", ('"-9"', code)))


def test_a_missing_code_within_the_range_of_a_measure_is_refused(tmp_path):
    change = ('subject: id}, missing_codes: ["NA"]', 'subject: id}, missing_codes: ["0"]')
    with pytest.raises(SpecificationError, match=r"the missing code 0 is also a possible value of"):
        load(tmp_path, spoiled("study.yaml", change))


def test_names_that_results_make_cannot_be_columns_of_subjects(refusal):
    caught = refusal(
        "subjects.csv",
        ("pp,group", "pp,group,baseline"),
        ("\n12,usual,2,,yes,", "\n12,usual,2,,yes,,1"),
        ("007,usual,1,45,yes,", "007,usual,1,45,yes,,1"),
        ("no,A", "no,A,2"),
        ("yes,B", "yes,B,3"),
    )
    assert "baseline cannot be a column of subjects" in str(caught.value)


def test_a_column_that_has_our_name_beside_the_mapped_one_is_refused(refusal):
    caught = refusal("subjects.csv", ("pp,group", "pp,subject"))
    assert "the file also has a column 'subject'" in str(caught.value)


def test_ignored_columns_are_not_read(tmp_path):
    content = spoiled("study.yaml", ("numbers: [age]}", "numbers: [age], ignore: [note]}"))
    notes = ["note", "a", "b", "c", "d"]
    content["subjects.csv"] = [
        f"{line},{note}" for line, note in zip(content["subjects.csv"], notes, strict=True)
    ]
    assert "note" not in load(tmp_path, content).subjects.columns


def test_absent_files_are_named_with_the_nearest_there_is(tmp_path):
    content = spoiled("study.yaml", ("file: events.csv", "file: event.csv"))
    with pytest.raises(SpecificationError, match=r"event\.csv \(did you mean events\.csv\?\)"):
        load(tmp_path, content)


def test_an_unset_folder_variable_says_how_to_set_it(tmp_path, monkeypatch):
    monkeypatch.delenv("SMALL_DATA", raising=False)
    content = spoiled("study.yaml", ("data:", "data:\n  folder_variable: SMALL_DATA"))
    with pytest.raises(SpecificationError) as error:
        load(tmp_path, content)
    assert "The environment variable SMALL_DATA is not set" in str(error.value)
    assert "subjects.csv" in str(error.value)
    assert "export SMALL_DATA=/path/to/folder" in str(error.value)
    monkeypatch.setenv("SMALL_DATA", str(tmp_path))
    assert len(load(tmp_path, content).subjects) == 4
    monkeypatch.setenv("SMALL_DATA", str(tmp_path / "nowhere"))
    with pytest.raises(
        SpecificationError, match=r"There is no folder .*nowhere, which the environ"
    ):
        load(tmp_path, content)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 2**32))
def test_the_order_of_rows_does_not_matter(tmp_path, trial, seed):
    content = files()
    for name, lines in content.items():
        if name.endswith(".csv"):
            records = lines[1:]
            np.random.default_rng(seed).shuffle(records)
            content[name] = [lines[0], *records]
    shuffled = load(tmp_path, content)
    for name in ("subjects", "responses", "scores", "events", "set_aside"):
        pd.testing.assert_frame_equal(getattr(shuffled, name), getattr(trial, name))


def test_a_hundred_thousand_rows_are_read(tmp_path):
    content = files()
    subjects = [f"s{i:05d}" for i in range(34_000)]
    content["subjects.csv"] = [content["subjects.csv"][0]] + [
        f"{subject},{'usual' if i % 2 else 2},1,50,yes,A" for i, subject in enumerate(subjects)
    ]
    content["responses.csv"] = content["responses.csv"][:1] + [
        f"{subject},{line.split(',', 1)[1]}"
        for subject in subjects
        for line in content["responses.csv"][1:4]
    ]
    content["measures.csv"] = content["measures.csv"][:1] + [f"{s},start,0,100" for s in subjects]
    content["events.csv"] = content["events.csv"][:1]
    assert len(load(tmp_path, content).responses) == 102_000
