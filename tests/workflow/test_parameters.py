import pytest

from outcomes.errors import SpecificationError
from outcomes.workflow.parameters import notebook_parameters, read_parameters, read_value
from outcomes.workflow.shared_names import SHARED_NAMES
from tests.workflow.tiny import notebook


def declared(source):
    return notebook_parameters(notebook(parameters=source), "tiny.ipynb")


@pytest.fixture
def tiny():
    return notebook_parameters(notebook(), "tiny.ipynb")


def refusal(parameters, values, typed=None):
    with pytest.raises(SpecificationError) as refused:
        parameters.check(values, typed)
    return str(refused.value)


def test_types_and_defaults_come_from_the_cell(tiny):
    assert [(p.name, p.annotation, p.default) for p in tiny.declared] == [
        ("study", "str", "study.yaml"),
        ("analysis", "str | None", None),
        ("alpha", "float", 0.05),
        ("arm", "str", "007"),
        ("draft", "bool", False),
    ]


def test_values_of_the_declared_types_pass_unchanged_in_the_notebooks_order(tiny):
    given = {"draft": True, "alpha": 0.1, "arm": "1", "analysis": None}
    assert list(tiny.check(given).items()) == [
        ("analysis", None),
        ("alpha", 0.1),
        ("arm", "1"),
        ("draft", True),
    ]


def test_filled_adds_the_defaults(tiny):
    assert tiny.filled({"alpha": 0.1})["alpha"] == 0.1
    assert tiny.filled({})["arm"] == "007"


def test_a_misspelt_name_is_refused_with_the_nearest(tiny):
    assert "alhpa is not a parameter; did you mean alpha?" in refusal(tiny, {"alhpa": 0.1})


def test_a_number_for_text_names_the_remedy(tiny):
    assert "use -r arm 7 " in refusal(tiny, {"arm": 7})
    assert "use -r arm 007 " in refusal(tiny, {"arm": 7}, {"arm": "007"})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("alpha", True),
        ("alpha", "0.1"),
        ("alpha", None),
        ("alpha", float("nan")),
        ("alpha", 0),
        ("alpha", 1),
        ("alpha", 5),
        ("draft", 1),
        ("draft", "yes"),
        ("arm", 7),
        ("arm", 7.5),
        ("arm", True),
        ("arm", None),
        ("analysis", ""),
        ("study", ["a.yaml"]),
    ],
)
def test_values_of_another_type_or_out_of_limits_are_refused(tiny, name, value):
    assert name in refusal(tiny, {name: value})


def test_every_complaint_is_in_one_message(tiny):
    message = refusal(tiny, {"alhpa": 1, "arm": 7, "draft": 1})
    assert "3 complaints" in message
    assert all(name in message for name in ("alhpa", "arm", "draft"))


def test_whole_numbers_are_not_numbers_or_truths():
    parameters = declared("n: int = 3")
    assert parameters.check({"n": 4}) == {"n": 4}
    for wrong in (4.0, True, "4"):
        assert "n" in refusal(parameters, {"n": wrong})


def test_a_choice_takes_its_members_only():
    parameters = declared(
        'from typing import Literal\nside: Literal["lower", "upper"] | None = "upper"'
    )
    assert parameters.check({"side": None}) == {"side": None}
    assert "'lower', 'upper', or None" in refusal(parameters, {"side": "uper"})


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("alpha = 0.05", "`alpha = 0.05` has no type"),
        ("alpha: float", "has no default"),
        ("alpha: float = 1 / 20", "is not a plain"),
        ("alpha: float = open('x')", "is not a plain"),
        ("alpha: list = 0.05", "is not a type that parameters can have"),
        ("alpha: str = '0.05'", "its type is float"),
        ("alpha: float = 5", "the default of alpha is 5"),
        ("n: int = 'three'", "the default of n is 'three'"),
        ("for n in (1, 2): pass", "is not an annotated assignment"),
        ("alpha: float = ", "invalid syntax"),
    ],
)
def test_the_author_is_told_what_is_wrong_with_the_cell(source, complaint):
    with pytest.raises(SpecificationError) as refused:
        declared(source)
    assert complaint in str(refused.value)
    assert "tiny.ipynb" in str(refused.value)


def test_the_cell_is_never_executed(tmp_path):
    trace = tmp_path / "executed"
    with pytest.raises(SpecificationError):
        declared(f"name: str = open({str(trace)!r}, 'w').name")
    assert not trace.exists()


@pytest.mark.parametrize("n", [0, 2])
def test_there_is_exactly_one_cell(n):
    without = notebook()
    without.cells = without.cells[:1] * n
    with pytest.raises(SpecificationError, match=f"{n} cells tagged"):
        notebook_parameters(without, "tiny.ipynb")


@pytest.mark.parametrize(("text", "found"), [(None, "no notebook"), ("not json", "not a Jupyter")])
def test_files_that_are_not_notebooks_are_refused(tmp_path, text, found):
    if text is not None:
        (tmp_path / "x.ipynb").write_text(text)
    with pytest.raises(SpecificationError, match=found):
        read_parameters(tmp_path / "x.ipynb")


@pytest.mark.parametrize("text", ["True", "None", "7", "-1.5", "1e3", "odi", "2024-01-01", "007"])
def test_values_are_read_as_papermill_reads_them(text):
    """papermill 2.7's own rule is the reference: both commands must mean the same by -p."""
    from papermill.cli import _resolve_type

    ours, theirs = read_value(text), _resolve_type(text)
    assert (ours, type(ours)) == (theirs, type(theirs))


def test_shared_names_are_those_of_the_package():
    assert set(SHARED_NAMES) == {
        *("study", "analysis", "instrument", "estimand", "population", "visit"),
        *("covariance", "df_method", "alpha", "draft", "batch"),
    }
