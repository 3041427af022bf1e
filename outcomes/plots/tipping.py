"""Tipping-point map: what a comparison becomes as imputed scores are shifted in both arms."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from numpy.typing import NDArray

from outcomes.plots.figure import Figure
from outcomes.plots.labels import align_caption, settle, shorten, x_caption, y_caption
from outcomes.plots.theme import (
    HAIR,
    INK,
    PAPER,
    SOFT,
    TEXT_SIZE,
    axes_or_new,
    clear_frame,
    theme,
)
from outcomes.tables.format import decimals, heading, number, p_value, plain
from outcomes.tables.table import Column, Row, Table
from outcomes.trial.study import Arm

SIZE = (440, 400)
_NARROW = (284, 330)
_MOST = 7
Grid = NDArray[np.float64]


def plot_tipping_map(
    grid: pd.DataFrame,
    *,
    active: Arm,
    reference: Arm,
    alpha: float = 0.05,
    unit: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw where the comparison stays significant as imputed scores are shifted.

    Parameters
    ----------
    grid : DataFrame
        delta_active, delta_reference (what is added to imputed scores of each arm, in points of
        the score), estimate, conf_low, conf_high, p_value: every pair of a grid, with (0, 0).
        The intervals have the level 1 − `alpha`.
    active, reference : Arm
        The arms compared.
    alpha : float
        Two-sided; the contour is where p equals it.
    unit : str
        Unit of the score.
    ax : Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    Axes
    """
    with theme():
        ax = axes_or_new(ax, SIZE)
        clear_frame(ax, grid=None)
        x, y, low, high = _table(grid, "conf_low", "conf_high")
        _shade(ax, x, y, low, high)
        ax.axhline(0, color=HAIR, linewidth=1, zorder=1)
        ax.axvline(0, color=HAIR, linewidth=1, zorder=1)
        ax.plot([0], [0], "o", color=INK, markersize=8, zorder=5)
        _beside(ax, (0, 0), "no shift", bold=True)
        ax.set(xlim=(x[0], x[-1]), ylim=(y[0], y[-1]))
        ax.locator_params(nbins=6)
        for axis in (ax.xaxis, ax.yaxis):
            axis.set_major_formatter(lambda value, _: plain(round(value, 10)))
        _name_regions(ax, x, y, low, high, alpha)
        of_unit = f", {unit}" if unit else ""
        x_caption(ax, shorten(f"Shift with {reference.label}{of_unit}", _characters(ax), 2))
        y_caption(ax, f"Shift with {active.label}{of_unit}")
        align_caption(ax)
    return ax


def tipping_figure(
    grid: pd.DataFrame,
    *,
    active: Arm,
    reference: Arm,
    outcome: str,
    visit: str,
    assumption: str,
    verdict: str,
    alpha: float = 0.05,
    unit: str = "",
    digits: int | None = None,
    key: str = "tipping-point",
) -> Figure:
    """Figure of the tipping points, with its words and data.

    Parameters
    ----------
    grid, active, reference, alpha, unit
        As in `plot_tipping_map`.
    outcome, visit : str
        The score, and the visit as it stands inside a sentence.
    assumption : str
        What scores are imputed under before they are shifted, as inside a sentence.
    verdict : str
        The sentence that says where the conclusion changes.
    digits : int, optional
        Decimals of estimates.
    key : str
        Unique in the report.

    Returns
    -------
    Figure
    """
    draw = partial(
        plot_tipping_map, grid, active=active, reference=reference, alpha=alpha, unit=unit
    )
    places = decimals(grid["estimate"]) if digits is None else digits
    furthest = float(grid["delta_active"].abs().max())
    return Figure(
        key=key,
        title=f"{heading(outcome)} at {visit}: tipping points",
        description=f"Imputed scores are shifted by up to {number(furthest, 2)} in each arm. "
        f"{verdict}",
        caption=f"{heading(outcome)} at {visit}: scores imputed as {assumption}, then shifted by "
        f"the amounts on the axes. On the line p = {plain(alpha)}; shaded: p is smaller, and the "
        f"score is lower, or higher, with {active.label}.",
        draw=lambda ax: draw(ax=ax),
        data=_data(grid, active, reference, places),
        size=SIZE,
        narrow_size=_NARROW,
    )


