"""How a responder analysis of three arms is shown: each arm has its words, rows and columns."""

import pytest

from outcomes.analyses.plan import analyse
from outcomes.analyses.responder import ResponderDifference
from outcomes.report.kinds.responder import PRESENTATION
from outcomes.tables.html import table_html
from outcomes.trial.study import Hypothesis
from tests.analyses.made import clustered, trial

RESPONSE = ResponderDifference(
    id="response",
    instrument="pain",
    percent=20.0,
    method="miettinen_nurminen",
    hypothesis=Hypothesis(kind="non_inferiority", margin=0.1, side="lower"),
)


@pytest.fixture(scope="module")
def result():
    return analyse(trial(RESPONSE, design=clustered()), RESPONSE)


def test_every_active_arm_has_its_number_needed_to_treat_in_words(result):
    says = PRESENTATION.results(result).says
    assert says.count("with Yoga rather than Usual care") == 1
    assert says.count("with Qigong rather than Usual care") == 1


def test_tables_of_responses_differences_margin_classes_and_curves(result):
    tables = PRESENTATION.results(result).tables
    starts = [table.caption.split(":")[0].split(" (")[0] for table in tables]
    assert starts == [
        "Patients with a response",
        "Difference between arms in the share of patients with a response.",
        "Tests of non-inferiority against the declared margin.",
        "Sensitivity to treatment in groups",
        "Sensitivity to missing responses",
        "Responder curves as wholes",
    ]
    groups = [[row.label for row in table.rows if row.kind == "group"] for table in tables[1:]]
    assert [len(each) for each in groups] == [2, 2, 1, 2, 2]
    for table in tables:
        assert "nan" not in table_html(table).lower()


def test_figures_are_three_and_none_names_a_patient(result):
    figures = PRESENTATION.figures(result).figures
    assert [figure.key for figure in figures] == ["responders", "responder_curve", "waterfall"]
    for figure in figures:
        assert len(figure.data.columns) == 3
        cells = {cell for row in figure.data.rows for cell in row.cells}
        assert not cells & {f"{each:.2f}" for each in result.improvements["improvement"]}
