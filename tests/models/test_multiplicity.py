"""Adjusted p values against published graphs and R, and what makes one procedure another."""

import itertools
import tomllib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outcomes.errors import SpecificationError
from outcomes.models.multiplicity import adjust_p_values
from outcomes.stats import multiplicity as stats
from tests.conftest import ROOT

REFERENCE = tomllib.loads(
    (ROOT / "tests" / "reference" / "analyses" / "multiplicity.toml").read_text(encoding="utf-8")
)
P_VALUES = st.lists(st.integers(0, 1000).map(lambda n: n / 1000), min_size=1, max_size=6)


def named(values) -> dict:
    return {f"H{i}": value for i, value in enumerate(values, start=1)}


def edges(rows) -> dict:
    return {
        source: {target: weight for target, weight in named(row).items() if weight}
        for source, row in named(rows).items()
    }


def of(case):
    return adjust_p_values(
        named(case["p"]),
        "graph",
        alpha=case["alpha"],
        weights=named(case["weights"]),
        transitions=edges(case["transitions"]),
    )


@pytest.mark.parametrize("case", REFERENCE["graph"], ids=lambda case: case["name"])
def test_published_graphs(case):
    found = of(case)
    adjusted = found.hypotheses["adjusted_p_value"]
    assert adjusted.tolist() == pytest.approx(case["adjusted"], abs=1e-12)
    expected = [value <= case["alpha"] for value in case["adjusted"]]
    assert found.hypotheses["rejected"].tolist() == expected
    assert found.steps["rejected"].sum() == sum(expected)


def test_the_sequence_of_a_published_graph():
    case = REFERENCE["graph"][0]
    found = of(case)
    assert found.steps["hypothesis"].tolist() == case["order"]
    assert found.steps["level"].tolist() == pytest.approx(case["levels"])
    assert found.steps["rejected"].tolist() == [True, True, True, False]
    by_step = found.weights.groupby("step")["weight"].agg(list)
    for left, expected in zip(by_step, case["weights_by_step"], strict=True):
        assert left == pytest.approx(expected)
    second = found.transitions.query("step == 2").set_index(["source", "target"])["weight"]
    assert second["H1", "H3"] == pytest.approx(2 / 3)
    assert second["H3", "H4"] == pytest.approx(1 / 2)


@pytest.mark.parametrize("procedure", ["holm", "hochberg", "hommel", "bonferroni"])
def test_against_r(procedure):
    case = REFERENCE["direct"]
    found = adjust_p_values(named(case["p"]), procedure)
    adjusted = found.hypotheses["adjusted_p_value"].tolist()
    assert adjusted == pytest.approx(case[procedure], abs=1e-12)
    of_array = getattr(stats, procedure)(np.array(case["p"]))
    assert of_array.tolist() == pytest.approx(case[procedure], abs=1e-12)


@given(p=P_VALUES)
def test_a_graph_is_the_procedure_it_draws(p):
    m, p = len(p), np.array(p)
    equal = np.full(m, 1 / m)

    def by_graph(weights, transitions):
        return stats.graphical(p, weights, transitions, alpha=0.05).adjusted

    chain = by_graph(np.eye(m)[0], stats.chain(m))
    assert chain == pytest.approx(np.maximum.accumulate(p))
    assert by_graph(equal, np.zeros((m, m))) == pytest.approx(stats.bonferroni(p))
    assert by_graph(equal, stats.complete(m)) == pytest.approx(stats.holm(p))


@given(p=P_VALUES)
def test_sharper_procedures_never_adjust_more(p):
    p = np.array(p)
    hommel, hochberg, holm = stats.hommel(p), stats.hochberg(p), stats.holm(p)
    slack = 1e-12
    assert (p <= hommel + slack).all()
    assert (hommel <= hochberg + slack).all()
    assert (hochberg <= holm + slack).all()
    assert (holm <= stats.bonferroni(p) + slack).all()


def simes(p) -> float:
    ordered = np.sort(p)
    return float(np.min(len(p) * ordered / np.arange(1, len(p) + 1)))


@settings(max_examples=40)
@given(p=P_VALUES)
def test_hommel_is_the_closure_of_simes(p):
    p, m = np.array(p), len(p)
    subsets = [list(s) for n in range(1, m + 1) for s in itertools.combinations(range(m), n)]
    closed = [max(simes(p[s]) for s in subsets if i in s) for i in range(m)]
    assert stats.hommel(p) == pytest.approx(closed)


