"""Forest: differences with their intervals, one row below the other, under headings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes

from outcomes.plots.differences import contrast_styles
from outcomes.plots.labels import EndLabel, end_labels, favours, null_line, shorten, x_caption
from outcomes.plots.profile import Direction
from outcomes.plots.theme import (
    INK,
    PAPER,
    SOFT,
    TEXT_SIZE,
    ArmStyle,
    axes_or_new,
    clear_frame,
    drawn_arms,
    theme,
)
from outcomes.tables import format as f
from outcomes.tables.arms import versus
from outcomes.trial.study import Arm

_ROW, _HEAD = 43, 24


@dataclass(frozen=True, kw_only=True, slots=True)
class _Line:
    """One line of the figure: a heading, or a row of the frame, at a height in pixels."""

    y: float
    head: str = ""
    arm: str = ""
    row: dict[str, object] | None = None


def plot_forest(
    estimates: pd.DataFrame,
    *,
    arms: Sequence[Arm],
    quantity: str,
    digits: int,
    ax: Axes | None = None,
) -> Axes:
    """Draw a difference with its interval in each row.

    Parameters
    ----------
    estimates : DataFrame
        arm (id of the active arm), group (heading of rows that belong together, "" for none),
        label (the row as printed), estimate, conf_low, conf_high; NaN where it could not be
        estimated. In printing order.
    arms : sequence of Arm
        In the order of the design.
    quantity : str
        What the positions mean, for the axis: with the unit, and which side favours whom.
    digits : int
        Decimals of printed values.
    ax : Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    Axes
    """
    with theme():
        lines, height = _lines(estimates, arms)
        ax = axes_or_new(ax, (440, height + 60))
        clear_frame(ax, grid="x")
        styles = contrast_styles(arms, drawn_arms(arms, estimates))
        ax.set_ylim(-height, 0)
        ax.set_yticks([])
        labels = [
            label
            for line in lines
            if line.row is not None
            for label in _draw_row(ax, line, styles[str(line.row["arm"])], digits)
        ]
        null_line(ax, 0.0, vertical=True)
        ax.margins(x=0.08)
        ax.autoscale(axis="x")
        ax.locator_params(axis="x", nbins=5)
        width = int(ax.get_window_extent().width / (0.58 * TEXT_SIZE))
        x_caption(ax, shorten(quantity, width, 3))
        end_labels(ax, labels)
        for line in lines:
            _name(ax, line, styles)
    return ax


def plot_differences_of_means(
    estimates: pd.DataFrame,
    *,
    arms: Sequence[Arm],
    higher_is: Direction,
    unit: str,
    digits: int | None,
    ax: Axes | None,
) -> Axes:
    """Draw differences in a score; the axis names the unit and the side that favours the arm.

    Parameters
    ----------
    estimates, arms, ax
        As in `plot_forest`.
    higher_is : {"worse", "better", "neutral"}
        Says which side favours the active arm; neutral names no side.
    unit : str
        Unit of the score.
    digits : int or None
        Decimals of printed values; as many as the estimates need by default.
    """
    active = drawn_arms(arms, estimates)
    who = active[0].label if len(active) == 1 else "active arm"
    side = favours(who, {"worse": "←", "better": "→", "neutral": ""}[higher_is])
    of_unit = f", {unit}" if unit else ""
    return plot_forest(
        estimates,
        arms=arms,
        quantity=f"Difference{of_unit}; {side}" if side else f"Difference{of_unit}",
        digits=f.decimals(estimates["estimate"].dropna()) if digits is None else digits,
        ax=ax,
    )


def forest_height(estimates: pd.DataFrame, arms: Sequence[Arm]) -> int:
    """Height in pixels that the rows and their axis take."""
    return _lines(estimates, arms)[1] + 62


def _lines(estimates: pd.DataFrame, arms: Sequence[Arm]) -> tuple[list[_Line], int]:
    """Headings and rows at their heights in pixels below the top, and the height of all."""
    lines, y = [], 2.0
    active = drawn_arms(arms, estimates)
    for arm in active:
        rows = estimates[estimates["arm"].astype(str) == arm.id]
        if len(active) > 1:
            lines.append(_Line(y=-y - 0.7 * _HEAD, head=f.heading(arm.label), arm=arm.id))
            y += _HEAD
        for group, each in rows.groupby("group", sort=False):
            if group:
                lines.append(_Line(y=-y - 0.7 * _HEAD, head=str(group)))
                y += _HEAD
            for row in records_of(each, arm):
                lines.append(_Line(y=-y - 0.68 * _ROW, row=row))
                y += _ROW
    return lines, int(y + 4)


def _draw_row(ax: Axes, line: _Line, style: ArmStyle, digits: int) -> list[EndLabel]:
    row = line.row or {}
    estimate, low, high = (float(row[k]) for k in ("estimate", "conf_low", "conf_high"))  # type: ignore[arg-type]
    if estimate != estimate:
        return [EndLabel(y=line.y, name=f.NOT_ESTIMATED)]
    ax.plot([low, high], [line.y] * 2, color=style.line, linewidth=1.9, zorder=3)
    ax.plot([estimate], [line.y], **style.marks(8.5), zorder=4)
    return [EndLabel(y=line.y, value=f.number(estimate, digits), name="", colour=style.text)]


def _name(ax: Axes, line: _Line, styles: dict[str, ArmStyle]) -> None:
    """Write a heading, or the name of a row above its interval."""
    page = ax.get_figure(root=True).bbox.width  # type: ignore[union-attr]
    width = int((page - ax.get_window_extent().x0) / (0.62 * TEXT_SIZE))
    head = line.row is None
    text = line.head if head else str((line.row or {})["label"])
    colour = styles[line.arm].text if line.arm else SOFT if head else INK
    ax.annotate(
        shorten(text, width, 1),
        (0.0, line.y),
        xycoords=("axes fraction", "data"),
        xytext=(0, 0 if head else 8),
        textcoords="offset pixels",
        va="center" if head else "bottom",
        color=colour,
        fontsize=TEXT_SIZE,
        fontweight="bold" if head else "normal",
        bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 0.5},
        zorder=2,
    )


def in_words(estimates: pd.DataFrame, arms: Sequence[Arm], digits: int) -> str:
    """Describe a forest for those who listen: every row with its estimate."""
    sentences = []
    for arm in drawn_arms(arms, estimates):
        rows = records_of(estimates, arm)
        each = [f"{row['label']}: {estimate_in_words(row, digits)}" for row in rows]
        sentences.append(f"{versus(arm, arms)}. {'; '.join(each)}.")
    return " ".join(sentences)


def records_of(estimates: pd.DataFrame, arm: Arm) -> list[dict[str, object]]:
    """Rows of one active arm."""
    rows = estimates[estimates["arm"].astype(str) == arm.id].to_dict("records")
    return [{str(name): value for name, value in row.items()} for row in rows]


def estimate_in_words(row: dict[str, object], digits: int) -> str:
    """Print an estimate with its interval, or say that there is none and why."""
    value, low, high = (float(row[k]) for k in ("estimate", "conf_low", "conf_high"))  # type: ignore[arg-type]
    if value != value:
        reason = row.get("reason")
        return f"{f.NOT_ESTIMATED} ({reason})" if reason else f.NOT_ESTIMATED
    return f"{f.number(value, digits)} ({f.interval(low, high, digits)})"
