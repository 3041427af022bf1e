"""Waterfall: every patient's improvement as a column, from the best to the worst in each arm."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from numpy.typing import NDArray

from outcomes.plots.figure import Figure
from outcomes.plots.labels import align_caption, null_line, settle, shorten, y_caption
from outcomes.plots.theme import (
    INK,
    SOFT,
    TEXT_SIZE,
    ArmStyle,
    arm_styles,
    axes_or_new,
    clear_frame,
    drawn_arms,
    theme,
)
from outcomes.tables.arms import positions
from outcomes.tables.format import count, count_percent, heading, percent, plain
from outcomes.tables.table import Column, Row, Table
from outcomes.trial.study import Arm

Array = NDArray[np.float64]
#: Worse than this many percent is drawn at the edge.
LOWEST = -100.0
#: Room between arms, as a share of all columns.
_APART = 0.04


def plot_waterfall(
    improvements: pd.DataFrame, *, arms: Sequence[Arm], threshold: float, ax: Axes | None = None
) -> Axes:
    """Draw percent improvements as columns, the arms side by side.

    Parameters
    ----------
    improvements : DataFrame
        arm (id), improvement (percent of baseline, positive is better).
    arms : sequence of Arm
        In the order of the design.
    threshold : float
        The improvement that was declared to be a response, marked by a dotted line.
    ax : Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    Axes
    """
    with theme():
        present, styles = drawn_arms(arms, improvements), arm_styles(arms)
        ax = axes_or_new(ax, _size(440))
        clear_frame(ax)
        ax.spines["bottom"].set_visible(False)
        columns = [_columns(improvements, arm.id) for arm in present]
        gap = max(1.0, _APART * sum(map(len, columns)))
        starts = np.cumsum([0.0, *(len(heights) + gap for heights in columns[:-1])])
        for arm, heights, start in zip(present, columns, starts, strict=True):
            _draw(ax, heights, float(start), styles[arm.id])
        ax.axhline(0, color=INK, linewidth=1, zorder=2.5)
        null_line(ax, threshold)
        ax.set_xlim(-gap / 2, float(starts[-1]) + len(columns[-1]) + gap / 2)
        ax.set_ylim(LOWEST - 2, 102)
        ax.set_yticks([-100, -50, 0, 50, 100], ["−100%", "−50%", "0%", "50%", "100%"])
        ax.set_xticks([])
        y_caption(ax, "Improvement from baseline")
        for arm, heights, start in zip(present, columns, starts, strict=True):
            room = len(heights) + gap
            _name(ax, arm, float(start) + len(heights) / 2, room, styles[arm.id])
        _name_threshold(ax, threshold)
        align_caption(ax)
    return ax


def waterfall_figure(
    improvements: pd.DataFrame,
    groups: pd.DataFrame,
    *,
    arms: Sequence[Arm],
    outcome: str,
    threshold: float,
    key: str = "waterfall",
) -> Figure:
    """Figure of all improvements, with its words and its data in groups.

    Parameters
    ----------
    improvements, arms, threshold
        As in `plot_waterfall`.
    groups : DataFrame
        arm, group, n, share: patients by how much they improved; the data shown, so that no single
        patient is listed.
    outcome : str
        Label of the outcome.
    key : str
        Unique in the report.

    Returns
    -------
    Figure
    """
    draw = partial(plot_waterfall, improvements, arms=arms, threshold=threshold)
    present = drawn_arms(arms, improvements)
    worse = [f"{_share_worse(improvements, arm.id)} with {arm.label}" for arm in present]
    return Figure(
        key=key,
        title=f"{heading(outcome)}: improvement of each patient",
        description=f"Of the patients with a score, got worse: {', '.join(worse)}.",
        caption=f"{heading(outcome)}: each column is a patient with a score at the visit, from the "
        f"best to the worst in each arm. Dotted: {plain(threshold)}%, the response declared."
        f"{_beyond(improvements)}",
        draw=lambda ax: draw(ax=ax),
        data=_data(groups, arms),
        size=_size(440),
        narrow_size=_size(284),
    )


def _size(width: int) -> tuple[int, int]:
    return width, 300 if width > 380 else 270


def _columns(improvements: pd.DataFrame, arm: str) -> Array:
    here = improvements.loc[improvements["arm"].astype(str) == arm, "improvement"]
    heights: Array = np.sort(here.to_numpy(dtype=np.float64))[::-1]
    return np.maximum(heights, LOWEST)


def _draw(ax: Axes, heights: Array, start: float, style: ArmStyle) -> None:
    """Draw columns as one outline: hundreds of them stay one path."""
    edges = start + np.arange(len(heights) + 1.0)
    ax.stairs(heights, edges, baseline=0.0, fill=True, color=style.line, linewidth=0)
    ax.stairs(heights, edges, baseline=0.0, color=style.text, linewidth=1.2)


def _name(ax: Axes, arm: Arm, middle: float, room: float, style: ArmStyle) -> None:
    """Name an arm below its columns."""
    settle(ax)
    low, high = ax.get_xlim()
    width = int(room / (high - low) * ax.get_window_extent().width / (0.68 * TEXT_SIZE))
    ax.annotate(
        shorten(heading(arm.label), max(width, 6), 3),
        (middle, 0.0),
        xycoords=("data", "axes fraction"),
        xytext=(0, -6),
        textcoords="offset pixels",
        ha="center",
        va="top",
        color=style.text,
        fontsize=TEXT_SIZE,
        fontweight="bold",
        annotation_clip=False,
    )


def _name_threshold(ax: Axes, threshold: float) -> None:
    ax.annotate(
        f"{plain(threshold)}%",
        (1.0, threshold),
        xycoords=("axes fraction", "data"),
        xytext=(-2, 2),
        textcoords="offset pixels",
        ha="right",
        va="bottom",
        color=SOFT,
        fontsize=TEXT_SIZE,
    )


def _share_worse(improvements: pd.DataFrame, arm: str) -> str:
    here = improvements.loc[improvements["arm"].astype(str) == arm, "improvement"]
    return percent(float((here < 0).mean()))


def _beyond(improvements: pd.DataFrame) -> str:
    n = int((improvements["improvement"] < LOWEST).sum())
    if not n:
        return ""
    who, stand = ("1 patient", "stands") if n == 1 else (f"{n} patients", "stand")
    return f" {who} who got worse by more than {plain(-LOWEST)}% {stand} at the edge."


def _data(groups: pd.DataFrame, arms: Sequence[Arm]) -> Table:
    present = drawn_arms(arms, groups)
    by_arm = {
        arm.id: groups[groups["arm"].astype(str) == arm.id].set_index("group") for arm in present
    }
    names = [name for name in dict.fromkeys(groups["group"]) if _anybody(groups, str(name))]
    rows = tuple(
        Row(
            label=heading(str(name)),
            cells=tuple(
                count_percent(own.loc[name, "n"], own["n"].sum()) for own in by_arm.values()
            ),
        )
        for name in names
    )
    total = tuple(count(own["n"].sum()) for own in by_arm.values())
    return Table(
        caption="Patients by improvement from baseline.",
        stub="Improvement",
        columns=tuple(
            Column(label=heading(arm.label), arm=positions(arms)[arm.id]) for arm in present
        ),
        rows=(*rows, Row(label="All with a usable baseline", cells=total)),
    )


def _anybody(groups: pd.DataFrame, name: str) -> bool:
    """Whether a group is always shown, or has somebody in it."""
    rare = not (name[0].isdigit() or name == "worse")
    return not rare or bool(groups.loc[groups["group"] == name, "n"].sum())