@st.composite
def graphs(draw):
    m = draw(st.integers(2, 5))
    share = st.integers(0, 10)
    weights = np.array(draw(st.lists(share, min_size=m, max_size=m)), dtype=float)
    rows = np.array(
        draw(st.lists(st.lists(share, min_size=m, max_size=m), min_size=m, max_size=m)), dtype=float
    )
    np.fill_diagonal(rows, 0)
    rows /= np.maximum(rows.sum(axis=1, keepdims=True), draw(st.integers(1, 12)))
    p = np.array(draw(st.lists(st.integers(1, 100), min_size=m, max_size=m))) / 1000
    return p, weights / max(1, weights.sum()), rows


@settings(max_examples=60)
@given(graph=graphs())
def test_a_graph_is_the_closure_of_weighted_bonferroni_tests(graph):
    p, weights, transitions = graph
    m = len(p)

    def weights_of(kept):
        w, g, left = weights, transitions, list(range(m))
        for gone in [i for i in range(m) if i not in kept]:
            left.remove(gone)
            w, g = stats.without(w, g, gone, left)
        return w

    def intersection(kept):
        w = weights_of(kept)
        return min([1.0, *(p[i] / w[i] for i in kept if w[i] > 0)])

    subsets = [s for n in range(1, m + 1) for s in itertools.combinations(range(m), n)]
    closed = [max(intersection(s) for s in subsets if i in s) for i in range(m)]
    found = stats.graphical(p, weights, transitions, alpha=0.05).adjusted
    assert found == pytest.approx(closed, rel=1e-9)


def test_fallback_hands_unspent_weight_on():
    weights = {"H1": 0.5, "H2": 0.25, "H3": 0.25}
    found = adjust_p_values(
        {"H1": 0.02, "H2": 0.06, "H3": 0.012}, "fallback", alpha=0.05, weights=weights
    ).hypotheses
    # 0.02 <= 0.025; 0.06 > 0.0375; the third keeps its own 0.0125.
    assert found["rejected"].tolist() == [True, False, True]
    assert found["adjusted_p_value"].tolist() == pytest.approx([0.04, 0.08, 0.048])


def test_a_hypothesis_without_p_value_is_never_rejected_and_frees_nothing():
    found = adjust_p_values({"H1": np.nan, "H2": 0.001}, "fixed_sequence").hypotheses
    assert found["rejected"].tolist() == [False, False]
    alone = adjust_p_values({"H1": np.nan, "H2": 0.02}, "holm").hypotheses
    assert alone["adjusted_p_value"].tolist() == pytest.approx([1, 0.04])


def test_levels_that_are_equal_to_a_reader_are_equal():
    found = adjust_p_values(
        {"H1": 0.0125, "H2": 0.3}, "graph", alpha=0.025, weights={"H1": 0.5, "H2": 0.5}
    )
    assert found.hypotheses["rejected"].tolist() == [True, False]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"procedure": "hom"}, "there is none 'hom'.*did you mean 'holm'"),
        ({"weights": {"H1": 0.6, "H2": 0.5}}, "sum to 1.1; .*at most 1"),
        ({"weights": {"H1": -0.1}}, "weights → H1: is -0.1"),
        ({"weights": {"H3": 0.1}}, "no hypothesis 'H3'"),
        ({"weights": {"H1": 0}}, "all zero"),
        ({"transitions": {"H1": {"H9": 1}}}, "no hypothesis 'H9'"),
        ({"transitions": {"H1": {"H1": 1}}}, "leads to itself"),
        ({"transitions": {"H1": {"H2": 1.2}}}, "is 1.2"),
        ({"transitions": {"H1": {"H2": 0.7, "H3": 0.6}}, "p": [0.1, 0.2, 0.3]}, "sum to 1.3"),
        (
            {
                "weights": {"H1": 1},
                "transitions": {"H2": {"H3": 1}, "H3": {"H2": 1}},
                "p": [0.1, 0.2, 0.3],
            },
            "H2, H3 have weight 0 and no transition leads there",
        ),
        ({"procedure": "holm", "weights": {"H1": 1}}, "holm takes no weights"),
        ({"procedure": "fallback", "transitions": {"H1": {"H2": 1}}}, "takes no transitions"),
        ({"p": [0.1, 1.2]}, "the p value of 'H2' is 1.2"),
        ({"p": [0.1, None]}, "the p value of 'H2' is None"),
        ({"p": ["< 0.01", 0.1]}, "the p value of 'H1' is < 0.01"),
        ({"p": []}, "at least one hypothesis"),
        ({"alpha": 5}, "alpha is 5"),
    ],
)
def test_what_is_refused(options, says):
    given_p = named(options.pop("p", [0.1, 0.2]))
    with pytest.raises(SpecificationError, match=says):
        adjust_p_values(given_p, **({"procedure": "graph"} | options))
