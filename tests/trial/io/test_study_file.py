"""Reading study files: each complaint says what, where, what is allowed and what was meant."""

import re
from dataclasses import fields

import pytest

from outcomes.errors import SpecificationError
from outcomes.estimands import Handling
from outcomes.trial import study as declarations
from outcomes.trial.io.study_file import read_study
from tests.trial.studies import KINDS, STUDY, Comparison, Listing


@pytest.fixture
def refusal(tmp_path):
    """Message for the study with texts replaced, each found exactly once."""

    def read(*changes):
        text = STUDY
        for old, new in changes:
            assert text.count(old) == 1, (old, text.count(old))
            text = text.replace(old, new)
        path = tmp_path / "study.yaml"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(SpecificationError) as error:
            read_study(path, KINDS)
        return str(error.value)

    return read


@pytest.fixture
def study(tmp_path):
    path = tmp_path / "study.yaml"
    path.write_text(STUDY, encoding="utf-8")
    return read_study(path, KINDS)


def test_a_study_file_becomes_frozen_plain_values(study):
    assert study.design.reference.id == "usual"
    assert study.design.baseline.window == (-7, 0)
    assert [visit.id for visit in study.design.follow_up] == ["week4", "week8"]
    assert study.data.responses.missing_codes == ("-9", "NA")
    assert study.measures[0].range == (0.0, 900.0)
    assert study.estimands[0].intercurrent_events[0].handling is Handling.TREATMENT_POLICY
    assert study.analyses[0] == Comparison(
        id="primary", instrument="peg", visit="week4", estimand="policy", covariates=("age",)
    )
    assert isinstance(study.analyses[1], Listing)
    assert study.reports[0].matrix == {"analysis": ("primary",)}


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (
            ("reference: true", "referense: true"),
            "study.yaml:4:38: design.arms[0].referense: there is no such key "
            "(did you mean reference?); allowed are id, label, reference, code",
        ),
        (("seed: 1", "seeds: 1"), "seeds: there is no such key (did you mean seed?)"),
        (("seed: 1", "seeds: 1"), "study.yaml:1:1: seed: is required but not given"),
        (("covariates:", "covariate:"), "analyses[0].covariate: there is no such key (did you"),
        (("handling:", "handing:"), "intercurrent_events[0].handing: there is no such key"),
        (
            ("handling: treatment_policy", "handling: treatment_polic"),
            '"treatment_polic" is not allowed (did you mean treatment_policy?); allowed are',
        ),
        (("seed: 1", 'seed: "1"'), 'study.yaml:20:7: seed: needs a whole number, but is "1"'),
        (("seed: 1", "seed: 1.5"), "seed: needs a whole number, but is 1.5"),
        (("seed: 1", "seed: -1"), "seed: is -1; it must be 0 or more"),
        (
            ('code: "2"', "code: 2"),
            'design.arms[1].code: needs text, but is 2; write it in quotes, "2"',
        ),
        (("reference: true", "reference: yes"), 'needs true or false, but is "yes"'),
        (("window: [21, 35]", "window: [21]"), "design.visits[1].window[1]: is required"),
        (("window: [21, 35]", "window: [21, 28, 35]"), "window: needs 2 entries, but has 3"),
        (("instruments: [peg, bpi]", "instruments: peg"), 'needs a list, but is "peg"'),
        (
            ("range: [0, 900]", "range: [0, far]"),
            'measures[0].range[1]: needs a number, but is "fa',
        ),
        (("kind: comparison", "kind: comparision"), "there is no kind 'comparision' (did you mean"),
        (("kind: comparison, ", ""), "analyses[0]: an analysis is a map of keys with its kind"),
        (
            ("matrix: {analysis: [primary]}", "parameters: {x: [1]}"),
            "needs text or a whole number or a number or true or false, but is [1]",
        ),
        (("seed: 1", "seed: 1\nseed: 2"), "seed: this key is repeated; it is also on line 20"),
        (("seed: 1", "seed: 1_0"), "seed: 1_0 is not allowed here"),
    ],
)
def test_keys_and_types_are_strict(refusal, change, complaint):
    assert complaint in refusal(change)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ((", reference: true", ""), "design.arms: exactly one arm must have reference: true; fou"),
        (('code: "2"', "reference: true"), "exactly one arm must have reference: true; found usua"),
        (("{id: yoga", "{id: usual"), "arms[1].id: the arm id 'usual' is already used by entry 1"),
        (('code: "2"', "code: usual"), "the code 'usual' in the data already means usual"),
        (("{id: yoga", "{id: ' '"), "design.arms[1].id: this arm id is empty"),
        ((", baseline: true", ""), "exactly one visit must have baseline: true; found none"),
        (
            ("window: [21, 35]", "window: [21, 35], baseline: true"),
            "exactly one visit must have baseline: true; found start, week4",
        ),
        (("day: 28, window: [21, 35]", "day: 0"), "day 0 is not after day 0 of visit start"),
        (("[21, 35]", "[30, 35]"), "the window [30, 35] does not contain the visit's day 28"),
        (("[21, 35]", "[21, 49]"), "visits week4 (to day 49) and week8 (from day 49) overlap"),
        (("{id: protocol", "{id: all"), "the population id 'all' is already used"),
        (("factors: [site]", "factors: [arm]"), "'arm' cannot be a randomisation factor"),
        (
            ("arms: [yoga]", "arms: [joga]"),
            "clusters.arms[0]: there is no arm 'joga' (did you mean",
        ),
        (("arms: [yoga]", "arms: []"), "clusters.arms: name the arms whose patients"),
        (
            ("  clusters:", "  enrolment: {excluded: {declined: 3}}\n  clusters:"),
            "enrolment.excluded: needs assessed",
        ),
        (
            ("  clusters:", "  enrolment: {assessed: -1}\n  clusters:"),
            "enrolment.assessed: is -1; a number of people cannot be below 0",
        ),
        (
            ("  clusters:", "  enrolment: {randomised: {yoga: 3, usuall: 2}}\n  clusters:"),
            "there is no arm 'usuall' (did you mean usual?)",
        ),
        (
            ("  clusters:", "  enrolment: {randomised: {yoga: 3}}\n  clusters:"),
            "enrolment.randomised: lacks usual; give every arm or none",
        ),
        (("file: subjects.csv", "file: /s.csv"), "data.subjects.file: needs a file name relative"),
        (("columns: {subject: id}, numbers", "encoding: utf8x, numbers"), "not an encoding"),
        (("numbers: [age]", "numbers: [arm]"), "data.subjects.numbers[0]: 'arm' is always text"),
        (("numbers: [age]", "ignore: [id]"), "data.subjects.ignore[0]: 'id' is also mapped to"),
        (
            ("id}, numbers", "id, arm: id}, numbers"),
            "the column 'id' cannot be both subject and arm",
        ),
        (("file: measures.csv", "file: subjects.csv, encoding: cp1252"), "differs from that of s"),
        (("data:", "data:\n  folder: x\n  folder_variable: X"), "give folder or folder_variable,"),
        (
            ("  responses: {file", "  medication: {file"),
            "data: instruments are declared, but no re",
        ),
        (("  measures: {file", "  adherence: {file"), "data: measures are declared, but no measur"),
        (("[peg, bpi]", "[pegg, bpi]"), "instruments[0]: There is no instrument 'pegg' (did you"),
        (("[peg, bpi]\n", "[peg, bpi, peg]\n"), "instruments[2]: the instrument 'peg' is already"),
        (("name: walk", "name: peg"), "measures[0].name: 'peg' is also an instrument"),
        (("name: walk", "name: a/b"), "a name cannot contain /"),
        (("range: [0, 900]", "range: [9, 9]"), "[9, 9] is not from a lower to a higher number"),
        (
            ("range: [0, 900]", "baseline_column: metres"),
            "measures[0].baseline_column: the column 'metres' already holds measure 'walk'",
        ),
        (
            ("range: [0, 900]", "threshold: {value: 0, kind: MCID, source: x}"),
            "measures[0].threshold.value: is 0; a threshold is the size of a difference, above 0",
        ),
        (
            ("[{event: Rescue, handling: treatment_policy}]", "[]"),
            "at least one intercurrent event",
        ),
        (("{id: table", "{id: primary"), "analyses[1].id: the analysis id 'primary' is already"),
        (
            ("instrument: peg", "instrument: pag"),
            "analyses[0].instrument: 'pag' is not collected (",
        ),
        (
            ("instrument: peg", "instrument: bpi"),
            "analyses[0].scale: bpi: name a scale; it has sev",
        ),
        (("instrument: peg", "instrument: walk, scale: x"), "the measure 'walk' has no scale 'x'"),
        (
            ("visit: week4", "visit: week5"),
            "there is no follow-up visit 'week5' (did you mean week",
        ),
        (
            ("visit: week4", "visit: start"),
            "analyses[0].visit: there is no follow-up visit 'start'",
        ),
        (
            ("estimand: policy", "estimand: polcy"),
            "there is no estimand 'polcy' (did you mean poli",
        ),
        (("estimand: policy", "population: al"), "analyses[0].population: there is no population"),
        (
            ("estimand: policy", "active: [usual]"),
            "active[0]: there is no arm beside the reference",
        ),
        (("estimand: policy", "active: []"), "analyses[0].active: name at least one arm"),
        (("estimand: policy", "alpha: 5"), "analyses[0].alpha: is 5; it must lie between 0 and 1"),
        (("covariates: [age]", "covariates: [arm]"), "'arm' is not a covariate to list"),
        (("bpi/severity", "bpi/severe"), "analyses[1].instruments[1]: bpi: there is no scale 'sev"),
        (("[peg, bpi/severity, walk]", "[odi]"), "analyses[1].instruments[0]: 'odi' is not colle"),
        (
            ("analysis: [primary]", "analysis: [primar]"),
            "there is no analysis 'primar' (did you me",
        ),
        (("analysis: [primary]", "analysis: []"), "matrix.analysis: needs at least one value"),
        (("analysis: [primary]", "x: [1, 1]"), "reports[0].matrix.x: lists a value twice"),
        (("analysis: [primary]", "study: [a]"), "reports[0].matrix.study[0]: is this file"),
        (
            ("matrix: {analysis: [primary]}", "matrix: {x: [1]}\n    parameters: {x: 2}"),
            "reports[0].matrix.x: is also under parameters",
        ),
        (("notebook: 03_primary", "notebook: ''"), "notebook: needs the name of a notebook"),
    ],
)
def test_parts_must_agree_with_each_other(refusal, change, complaint):
    message = refusal(change)
    assert complaint in message
    assert re.search(r"study\.yaml:\d+:\d+: ", message)


