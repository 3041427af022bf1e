"""Responders: the share of each arm at every threshold."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from numpy.typing import NDArray

from outcomes.plots.figure import Figure
from outcomes.plots.labels import (
    align_caption,
    null_line,
    settle,
    shorten,
    x_caption,
    y_caption,
)
from outcomes.plots.theme import (
    PAPER,
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
from outcomes.tables.format import heading, percent, plain
from outcomes.tables.table import Column, Row, Table
from outcomes.trial.study import Arm

_GAP = 6.0
# Widest mean width of a character, in pixels.
_CHARACTER = 0.62 * TEXT_SIZE
# Behind text, so that no line runs through it.
_BLANK = {"facecolor": PAPER, "edgecolor": "none", "pad": 1}


def plot_responder_curve(
    curve: pd.DataFrame, *, arms: Sequence[Arm], threshold: float, ax: Axes | None = None
) -> Axes:
    """Draw the share of patients who improved by at least each percentage.

    Parameters
    ----------
    curve : DataFrame
        arm (id), percent (0 to 100), proportion (0 to 1, falling with percent).
    arms : sequence of Arm
        In the order of the design.
    threshold : float
        The percentage that was declared to be a response, marked by a dotted line.
    ax : Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    Axes
    """
    with theme():
        ax = axes_or_new(ax, _curve_size(len(drawn_arms(arms, curve)), 440))
        clear_frame(ax)
        present, styles = drawn_arms(arms, curve), arm_styles(arms)
        curves = {arm.id: _curve(curve, arm.id) for arm in present}
        for arm in present:
            _draw_curve(ax, curves[arm.id], styles[arm.id])
        null_line(ax, threshold, vertical=True)
        ax.set_ylim(0, 1)
        ax.locator_params(axis="x", nbins=5, steps=[1, 2.5, 5, 10])
        ax.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0%", "25%", "50%", "75%", "100%"])
        ax.xaxis.set_major_formatter(lambda value, _: f"{plain(round(value, 10))}%")
        x_caption(ax, "Improvement from baseline of at least")
        y_caption(ax, "Share of patients")
        _name_threshold(ax, [_at(curves[arm.id], threshold) for arm in present], threshold)
        _name_curves(ax, present, curves, styles)
        align_caption(ax)
    return ax


def responder_curve_figure(
    curve: pd.DataFrame,
    *,
    arms: Sequence[Arm],
    outcome: str,
    threshold: float,
    key: str = "responder_curve",
) -> Figure:
    """Figure of the cumulative responder curves, with its words and data.

    Parameters
    ----------
    curve, arms, threshold
        As in `plot_responder_curve`.
    outcome : str
        Label of the outcome.
    key : str
        Unique in the report.

    Returns
    -------
    Figure
    """
    draw = partial(plot_responder_curve, curve, arms=arms, threshold=threshold)
    present = drawn_arms(arms, curve)
    shares = [
        f"{percent(_at(_curve(curve, arm.id), threshold))} with {arm.label}" for arm in present
    ]
    return Figure(
        key=key,
        title=f"{heading(outcome)}: share of patients by improvement from baseline",
        description=f"At {plain(threshold)}% improvement or more: {', '.join(shares)}.",
        caption=f"{heading(outcome)}: share of patients who improved from baseline by at least the "
        f"percentage on the axis. Dotted: {plain(threshold)}%, the response declared.",
        draw=lambda ax: draw(ax=ax),
        data=_curve_data(curve, arms, threshold),
        size=_curve_size(len(present), 440),
        narrow_size=_curve_size(len(present), 284),
    )


Curve = NDArray[np.float64]


def _curve_size(n_arms: int, width: int) -> tuple[int, int]:
    """Size with room for a key below the axes where names may not fit beside the curves."""
    roomy = width > 380
    return width, (320 if roomy else 280) + (0 if roomy and n_arms == 2 else 22 * n_arms)


def _curve(curve: pd.DataFrame, arm: str) -> Curve:
    """Columns percent and proportion, ascending in percent."""
    rows = curve[curve["arm"].astype(str) == arm].sort_values("percent")
    return rows[["percent", "proportion"]].to_numpy(dtype=float)


def _at(curve: Curve, threshold: float) -> float:
    """Proportion at `threshold`; NaN where the curve has no such point."""
    here = np.isclose(curve[:, 0], threshold)
    return float(curve[here, 1][0]) if here.any() else float("nan")


def _draw_curve(ax: Axes, curve: Curve, style: ArmStyle) -> None:
    ax.plot(*curve.T, color=style.line, linewidth=2.1, linestyle=style.dash)
    every = max(1, len(curve) // 6)
    ax.plot(*curve[::every].T, **style.marks(8), zorder=3, clip_on=False)


def _name_threshold(ax: Axes, shares: Sequence[float], threshold: float) -> None:
    """Name the threshold beside its line, with the shares where they fit."""
    settle(ax)
    left = threshold > np.mean(ax.get_xlim())
    at, frame = ax.transData.transform((threshold, 0.0))[0], ax.get_window_extent()
    room = (at - frame.x0 if left else frame.x1 - at) - _GAP
    text = short = f"{plain(threshold)}%"
    if len(shares) == 2 and not np.isnan(shares).any():
        text = f"{short}: {percent(shares[1])} against {percent(shares[0])}"
    ax.annotate(
        text if len(text) * _CHARACTER < room else short,
        (threshold, 1.0),
        xytext=(-_GAP if left else _GAP, -2),
        textcoords="offset pixels",
        ha="right" if left else "left",
        va="top",
        color=SOFT,
        fontsize=TEXT_SIZE,
    ).set_in_layout(False)


def _name_curves(
    ax: Axes, arms: Sequence[Arm], curves: dict[str, Curve], styles: dict[str, ArmStyle]
) -> None:
    """Name two curves beside them where there is room, else all of them in a key.

    Shares fall from left to right: nothing is drawn above and to the right of the upper curve, or
    below and to the left of the lower one, so names there cover nothing.
    """
    names = [shorten(heading(arm.label), 16, 2) for arm in arms]
    ends = [curves[arm.id] for arm in arms]
    at = _place_for_names(ax, names, ends) if len(arms) == 2 else None
    if at is None:
        return _key(ax, arms, styles)
    upper = int(np.argmax([curve[at, 1] for curve in ends]))
    for i, (arm, name) in enumerate(zip(arms, names, strict=True)):
        above = i == upper
        ax.annotate(
            name,
            tuple(ends[i][at]),
            xytext=(_GAP + 2, 5) if above else (-_GAP - 2, -_GAP),
            textcoords="offset pixels",
            ha="left" if above else "right",
            va="bottom" if above else "top",
            color=styles[arm.id].text,
            fontsize=TEXT_SIZE,
            fontweight="bold",
            bbox=_BLANK,
        ).set_in_layout(False)
    return None


def _place_for_names(ax: Axes, names: Sequence[str], curves: Sequence[Curve]) -> int | None:
    """Find the point where two curves are furthest apart and both names fit; None without one."""
    if not np.array_equal(curves[0][:, 0], curves[1][:, 0]):
        return None
    frame = ax.get_window_extent()
    lines = [name.split("\n") for name in names]
    width = max(len(line) for name in lines for line in name) * _CHARACTER * 1.12 + 3 * _GAP
    height = max(map(len, lines)) * TEXT_SIZE * 1.2 + 2 * _GAP
    shares = np.column_stack([curve[:, 1] for curve in curves])
    x = np.array([ax.transData.transform((at, 0.0))[0] for at in curves[0][:, 0]])
    low, high = shares.min(axis=1) * frame.height, (1 - shares.max(axis=1)) * frame.height
    fits = (x - frame.x0 > width) & (frame.x1 - x > width)
    fits &= (low > height) & (high > height + 1.5 * TEXT_SIZE)
    gap = np.where(fits, np.abs(shares[:, 0] - shares[:, 1]), -1.0)
    return int(np.argmax(gap)) if fits.any() else None


def _key(ax: Axes, arms: Sequence[Arm], styles: dict[str, ArmStyle]) -> None:
    from matplotlib.lines import Line2D

    lines, width = [], int((ax.get_figure(root=True).bbox.width - 105) / (0.62 * TEXT_SIZE))  # type: ignore[union-attr]
    for arm in arms:
        style = styles[arm.id]
        marks = {**style.marks(8), "linestyle": style.dash}
        lines.append(Line2D([], [], color=style.line, linewidth=2.1, **marks))
    ax.legend(
        lines,
        [shorten(heading(arm.label), width, 1) for arm in arms],
        loc="upper left",
        bbox_to_anchor=(0.0, -0.2),
        borderaxespad=0,
        frameon=False,
        labelcolor=[styles[arm.id].text for arm in arms],
        handlelength=3,
        fontsize=TEXT_SIZE,
    )


def _curve_data(curve: pd.DataFrame, arms: Sequence[Arm], threshold: float) -> Table:
    present = drawn_arms(arms, curve)
    curves = [_curve(curve, arm.id) for arm in present]
    tens = [p for p in np.unique(curve["percent"].to_numpy(dtype=float)) if p % 10 == 0]
    rows = [
        Row(
            label=f"{plain(float(p))}%",
            cells=tuple(percent(_at(values, float(p))) for values in curves),
            kind="primary" if p == threshold else "plain",
        )
        for p in sorted({*tens, threshold})
    ]
    return Table(
        caption="Share of patients who improved from baseline by at least each percentage.",
        stub="Improvement",
        columns=tuple(
            Column(label=heading(arm.label), arm=positions(arms)[arm.id]) for arm in present
        ),
        rows=tuple(rows),
    )
