"""Every figure the package draws, for tests that hold for all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd

from outcomes.plots.assumptions import assumptions_figure
from outcomes.plots.categories import categories_figure
from outcomes.plots.differences import differences_figure
from outcomes.plots.figure import Figure
from outcomes.plots.flow import flow_figure
from outcomes.plots.harms import incidences_figure, risk_differences_figure
from outcomes.plots.incidence import incidence_figure
from outcomes.plots.interval import ReferenceLine, interval_figure
from outcomes.plots.medication import doses_figure
from outcomes.plots.missing import missing_patterns_figure
from outcomes.plots.multiplicity import Node, graph_figure
from outcomes.plots.profile import means_figure
from outcomes.plots.residuals import residuals_figure
from outcomes.plots.responder_curve import responder_curve_figure
from outcomes.plots.responder_shares import responders_figure
from outcomes.plots.response_by_visit import response_by_visit_figure
from outcomes.plots.scoring import unscored_figure
from outcomes.plots.subgroups import subgroups_figure
from outcomes.plots.survival import responses_over_time_figure
from outcomes.plots.tipping import tipping_figure
from outcomes.plots.waterfall import waterfall_figure
from outcomes.plots.wins import wins_figure
from tests.plots import examples as ex


def _means(n: int) -> Figure:
    frame = ex.estimates(n, 8)
    return means_figure(
        frame, arms=ex.arms(n), visits=ex.visits(8), outcome="Pain", baseline_mean=45.0
    )


def _differences(n: int) -> Figure:
    frame = ex.contrasts(n, 8)
    return differences_figure(
        frame, arms=ex.arms(n), visits=ex.visits(8), outcome="Pain", margins=(2.0,)
    )


def _interval(n: int) -> Figure:
    *_, active = ex.arms(n)
    return interval_figure(
        -0.2,
        -2.1,
        1.7,
        quantity="Adjusted mean difference",
        active=active.label,
        reference=ex.LABELS[0],
        favours_active="lower",
        lines=(
            ReferenceLine(value=1.0, label="margin 1"),
            ReferenceLine(value=-1.0, label="threshold −1"),
        ),
    )


def _survival(n: int) -> Figure:
    return responses_over_time_figure(*ex.survival(n), arms=ex.arms(n), outcome="Pain")


def _incidence(n: int) -> Figure:
    return incidence_figure(
        ex.incidence(n),
        arms=ex.arms(n),
        causes={"event": "rescue medication", "competing": "leaving the trial"},
        days=[0.0, 28, 84, 364],
    )


def _by_visit(n: int) -> Figure:
    return response_by_visit_figure(
        ex.response_by_visit(n), arms=ex.arms(n), visits=ex.visits(8), response="30% response"
    )


def _curve(n: int) -> Figure:
    frame = ex.responder_curve(n)
    return responder_curve_figure(frame, arms=ex.arms(n), outcome="Pain", threshold=30)


def _responders(n: int) -> Figure:
    frame = ex.responder_counts(n)
    return responders_figure(frame, arms=ex.arms(n), outcome="Pain", threshold=30)


def _waterfall(n: int) -> Figure:
    improvements, groups = ex.improvements(n)
    return waterfall_figure(improvements, groups, arms=ex.arms(n), outcome="Pain", threshold=30)


def _residuals(_n: int) -> Figure:
    return residuals_figure(ex.residual_quantiles())


def _patterns(n: int) -> Figure:
    frame = ex.missing_patterns(n)
    return missing_patterns_figure(frame, arms=ex.arms(n), visits=ex.visits(8), outcome="Pain")


def _assumptions(n: int) -> Figure:
    return assumptions_figure(
        ex.by_assumption(n), arms=ex.arms(n), outcome="Pain", visit="week 52", higher_is="worse"
    )


def _tipping(n: int) -> Figure:
    reference, *_, active = ex.arms(n)
    return tipping_figure(
        ex.tipping_grid(),
        active=active,
        reference=reference,
        outcome="Pain",
        visit="week 52",
        assumption="missing at random",
        verdict="It tips at 3.2.",
        unit="points",
    )


def _unscored(_n: int) -> Figure:
    return unscored_figure(ex.scoring_counts())


def _flow(n: int) -> Figure:
    return flow_figure(ex.enrolment(), ex.patient_flow(n), arms=ex.arms(n))


def _incidences(n: int) -> Figure:
    return incidences_figure(ex.harms(n), arms=ex.arms(n))


def _risks(n: int) -> Figure:
    return risk_differences_figure(ex.risk_differences(n), arms=ex.arms(n))


def _subgroups(n: int) -> Figure:
    return subgroups_figure(
        *ex.subgroups(n), arms=ex.arms(n), outcome="Pain", visit="week 52", higher_is="worse"
    )


def _categories(n: int) -> Figure:
    shares = (0.1, 0.22, 0.3, 0.2, 0.1, 0.05, 0.03)
    frame = pd.DataFrame(
        [
            {"arm": arm.id, "category": i, "n": round(100 * share), "proportion": share}
            for arm in ex.arms(n)
            for i, share in enumerate(shares, start=1)
        ]
    )
    return categories_figure(frame, arms=ex.arms(n), outcome="Impression", visit="week 52")


def _wins(n: int) -> Figure:
    frame = pd.DataFrame(
        [
            {"arm": arm.id, "level": i, "label": label, "compared": 900 // i}
            | {"wins": 250 // i, "losses": 150 // i, "ties": 100, "missing": 10}
            for arm in ex.arms(n)[1:]
            for i, label in enumerate(("leaving the trial", ex.LABELS[1], "pain"), start=1)
        ]
    )
    return wins_figure(frame, arms=ex.arms(n))


def _graph(n: int) -> Figure:
    names = [f"H{i}" for i in range(1, n + 3)]
    nodes = [Node(name=name, weight=float(name == "H1"), rejected=name < "H3") for name in names]
    edges = {("H1", name): round(1 / (n + 1), 3) for name in names[1:]}
    edges |= {(names[-1], "H2"): 1.0, ("H2", names[-1]): 0.5}
    return graph_figure(
        nodes, edges, titles=dict.fromkeys(names, ex.LABELS[1]), family="main", key="graph"
    )


def _doses(n: int) -> Figure:
    return doses_figure(ex.opioid_doses(n), arms=ex.arms(n), visits=ex.visits(8))


FAMILIES: Mapping[str, Callable[[int], Figure]] = {
    "means": _means,
    "differences": _differences,
    "interval": _interval,
    "survival": _survival,
    "curve": _curve,
    "incidence": _incidence,
    "by_visit": _by_visit,
    "responders": _responders,
    "waterfall": _waterfall,
    "residuals": _residuals,
    "patterns": _patterns,
    "assumptions": _assumptions,
    "tipping": _tipping,
    "flow": _flow,
    "subgroups": _subgroups,
    "doses": _doses,
    "incidences": _incidences,
    "risks": _risks,
    "graph": _graph,
    "wins": _wins,
    "categories": _categories,
    "unscored": _unscored,
}
