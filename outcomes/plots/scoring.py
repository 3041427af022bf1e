"""Scores prorated and not made, one row per scale."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from outcomes.plots.figure import Figure
from outcomes.plots.labels import shorten, x_caption
from outcomes.plots.theme import PAPER, axes_or_new, clear_frame, single, theme
from outcomes.tables import format as f
from outcomes.tables.table import Column, Row, Table

_ROW, _ROW_OF_TWO_LINES = 26, 38
_ROOMY = 380


def plot_unscored(scoring: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw the share of administrations that were prorated, and that have no score.

    Parameters
    ----------
    scoring : DataFrame
        label, n (administrations), prorated, too_few_answers, not_administered, other_missing.
    ax : Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    Axes

    Examples
    --------
    >>> frame = pd.DataFrame({"label": ["PEG"], "n": [50], "prorated": [2], "too_few_answers": [1],
    ...                       "not_administered": [1], "other_missing": [0]})
    >>> [tick.get_text() for tick in plot_unscored(frame).get_yticklabels()]
    ['PEG']
    """
    shares = _shares(scoring)
    with theme():
        ax = axes_or_new(ax, _size(len(shares), 440))
        clear_frame(ax, grid="x")
        marks = single().marks(7) | {"clip_on": False}
        rows = [-i for i in range(len(shares))]
        # A circle at zero would only hide behind the square.
        ax.plot(shares["prorated"].replace(0, np.nan), rows, **{**marks, "markerfacecolor": PAPER})
        ax.plot(shares["unscored"], rows, **{**marks, "marker": "s"})
        room = (30, 1) if ax.figure.bbox.width > _ROOMY else (17, 2)
        ax.set_yticks(rows, [shorten(f.heading(str(one)), *room) for one in shares["label"]])
        ax.set_ylim(0.6 - len(shares), 0.6)
        ax.set_xlim(
            left=0, right=max(1.0, 1.08 * float(shares[["prorated", "unscored"]].max().max()))
        )
        x_caption(ax, "% of administrations")
    return ax


def unscored_figure(scoring: pd.DataFrame) -> Figure:
    """Make the figure of a report, with its words and numbers."""
    shares = _shares(scoring)
    worst = int(shares["unscored"].fillna(-1).to_numpy().argmax())
    label, share = str(shares["label"].iloc[worst]), float(shares["unscored"].iloc[worst])
    table = Table(
        caption="Scores prorated and not made, % of administrations.",
        stub="Scale",
        columns=(Column(label="Prorated"), Column(label="Not scored")),
        rows=tuple(
            Row(
                label=f.heading(str(row["label"])),
                cells=(f"{f.number(row['prorated'], 1)}%", f"{f.number(row['unscored'], 1)}%"),
            )
            for row in shares.to_dict("records")
        ),
    )
    return Figure(
        key="unscored",
        title="Scores prorated and not made",
        description="Share of administrations of each scale that were scored with items missing, "
        f"and that have no score; most without a score has {label}, {f.number(share, 1)}%.",
        caption="Administrations scored with items missing (open circles, where there are "
        "any) and without a score (squares), by scale.",
        draw=lambda ax: plot_unscored(scoring, ax=ax),
        data=table,
        size=_size(len(shares), 560),
        narrow_size=_size(len(shares), 284, _ROW_OF_TWO_LINES),
    )


def _shares(scoring: pd.DataFrame) -> pd.DataFrame:
    missing = scoring[["too_few_answers", "not_administered", "other_missing"]].sum(axis=1)
    n = scoring["n"].where(scoring["n"] > 0)
    return pd.DataFrame(
        {
            "label": scoring["label"],
            "prorated": 100 * scoring["prorated"] / n,
            "unscored": 100 * missing / n,
        }
    ).reset_index(drop=True)


def _size(n: int, width: int, row: int = _ROW) -> tuple[int, int]:
    return width, 60 + row * max(n, 1)
