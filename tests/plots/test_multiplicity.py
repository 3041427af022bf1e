"""Layout of graphs: rows by the rejections awaited, circles apart from each other."""

import itertools
from math import dist

import pytest

from outcomes.plots.multiplicity import RADIUS, Node, layout


def nodes(*weights):
    return [Node(name=f"H{i}", weight=w, rejected=False) for i, w in enumerate(weights, start=1)]


def complete(n):
    names = [f"H{i}" for i in range(1, n + 1)]
    return dict.fromkeys(itertools.permutations(names, 2), 1 / (n - 1))


GRAPHS = {
    "two": (nodes(1, 0), {("H1", "H2"): 1.0}),
    "chain": (nodes(1, 0, 0, 0), {("H1", "H2"): 1.0, ("H2", "H3"): 1.0, ("H3", "H4"): 1.0}),
    "gate": (nodes(0.5, 0.5, 0, 0), {("H1", "H3"): 1.0, ("H2", "H4"): 1.0}),
    "star": (nodes(1, 0, 0, 0), {("H1", f"H{i}"): 1 / 3 for i in (2, 3, 4)}),
    "holm": (nodes(*[1 / 9] * 9), complete(9)),
    "bonferroni": (nodes(0.5, 0.5), {}),
}


@pytest.mark.parametrize("size", [(520, 300), (284, 300), (520, 460), (284, 460)])
@pytest.mark.parametrize("name", GRAPHS)
def test_circles_are_inside_and_do_not_touch(name, size):
    if name == "holm" and size[1] < 460:
        size = (size[0], 460)
    places = layout(*GRAPHS[name], size)
    for x, y in places.values():
        assert RADIUS <= x <= size[0] - RADIUS
        assert RADIUS <= y <= size[1] - RADIUS
    for one, other in itertools.combinations(places.values(), 2):
        assert dist(one, other) > 2 * RADIUS


def test_who_waits_for_more_rejections_stands_lower():
    places = layout(*GRAPHS["gate"], (520, 300))
    assert places["H1"][1] == places["H2"][1] < places["H3"][1] == places["H4"][1]
