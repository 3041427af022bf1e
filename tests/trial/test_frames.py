import pandas as pd

from outcomes.errors import DuplicateRecordError, SchemaError, UnknownVisitError
from outcomes.trial.frames import declared_visit, known_subject, one_record, present, sound
from outcomes.trial.problems import Problems

RECORDS = pd.DataFrame(
    {
        "subject": ["1", "1", "2", None, "9"],
        "visit": ["start", "start", "later", "start", "start"],
    },
    index=[2, 3, 4, 5, 7],
    dtype=object,
)
RULES = [
    present("subject"),
    known_subject(pd.Series(["1", "2"]), "subjects.csv"),
    declared_visit(["start", "end"]),
    one_record("subject", "visit"),
]


def test_every_broken_rule_is_told_with_its_values_and_lines():
    problems = Problems()
    kept = sound(RECORDS, RULES, "file.csv", problems)
    told = dict(problems.found)
    assert len(problems.found) == 4
    assert "1 row without subject (line 5)" in told[SchemaError]
    assert "(later; line 4). Declared in the data are start, end." in told[UnknownVisitError]
    assert "2 rows that share subject and visit" in told[DuplicateRecordError]
    assert "(1 at start; lines 2, 3)" in told[DuplicateRecordError]
    assert kept.empty


def test_rows_that_break_no_rule_are_kept():
    problems = Problems()
    kept = sound(RECORDS, RULES[:2], "file.csv", problems)
    assert kept.index.tolist() == [2, 3, 4]


def test_sound_records_are_returned_as_they_are():
    problems = Problems()
    assert sound(RECORDS.loc[[2]], RULES, "file.csv", problems).equals(RECORDS.loc[[2]])
    assert not problems.found