@pytest.mark.parametrize(
    ("instrument", "hypothesis", "complaint"),
    [
        ("peg", "{kind: superiority, margin: 1}", "superiority has no margin"),
        ("peg", "{kind: superiority, side: upper}", "has no meaning for superiority"),
        ("peg", "{kind: equivalence}", "equivalence needs a margin"),
        ("peg", "{kind: equivalence, margin: 1, side: upper}", "has no meaning for equivalence"),
        ("peg", "{kind: non_inferiority, margin: 1}", "non_inferiority needs side"),
        ("peg", "{kind: non_inferiority, margin: -1, side: upper}", "it must be above 0"),
        (
            "peg",
            "{kind: non_inferiority, margin: 1, side: lower}",
            "is lower, but higher peg is worse, so the side must be upper",
        ),
        (
            "walk",
            "{kind: non_inferiority, margin: 20, side: upper}",
            "is upper, but higher walk is better, so the side must be lower",
        ),
    ],
)
def test_margin_and_side_fit_the_hypothesis_and_the_direction(
    refusal, instrument, hypothesis, complaint
):
    change = ("instrument: peg", f"instrument: {instrument}, hypothesis: {hypothesis}")
    assert complaint in refusal(change)


def test_of_responders_more_is_always_better(refusal):
    hypothesis = "{kind: non_inferiority, margin: 0.1, side: upper}"
    change = (
        "kind: comparison, instrument: peg",
        f"kind: responders, instrument: peg, hypothesis: {hypothesis}",
    )
    assert "a higher proportion of responders is better" in refusal(change)


