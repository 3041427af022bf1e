"""Responders: the share of each arm at the threshold declared, with its interval."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import pandas as pd
from matplotlib.axes import Axes

from outcomes.plots.figure import Figure
from outcomes.plots.labels import EndLabel, end_labels, shorten
from outcomes.plots.theme import (
    PAPER,
    TEXT_SIZE,
    ArmStyle,
    arm_styles,
    axes_or_new,
    clear_frame,
    drawn_arms,
    theme,
)
from outcomes.tables.format import count, heading, level, percent, plain, points
from outcomes.tables.table import Column, Row, Table
from outcomes.trial.study import Arm

# Behind text, so that no line runs through it.
_BLANK = {"facecolor": PAPER, "edgecolor": "none", "pad": 1}


def plot_responders(counts: pd.DataFrame, *, arms: Sequence[Arm], ax: Axes | None = None) -> Axes:
    """Draw the share of responders in each arm with its interval.

    Parameters
    ----------
    counts : DataFrame
        arm (id), n, responders, proportion, conf_low, conf_high (0 to 1).
    arms : sequence of Arm
        In the order of the design.
    ax : Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    Axes
    """
    with theme():
        present, styles = drawn_arms(arms, counts), arm_styles(arms)
        ax = axes_or_new(ax, _dots_size(len(present), 440))
        clear_frame(ax, grid="x")
        labels = []
        for i, arm in enumerate(present):
            row = counts[counts["arm"].astype(str) == arm.id].iloc[0]
            style = styles[arm.id]
            ax.hlines(-i, row["conf_low"], row["conf_high"], color=style.line, linewidth=2)
            ax.plot([row["proportion"]], [-i], **style.marks(10))
            of = f"{count(row['responders'])} of {count(row['n'])}"
            value = percent(row["proportion"])
            labels.append(EndLabel(y=-i, value=value, name=of, colour=style.text))
        ax.set_yticks([])
        ax.set_ylim(0.65 - len(present), 0.65)
        ax.set_xlim(0, min(1.0, 1.1 * float(counts["conf_high"].max())))
        ax.locator_params(axis="x", nbins=5)
        ax.xaxis.set_major_formatter(lambda value, _: percent(round(value, 10), 0))
        end_labels(ax, labels)
        for i, arm in enumerate(present):
            _name_row(ax, heading(arm.label), -i, styles[arm.id])
    return ax


def responders_figure(
    counts: pd.DataFrame,
    *,
    arms: Sequence[Arm],
    outcome: str,
    threshold: float,
    conf_level: float = 0.95,
    key: str = "responders",
) -> Figure:
    """Figure of the shares of responders, with its words and data.

    Parameters
    ----------
    counts, arms
        As in `plot_responders`; counts may have a column missing.
    outcome : str
        Label of the outcome.
    threshold : float
        The percentage of improvement that is a response.
    conf_level : float
        Level of the intervals.
    key : str
        Unique in the report.

    Returns
    -------
    Figure
    """
    draw = partial(plot_responders, counts, arms=arms)
    n = len(drawn_arms(arms, counts))
    data = _counts_data(counts, arms, conf_level)
    shares = [f"{row.label}: {row.cells[0]}, {row.cells[1]}" for row in data.rows]
    return Figure(
        key=key,
        title=f"{heading(outcome)}: share of responders by arm",
        description=f"{'. '.join(shares)}.",
        caption=f"{heading(outcome)}: share of patients who improved by "
        f"{plain(threshold)}% or more, with {level(conf_level)} confidence intervals.",
        draw=lambda ax: draw(ax=ax),
        data=data,
        size=_dots_size(n, 440),
        narrow_size=_dots_size(n, 284),
    )


def _dots_size(n_arms: int, width: int) -> tuple[int, int]:
    return width, 34 + 50 * n_arms


def _name_row(ax: Axes, name: str, y: float, style: ArmStyle) -> None:
    width = int(ax.get_window_extent().width / (0.72 * TEXT_SIZE))
    ax.annotate(
        shorten(name, width, 1),
        (0.0, y),
        xytext=(2, 10),
        textcoords="offset pixels",
        va="bottom",
        color=style.text,
        fontsize=TEXT_SIZE,
        fontweight="bold",
        bbox=_BLANK,
    )


def _counts_data(counts: pd.DataFrame, arms: Sequence[Arm], conf_level: float) -> Table:
    rows = []
    for arm in drawn_arms(arms, counts):
        row = counts[counts["arm"].astype(str) == arm.id].iloc[0]
        cells = (
            f"{count(row['responders'])} of {count(row['n'])}",
            percent(row["proportion"]),
            f"{points(row['conf_low'])} to {points(row['conf_high'])}",
        )
        rows.append(Row(label=heading(arm.label), cells=cells))
    headings = ("Responders", "Share", f"{level(conf_level)} CI, %")
    return Table(
        caption="Responders by arm.",
        stub="Arm",
        columns=tuple(Column(label=heading) for heading in headings),
        rows=tuple(rows),
    )
