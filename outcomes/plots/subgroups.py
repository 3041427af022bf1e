"""Forest of subgroups: the difference at each level, under the test of its interaction."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import pandas as pd
from matplotlib.axes import Axes

from outcomes.plots.figure import Figure
from outcomes.plots.forest import forest_height, in_words, plot_differences_of_means
from outcomes.plots.profile import Direction
from outcomes.tables import format as f
from outcomes.tables.arms import ordered
from outcomes.tables.subgroups import subgroups
from outcomes.trial.study import Arm


def plot_subgroups(
    effects: pd.DataFrame,
    interactions: pd.DataFrame,
    *,
    arms: Sequence[Arm],
    higher_is: Direction = "neutral",
    unit: str = "",
    digits: int | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the difference at each level of each modifier.

    Parameters
    ----------
    effects : DataFrame
        modifier, label, level, arm (active), n_active, n_reference, estimate, conf_low, conf_high;
        NaN where it could not be estimated. In printing order.
    interactions : DataFrame
        modifier, arm, p_value; NaN where it could not be tested.
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
    return plot_differences_of_means(
        _rows(effects, interactions),
        arms=arms,
        higher_is=higher_is,
        unit=unit,
        digits=digits,
        ax=ax,
    )


def subgroups_figure(
    effects: pd.DataFrame,
    interactions: pd.DataFrame,
    *,
    arms: Sequence[Arm],
    outcome: str,
    visit: str,
    unit: str = "",
    higher_is: Direction = "neutral",
    conf_level: float = 0.95,
    digits: int | None = None,
    key: str = "subgroups",
) -> Figure:
    """Figure of the differences by subgroup, with its words and data.

    Parameters
    ----------
    effects, interactions, arms, unit, higher_is, digits
        As in `plot_subgroups`.
    outcome, visit : str
        The score, and the visit as it stands inside a sentence.
    conf_level : float
        Level of the intervals.
    key : str
        Unique in the report.
    """
    places = f.decimals(effects["estimate"].dropna()) if digits is None else digits
    rows = _rows(effects, interactions)
    height = forest_height(rows, arms)
    draw = partial(
        plot_subgroups,
        effects,
        interactions,
        arms=arms,
        higher_is=higher_is,
        unit=unit,
        digits=places,
    )
    return Figure(
        key=key,
        title=f"{f.heading(outcome)} at {visit}: difference by subgroup",
        description=in_words(rows, arms, places),
        caption=f"{f.heading(outcome)} at {visit}: differences from {ordered(arms)[0].label} by "
        f"subgroup with {f.level(conf_level)} confidence intervals; n with a score at the visit, "
        f"active and {ordered(arms)[0].label}. Dotted: no difference.",
        draw=lambda ax: draw(ax=ax),
        data=subgroups(
            effects,
            interactions,
            arms=arms,
            outcome=outcome,
            visit=visit,
            conf_level=conf_level,
            digits=places,
        ),
        size=(440, height),
        narrow_size=(284, height + 16),
    )


def _rows(effects: pd.DataFrame, interactions: pd.DataFrame) -> pd.DataFrame:
    """Rows of a forest: levels with their numbers of patients, under modifier and p value."""
    tests = {
        (modifier, arm): p
        for modifier, arm, p in zip(
            interactions["modifier"], interactions["arm"], interactions["p_value"], strict=True
        )
    }
    groups = [
        f"{label}, interaction {_p(tests[modifier, arm])}" if modifier else ""
        for modifier, label, arm in zip(
            effects["modifier"], effects["label"], effects["arm"], strict=True
        )
    ]
    labels = [
        f"{f.heading(str(level))}, n {a} and {b}"
        for level, a, b in zip(
            effects["level"], effects["n_active"], effects["n_reference"], strict=True
        )
    ]
    return effects.assign(group=groups, label=labels)


def _p(value: float) -> str:
    return "not tested" if value != value else f.p_phrase(value)