def test_every_complaint_comes_at_once_in_the_order_of_the_file(refusal):
    message = refusal(
        ("title: A small study", "titel: A small study"),
        ('code: "2"', "code: 2"),
        ("kind: comparison", "kind: comparision"),
    )
    lines = [int(line) for line in re.findall(r"study\.yaml:(\d+):", message)]
    assert "4 problems in the file" in message
    assert len(lines) == 4
    assert lines == sorted(lines)
    for part in ("titel", "title: is required", "write it in quotes", "comparision"):
        assert part in message


def test_analyses_keep_their_position_in_the_file_when_one_cannot_be_built(refusal):
    message = refusal(("kind: comparison", "kind: comparision"), ("bpi/severity", "bpi/sever"))
    assert "analyses[0].kind" in message
    assert "analyses[1].instruments[1]" in message
    assert "reports" not in message.split("Correct the file")[0]


def test_a_file_that_is_no_map_is_refused(tmp_path):
    path = tmp_path / "study.yaml"
    path.write_text("- 1\n", encoding="utf-8")
    with pytest.raises(SpecificationError, match="a study file is a map of keys"):
        read_study(path, KINDS)


def test_every_key_is_described_in_the_reference(root):
    text = (root / "docs" / "study_file.md").read_text(encoding="utf-8")
    for name in (
        "Study",
        "About",
        "Design",
        "Arm",
        "Visit",
        "Population",
        "Clusters",
        "DataFiles",
        "DataFile",
        "Measure",
        "DeclaredThreshold",
        "Hypothesis",
        "ReportEntry",
        "OutcomeAnalysis",
    ):
        for field in fields(getattr(declarations, name)):
            assert f"`{field.name}`" in text, f"{name}.{field.name}"
