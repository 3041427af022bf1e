"""Ordered categories: one bar an arm, from the best category to the worst."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import pandas as pd
from matplotlib.axes import Axes

from outcomes.plots.figure import Figure
from outcomes.plots.labels import shorten, x_caption
from outcomes.plots.theme import INK, PAPER, TEXT_SIZE, axes_or_new, clear_frame, drawn_arms, theme
from outcomes.tables.format import heading, percent
from outcomes.tables.ordinal import categories as categories_table
from outcomes.tables.ordinal import category_labels
from outcomes.trial.study import Arm

_LEAST_SHARE = 0.055


def plot_categories(
    categories: pd.DataFrame, *, arms: Sequence[Arm], ax: Axes | None = None
) -> Axes:
    """Draw the share of each category in each arm as a bar of segments.

    Parameters
    ----------
    categories : DataFrame
        arm, category, proportion; from best to worst within an arm.
    arms : sequence of Arm
        In the order of the design.
    ax : Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    Axes
        Segments are told apart by their edges and the category written in them; one too small for
        its name has none.

    Examples
    --------
    >>> arms = (Arm(id="usual", label="usual care", reference=True), Arm(id="yoga", label="yoga"))
    >>> frame = pd.DataFrame(
    ...     {"arm": ["usual", "usual"], "category": [1, 2], "proportion": [0.25, 0.75]}
    ... )
    >>> [float(patch.get_width()) for patch in plot_categories(frame, arms=arms).patches]
    [0.25, 0.75]
    """
    with theme():
        present = drawn_arms(arms, categories)
        ax = axes_or_new(ax, _size(len(present), 440))
        clear_frame(ax, grid=None)
        for i, arm in enumerate(present):
            rows = categories[categories["arm"].astype(str) == arm.id]
            start = 0.0
            for category, share in zip(rows["category"], rows["proportion"], strict=True):
                ax.barh(-i, share, left=start, height=0.5, color=PAPER, edgecolor=INK, linewidth=1)
                if share >= _LEAST_SHARE:
                    ax.text(start + share / 2, -i, str(category), ha="center", va="center")
                start += share
            ax.text(0, 0.42 - i, shorten(heading(arm.label), 36, 1), size=TEXT_SIZE, va="center")
        ax.set_yticks([])
        ax.set_ylim(0.7 - len(present), 0.7)
        ax.set_xlim(0, 1)
        ax.locator_params(axis="x", nbins=5)
        ax.xaxis.set_major_formatter(lambda value, _: percent(round(value, 10), 0))
        x_caption(ax, "Patients, best category first")
    return ax


def categories_figure(
    categories: pd.DataFrame,
    *,
    arms: Sequence[Arm],
    outcome: str,
    visit: str,
    key: str = "categories",
) -> Figure:
    """Figure of the shares of categories, with its words and data.

    Parameters
    ----------
    categories, arms
        As in `plot_categories`; categories also has n.
    outcome, visit : str
        In words.
    key : str
        Unique in the report.
    """
    present = drawn_arms(arms, categories)
    return Figure(
        key=key,
        title=f"{heading(outcome)} at {visit}: categories by arm",
        description=" ".join(_told(categories, arm) for arm in present),
        caption=f"{heading(outcome)} at {visit}: share of patients in each category, the best at "
        "the left.",
        draw=partial(_drawn, categories, arms),
        data=categories_table(categories, arms=present, outcome=outcome, visit=visit),
        size=_size(len(present), 440),
        narrow_size=_size(len(present), 284),
    )


def _drawn(categories: pd.DataFrame, arms: Sequence[Arm], ax: Axes) -> Axes:
    return plot_categories(categories, arms=arms, ax=ax)


def _told(categories: pd.DataFrame, arm: Arm) -> str:
    rows = categories[categories["arm"].astype(str) == arm.id]
    names = category_labels(list(rows["category"]))
    shares = ", ".join(
        f"{names[category]} {percent(share)}"
        for category, share in zip(rows["category"], rows["proportion"], strict=True)
    )
    return f"{heading(arm.label)}: {shares}."


def _size(n_arms: int, width: int) -> tuple[int, int]:
    return width, 62 + 62 * n_arms
