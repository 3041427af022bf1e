"""Multiple testing of named hypotheses by a declared procedure, and its verdicts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from numbers import Real

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from outcomes.errors import SpecificationError
from outcomes.models.multiplicity_faults import Procedure, Transitions, Weights, faults
from outcomes.stats import multiplicity as stats

Array = NDArray[np.float64]

_DIRECT: Mapping[str, Callable[[Array], Array]] = {
    "hochberg": stats.hochberg,
    "hommel": stats.hommel,
}

NEEDS_DEPENDENCE = frozenset(_DIRECT)
"""Procedures that hold the level only where test statistics do not depend negatively."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class AdjustedPValues:
    """Verdicts of a procedure on a family of hypotheses.

    Parameters
    ----------
    procedure : str
    alpha : float
        Family-wise level.
    hypotheses : DataFrame
        hypothesis, p_value (NaN: none was found, so it is never rejected), weight,
        adjusted_p_value, rejected; in the order given. The weight is that before any rejection,
        NaN where the procedure has none.
    steps : DataFrame
        step, hypothesis (tested at this step; None where no weight is left), p_value, level,
        adjusted_p_value, rejected; no rows for procedures that are no graph.
    weights, transitions : DataFrame
        Graph at each step: step, hypothesis, weight; step, source, target, weight. A last step
        holds what is left after the last rejection.
    """

    procedure: Procedure
    alpha: float
    hypotheses: pd.DataFrame
    steps: pd.DataFrame
    weights: pd.DataFrame
    transitions: pd.DataFrame

    def table(self) -> pd.DataFrame:
        """Raw and adjusted p value and verdict of each hypothesis."""
        return self.hypotheses


def adjust_p_values(
    p_values: Mapping[str, float],
    procedure: Procedure = "holm",
    *,
    alpha: float = 0.05,
    weights: Weights | None = None,
    transitions: Transitions | None = None,
) -> AdjustedPValues:
    """Adjust the p values of a family of hypotheses.

    Parameters
    ----------
    p_values : mapping of str to float
        p value of each hypothesis, in the order of the sequence where there is one. All on one
        scale: two-sided with a two-sided `alpha`, or one-sided with a one-sided one. NaN where
        there is none: such a hypothesis is never rejected.
    procedure : str
        ``"bonferroni"``, ``"holm"``, ``"hochberg"``, ``"hommel"``, ``"fixed_sequence"``,
        ``"fallback"`` or ``"graph"``.
    alpha : float
        Family-wise level.
    weights : mapping of str to float, optional
        Share of alpha of each hypothesis, of ``"bonferroni"``, ``"fallback"`` and ``"graph"``;
        those not named have 0. Without it shares are equal.
    transitions : mapping, optional
        For ``"graph"``: to whom a rejected hypothesis hands its weight,
        ``{"H1": {"H2": 0.5, "H3": 0.5}}``. What a row does not hand on is lost.

    Returns
    -------
    AdjustedPValues

    Raises
    ------
    SpecificationError
        Unknown names, weights or transitions that are negative or sum to more than 1, a hypothesis
        that no weight can ever reach, a p value outside 0 to 1.

    References
    ----------
    Bretz F, et al. Stat Med 2009;28:586-604. Wiens BL. A fixed sequence Bonferroni procedure for
    testing multiple endpoints. Pharm Stat 2003;2:211-215.

    Examples
    --------
    >>> found = adjust_p_values({"pain": 0.01, "function": 0.04}, "fixed_sequence")
    >>> found.table()[["hypothesis", "adjusted_p_value", "rejected"]].values.tolist()
    [['pain', 0.01, True], ['function', 0.04, True]]
    """
    names = list(p_values)
    complaints = [
        f"{' → '.join(place)}: {text}" if place else text
        for place, text in faults(names, procedure, weights, transitions)
    ]
    complaints += [
        f"the p value of {name!r} is {p}; it must lie between 0 and 1, or be NaN for none"
        for name, p in p_values.items()
        if not (isinstance(p, Real) and (np.isnan(p) or 0 <= p <= 1))
    ]
    if not 0 < alpha < 1:
        complaints.append(f"alpha is {alpha}; it must lie between 0 and 1")
    if complaints:
        raise SpecificationError("Multiple testing: " + "; ".join(complaints) + ".")
    raw = np.array([p_values[name] for name in names], dtype=float)
    tested = np.where(np.isnan(raw), 1.0, raw)
    if procedure in _DIRECT:
        return _direct(names, raw, _DIRECT[procedure](tested), procedure, alpha)
    graph = graph_of(names, procedure, weights, transitions)
    found = stats.graphical(tested, *graph, alpha=alpha)
    return AdjustedPValues(
        procedure=procedure,
        alpha=alpha,
        hypotheses=_verdicts(names, raw, graph[0], found.adjusted, alpha),
        steps=_steps(names, raw, found, alpha),
        weights=_weights(names, found),
        transitions=_transitions(names, found),
    )


