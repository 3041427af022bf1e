"""Differences between arms by visit, against no difference and the margins declared."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import pandas as pd
from matplotlib.axes import Axes

from outcomes.plots.figure import Figure
from outcomes.plots.labels import (
    EndLabel,
    end_labels,
    favours,
    margin_line,
    null_line,
    room_between,
    y_caption,
)
from outcomes.plots.profile import SIZE, Direction
from outcomes.plots.theme import (
    INK,
    TEXT_SIZE,
    ArmStyle,
    arm_styles,
    axes_or_new,
    clear_frame,
    drawn_arms,
    single,
    theme,
)
from outcomes.plots.time_axis import Point, TimeAxis, by_visit, time_axis
from outcomes.tables.arms import ordered, versus
from outcomes.tables.format import decimals, heading, interval, level, number, plain
from outcomes.tables.table import Column, Table
from outcomes.trial.study import Arm, Visit

_ROOM_FOR_VALUE = 62.0


def plot_differences(
    contrasts: pd.DataFrame,
    *,
    arms: Sequence[Arm],
    visits: Sequence[Visit],
    higher_is: Direction = "neutral",
    margins: Sequence[float] = (),
    unit: str = "",
    digits: int | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw differences active − reference with their intervals by visit.

    Parameters
    ----------
    contrasts : DataFrame
        arm (id of the active arm), visit (id), estimate, conf_low, conf_high; NaN where not
        estimated.
    arms, visits : sequence of Arm, Visit
        In the order of the design.
    higher_is : {"worse", "better", "neutral"}
        Says which side favours the active arms; neutral names no side.
    margins : sequence of float
        Signed margins of non-inferiority or equivalence, drawn as dashed lines.
    unit : str
        Unit of the outcome.
    digits : int, optional
        Decimals of printed values; by default they follow from the size of the differences.
    ax : Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    Axes
    """
    with theme():
        ax = axes_or_new(ax, SIZE)
        clear_frame(ax)
        axis, active = time_axis(visits), drawn_arms(arms, contrasts)
        styles = contrast_styles(arms, active)
        places = decimals(contrasts["estimate"]) if digits is None else digits
        for arm, offset in zip(active, axis.offsets(len(active)), strict=True):
            _draw_intervals(ax, axis.rows(contrasts, arm.id), offset, styles[arm.id])
        null_line(ax, 0.0)
        for margin in margins:
            margin_line(ax, margin)
        axis.apply(ax)
        ax.margins(y=0.08)
        ax.locator_params(axis="y", nbins=6)
        y_caption(ax, _y_caption(arms, active, higher_is, unit))
        end_labels(ax, _end_labels(contrasts, axis, active, styles, margins, places))
        axis.apply(ax)
        if len(active) == 1:
            _print_values(ax, axis, axis.points(contrasts, active[0].id), places)
    return ax


def differences_figure(
    contrasts: pd.DataFrame,
    *,
    arms: Sequence[Arm],
    visits: Sequence[Visit],
    outcome: str,
    unit: str = "",
    higher_is: Direction = "neutral",
    margins: Sequence[float] = (),
    conf_level: float = 0.95,
    digits: int | None = None,
    key: str = "differences",
) -> Figure:
    """Figure of differences by visit, with its words and data.

    Parameters
    ----------
    contrasts, arms, visits, higher_is, margins, unit, digits
        As in `plot_differences`.
    outcome : str
        Label of the outcome.
    conf_level : float
        Level of the intervals.
    key : str
        Unique in the report.

    Returns
    -------
    Figure
    """
    places = decimals(contrasts["estimate"]) if digits is None else digits
    draw = partial(
        plot_differences,
        contrasts,
        arms=arms,
        visits=visits,
        higher_is=higher_is,
        margins=margins,
        unit=unit,
        digits=places,
    )
    against = " and ".join(arm.label for arm in drawn_arms(arms, contrasts))
    return Figure(
        key=key,
        title=f"{heading(outcome)}: adjusted difference by visit",
        description=_in_words(contrasts, arms, visits, margins, places),
        caption=f"{heading(outcome)}: adjusted difference by visit, {against} minus "
        f"{ordered(arms)[0].label}, with {level(conf_level)} confidence intervals."
        f"{_margin_words(margins)}",
        draw=lambda ax: draw(ax=ax),
        data=_data(contrasts, arms, visits, conf_level, places),
        size=SIZE,
    )