def _table(grid: pd.DataFrame, *names: str) -> tuple[Grid, ...]:
    """Shifts of the reference (x) and active arm (y), and a (y, x) table of each column."""
    wide = grid.pivot(index="delta_active", columns="delta_reference", values=list(names))  # noqa: PD010
    x = np.asarray(grid["delta_reference"].drop_duplicates().sort_values(), dtype=np.float64)
    y = np.asarray(grid["delta_active"].drop_duplicates().sort_values(), dtype=np.float64)
    return x, y, *(np.asarray(wide[name], dtype=np.float64) for name in names)


def _shade(ax: Axes, x: Grid, y: Grid, low: Grid, high: Grid) -> None:
    """Shade where the interval leaves out zero; its border is where p equals alpha."""
    for limit, outside in ((high, high < 0), (low, low > 0)):
        edge = limit if limit is low else -limit
        if outside.any():
            ax.contourf(x, y, edge, levels=[0, np.inf], colors=[HAIR], zorder=0)
        if outside.any() and not outside.all():
            ax.contour(x, y, edge, levels=[0], colors=[INK], linewidths=1.9, zorder=3)


def _name_regions(ax: Axes, x: Grid, y: Grid, low: Grid, high: Grid, alpha: float) -> None:
    """Write into each region what holds there, where it is widest."""
    inside = (low <= 0) & (high >= 0)
    for where, words in (
        (high < 0, f"p < {plain(alpha)}: lower"),
        (inside, f"p ≥ {plain(alpha)}"),
        (low > 0, f"p < {plain(alpha)}: higher"),
    ):
        place = _widest(where, x, y)
        if place is not None:
            ax.annotate(
                words, place, ha="center", va="center", color=SOFT, fontsize=TEXT_SIZE, zorder=4
            )


def _widest(where: NDArray[np.bool_], x: Grid, y: Grid) -> tuple[float, float] | None:
    """Centre of the largest disc of grid points inside a region that keeps off the origin."""
    rows, columns = np.meshgrid(*map(np.arange, where.shape), indexing="ij")
    zero = (np.argmin(np.abs(y)), np.argmin(np.abs(x)))
    away = np.hypot((rows - zero[0]) * 1.6, columns - zero[1])
    edge = np.minimum.reduce(
        [rows, columns, where.shape[0] - 1 - rows, where.shape[1] - 1 - columns]
    )
    outside = np.argwhere(~where)
    room = np.minimum(edge.astype(float) * 1.2, away)
    if len(outside):
        gaps = np.hypot(rows[..., None] - outside[:, 0], (columns[..., None] - outside[:, 1]) / 1.6)
        room = np.minimum(room, gaps.min(axis=-1))
    room = np.where(where, room, -1)
    i, j = divmod(int(np.argmax(room)), where.shape[1])
    if room[i, j] < 0.13 * len(y):
        return None
    return float(x[j]), float(y[i])


def _beside(ax: Axes, at: tuple[float, float], text: str, *, bold: bool) -> None:
    ax.annotate(
        text,
        at,
        xytext=(8, 6),
        textcoords="offset pixels",
        color=INK,
        fontsize=TEXT_SIZE,
        fontweight="bold" if bold else "normal",
        bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 0.5},
        zorder=6,
    )


def _characters(ax: Axes) -> int:
    settle(ax)
    return int(ax.get_window_extent().width / (0.56 * TEXT_SIZE))


def _thinned(values: Grid) -> list[float]:
    """At most a few of the shifts, evenly spread, with zero among them."""
    zero = int(np.argmin(np.abs(values)))
    step = max(1, -(-(len(values) - 1) // (_MOST - 1)))
    return [float(v) for i, v in enumerate(values) if (i - zero) % step == 0]


def _data(grid: pd.DataFrame, active: Arm, reference: Arm, digits: int) -> Table:
    x, y, estimate, p = _table(grid, "estimate", "p_value")
    columns, shown = _thinned(x), _thinned(y)
    where = {float(value): j for j, value in enumerate(x)}
    rows = tuple(
        Row(
            label=_signed(value),
            cells=tuple(
                f"{number(estimate[i, where[c]], digits)}; {p_value(p[i, where[c]])}"
                for c in columns
            ),
        )
        for i, value in enumerate(y)
        if float(value) in shown
    )
    return Table(
        caption=f"Difference and p value by the shift of imputed scores with {active.label} (rows) "
        f"and with {reference.label} (columns).",
        stub=f"With {active.label}",
        columns=tuple(Column(label=_signed(c)) for c in columns),
        rows=rows,
    )


def _signed(value: float) -> str:
    text = plain(round(value, 6))
    return f"+{text}" if value > 0 else text
