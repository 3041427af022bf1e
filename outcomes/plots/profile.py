"""Means by visit and arm, and differences between arms by visit, on a true time axis."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Literal

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from outcomes.plots.figure import Figure
from outcomes.plots.labels import (
    EndLabel,
    end_labels,
    margin_line,
    null_line,
    room_between,
    y_caption,
)
from outcomes.plots.theme import INK, SOFT, ArmStyle, arm_styles, axes_or_new, clear_frame, theme
from outcomes.plots.time_axis import TimeAxis, time_axis
from outcomes.plots.words import differences_in_words, means_in_words
from outcomes.tables.format import decimals, interval, level, number, plain
from outcomes.tables.table import Column, Row, Table
from outcomes.trial.study import Arm, Visit

Direction = Literal["worse", "better", "neutral"]
_SIZE = (440, 310)


def plot_means(
    means: pd.DataFrame,
    *,
    arms: Sequence[Arm],
    visits: Sequence[Visit],
    baseline_mean: float | None = None,
    caption: str = "Adjusted mean",
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
    ax : Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    Axes
    """
    with theme():
        ax = axes_or_new(ax, _SIZE)
        clear_frame(ax)
        axis = time_axis(visits)
        styles = arm_styles(arms)
        present = [arm for arm in arms if (means["arm"] == arm.id).any()]
        for arm, offset in zip(present, axis.offsets(len(present)), strict=True):
            rows = _in_order(means[means["arm"] == arm.id], axis)
            _draw_line(ax, rows, axis, offset, styles[arm.id], baseline_mean)
        if baseline_mean is not None:
            ax.plot([axis.start], [baseline_mean], "o", color=INK, markersize=6, zorder=4)
        axis.apply(ax)
        ax.margins(y=0.08)
        ax.locator_params(axis="y", nbins=6)
        y_caption(ax, caption)
        end_labels(ax, [_last_mean(means, arm, axis, styles[arm.id]) for arm in present])
    return ax


def plot_differences(
    contrasts: pd.DataFrame,
    *,
    arms: Sequence[Arm],
    visits: Sequence[Visit],
    higher_is: Direction = "neutral",
    margins: Sequence[float] = (),
    unit: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw differences active − reference with their intervals by visit.

    Parameters
    ----------
    contrasts : DataFrame
        arm (id of the active arm), visit (id), estimate, conf_low, conf_high.
    arms, visits : sequence of Arm, Visit
        In the order of the design.
    higher_is : {"worse", "better", "neutral"}
        Says which side favours the active arms; neutral names no side.
    margins : sequence of float
        Signed margins of non-inferiority or equivalence, drawn as dashed lines.
    unit : str
        Unit of the outcome.
    ax : Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    Axes
    """
    with theme():
        ax = axes_or_new(ax, _SIZE)
        clear_frame(ax)
        axis = time_axis(visits)
        active = [arm for arm in arms if (contrasts["arm"] == arm.id).any()]
        styles = _contrast_styles(arms, active)
        for arm, offset in zip(active, axis.offsets(len(active)), strict=True):
            rows = _in_order(contrasts[contrasts["arm"] == arm.id], axis)
            _draw_intervals(ax, rows, axis, offset, styles[arm.id])
        null_line(ax, 0.0)
        for margin in margins:
            margin_line(ax, margin)
        axis.apply(ax)
        ax.margins(y=0.08)
        ax.locator_params(axis="y", nbins=6)
        y_caption(ax, _difference_caption(arms, active, higher_is, unit))
        _label_differences(ax, contrasts, axis, active, styles, margins)
    return ax
