"""Wins and losses of a hierarchical composite, level by level."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from outcomes.plots.figure import Figure
from outcomes.plots.labels import null_line, shorten, x_caption
from outcomes.plots.theme import PAPER, TEXT_SIZE, arm_styles, axes_or_new, clear_frame, theme
from outcomes.tables.arms import active, against, ordered
from outcomes.tables.format import heading, percent
from outcomes.tables.wins import levels as levels_table
from outcomes.trial.study import Arm

_ROW = 58


def plot_wins(levels: pd.DataFrame, *, arms: Sequence[Arm], ax: Axes | None = None) -> Axes:
    """Draw the share of pairs lost to the left and won to the right, one bar a level.

    Parameters
    ----------
    levels : DataFrame
        arm, level, label, compared, wins, losses.
    arms : sequence of Arm
        In the order of the design.
    ax : Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    Axes

    Examples
    --------
    >>> arms = (Arm(id="usual", label="usual care", reference=True), Arm(id="yoga", label="yoga"))
    >>> frame = pd.DataFrame(
    ...     {"arm": ["yoga"], "level": [1], "label": ["pain"], "compared": [9], "wins": [6],
    ...      "losses": [3]}
    ... )
    >>> [round(float(patch.get_width()), 2) for patch in plot_wins(frame, arms=arms).patches]
    [-0.33, 0.67]
    """
    with theme():
        ax = axes_or_new(ax, _size(len(levels), 440))
        clear_frame(ax, grid="x")
        styles, lost = arm_styles(arms), arm_styles(arms)[ordered(arms)[0].id]
        rows = levels.to_dict("records")
        pairs = levels.groupby("arm", sort=False)["compared"].max()
        width = int(ax.get_window_extent().width / (0.58 * TEXT_SIZE))
        for i, row in enumerate(rows):
            won = styles[str(row["arm"])]
            total = pairs[row["arm"]]
            ax.barh(
                -i, -row["losses"] / total, height=0.3, color=PAPER, edgecolor=lost.line, lw=1.6
            )
            ax.barh(-i, row["wins"] / total, height=0.3, color=won.line)
            name = f"{row['level']}. {heading(str(row['label']))}"
            ax.text(
                0,
                0.2 - i,
                shorten(name, width, 2),
                size=TEXT_SIZE,
                ha="center",
                va="bottom",
                linespacing=1.15,
                bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 1},
            )
        null_line(ax, 0.0, vertical=True)
        reach = 1.1 * max(
            max(row[n] / pairs[row["arm"]] for row in rows) for n in ("wins", "losses")
        )
        ax.set_xlim(-reach, reach)
        ax.set_ylim(0.7 - len(rows), 0.85)
        ax.set_yticks([])
        ax.locator_params(axis="x", nbins=5)
        ax.xaxis.set_major_formatter(lambda value, _: percent(abs(round(value, 10)), 0))
        x_caption(ax, "Pairs lost | pairs won")
    return ax


def wins_figure(levels: pd.DataFrame, *, arms: Sequence[Arm], key: str = "wins") -> Figure:
    """Figure of what each level decided, with its words and data.

    Parameters
    ----------
    levels, arms
        As in `plot_wins`; levels also has ties and missing.
    key : str
        Unique in the report.
    """
    compared = ", ".join(against(arm, arms) for arm in active(arms))
    return Figure(
        key=key,
        title=f"Pairs won and lost at each level: {compared}",
        description=" ".join(_told(row) for row in levels.to_dict("records")),
        caption="Share of all pairs lost (left, outlined) and won (right, filled) at each level.",
        draw=partial(_drawn, levels, arms),
        data=levels_table(levels, arms=arms),
        size=_size(len(levels), 440),
        narrow_size=_size(len(levels), 284),
    )


def _drawn(levels: pd.DataFrame, arms: Sequence[Arm], ax: Axes) -> Axes:
    return plot_wins(levels, arms=arms, ax=ax)


def _told(row: Mapping[Any, Any]) -> str:
    return f"{row['label']}: {row['wins']} won, {row['losses']} lost."


def _size(n_rows: int, width: int) -> tuple[int, int]:
    return width, 76 + _ROW * n_rows
