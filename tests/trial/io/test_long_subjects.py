"""One file with a row for each subject and visit that serves as subjects and as measures."""

import pytest

from outcomes.errors import DataError
from outcomes.trial.io.read import load_trial

STUDY = """\
about: {id: long, title: One long file}
design:
  arms:
    - {id: usual, label: Usual care, reference: true, code: "1"}
    - {id: active, label: Active, code: "2"}
  visits:
    - {id: start, label: Start, day: 0, baseline: true}
    - {id: month3, label: Month 3, day: 91, code: "3"}
    - {id: month12, label: Month 12, day: 365, code: "12"}
data:
  subjects: {file: long.csv, columns: {subject: id, arm: treat}, numbers: [age]}
  measures: {file: long.csv, columns: {subject: id, visit: time}, missing_codes: ["NA"]}
seed: 1
measures:
  - {name: pain, label: Pain, column: pain, higher_is: worse, unit: points, source: x,
     baseline_column: pain0}
"""
LONG = """\
id,time,treat,age,pain0,pain
01,3,1,40,5.5,4
01,12,1,40,5.5,NA
2,3,2,50,6,3
2,12,2,50,6,2
"""


@pytest.fixture
def load(tmp_path):
    def write_and_load(data=LONG, study=STUDY):
        (tmp_path / "study.yaml").write_text(study, encoding="utf-8")
        (tmp_path / "long.csv").write_text(data, encoding="utf-8")
        return load_trial(tmp_path / "study.yaml", ())

    return write_and_load


def test_subjects_are_taken_once_and_baselines_from_their_column(load):
    trial = load()
    assert trial.subjects.to_dict("records") == [
        {"subject": "01", "arm": "usual", "age": 40.0},
        {"subject": "2", "arm": "active", "age": 50.0},
    ]
    scores = trial.scores.set_index(["subject", "visit"])["score"]
    assert scores.loc[("01", "start")] == 5.5
    assert scores.loc[("2", "month12")] == 2
    assert len(scores) == 6
    assert scores.isna().sum() == 1
    assert trial.sources[1].role == "subjects, measures"
    assert trial.sources[1].rows == 4


@pytest.mark.parametrize(
    ("old", "new", "parts"),
    [
        ("01,12,1,40", "01,12,1,41", ["1 subjects have rows that differ", "subject 01: age is 40"]),
        ("01,12,1,40", "01,12,2,40", ["subject 01: arm is 1 and 2"]),
        ("40,5.5,NA", "40,5.6,NA", ["several values of pain0, the baseline of pain (subjects 01)"]),
    ],
)
def test_what_belongs_to_a_subject_must_not_change(load, old, new, parts):
    with pytest.raises(DataError) as error:
        load(LONG.replace(old, new))
    for part in parts:
        assert part in str(error.value)


def test_a_baseline_is_declared_once(load):
    study = STUDY.replace("baseline: true}", 'baseline: true, code: "0"}')
    with pytest.raises(DataError, match="1 row at visit start and its baseline in column pain0"):
        load(LONG + "2,0,2,50,6,6\n", study)


def test_windows_need_days(load):
    with pytest.raises(DataError, match="2 rows without a day at visits with a window"):
        load(study=STUDY.replace("day: 91", "day: 91, window: [80, 100]"))
