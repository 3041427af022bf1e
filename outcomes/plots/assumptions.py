"""One comparison under several assumptions about what was not seen, one below the other."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import pandas as pd
from matplotlib.axes import Axes

from outcomes.plots.figure import Figure
from outcomes.plots.forest import (
    estimate_in_words,
    forest_height,
    in_words,
    plot_differences_of_means,
    records_of,
)
from outcomes.plots.profile import Direction
from outcomes.plots.theme import drawn_arms
from outcomes.tables.arms import ordered, versus
from outcomes.tables.format import decimals, heading, level
from outcomes.tables.table import Column, Row, Table
from outcomes.trial.study import Arm


def plot_assumptions(
    estimates: pd.DataFrame,
    *,
    arms: Sequence[Arm],
    higher_is: Direction = "neutral",
    unit: str = "",
    digits: int | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw a difference with its interval under each assumption.

    Parameters
    ----------
    estimates : DataFrame
        arm (id of the active arm), group (heading of rows that belong together), label (the
        assumption as printed), estimate, conf_low, conf_high; NaN where it could not be estimated.
        In printing order.
    arms : sequence of Arm
        In the order of the design.
    higher_is : {"worse", "better", "neutral"}
        Says which side favours the active arm; neutral names no side.
    unit : str
        Unit of the outcome.
    digits : int, optional
        Decimals of printed values.
    ax : Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    Axes
    """
    return plot_differences_of_means(
        estimates,
        arms=arms,
        higher_is=higher_is,
        unit=unit,
        digits=digits,
        ax=ax,
    )


def assumptions_figure(
    estimates: pd.DataFrame,
    *,
    arms: Sequence[Arm],
    outcome: str,
    visit: str,
    unit: str = "",
    higher_is: Direction = "neutral",
    conf_level: float = 0.95,
    digits: int | None = None,
    key: str = "assumptions",
) -> Figure:
    """Figure of a difference under each assumption, with its words and data.

    Parameters
    ----------
    estimates, arms, higher_is, unit, digits
        As in `plot_assumptions`; estimates may have a column reason, why there is none.
    outcome, visit : str
        The score, and the visit as it stands inside a sentence.
    conf_level : float
        Level of the intervals.
    key : str
        Unique in the report.

    Returns
    -------
    Figure
    """
    places = decimals(estimates["estimate"].dropna()) if digits is None else digits
    draw = partial(
        plot_assumptions, estimates, arms=arms, higher_is=higher_is, unit=unit, digits=places
    )
    height = forest_height(estimates, arms)
    against = " and ".join(arm.label for arm in drawn_arms(arms, estimates))
    return Figure(
        key=key,
        title=f"{heading(outcome)} at {visit}: difference by assumption",
        description=in_words(estimates, arms, places),
        caption=f"{heading(outcome)} at {visit}: difference {against} minus "
        f"{ordered(arms)[0].label} with {level(conf_level)} confidence intervals, by what is "
        "assumed of scores that were not seen. Dotted: no difference.",
        draw=lambda ax: draw(ax=ax),
        data=_data(estimates, arms, conf_level, places),
        size=(440, height),
        narrow_size=(284, height + 16),
    )


def _data(estimates: pd.DataFrame, arms: Sequence[Arm], conf_level: float, digits: int) -> Table:
    active = drawn_arms(arms, estimates)
    rows: list[Row] = []
    for arm in active:
        if len(active) > 1:
            rows.append(Row(label=versus(arm, arms), kind="group"))
        rows += [
            Row(label=str(row["label"]), cells=(estimate_in_words(row, digits),))
            for row in records_of(estimates, arm)
        ]
    return Table(
        caption=f"Differences with {level(conf_level)} confidence intervals by assumption.",
        stub="Assumption",
        columns=(Column(label="Difference"),),
        rows=tuple(rows),
    )
