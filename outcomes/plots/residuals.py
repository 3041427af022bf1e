"""Are the residuals normal? Observed against normal quantiles."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from numpy.typing import NDArray

from outcomes.plots.figure import Figure
from outcomes.plots.labels import align_caption, x_caption, y_caption
from outcomes.plots.theme import INK, SOFT, axes_or_new, clear_frame, theme
from outcomes.tables.format import number, percent
from outcomes.tables.table import Column, Row, Table

_SIZE = (400, 320)
_DRAWN = 120
_SUMMARISED = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)


def plot_residuals(quantiles: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw observed against normal quantiles, with the line through both quartiles.

    Parameters
    ----------
    quantiles : DataFrame
        theoretical, observed; one row per residual. Of many residuals an even selection is
        drawn, always with the ten most extreme on each side.
    ax : Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    Axes
    """
    with theme():
        ax = axes_or_new(ax, _SIZE)
        clear_frame(ax)
        pairs = _sorted(quantiles)
        slope, intercept = _line(pairs)
        ends = pairs[[0, -1], 0]
        ax.plot(ends, intercept + slope * ends, color=SOFT, linewidth=1.2, linestyle=(0, (7, 3)))
        drawn = pairs[_selection(len(pairs))]
        ax.plot(*drawn.T, "o", color=INK, markersize=4.5, fillstyle="none", markeredgewidth=1.1)
        ax.locator_params(nbins=6)
        y_caption(ax, "Standardised residual")
        x_caption(ax, "Expected if normal")
        align_caption(ax)
    return ax


def residuals_figure(quantiles: pd.DataFrame, *, key: str = "residuals") -> Figure:
    """Figure of residual quantiles, with its words and a summary as data.

    Parameters
    ----------
    quantiles : DataFrame
        As in `plot_residuals`.
    key : str
        Unique in the report.

    Returns
    -------
    Figure
    """
    draw = partial(plot_residuals, quantiles)
    pairs = _sorted(quantiles)
    low, high = (number(float(value), 2) for value in pairs[[0, -1], 1])
    return Figure(
        key=key,
        title="Normal quantile plot of residuals",
        description=f"{len(pairs)} standardised residuals from {low} to {high}, against the values "
        f"expected of a normal distribution ({number(pairs[0, 0], 2)} to "
        f"{number(pairs[-1, 0], 2)}).",
        caption="Standardised residuals against normal quantiles. Dashed: line through the "
        "quartiles; points near it agree with a normal distribution.",
        draw=lambda ax: draw(ax=ax),
        data=_data(pairs),
        size=_SIZE,
        narrow_size=(284, 270),
    )


Pairs = NDArray[np.float64]


def _sorted(quantiles: pd.DataFrame) -> Pairs:
    """Columns theoretical and observed, ascending."""
    values = quantiles[["theoretical", "observed"]].dropna().to_numpy(dtype=float)
    return np.sort(values, axis=0)


def _line(pairs: Pairs) -> tuple[float, float]:
    """Slope and intercept of the line through the quartiles of both columns."""
    (x1, y1), (x3, y3) = np.quantile(pairs, [0.25, 0.75], axis=0)
    slope = (y3 - y1) / (x3 - x1)
    return float(slope), float(y1 - slope * x1)


def _selection(n: int) -> NDArray[np.intp]:
    if n <= _DRAWN:
        return np.arange(n)
    spread = np.linspace(0, n - 1, _DRAWN - 20).round().astype(np.intp)
    return np.unique(np.concatenate([spread, np.arange(10), np.arange(n - 10, n)]))


def _data(pairs: Pairs) -> Table:
    rows = [
        Row(
            label=percent(share, 0),
            cells=tuple(number(float(v), 2) for v in np.quantile(pairs, share, axis=0)),
        )
        for share in _SUMMARISED
    ]
    return Table(
        caption="Quantiles of the residuals and of a normal distribution.",
        stub="Quantile",
        columns=(Column(label="Expected if normal"), Column(label="Observed")),
        rows=tuple(rows),
    )
