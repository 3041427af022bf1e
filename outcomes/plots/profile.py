"""Adjusted means by visit and arm, on a true time axis."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Literal

import pandas as pd
from matplotlib.axes import Axes

from outcomes.plots.figure import Figure
from outcomes.plots.labels import EndLabel, end_labels, y_caption
from outcomes.plots.theme import (
    INK,
    ArmStyle,
    arm_styles,
    axes_or_new,
    clear_frame,
    drawn_arms,
    theme,
)
from outcomes.plots.time_axis import TimeAxis, by_visit, time_axis
from outcomes.tables.arms import positions
from outcomes.tables.format import decimals, heading, level, number
from outcomes.tables.table import Column, Table
from outcomes.trial.study import Arm, Visit

Direction = Literal["worse", "better", "neutral"]
SIZE = (440, 310)
_BETTER = {"worse": " Lower is better.", "better": " Higher is better.", "neutral": ""}


def plot_means(
    means: pd.DataFrame,
    *,
    arms: Sequence[Arm],
    visits: Sequence[Visit],
    baseline_mean: float | None = None,
    caption: str = "Adjusted mean",
    digits: int | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw adjusted means with their intervals by visit, one line for each arm.

    Parameters
    ----------
    means : DataFrame
        arm (id), visit (id), estimate, conf_low, conf_high; in the unit of the outcome. NaN
        where not estimated.
    arms, visits : sequence of Arm, Visit
        In the order of the design; the baseline visit among `visits` gives its day, else day 0.
    baseline_mean : float, optional
        Mean over all arms before treatment, from which every line starts.
    caption : str
        What the heights are, printed above the axis.
    digits : int, optional
        Decimals of the last value; by default they follow from the size of the means.
    ax : Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    Axes
    """
    with theme():
        ax = axes_or_new(ax, SIZE)
        clear_frame(ax)
        axis, styles, present = time_axis(visits), arm_styles(arms), drawn_arms(arms, means)
        places = decimals(means["estimate"]) if digits is None else digits
        for arm, offset in zip(present, axis.offsets(len(present)), strict=True):
            _draw_arm(ax, axis.rows(means, arm.id), offset, styles[arm.id], axis, baseline_mean)
        _draw_baseline(ax, axis, baseline_mean)
        axis.apply(ax)
        ax.margins(y=0.08)
        ax.locator_params(axis="y", nbins=6)
        y_caption(ax, caption)
        labels = [_last(axis.rows(means, arm.id), arm, styles[arm.id], places) for arm in present]
        end_labels(ax, labels, max_lines=2 if len(present) < 4 else 1)
        axis.apply(ax)
    return ax


def means_figure(
    means: pd.DataFrame,
    *,
    arms: Sequence[Arm],
    visits: Sequence[Visit],
    outcome: str,
    unit: str = "",
    higher_is: Direction = "neutral",
    baseline_mean: float | None = None,
    conf_level: float = 0.95,
    digits: int | None = None,
    key: str = "means",
) -> Figure:
    """Figure of adjusted means by visit, with its words and data.

    Parameters
    ----------
    means, arms, visits, baseline_mean, digits
        As in `plot_means`.
    outcome, unit : str
        Label and unit of the outcome.
    higher_is : {"worse", "better", "neutral"}
        Direction of the outcome.
    conf_level : float
        Level of the intervals.
    key : str
        Unique in the report.

    Returns
    -------
    Figure
    """
    places = decimals(means["estimate"]) if digits is None else digits
    caption = f"{heading(outcome)}{f', {unit}' if unit else ''}"
    draw = partial(
        plot_means,
        means,
        arms=arms,
        visits=visits,
        baseline_mean=baseline_mean,
        caption=caption,
        digits=places,
    )
    intervals = f"{level(conf_level)} confidence intervals"
    return Figure(
        key=key,
        title=f"{heading(outcome)}: adjusted mean by visit and arm",
        description=_in_words(means, arms, visits, baseline_mean, places),
        caption=f"{heading(outcome)}: adjusted means by visit, with {intervals}."
        f"{_BETTER[higher_is]}",
        draw=lambda ax: draw(ax=ax),
        data=_data(means, arms, visits, conf_level, places),
        size=SIZE,
    )


def _draw_arm(
    ax: Axes,
    rows: pd.DataFrame,
    offset: float,
    style: ArmStyle,
    axis: TimeAxis,
    baseline_mean: float | None,
) -> None:
    at = rows["at"].to_numpy() + offset
    means = rows["estimate"].to_numpy()
    ax.vlines(at, rows["conf_low"], rows["conf_high"], color=style.line, linewidth=1.6)
    start = [] if baseline_mean is None else [(axis.start, baseline_mean)]
    x, y = zip(*start, *zip(at, means, strict=True), strict=True)
    ax.plot(x, y, color=style.line, linewidth=2.1, linestyle=style.dash, zorder=2.5)
    ax.plot(at, means, **style.marks(8.5), zorder=3)


def _draw_baseline(ax: Axes, axis: TimeAxis, mean: float | None) -> None:
    if mean is not None:
        ax.plot([axis.start], [mean], "o", color=INK, markersize=6, zorder=4)


def _last(rows: pd.DataFrame, arm: Arm, style: ArmStyle, digits: int) -> EndLabel:
    last = rows.iloc[-1]
    return EndLabel(
        y=last["estimate"],
        value=number(last["estimate"], digits),
        name=heading(arm.label),
        colour=style.text,
    )


def _in_words(
    means: pd.DataFrame,
    arms: Sequence[Arm],
    visits: Sequence[Visit],
    baseline_mean: float | None,
    digits: int,
) -> str:
    axis, labels = time_axis(visits), {visit.id: visit.label for visit in visits}
    courses = []
    for arm in drawn_arms(arms, means):
        course = [
            f"{number(point.estimate, digits)} at {labels[point.visit]}"
            for point in axis.points(means, arm.id)
        ]
        courses.append(f"{heading(arm.label)}: {', '.join(course)}.")
    if baseline_mean is not None:
        courses.insert(0, f"Common baseline {number(baseline_mean, digits)}.")
    return " ".join(courses)


def _data(
    means: pd.DataFrame,
    arms: Sequence[Arm],
    visits: Sequence[Visit],
    conf_level: float,
    digits: int,
) -> Table:
    present = drawn_arms(arms, means)
    return Table(
        caption=f"Adjusted means with {level(conf_level)} confidence intervals.",
        stub="Visit",
        columns=tuple(
            Column(label=heading(arm.label), arm=positions(arms)[arm.id]) for arm in present
        ),
        rows=by_visit(means, present, visits, digits),
    )
