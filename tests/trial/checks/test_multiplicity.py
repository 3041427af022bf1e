"""Families in a study file: each complaint says where and what to do."""

import pytest

from outcomes.errors import SpecificationError
from outcomes.trial.io.study_file import read_study
from tests.trial.studies import KINDS, STUDY

FAMILY = """
multiplicity:
  - id: main
    procedure: graph
    hypotheses:
      - {name: first, analysis: primary, weight: 1}
      - {name: second, analysis: again}
    transitions:
      first: {second: 1}
"""
AGAIN = """analyses:
  - {id: again, kind: comparison, role: secondary, instrument: walk, visit: week4}
"""


def read(tmp_path, *changes):
    text = STUDY.replace("analyses:\n", AGAIN) + FAMILY
    for old, new in changes:
        assert text.count(old) == 1, (old, text.count(old))
        text = text.replace(old, new)
    path = tmp_path / "study.yaml"
    path.write_text(text, encoding="utf-8")
    return read_study(path, KINDS)


def test_a_family_is_read(tmp_path):
    [family] = read(tmp_path).multiplicity
    assert family.procedure == "graph"
    assert family.alpha == 0.05
    assert [each.called for each in family.hypotheses] == ["first", "second"]
    assert family.transitions == {"first": {"second": 1.0}}


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (("analysis: again", "analysis: agian"), "no analysis 'agian' (did you mean again?)"),
        (("procedure: graph", "procedure: hom"), '"hom" is not allowed (did you mean'),
        (("weight: 1", "weight: 1.2"), "hypotheses[0].weight: is 1.2"),
        (("weight: 1", "weight: 0"), "hypotheses: are all zero"),
        (
            ("analysis: again}", "analysis: again, weight: 0.5}"),
            "multiplicity[0].hypotheses: sum to 1.5",
        ),
        (("{second: 1}", "{secnd: 1}"), "no hypothesis 'secnd' (did you mean 'second'?)"),
        (("{second: 1}", "{second: 1.5}"), "transitions.first.second: is 1.5"),
        (("first: {second: 1}", "second: {first: 1}"), "second has weight 0 and no transition"),
        (("procedure: graph", "procedure: holm"), "holm takes no weights"),
        (("id: main\n", "id: main\n    alpha: 5\n"), "multiplicity[0].alpha: is 5"),
        (("id: main\n", "id: main\n    after: other\n"), "after: is 'other', which is no family"),
        (("id: main\n", "id: main\n    role: primary\n"), "not both"),
        (("name: second, analysis: again", "name: second, analysis: primary"), "already tested"),
        (("analysis: again}", "analysis: again, arm: yga}"), "no arm compared 'yga'"),
        (("name: second", "nmae: second"), "did you mean name"),
    ],
)
def test_what_is_refused(tmp_path, change, complaint):
    with pytest.raises(SpecificationError) as error:
        read(tmp_path, change)
    assert complaint in str(error.value)
    assert "study.yaml:" in str(error.value)


def test_a_family_needs_members_and_an_analysis_with_a_p_value(tmp_path):
    empty = FAMILY[FAMILY.index("    hypotheses") :]
    with pytest.raises(SpecificationError, match="needs hypotheses, or the role"):
        read(tmp_path, (empty, "\n"), ("procedure: graph", "procedure: holm"))
    with pytest.raises(SpecificationError, match="no analysis with a p value has the role"):
        read(tmp_path, (empty, "    role: primary\n"), ("procedure: graph", "procedure: holm"))


def test_a_gate_hands_on_the_same_level(tmp_path):
    second = """first: {second: 1}
  - {id: next, procedure: holm, alpha: 0.01, after: main, hypotheses: [{analysis: x}]}
"""
    with pytest.raises(SpecificationError, match=r"alpha: is 0.01, but 'main'.* has 0.05"):
        read(tmp_path, ("first: {second: 1}\n", second))
