"""Competing events: cumulative incidence of each by arm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from numpy.typing import NDArray

from outcomes.plots.figure import Figure
from outcomes.plots.labels import EndLabel, align_caption, end_labels, x_caption, y_caption
from outcomes.plots.theme import DOTTED, arm_styles, axes_or_new, clear_frame, drawn_arms, theme
from outcomes.plots.time_axis import set_ticks, unit_of_days
from outcomes.tables.format import heading, interval, level, percent, plain, points
from outcomes.tables.table import Column, Row, Table
from outcomes.trial.study import Arm

SIZE = (440, 330)
Steps = NDArray[np.float64]


def plot_incidence(
    curves: pd.DataFrame,
    *,
    arms: Sequence[Arm],
    causes: Mapping[str, str],
    days: Sequence[float],
    ax: Axes | None = None,
) -> Axes:
    """Draw the cumulative incidence of the event and, dotted, of what competes with it.

    Parameters
    ----------
    curves : DataFrame
        arm (id), cause, time (days), estimate, conf_low, conf_high; one row per step.
    arms : sequence of Arm
        In the order of the design.
    causes : mapping
        The causes in ``curves`` and their words; the event of interest first.
    days : sequence of float
        Where the time axis has ticks.
    ax : Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    Axes
    """
    with theme():
        ax = axes_or_new(ax, SIZE)
        clear_frame(ax)
        present, styles = drawn_arms(arms, curves), arm_styles(arms)
        last = float(max(max(days), curves["time"].max()))
        unit, length = unit_of_days(list(days))
        ends: list[EndLabel] = []
        event, *_ = causes
        for arm in present:
            style = styles[arm.id]
            for cause in causes:
                steps = _steps(curves, arm.id, cause, last)
                dash, width = (style.dash, 2.1) if cause == event else (DOTTED, 1.4)
                ax.step(
                    steps[:, 0] / length,
                    steps[:, 1],
                    where="post",
                    color=style.line,
                    linewidth=width,
                    linestyle=dash,
                )
            final = float(_steps(curves, arm.id, event, last)[-1, 1])
            name = heading(arm.label)
            ends.append(EndLabel(y=final, value=percent(final), name=name, colour=style.text))
        ax.set_xlim(-0.02 * last / length, 1.02 * last / length)
        ax.set_ylim(0, min(1.05, 1.15 * float(curves["estimate"].max())))
        ax.locator_params(axis="y", nbins=5)
        ax.yaxis.set_major_formatter(lambda value, _: percent(round(value, 10), 0))
        y_caption(ax, "Cumulative incidence")
        end_labels(ax, ends, max_lines=2 if len(present) < 4 else 1)
        set_ticks(ax, [day / length for day in days])
        x_caption(ax, f"{unit.capitalize()}s since randomisation")
        align_caption(ax)
    return ax


def incidence_figure(
    curves: pd.DataFrame,
    *,
    arms: Sequence[Arm],
    causes: Mapping[str, str],
    days: Sequence[float],
    conf_level: float = 0.95,
    key: str = "incidence",
) -> Figure:
    """Figure of cumulative incidence, with its words and data.

    Parameters
    ----------
    curves, arms, causes, days
        As in `plot_incidence`.
    conf_level : float
        Level of the intervals.
    key : str
        Unique in the report.

    Returns
    -------
    Figure
    """
    draw = partial(plot_incidence, curves, arms=arms, causes=causes, days=days)
    event, *others = causes.values()
    competing = " and ".join(others)
    return Figure(
        key=key,
        title=f"Cumulative incidence of {event}, with {competing} as a competing event",
        description=_in_words(curves, arms, causes, days),
        caption=f"Cumulative incidence of {event} and, dotted, of {competing}.",
        draw=lambda ax: draw(ax=ax),
        data=_data(curves, arms, causes, days, conf_level),
        size=SIZE,
    )


def _steps(curves: pd.DataFrame, arm: str, cause: str, last: float) -> Steps:
    """Columns time, estimate, lower and upper limit; from 0 to `last`."""
    mine = curves[(curves["arm"].astype(str) == arm) & (curves["cause"] == cause)]
    columns = ["time", "estimate", "conf_low", "conf_high"]
    steps = mine.sort_values("time")[columns].to_numpy(dtype=float)
    return np.vstack([steps, [last, *steps[-1, 1:]]])


def _at(steps: Steps, day: float) -> Steps:
    return steps[np.searchsorted(steps[:-1, 0], day, side="right") - 1, 1:]


def _in_words(
    curves: pd.DataFrame, arms: Sequence[Arm], causes: Mapping[str, str], days: Sequence[float]
) -> str:
    last = float(max(days))
    said = []
    for cause, words in causes.items():
        each = [
            f"{percent(_at(_steps(curves, arm.id, cause, last), last)[0])} with {arm.label}"
            for arm in drawn_arms(arms, curves)
        ]
        said.append(f"of {words} {' and '.join(each)}")
    return f"By day {plain(last)} the cumulative incidence was, {'; '.join(said)}."


def _data(
    curves: pd.DataFrame,
    arms: Sequence[Arm],
    causes: Mapping[str, str],
    days: Sequence[float],
    conf_level: float,
) -> Table:
    rows: list[Row] = []
    last = float(max(days))
    for arm in drawn_arms(arms, curves):
        rows.append(Row(label=heading(arm.label), kind="group"))
        steps = {cause: _steps(curves, arm.id, cause, last) for cause in causes}
        rows += [
            Row(
                label=f"Day {plain(day)}",
                kind="sub",
                cells=tuple(_cell(_at(steps[cause], day)) for cause in causes),
            )
            for day in days
        ]
    return Table(
        caption=f"Cumulative incidence, % ({level(conf_level)} CI).",
        stub="Time",
        columns=tuple(Column(label=heading(words)) for words in causes.values()),
        rows=tuple(rows),
    )


def _cell(values: Steps) -> str:
    estimate, low, high = values
    if np.isnan(low):
        return points(estimate)
    return f"{points(estimate)} ({interval(100 * low, 100 * high, 1)})"
