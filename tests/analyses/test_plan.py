"""Which analysis is found, what replacing a choice does, and what departs from the plan."""

from dataclasses import replace

import pandas as pd
import pytest

from outcomes.analyses.ancova import Ancova
from outcomes.analyses.baseline import BaselineTable
from outcomes.analyses.mmrm import Mmrm
from outcomes.analyses.plan import KINDS, analyse, planned
from outcomes.errors import SpecificationError
from outcomes.trial.study import Analysis
from tests.analyses.made import PRIMARY, trial

MADE = trial(
    Ancova(id="observed", instrument="pain", role="secondary"),
    Mmrm(id="extra", instrument="pain", role="secondary", visit="w12"),
    PRIMARY,
)


def test_without_a_name_the_primary_analysis_is_found():
    assert planned(MADE) is not None
    assert planned(MADE, kind="mmrm") == PRIMARY
    assert planned(MADE, "extra").visit == "w12"
    assert planned(MADE, kind="ancova").id == "observed"


def test_an_instrument_finds_the_analysis_declared_for_it():
    declared = trial(PRIMARY, Mmrm(id="mood", instrument="mood"))
    assert planned(declared, kind="mmrm", instrument="mood").id == "mood"
    other = planned(declared, kind="mmrm", instrument="sleep")
    assert (other.id, other.instrument) == ("primary", "sleep")


def test_none_keeps_what_is_declared_and_a_text_becomes_a_tuple():
    found = planned(MADE, kind="mmrm", visit=None, covariance="compound_symmetry", active="yoga")
    assert found.visit is None
    assert (found.covariance, found.active) == (("compound_symmetry",), ("yoga",))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"analysis": "primry"}, r"no analysis 'primry' here \(did you mean 'primary'\?\)"),
        ({"kind": "mrmm"}, r"no kind of analysis 'mrmm' \(did you mean 'mmrm'\?\)"),
        ({"kind": "baseline"}, "declares no analysis of kind 'baseline'"),
        ({"kind": "mmrm", "vist": "w12"}, r"takes no 'vist' \(did you mean 'visit'\?\)"),
        ({"kind": "ancova", "df_method": "satterthwaite"}, "'ancova' takes no 'df_method'"),
        ({"kind": "ancova", "df_method": None}, "'ancova' takes no 'df_method'"),
    ],
)
def test_unknown_names_are_refused_with_a_suggestion(arguments, message):
    with pytest.raises(SpecificationError, match=message):
        planned(MADE, **arguments)


def test_what_no_function_runs_is_refused():
    with pytest.raises(SpecificationError, match="No analysis is run from a Analysis"):
        analyse(MADE, Analysis(id="x"))


def test_every_kind_has_its_own_word():
    kinds = [kind.kind for kind in KINDS]
    assert sorted(kinds) == [
        "ancova",
        "baseline",
        "composite",
        "data_quality",
        "effect_size",
        "medication",
        "missing_data",
        "mmrm",
        "ordinal",
        "responder",
        "safety",
        "subgroup",
        "time_to_event",
        "time_to_response",
    ]


def test_as_planned_there_is_nothing_to_say():
    result = analyse(MADE, PRIMARY)
    assert result.specification.role == "primary"
    assert all(row.as_planned for row in result.planned)
    assert not [note for note in result.notes if note.kind == "deviation"]


def test_naming_a_default_is_no_deviation():
    named = replace(
        PRIMARY, visit="w26", population="all", active=("yoga", "qigong"), scale="value"
    )
    result = analyse(MADE, named)
    assert result.specification.role == "primary"
    assert not [note for note in result.notes if note.kind == "deviation"]


def test_another_question_makes_it_exploratory():
    result = analyse(MADE, replace(PRIMARY, visit="w12"))
    assert result.specification.role == "exploratory"
    (note,) = [note for note in result.notes if note.kind == "deviation"]
    assert "visit: w26 planned, w12 used" in note.text
    row = next(row for row in result.planned if row.choice == "Visit")
    assert (row.planned, row.used) == ("w26", "w12")


def test_another_answer_to_the_same_question_is_a_deviation_that_keeps_its_role():
    result = analyse(MADE, replace(PRIMARY, alpha=0.1, covariance=("compound_symmetry",)))
    assert result.specification.role == "primary"
    assert {"Covariance", "Two-sided alpha"} <= {row.choice for row in result.planned}
    (note,) = [note for note in result.notes if note.kind == "deviation"]
    assert "two-sided alpha: 0.05 planned, 0.1 used" in note.text


def test_an_undeclared_analysis_is_exploratory_whatever_it_says():
    result = analyse(MADE, Mmrm(id="mine", role="primary", instrument="pain"))
    assert result.specification.role == "exploratory"
    assert result.notes[0].title == "Not in the plan"


def test_a_fallback_is_said_beside_the_headline():
    # Nobody is seen at both of the last visits: their covariance cannot be estimated.
    points = MADE.scores
    dropped = (points["subject"].astype(int) // 3 % 2).map({0: "w12", 1: "w26"})
    points = points[points["visit"] != dropped]
    ladder = replace(PRIMARY, covariance=("unstructured", "compound_symmetry"))
    made = trial(ladder, points=points.reset_index(drop=True))
    result = analyse(made, ladder)
    row = next(row for row in result.planned if row.choice == "Covariance of the visits")
    beside = [note for note in result.notes if note.beside_headline]
    assert result.attempts["covariance"].tolist() == ["unstructured", "compound_symmetry"]
    assert (row.planned, row.used) == ("Unstructured", "Compound symmetry")
    assert [note.title for note in beside] == ["Simpler covariance than planned"]


def test_results_have_the_frames_the_report_reads():
    baseline = BaselineTable(id="table1", variables=("age",))
    for specification in (PRIMARY, baseline):
        result = analyse(trial(PRIMARY, baseline), specification)
        assert list(result.flow.columns) == ["stage", "arm", "n"]
        assert list(result.observed.columns) == ["visit", "arm", "n_observed", "n_missing"]
        assert isinstance(result.table(), pd.DataFrame)
        assert all(isinstance(text, str) and text.endswith(".") for text in result.methods)