def graph_of(
    names: Sequence[str],
    procedure: Procedure,
    weights: Weights | None = None,
    transitions: Transitions | None = None,
) -> tuple[Array, Array]:
    """Write a procedure as a graph: weights (m,) and transitions (m, m).

    Raises
    ------
    SpecificationError
        The procedure is no graph of weighted Bonferroni tests.
    """
    m = len(names)
    if procedure in _DIRECT:
        raise SpecificationError(f"{procedure} is no graphical procedure.")
    given_shares = [(weights or {}).get(name, 0.0) for name in names]
    shares = np.array(given_shares, dtype=float) if weights else np.full(m, 1 / m)
    if procedure == "holm":
        return shares, stats.complete(m)
    if procedure == "fixed_sequence":
        return np.eye(m)[0], stats.chain(m)
    if procedure == "fallback":
        return shares, stats.chain(m)
    given = transitions or {}
    rows = [[given.get(source, {}).get(target, 0.0) for target in names] for source in names]
    return shares, np.array(rows, dtype=float).reshape(m, m)


def _direct(
    names: list[str], raw: Array, adjusted: Array, procedure: Procedure, alpha: float
) -> AdjustedPValues:
    verdicts = _verdicts(names, raw, np.full(len(names), np.nan), adjusted, alpha)
    none: dict[str, list[float]] = {}
    return AdjustedPValues(
        procedure=procedure,
        alpha=alpha,
        hypotheses=verdicts,
        steps=pd.DataFrame(none, columns=_STEP_COLUMNS),
        weights=pd.DataFrame(none, columns=["step", "hypothesis", "weight"]),
        transitions=pd.DataFrame(none, columns=["step", "source", "target", "weight"]),
    )


_STEP_COLUMNS = ["step", "hypothesis", "p_value", "level", "adjusted_p_value", "rejected"]


def _verdicts(
    names: list[str], raw: Array, weights: Array, adjusted: Array, alpha: float
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "hypothesis": names,
            "p_value": raw,
            "weight": weights,
            "adjusted_p_value": adjusted,
            "rejected": stats.rejected(adjusted, alpha) & ~np.isnan(raw),
        }
    )


def _steps(names: list[str], raw: Array, found: stats.GraphResult, alpha: float) -> pd.DataFrame:
    rows = [
        {
            "step": number,
            "hypothesis": None if step.tested is None else names[step.tested],
            "p_value": np.nan if step.tested is None else raw[step.tested],
            "level": np.nan if step.tested is None else alpha * step.weights[step.tested],
            "adjusted_p_value": step.adjusted,
            "rejected": step.rejected,
        }
        for number, step in enumerate(found.steps, start=1)
    ]
    return pd.DataFrame(rows, columns=_STEP_COLUMNS)


def _weights(names: list[str], found: stats.GraphResult) -> pd.DataFrame:
    """Weight of each hypothesis not yet rejected, at each step."""
    rows, gone = [], set[int]()
    for number, step in enumerate(found.steps, start=1):
        rows += [
            {"step": number, "hypothesis": name, "weight": float(step.weights[i])}
            for i, name in enumerate(names)
            if i not in gone
        ]
        gone |= {step.tested} if step.tested is not None and step.rejected else set()
    return pd.DataFrame(rows, columns=["step", "hypothesis", "weight"])


def _transitions(names: list[str], found: stats.GraphResult) -> pd.DataFrame:
    rows = [
        {"step": number, "source": names[i], "target": names[j], "weight": step.transitions[i, j]}
        for number, step in enumerate(found.steps, start=1)
        for i, j in zip(*np.nonzero(step.transitions), strict=True)
    ]
    return pd.DataFrame(rows, columns=["step", "source", "target", "weight"])
