"""A diary in the study file: its rules are checked before, its entries at the door."""

import numpy as np
import pytest

from outcomes.errors import DataError, OutcomesError, SpecificationError
from tests.trial.studies import files, load

RULE = (
    "diary: {name: diary, label: worst pain, source: x, min_days: 4, visits: [start, week4],"
    " latest_delay: 2}"
)
ENTRIES = ["subject,day,value,recorded", "7,-1,6,-0.2", "007,27,4,27.9", "7,-2,,", "12,5,10,5.5"]


def content(rule=RULE, entries=ENTRIES):
    made = files()
    made["study.yaml"] = [
        *(line + "\n  diary: {file: diary.csv}" if "events.csv" in line else line
          for line in made["study.yaml"]),
        rule,
    ]  # fmt: skip
    return made | {"diary.csv": entries}


def test_entries_are_numbers_of_known_subjects_in_order(tmp_path):
    diary = load(tmp_path, content()).diary
    assert diary["subject"].tolist() == ["007", "12", "7", "7"]
    assert diary["day"].tolist() == [27, 5, -2, -1]
    assert diary["value"].tolist() == pytest.approx([4, 10, np.nan, 6], nan_ok=True)
    assert diary["recorded"].iloc[0] == 27.9


def test_a_trial_without_a_diary_has_an_empty_one(tmp_path):
    assert load(tmp_path, files()).diary.empty


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (("min_days: 4", "min_days: 8"), "diary.min_days: is 8; it is 1 to 7, the days"),
        (("min_days: 4, ", ""), "diary.min_days: is required but not given"),
        (("[start, week4]", "[start, week5]"), "there is no visit 'week5' (did you mean week8?)"),
        (("name: diary", "name: walk"), "'walk' is also an instrument or measure"),
        (
            ("min_days: 4", "min_days: 4, days: 40"),
            "the week before week4 would begin before start",
        ),
        (("latest_delay: 2", "latest_delay: 0"), "diary.latest_delay: is 0; it is above 0"),
        (("source: x", "source: x, range: [10, 0]"), "is not from a lower to a higher number"),
        (("source: x", "source: x, several: worst"), "allowed are 'first', 'last', 'mean'"),
    ],
)
def test_rules_that_cannot_be_followed_are_refused(tmp_path, change, complaint):
    with pytest.raises(SpecificationError) as error:
        load(tmp_path, content(rule=RULE.replace(*change)))
    assert complaint in str(error.value)


def test_a_file_without_rules_and_rules_without_a_file_are_refused(tmp_path):
    with pytest.raises(SpecificationError, match="a diary needs both"):
        load(tmp_path, content(rule=""))
    made = files()
    made["study.yaml"].append(RULE)
    with pytest.raises(SpecificationError, match="a diary needs both"):
        load(tmp_path, made)


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("7,3,11,3.5", "diary.csv: 1 row with a rating that is not between 0 and 10"),
        ("8,3,5,3.5", "of subjects that subjects.csv does not have"),
        ("7,3.5,5,3.6", "day is not a whole number"),
        ("7,,5,3.6", "without day"),
        ("7,3,much,3.6", "value is not a number"),
    ],
)
def test_entries_that_cannot_be_are_refused_with_their_line(tmp_path, line, complaint):
    with pytest.raises(DataError) as error:
        load(tmp_path, content(entries=[*ENTRIES, line]))
    assert complaint in str(error.value)
    assert "line 6" in str(error.value)


def test_a_missing_code_that_could_be_a_rating_is_refused(tmp_path):
    made = content()
    made["study.yaml"] = [
        line.replace("{file: diary.csv}", '{file: diary.csv, missing_codes: ["9"]}')
        for line in made["study.yaml"]
    ]
    with pytest.raises(OutcomesError, match="missing code 9 is also a possible rating"):
        load(tmp_path, made)


def test_back_filling_cannot_be_judged_without_the_time_of_entry(tmp_path):
    with pytest.raises(DataError, match="needs a column recorded"):
        load(tmp_path, content(entries=["subject,day,value", "7,-1,6"]))
