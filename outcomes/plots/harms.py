"""Harms: how many patients had each adverse event, and how far the arms differ."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import pandas as pd
from matplotlib.axes import Axes

from outcomes.plots.figure import Figure
from outcomes.plots.forest import forest_height, in_words, plot_forest
from outcomes.plots.labels import shorten, x_caption
from outcomes.plots.theme import (
    HAIR,
    INK,
    TEXT_SIZE,
    arm_styles,
    axes_or_new,
    clear_frame,
    drawn_arms,
    theme,
)
from outcomes.tables import format as f
from outcomes.tables.arms import ordered
from outcomes.tables.harms import differences as differences_table
from outcomes.tables.harms import incidences as incidences_table
from outcomes.trial.study import Arm

_ROW = 37


def plot_incidences(counts: pd.DataFrame, *, arms: Sequence[Arm], ax: Axes | None = None) -> Axes:
    """Draw the percentage of patients with each term, one mark per arm.

    Parameters
    ----------
    counts : DataFrame
        label (the term), arm, percent; in printing order.
    arms : sequence of Arm
        In the order of the design.
    ax : Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    Axes
    """
    labels = list(dict.fromkeys(counts["label"]))
    with theme():
        ax = axes_or_new(ax, (440, _height(labels)))
        clear_frame(ax, grid="x")
        ax.set_ylim(-_ROW * len(labels) - 4, 0)
        ax.set_yticks([])
        top = max(float(counts["percent"].max()), 1.0)
        ax.set_xlim(-0.03 * top, 1.08 * top)
        styles = arm_styles(arms)
        width = int(ax.get_figure(root=True).bbox.width / (0.62 * TEXT_SIZE))  # type: ignore[union-attr]
        for i, label in enumerate(labels):
            y = -_ROW * (i + 0.72)
            ax.plot([0, top], [y, y], color=HAIR, linewidth=1, zorder=1)
            ax.annotate(
                shorten(f.heading(str(label)), width, 1),
                (0.0, y),
                xycoords=("axes fraction", "data"),
                xytext=(0, 8),
                textcoords="offset pixels",
                va="bottom",
                color=INK,
                fontsize=TEXT_SIZE,
            )
            for arm in drawn_arms(arms, counts):
                here = counts[(counts["label"] == label) & (counts["arm"] == arm.id)]
                ax.plot(here["percent"], [y] * len(here), **styles[arm.id].marks(8), zorder=3)
        x_caption(ax, "Patients with the event, %")
    return ax


def incidences_figure(
    counts: pd.DataFrame, *, arms: Sequence[Arm], key: str = "incidences"
) -> Figure:
    """Figure of the percentage of patients with each term, with its words and data.

    Parameters
    ----------
    counts : DataFrame
        label, arm, with_event, n, percent; in printing order.
    arms : sequence of Arm
        In the order of the design.
    key : str
        Unique in the report.
    """
    labels = list(dict.fromkeys(counts["label"]))
    marks = {0: "open circle", 1: "filled square", 2: "triangle", 3: "diamond"}
    named = ", ".join(
        f"{arm.label}: {marks.get(i, 'as in the tables')}" for i, arm in enumerate(ordered(arms))
    )
    told = [
        f"{f.heading(str(label))}: "
        + ", ".join(
            f"{f.number(float(p), 1)}% {arm.label}"
            for arm in ordered(arms)
            for p in counts.loc[(counts["label"] == label) & (counts["arm"] == arm.id), "percent"]
        )
        for label in labels
    ]
    height = _height(labels)
    return Figure(
        key=key,
        title="Patients with each adverse event, by arm",
        description=". ".join(told) + ".",
        caption="Percentage of patients with each adverse event, the most frequent first "
        f"({named}).",
        draw=partial(_onto, plot_incidences, counts, arms),
        data=incidences_table(counts, arms=arms),
        size=(440, height),
        narrow_size=(284, height),
    )


def plot_risk_differences(
    differences: pd.DataFrame, *, arms: Sequence[Arm], ax: Axes | None = None
) -> Axes:
    """Draw the risk difference of each term from the reference arm, in percentage points.

    Parameters
    ----------
    differences : DataFrame
        label (the term), arm (active), estimate, conf_low, conf_high as proportions.
    arms : sequence of Arm
        In the order of the design.
    ax : Axes, optional
        Where to draw; a new figure by default.
    """
    return plot_forest(_rows(differences), arms=arms, quantity=_axis(arms), digits=1, ax=ax)


def risk_differences_figure(
    differences: pd.DataFrame,
    *,
    arms: Sequence[Arm],
    conf_level: float = 0.95,
    key: str = "risk-differences",
) -> Figure:
    """Figure of the risk differences, with its words and data; see `plot_risk_differences`."""
    rows = _rows(differences)
    height = forest_height(rows, arms)
    return Figure(
        key=key,
        title="Risk difference of each adverse event",
        description=in_words(rows, arms, 1),
        caption=f"Risk differences from {ordered(arms)[0].label} in percentage points with "
        f"{f.level(conf_level)} confidence intervals, in the same order. Dotted: no difference.",
        draw=partial(_onto, plot_risk_differences, differences, arms),
        data=differences_table(differences, arms=arms, conf_level=conf_level),
        size=(440, height),
        narrow_size=(284, height + 16),
    )


def _onto(draw: object, frame: pd.DataFrame, arms: Sequence[Arm], ax: Axes) -> Axes:
    return draw(frame, arms=arms, ax=ax)  # type: ignore[operator,no-any-return]


def _height(labels: Sequence[object]) -> int:
    return _ROW * max(len(labels), 1) + 60


def _rows(differences: pd.DataFrame) -> pd.DataFrame:
    """Rows of a forest: percentage points, no headings of their own."""
    percent = {name: differences[name] * 100 for name in ("estimate", "conf_low", "conf_high")}
    labels = differences["label"].astype(str).map(f.heading)
    return differences.assign(group="", label=labels, **percent)


def _axis(arms: Sequence[Arm]) -> str:
    reference = ordered(arms)[0].label
    return f"Risk difference, percentage points; ← fewer, →\u00a0more than with {reference}"
