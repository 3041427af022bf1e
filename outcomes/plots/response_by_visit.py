"""Probability of a response by each visit, where it is known to lie between two of them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import pandas as pd

from outcomes.plots.figure import Figure
from outcomes.plots.profile import SIZE, plot_means
from outcomes.plots.theme import drawn_arms
from outcomes.plots.time_axis import by_visit
from outcomes.tables.arms import positions
from outcomes.tables.format import heading, level, points
from outcomes.tables.table import Column, Table
from outcomes.trial.study import Arm, Visit


def response_by_visit_figure(
    probabilities: pd.DataFrame,
    *,
    arms: Sequence[Arm],
    visits: Sequence[Visit],
    response: str,
    conf_level: float = 0.95,
    key: str = "response_by_visit",
) -> Figure:
    """Figure of the probability of a response by each visit, with its words and data.

    Parameters
    ----------
    probabilities : DataFrame
        arm (id), time (nominal day of the visit), estimate, conf_low, conf_high; NaN where not
        estimated.
    arms, visits : sequence of Arm, Visit
        In the order of the design.
    response : str
        ``"confirmed 30% response"``.
    conf_level : float
        Level of the intervals.
    key : str
        Unique in the report.

    Returns
    -------
    Figure
    """
    percents = _by_visit(probabilities, visits)
    draw = partial(
        plot_means,
        percents,
        arms=arms,
        visits=visits,
        baseline_mean=0.0,
        caption=f"Probability of {response}, %",
        digits=1,
    )
    return Figure(
        key=key,
        title=f"Probability of {response} by each visit, with the response between two visits",
        description=_in_words(percents, arms, visits),
        caption=f"Probability of {response} by each visit, from the last visit without it and the "
        f"first with it, with {level(conf_level)} confidence intervals.",
        draw=lambda ax: draw(ax=ax),
        data=Table(
            caption=f"Probability of {response}, % ({level(conf_level)} CI).",
            stub="Visit",
            columns=tuple(
                Column(label=heading(arm.label), arm=positions(arms)[arm.id])
                for arm in drawn_arms(arms, percents)
            ),
            rows=by_visit(percents, drawn_arms(arms, percents), visits, 1),
        ),
        size=SIZE,
    )


def _by_visit(probabilities: pd.DataFrame, visits: Sequence[Visit]) -> pd.DataFrame:
    """In percent, by the visit's id."""
    ids = {float(visit.day): visit.id for visit in visits if not visit.baseline}
    scale = {name: 100 * probabilities[name] for name in ("estimate", "conf_low", "conf_high")}
    return probabilities.assign(visit=probabilities["time"].map(ids), **scale)


def _in_words(percents: pd.DataFrame, arms: Sequence[Arm], visits: Sequence[Visit]) -> str:
    last = [visit for visit in visits if not visit.baseline][-1]
    here = percents[percents["visit"] == last.id].set_index("arm")["estimate"]
    each = [
        f"{points(here[arm.id] / 100)}% with {arm.label}"
        for arm in drawn_arms(arms, percents)
        if pd.notna(here[arm.id])
    ]
    return f"By {last.label} the probability is {' and '.join(each) or 'not estimated'}."
