"""Standardised differences before treatment, one row per variable."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes

from outcomes.plots.labels import null_line, shorten, x_caption
from outcomes.plots.theme import arm_styles, axes_or_new, clear_frame, drawn_arms, theme
from outcomes.trial.study import Arm

_ROW = 30


def plot_balance(differences: pd.DataFrame, *, arms: Sequence[Arm], ax: Axes | None = None) -> Axes:
    """Draw the standardised difference of each variable from the reference arm.

    Parameters
    ----------
    differences : DataFrame
        label, arm (id, active), hedges_g; NaN is not drawn.
    arms : sequence of Arm
        In the order of the design.
    ax : Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    Axes

    Examples
    --------
    >>> arms = (Arm(id="usual", label="Usual", reference=True), Arm(id="yoga", label="Yoga"))
    >>> frame = pd.DataFrame({"label": ["Age"], "arm": ["yoga"], "hedges_g": [0.1]})
    >>> [tick.get_text() for tick in plot_balance(frame, arms=arms).get_yticklabels()]
    ['Age']
    """
    labels = list(dict.fromkeys(differences["label"]))
    with theme():
        ax = axes_or_new(ax, (440, 60 + _ROW * max(len(labels), 1)))
        clear_frame(ax, grid="x")
        styles = arm_styles(arms)
        for arm in drawn_arms(arms, differences):
            rows = differences[differences["arm"] == arm.id]
            at = [-labels.index(label) for label in rows["label"]]
            ax.plot(rows["hedges_g"], at, label=arm.label, **styles[arm.id].marks(8))
        null_line(ax, 0.0, vertical=True)
        ax.set_yticks([-i for i in range(len(labels))], [shorten(one, 28, 1) for one in labels])
        ax.set_ylim(0.6 - len(labels), 0.6)
        x_caption(ax, "Standardised difference (Hedges’ g)")
    return ax
