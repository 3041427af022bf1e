import pytest

from outcomes.errors import (
    DataError,
    DuplicateRecordError,
    OutcomesError,
    SchemaError,
    SpecificationError,
)
from outcomes.trial.problems import Problems, at_lines, first_of


def test_nothing_found_raises_nothing():
    Problems().refuse()


@pytest.mark.parametrize(
    ("kinds", "raised"),
    [
        ([DuplicateRecordError], DuplicateRecordError),
        ([SchemaError, SchemaError], SchemaError),
        ([SchemaError, DuplicateRecordError], DataError),
        ([SchemaError, SpecificationError], OutcomesError),
    ],
)
def test_the_error_is_the_kind_all_problems_share(kinds, raised):
    problems = Problems()
    for i, kind in enumerate(kinds):
        problems.add(kind, f"problem {i}")
    with pytest.raises(OutcomesError) as error:
        problems.refuse()
    assert error.type is raised
    assert all(f"problem {i}" in str(error.value) for i in range(len(kinds)))


def test_one_problem_found_twice_is_told_once():
    problems = Problems()
    problems.add(SchemaError, "age is not a number")
    problems.add(SchemaError, "age is not a number")
    with pytest.raises(SchemaError, match=r"^age is not a number$"):
        problems.refuse()


def test_the_first_three_are_named_and_the_others_counted():
    assert first_of(range(3)) == "0, 1, 2"
    assert first_of(range(10)) == "0, 1, 2 and 7 more"
    assert at_lines([6]) == "line 6"
    assert at_lines([6, 14]) == "lines 6, 14"
