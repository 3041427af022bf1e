"""One comparison under several assumptions about what was not seen, one below the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import pandas as pd
from matplotlib.axes import Axes

from outcomes.plots.differences import contrast_styles
from outcomes.plots.figure import Figure
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
from outcomes.tables.arms import ordered, versus
from outcomes.tables.format import NOT_ESTIMATED, decimals, heading, interval, level, number
from outcomes.tables.table import Column, Row, Table
from outcomes.trial.study import Arm

_ROW, _HEAD = 40, 24


@dataclass(frozen=True, kw_only=True, slots=True)
class _Line:
    """One line of the figure: a heading, or a row of the frame, at a height in pixels."""

    y: float
    head: str = ""
    arm: str = ""
    row: dict[str, object] | None = None


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
    with theme():
        lines, height = _lines(estimates, arms)
        ax = axes_or_new(ax, (440, height + 60))
        clear_frame(ax, grid="x")
        active = drawn_arms(arms, estimates)
        styles = contrast_styles(arms, active)
        places = decimals(estimates["estimate"].dropna()) if digits is None else digits
        ax.set_ylim(-height, 0)
        ax.set_yticks([])
        labels = [
            label
            for line in lines
            if line.row is not None
            for label in _draw_row(ax, line, styles[str(line.row["arm"])], places)
        ]
        null_line(ax, 0.0, vertical=True)
        ax.margins(x=0.08)
        ax.autoscale(axis="x")
        ax.locator_params(axis="x", nbins=5)
        who = active[0].label if len(active) == 1 else "active arm"
        side = favours(who, {"worse": "←", "better": "→", "neutral": ""}[higher_is])
        of_unit = f", {unit}" if unit else ""
        text = f"Difference{of_unit}; {side}" if side else f"Difference{of_unit}"
        x_caption(ax, shorten(text, int(ax.get_window_extent().width / (0.58 * TEXT_SIZE)), 3))
        end_labels(ax, labels)
        for line in lines:
            _name(ax, line, styles)
    return ax


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
    height = _lines(estimates, arms)[1] + 62
    against = " and ".join(arm.label for arm in drawn_arms(arms, estimates))
    return Figure(
        key=key,
        title=f"{heading(outcome)} at {visit}: difference by assumption",
        description=_in_words(estimates, arms, places),
        caption=f"{heading(outcome)} at {visit}: difference {against} minus "
        f"{ordered(arms)[0].label} with {level(conf_level)} confidence intervals, by what is "
        "assumed of scores that were not seen. Dotted: no difference.",
        draw=lambda ax: draw(ax=ax),
        data=_data(estimates, arms, conf_level, places),
        size=(440, height),
        narrow_size=(284, height + 16),
    )


def _lines(estimates: pd.DataFrame, arms: Sequence[Arm]) -> tuple[list[_Line], int]:
    """Headings and rows at their heights in pixels below the top, and the height of all."""
    lines, y = [], 2.0
    active = drawn_arms(arms, estimates)
    for arm in active:
        rows = estimates[estimates["arm"].astype(str) == arm.id]
        if len(active) > 1:
            lines.append(_Line(y=-y - 0.7 * _HEAD, head=heading(arm.label), arm=arm.id))
            y += _HEAD
        for group, each in rows.groupby("group", sort=False):
            lines.append(_Line(y=-y - 0.7 * _HEAD, head=str(group)))
            y += _HEAD
            for row in _records(each, arm):
                lines.append(_Line(y=-y - 0.66 * _ROW, row=row))
                y += _ROW
    return lines, int(y + 4)


def _draw_row(ax: Axes, line: _Line, style: ArmStyle, digits: int) -> list[EndLabel]:
    row = line.row or {}
    estimate, low, high = (float(row[k]) for k in ("estimate", "conf_low", "conf_high"))  # type: ignore[arg-type]
    if estimate != estimate:
        return [EndLabel(y=line.y, name=NOT_ESTIMATED)]
    ax.plot([low, high], [line.y] * 2, color=style.line, linewidth=1.9, zorder=3)
    ax.plot([estimate], [line.y], **style.marks(8.5), zorder=4)
    return [EndLabel(y=line.y, value=number(estimate, digits), name="", colour=style.text)]


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
        xytext=(0, 0 if head else 7),
        textcoords="offset pixels",
        va="center" if head else "bottom",
        color=colour,
        fontsize=TEXT_SIZE,
        fontweight="bold" if head else "normal",
        bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 0.5},
        zorder=2,
    )


def _in_words(estimates: pd.DataFrame, arms: Sequence[Arm], digits: int) -> str:
    sentences = []
    for arm in drawn_arms(arms, estimates):
        rows = _records(estimates, arm)
        each = [f"{row['label']}: {_estimate(row, digits)}" for row in rows]
        sentences.append(f"{versus(arm, arms)}. {'; '.join(each)}.")
    return " ".join(sentences)


def _records(estimates: pd.DataFrame, arm: Arm) -> list[dict[str, object]]:
    rows = estimates[estimates["arm"].astype(str) == arm.id].to_dict("records")
    return [{str(name): value for name, value in row.items()} for row in rows]


def _estimate(row: dict[str, object], digits: int) -> str:
    value, low, high = (float(row[k]) for k in ("estimate", "conf_low", "conf_high"))  # type: ignore[arg-type]
    if value != value:
        reason = row.get("reason")
        return f"{NOT_ESTIMATED} ({reason})" if reason else NOT_ESTIMATED
    return f"{number(value, digits)} ({interval(low, high, digits)})"


def _data(estimates: pd.DataFrame, arms: Sequence[Arm], conf_level: float, digits: int) -> Table:
    active = drawn_arms(arms, estimates)
    rows: list[Row] = []
    for arm in active:
        if len(active) > 1:
            rows.append(Row(label=versus(arm, arms), kind="group"))
        rows += [
            Row(label=str(row["label"]), cells=(_estimate(row, digits),))
            for row in _records(estimates, arm)
        ]
    return Table(
        caption=f"Differences with {level(conf_level)} confidence intervals by assumption.",
        stub="Assumption",
        columns=(Column(label="Difference"),),
        rows=tuple(rows),
    )
