"""Opioid dose over time: means by interval and arm, on a true time axis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import pandas as pd
from matplotlib.axes import Axes

from outcomes.plots.figure import Figure
from outcomes.plots.profile import SIZE, plot_means
from outcomes.plots.theme import drawn_arms
from outcomes.tables import format as f
from outcomes.tables.medication import doses as doses_table
from outcomes.tables.medication import interval_labels, made_by
from outcomes.trial.study import Arm, Visit


def plot_doses(
    doses: pd.DataFrame, *, arms: Sequence[Arm], visits: Sequence[Visit], ax: Axes | None = None
) -> Axes:
    """Draw mean MME a day with its interval, one line for each arm.

    Parameters
    ----------
    doses : DataFrame
        visit (that ends the interval, where the mean is drawn), arm, mean, conf_low, conf_high;
        NaN where there is none.
    arms, visits : sequence of Arm, Visit
        As declared; the mean of the baseline visit is that before randomisation.
    ax : Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    Axes
    """
    known = _known(doses)
    # The baseline is a point of its own for each arm: these patients are a part of an arm.
    points = [replace(visit, baseline=False) for visit in visits]
    return plot_means(
        known.rename(columns={"mean": "estimate"}),
        arms=arms,
        visits=points,
        caption="Mean MME a day",
        digits=1,
        ax=ax,
    )


def doses_figure(
    doses: pd.DataFrame,
    *,
    arms: Sequence[Arm],
    visits: Sequence[Visit],
    conf_level: float = 0.95,
    key: str = "opioid-dose",
) -> Figure:
    """Figure of the dose over time, with its words and data.

    Parameters
    ----------
    doses : DataFrame
        As in `outcomes.tables.medication.doses`.
    arms, visits : sequence of Arm, Visit
        As declared.
    conf_level : float
        Level of the intervals.
    key : str
        Unique in the report.

    Returns
    -------
    Figure
    """
    return Figure(
        key=key,
        title="Opioid dose over time, by arm",
        description=_in_words(doses, arms, visits),
        caption="Mean morphine milligram equivalents (MME) a day of patients on opioids at "
        f"baseline, with {f.level(conf_level)} confidence intervals; {made_by(doses)}. Each mean "
        "stands at the visit that ends its interval, the first is before randomisation.",
        draw=partial(_onto, doses, arms, visits),
        data=doses_table(doses, arms=arms, visits=visits, conf_level=conf_level),
        size=SIZE,
    )


def _onto(doses: pd.DataFrame, arms: Sequence[Arm], visits: Sequence[Visit], ax: Axes) -> Axes:
    return plot_doses(doses, arms=arms, visits=visits, ax=ax)


def _known(doses: pd.DataFrame) -> pd.DataFrame:
    return doses[doses["mean"].notna()]


def _in_words(doses: pd.DataFrame, arms: Sequence[Arm], visits: Sequence[Visit]) -> str:
    known, labels = _known(doses), interval_labels(visits)
    courses = []
    for arm in drawn_arms(arms, known):
        mine = known[known["arm"] == arm.id].set_index("visit")["mean"]
        course = [
            f"{f.number(mine[visit], 1)} {f.inside_sentence(label)}"
            for visit, label in labels.items()
            if visit in mine.index
        ]
        courses.append(f"{f.heading(arm.label)}: {', '.join(course)}.")
    return " ".join(courses)
