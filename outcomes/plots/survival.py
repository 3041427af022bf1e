"""Time to response: cumulative probability by arm, with those at risk under the axis."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from numpy.typing import NDArray

from outcomes.plots.figure import Figure
from outcomes.plots.labels import (
    EndLabel,
    align_caption,
    end_labels,
    keep_apart,
    shorten,
    x_caption,
    y_caption,
)
from outcomes.plots.theme import (
    SOFT,
    TEXT_SIZE,
    ArmStyle,
    arm_styles,
    axes_or_new,
    clear_frame,
    drawn_arms,
    theme,
)
from outcomes.plots.time_axis import set_ticks, spaced, unit_of_days
from outcomes.tables.format import count, heading, interval, level, number, percent, points
from outcomes.tables.table import Column, Row, Table
from outcomes.trial.study import Arm

_COUNTS = {"at_risk": "At risk", "censored": "Censored", "events": "Events"}
_ROW = 15.0
_FIRST_ROW = 54.0


def plot_responses_over_time(
    survival: pd.DataFrame,
    at_risk: pd.DataFrame,
    *,
    arms: Sequence[Arm],
    caption: str = "Cumulative probability of response",
    ax: Axes | None = None,
) -> Axes:
    """Draw one minus the Kaplan-Meier estimate, as is usual where the event is a good one.

    Parameters
    ----------
    survival : DataFrame
        arm (id), time (days), survival (proportion without response), conf_low, conf_high; one
        row per step and arm.
    at_risk : DataFrame
        arm, time (days), at_risk (at the start of the interval), censored and events (cumulative).
    arms : sequence of Arm
        In the order of the design.
    caption : str
        What the heights are, printed above the axis.
    ax : Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    Axes

    Notes
    -----
    Read as a probability, one minus Kaplan-Meier assumes that those censored would have responded
    as those who stayed under observation.
    """
    with theme():
        present, styles = drawn_arms(arms, survival), arm_styles(arms)
        ax = axes_or_new(ax, _size(len(present), 440))
        clear_frame(ax)
        times = sorted({0.0, *at_risk["time"].astype(float)})
        unit, days = unit_of_days(times)
        last = max(times[-1], float(survival["time"].max()))
        curves = {arm.id: _curve(survival, arm.id, last) for arm in present}
        for arm in present:
            _draw_steps(ax, curves[arm.id], times, days, styles[arm.id])
        ends = [_end(curves[arm.id], arm, styles[arm.id]) for arm in present]
        highest = max(float(np.nanmax(curve[:, 1:])) for curve in curves.values())
        _set_axes(ax, last / days, highest)
        y_caption(ax, caption)
        notes = end_labels(ax, ends, max_lines=2 if len(present) < 4 else 1)
        set_ticks(ax, [time / days for time in times])
        x_caption(ax, f"{unit.capitalize()}s since randomisation")
        _count_rows(ax, at_risk, present, styles, times, days)
        keep_apart(ax, notes)
        align_caption(ax)
    return ax


def responses_over_time_figure(
    survival: pd.DataFrame,
    at_risk: pd.DataFrame,
    *,
    arms: Sequence[Arm],
    outcome: str | None = None,
    response: str = "response",
    conf_level: float = 0.95,
    key: str = "time_to_response",
) -> Figure:
    """Figure of the probability of response over time, with its words and data.

    Parameters
    ----------
    survival, at_risk, arms
        As in `plot_responses_over_time`.
    outcome : str, optional
        Label of the outcome, where the event is one of a score.
    response : str
        What the event is: ``"confirmed 30% response"``.
    conf_level : float
        Level of the intervals.
    key : str
        Unique in the report.

    Returns
    -------
    Figure
    """
    draw = partial(
        plot_responses_over_time,
        survival,
        at_risk,
        arms=arms,
        caption=f"Cumulative probability of {response}",
    )
    n = len(drawn_arms(arms, survival))
    what = f"cumulative probability of {response}"
    what = heading(f"{outcome}: {what}" if outcome else what)
    return Figure(
        key=key,
        title=f"{what} by arm",
        description=_in_words(survival, arms, response, conf_level),
        caption=f"{what} (one minus Kaplan-Meier), with {level(conf_level)} pointwise confidence "
        "bands. Below: patients at risk, and censored and with an event so far.",
        draw=lambda ax: draw(ax=ax),
        data=_data(survival, at_risk, arms, conf_level),
        size=_size(n, 440),
        narrow_size=_size(n, 284),
    )


def _size(n_arms: int, width: int) -> tuple[int, int]:
    return width, round(270 + n_arms * 4.3 * _ROW)


Curve = NDArray[np.float64]


def _curve(survival: pd.DataFrame, arm: str, last: float) -> Curve:
    """Columns time (days), probability of response, its lower and upper limit; from 0 to `last`."""
    rows = survival[survival["arm"].astype(str) == arm].sort_values("time")
    # The limits of survival change places when it becomes a probability of response.
    steps = rows[["time", "survival", "conf_high", "conf_low"]].to_numpy(dtype=float)
    steps[:, 1:] = 1 - steps[:, 1:]
    if not len(steps) or steps[0, 0] > 0:
        steps = np.vstack([[0.0, 0.0, 0.0, 0.0], steps])
    return np.vstack([steps, [last, *steps[-1, 1:]]])


def _at(curve: Curve, time: float) -> NDArray[np.float64]:
    """Probability and limits at `time` in days."""
    return curve[np.searchsorted(curve[:-1, 0], time, side="right") - 1, 1:]


def _draw_steps(
    ax: Axes, curve: Curve, times: Sequence[float], days: float, style: ArmStyle
) -> None:
    """Draw steps and band, and marks at the times that have counts: steps can be every day."""
    at = curve[:, 0] / days
    band = {"step": "post", "color": style.line, "alpha": 0.13, "linewidth": 0}
    ax.fill_between(at, curve[:, 2], curve[:, 3], **band)  # type: ignore[arg-type]
    ax.step(at, curve[:, 1], where="post", color=style.line, linewidth=2.1, linestyle=style.dash)
    marked = [time for time in times if time > 0]
    heights = [_at(curve, time)[0] for time in marked]
    ax.plot(np.array(marked) / days, heights, **style.marks(7), zorder=3)


def _set_axes(ax: Axes, last: float, highest: float) -> None:
    """Give curves and bands room, and an axis where nobody has had the event."""
    ax.set_xlim(-0.02 * last, 1.02 * last)
    ax.set_ylim(0, min(1.05, 1.05 * highest) or 0.1)
    ax.locator_params(axis="y", nbins=5)
    ax.yaxis.set_major_formatter(lambda value, _: percent(round(value, 10), 0))


def _end(curve: Curve, arm: Arm, style: ArmStyle) -> EndLabel:
    return EndLabel(
        y=float(curve[-1, 1]),
        value=percent(curve[-1, 1]),
        name=heading(arm.label),
        colour=style.text,
    )


def _count_rows(
    ax: Axes,
    at_risk: pd.DataFrame,
    arms: Sequence[Arm],
    styles: dict[str, ArmStyle],
    times: Sequence[float],
    days: float,
) -> None:
    """Write at risk, censored and events below the axis, where the columns have room."""
    widest = str(int(at_risk[list(_COUNTS)].to_numpy().max()))
    positions = [time / days for time in times]
    columns = [times[i] for i in spaced(ax, positions, [widest] * len(times), gap=7)]
    row = _FIRST_ROW
    for arm in arms:
        mine = at_risk[at_risk["arm"].astype(str) == arm.id].set_index("time")
        name = shorten(heading(arm.label), 34, 1)
        _below(ax, name, 0.0, row, shift=-76, align="left", colour=styles[arm.id].text, bold=True)
        for column, label in _COUNTS.items():
            row += _ROW
            _below(ax, label, 0.0, row, shift=-76, align="left", colour=SOFT)
            for time in columns:
                if time in mine.index:
                    text = count(float(mine[column][time]))
                    _below(ax, text, time / days, row, align="center", colour=SOFT, data=True)
        row += _ROW * 1.3


def _below(
    ax: Axes,
    text: str,
    x: float,
    y: float,
    *,
    align: str,
    colour: str,
    shift: float = 0.0,
    bold: bool = False,
    data: bool = False,
) -> None:
    ax.annotate(
        text,
        (x, 0.0),
        xycoords=("data" if data else "axes fraction", "axes fraction"),
        xytext=(shift, -y),
        textcoords="offset pixels",
        ha=align,
        va="baseline",
        color=colour,
        fontsize=TEXT_SIZE - 0.5,
        fontweight="bold" if bold else "normal",
        annotation_clip=False,
    )


def _in_words(survival: pd.DataFrame, arms: Sequence[Arm], response: str, conf_level: float) -> str:
    last = float(survival["time"].max())
    parts = []
    for arm in drawn_arms(arms, survival):
        value, low, high = _curve(survival, arm.id, last)[-1, 1:]
        parts.append(
            f"{percent(value)} ({level(conf_level)} CI {interval(100 * low, 100 * high, 1)}) "
            f"with {arm.label}"
        )
    return f"By day {number(last, 0)} the probability of {response} is {' and '.join(parts)}."


def _data(
    survival: pd.DataFrame, at_risk: pd.DataFrame, arms: Sequence[Arm], conf_level: float
) -> Table:
    last = float(survival["time"].max())
    rows: list[Row] = []
    for arm in drawn_arms(arms, survival):
        curve = _curve(survival, arm.id, last)
        rows.append(Row(label=heading(arm.label), kind="group"))
        mine = at_risk[at_risk["arm"].astype(str) == arm.id].sort_values("time")
        for time, *counts in mine[["time", *_COUNTS]].to_numpy(dtype=float).tolist():
            value, low, high = _at(curve, time)
            limits = f"{points(low)} to {points(high)}"
            cells = (*map(count, counts), percent(value), limits)
            rows.append(Row(label=f"Day {number(time, 0)}", cells=cells, kind="sub"))
    headings = (*_COUNTS.values(), "Probability", f"{level(conf_level)} CI, %")
    return Table(
        caption="Patients at risk, censored and with an event so far, and probability of response.",
        stub="Time",
        columns=tuple(Column(label=heading) for heading in headings),
        rows=tuple(rows),
    )
