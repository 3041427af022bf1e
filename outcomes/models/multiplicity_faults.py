"""What can be wrong with a declared procedure of multiple testing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Literal, get_args

Procedure = Literal[
    "bonferroni", "holm", "hochberg", "hommel", "fixed_sequence", "fallback", "graph"
]
Weights = Mapping[str, float]
Transitions = Mapping[str, Mapping[str, float]]
Fault = tuple[tuple[str, ...], str]

_ROUNDING = 1e-9


def faults(
    names: Sequence[str],
    procedure: str,
    weights: Weights | None,
    transitions: Transitions | None,
) -> Iterator[Fault]:
    """Find what is wrong with a declared procedure, before any p value is known.

    Yields
    ------
    tuple
        Where (``("transitions", "H1")``) and what.
    """
    if procedure not in get_args(Procedure):
        near = _near(procedure, get_args(Procedure))
        yield ("procedure",), f"there is none {procedure!r}{near}; {_listed(get_args(Procedure))}"
        return
    if not names:
        yield (), "a family needs at least one hypothesis"
        return
    if len(set(names)) < len(names):
        yield (), f"two hypotheses have one name among {', '.join(names)}"
    if weights and procedure not in ("bonferroni", "fallback", "graph"):
        yield ("weights",), f"{procedure} takes no weights; bonferroni, fallback and graph do"
    if transitions and procedure != "graph":
        yield ("transitions",), f"{procedure} takes no transitions; graph does"
    found = [*_weight_faults(names, weights or {}), *_transition_faults(names, transitions or {})]
    yield from found
    if procedure == "graph" and not found:
        yield from _unreachable(names, weights, transitions or {})


def _weight_faults(names: Sequence[str], weights: Weights) -> Iterator[Fault]:
    for name, weight in weights.items():
        if name not in names:
            yield ("weights", name), _unknown(name, names)
        elif not 0 <= weight <= 1:
            yield ("weights", name), f"is {weight:g}; a weight lies between 0 and 1"
    total = sum(weights.values())
    if total > 1 + _ROUNDING:
        yield ("weights",), f"sum to {total:.6g}; they share one alpha, so at most 1 is allowed"
    elif weights and not total > 0:
        yield ("weights",), "are all zero, so nothing can ever be rejected"


def _transition_faults(names: Sequence[str], transitions: Transitions) -> Iterator[Fault]:
    for source, row in transitions.items():
        if source not in names:
            yield ("transitions", source), _unknown(source, names)
        for target, weight in row.items():
            place = ("transitions", source, target)
            if target not in names:
                yield place, _unknown(target, names)
            elif target == source:
                yield place, "leads to itself; a rejected hypothesis cannot receive weight"
            elif not 0 <= weight <= 1:
                yield place, f"is {weight:g}; a transition lies between 0 and 1"
        if sum(row.values()) > 1 + _ROUNDING:
            text = f"sum to {sum(row.values()):.6g}; a hypothesis can hand on its weight once, so "
            yield ("transitions", source), text + "at most 1 is allowed"


def _unreachable(
    names: Sequence[str], weights: Weights | None, transitions: Transitions
) -> Iterator[Fault]:
    """Hypotheses that no weight can ever reach, as in a cycle in which all have weight zero."""
    if not weights:
        return
    reached = {name for name in names if weights.get(name, 0) > 0}
    while True:
        more = {t for s in reached for t, weight in transitions.get(s, {}).items() if weight > 0}
        if more <= reached:
            break
        reached |= more
    lost = [name for name in names if name not in reached]
    if lost:
        verb = "has" if len(lost) == 1 else "have"
        yield (
            ("transitions",),
            f"{', '.join(lost[:3])} {verb} weight 0 and no transition leads there from a "
            "hypothesis with weight, so no test is ever made; give a weight or a transition",
        )


def _unknown(name: str, names: Sequence[str]) -> str:
    return f"there is no hypothesis {name!r}{_near(name, names)}; {_listed(names)}"


def _near(name: str, known: Sequence[str]) -> str:
    found = get_close_matches(name, list(known), n=1)
    return f" (did you mean {found[0]!r}?)" if found else ""


def _listed(names: Sequence[str]) -> str:
    return f"allowed are {', '.join(names)}"