def contrast_styles(arms: Sequence[Arm], active: Sequence[Arm]) -> dict[str, ArmStyle]:
    """One contrast is drawn in ink; several keep the looks of their active arms."""
    return {active[0].id: single()} if len(active) == 1 else arm_styles(arms)


def _draw_intervals(ax: Axes, rows: pd.DataFrame, offset: float, style: ArmStyle) -> None:
    at, means = rows["at"].to_numpy() + offset, rows["estimate"].to_numpy()
    away = [means - rows["conf_low"].to_numpy(), rows["conf_high"].to_numpy() - means]
    ax.errorbar(
        at, means, away, fmt="none", color=style.line, elinewidth=1.8, capsize=4.5, capthick=1.8
    )
    ax.plot(at, means, **style.marks(8.5), zorder=3)


def _y_caption(arms: Sequence[Arm], active: Sequence[Arm], higher_is: Direction, unit: str) -> str:
    of_unit = f", {unit}" if unit else ""
    who = active[0].label if len(active) == 1 else "active arm"
    side = favours(who, {"worse": "↓", "better": "↑", "neutral": ""}[higher_is])
    what = "Difference" if len(active) == 1 else f"Difference from {ordered(arms)[0].label}"
    return f"{what}{of_unit}\n{side}" if side else f"{what}{of_unit}"


def _end_labels(
    contrasts: pd.DataFrame,
    axis: TimeAxis,
    active: Sequence[Arm],
    styles: dict[str, ArmStyle],
    margins: Sequence[float],
    digits: int,
) -> list[EndLabel]:
    labels = [EndLabel(y=0.0, name="no difference")]
    labels += [EndLabel(y=margin, name=f"margin {plain(margin)}") for margin in margins]
    for arm in active:
        last = axis.rows(contrasts, arm.id)["estimate"].iloc[-1]
        name = heading(arm.label) if len(active) > 1 else ""
        colour = styles[arm.id].text
        labels.append(EndLabel(y=last, value=number(last, digits), name=name, colour=colour))
    return labels


def _print_values(ax: Axes, axis: TimeAxis, points: Sequence[Point], digits: int) -> None:
    """Print the values before the last one where visits are far enough apart."""
    if room_between(ax, [axis.position[point.visit] for point in points]) < _ROOM_FOR_VALUE:
        return
    for point in points[:-1]:
        ax.annotate(
            number(point.estimate, digits),
            (axis.position[point.visit], point.estimate),
            xytext=(9, 0),
            textcoords="offset pixels",
            va="center",
            color=INK,
            fontsize=TEXT_SIZE,
            fontweight="bold",
        )


def _margin_words(margins: Sequence[float]) -> str:
    if not margins:
        return ""
    values = " and ".join(plain(margin) for margin in margins)
    return f" Dashed: margin {values}."


def _in_words(
    contrasts: pd.DataFrame,
    arms: Sequence[Arm],
    visits: Sequence[Visit],
    margins: Sequence[float],
    digits: int,
) -> str:
    axis, labels = time_axis(visits), {visit.id: visit.label for visit in visits}
    sentences = []
    for arm in drawn_arms(arms, contrasts):
        course = [
            f"{number(point.estimate, digits)} "
            f"({interval(point.conf_low, point.conf_high, digits)}) at {labels[point.visit]}"
            for point in axis.points(contrasts, arm.id)
        ]
        sentences.append(f"{versus(arm, arms)}: {', '.join(course)}.")
    return " ".join(sentences) + _margin_words(margins).replace("Dashed: margin", "Margin")


def _data(
    contrasts: pd.DataFrame,
    arms: Sequence[Arm],
    visits: Sequence[Visit],
    conf_level: float,
    digits: int,
) -> Table:
    active = drawn_arms(arms, contrasts)
    return Table(
        caption=f"Adjusted differences with {level(conf_level)} confidence intervals.",
        stub="Visit",
        columns=tuple(Column(label=versus(arm, arms)) for arm in active),
        rows=by_visit(contrasts, active, visits, digits),
    )
