"""One estimate with its interval, against no difference, margins and thresholds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, NullLocator

from outcomes.plots.figure import Figure
from outcomes.plots.labels import margin_line, null_line, settle, shorten
from outcomes.plots.theme import INK, SOFT, TEXT_SIZE, axes_or_new, clear_frame, theme
from outcomes.tables.format import decimals, interval, level, number, plain
from outcomes.tables.table import Column, Row, Table

Side = Literal["lower", "higher"]
SIZE = (440, 150)
_GAP = 6.0


@dataclass(frozen=True, kw_only=True, slots=True)
class ReferenceLine:
    """A value to read the estimate against, signed and in the unit of the estimate.

    `label` says what it is: ``"margin 3"``, ``"declared minimal important difference −10"``.
    """

    value: float
    label: str


def plot_interval(
    estimate: float,
    conf_low: float,
    conf_high: float,
    *,
    active: str,
    reference: str,
    favours_active: Side | None = None,
    null: float = 0.0,
    lines: Sequence[ReferenceLine] = (),
    digits: int | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw one estimate with its interval on a horizontal axis.

    Parameters
    ----------
    estimate, conf_low, conf_high : float
        Difference active − reference, or a positive ratio where `null` is 1: then the axis is
        logarithmic. Proportions are to be given in percentage points. A NaN or infinite limit
        leaves the interval open on that side.
    active, reference : str
        Labels of the arms.
    favours_active : {"lower", "higher"}, optional
        On which side of `null` the active arm did better; without it no side is named.
    null : float
        The value that means no difference, 0 or 1.
    lines : sequence of ReferenceLine
        Margins and thresholds.
    digits : int, optional
        Decimals of the printed estimate.
    ax : Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    Axes
    """
    with theme():
        ax = axes_or_new(ax, SIZE)
        clear_frame(ax, grid=None)
        marks = [null, *(line.value for line in lines)]
        _set_axis(ax, [estimate, conf_low, conf_high, *marks], ratio=null == 1)
        places = decimals([estimate]) if digits is None else digits
        _draw_interval(ax, estimate, conf_low, conf_high, number(estimate, places))
        null_line(ax, null, vertical=True)
        for line in lines:
            margin_line(ax, line.value, vertical=True)
        _name_lines(ax, [ReferenceLine(value=null, label="no difference"), *lines])
        if favours_active:
            _name_sides(ax, active, reference, favours_active)
    return ax


def interval_figure(
    estimate: float,
    conf_low: float,
    conf_high: float,
    *,
    quantity: str,
    active: str,
    reference: str,
    favours_active: Side | None = None,
    null: float = 0.0,
    lines: Sequence[ReferenceLine] = (),
    conf_level: float = 0.95,
    digits: int | None = None,
    key: str = "headline",
) -> Figure:
    """Figure of one estimate with its interval, with its words and data.

    Parameters
    ----------
    estimate, conf_low, conf_high, active, reference, favours_active, null, lines, digits
        As in `plot_interval`.
    quantity : str
        What is estimated, with its unit: ``"Risk difference, percentage points"``.
    conf_level : float
        Level of the interval.
    key : str
        Unique in the report.

    Returns
    -------
    Figure
    """
    places = decimals([estimate]) if digits is None else digits
    draw = partial(
        plot_interval,
        estimate,
        conf_low,
        conf_high,
        active=active,
        reference=reference,
        favours_active=favours_active,
        null=null,
        lines=lines,
        digits=places,
    )
    value = number(estimate, places)
    reading = _reading(conf_low, conf_high, null, favours_active, active, reference)
    limits = interval(conf_low, conf_high, places)
    rows = [
        Row(label=quantity, cells=(value,)),
        Row(label=f"{level(conf_level)} confidence interval", cells=(limits,)),
        Row(label="No difference", cells=(plain(null),)),
        *(Row(label=line.label, cells=(plain(line.value),)) for line in lines),
    ]
    return Figure(
        key=key,
        title=f"{quantity} with its confidence interval",
        description=f"{active} against {reference}: {value}, {level(conf_level)} confidence "
        f"interval {limits}; {reading}"
        + "".join(f" Line at {plain(line.value)}: {line.label}." for line in lines),
        caption=f"{quantity} with its {level(conf_level)} confidence interval.",
        draw=lambda ax: draw(ax=ax),
        data=Table(
            caption=f"{quantity}, {active} against {reference}.",
            stub="Quantity",
            columns=(Column(label="Value"),),
            rows=tuple(rows),
        ),
        size=(SIZE[0], SIZE[1] + 16 * len(lines)),
        narrow_size=(284, 164 + 16 * len(lines)),
    )


def interval_strip(
    estimate: float,
    conf_low: float,
    conf_high: float,
    *,
    axis: tuple[float, float],
    null: float,
    margins: Sequence[float] = (),
    size: tuple[int, int] = (160, 18),
) -> str:
    """Small interval plot for a row of a table that prints the same numbers.

    Parameters
    ----------
    estimate, conf_low, conf_high : float
        Finite numbers; positive where `null` is 1, and drawn on a logarithmic axis.
    axis : tuple of float
        Ends of the axis, the same for all rows that are compared.
    null : float
        The value that means no difference, 0 or 1.
    margins : sequence of float
        Margins, inside the axis.
    size : tuple of int
        Width and height in CSS pixels.

    Returns
    -------
    str
        An ``svg`` element hidden from screen readers, since the row says it in numbers. Arrow
        heads mark limits beyond the axis.

    Examples
    --------
    >>> strip = interval_strip(-4.7, -7.2, -2.2, axis=(-10, 2), null=0)
    >>> strip.startswith("<svg") and 'aria-hidden="true"' in strip
    True
    """
    width, height = size
    middle = height / 2
    place = partial(_along, axis=axis, width=width, ratio=null == 1)
    low, high = place(conf_low), place(conf_high)
    ends = _arrow(low, -1, middle) if conf_low < axis[0] else ""
    ends += _arrow(high, 1, middle) if conf_high > axis[1] else ""
    dashed = "".join(
        f'<path d="M{place(margin):.1f} 0V{height}" stroke-dasharray="5 3" '
        f'style="stroke:var(--ink,{INK})"/>'
        for margin in margins
    )
    return (
        f'<svg class="strip" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        'aria-hidden="true" focusable="false">'
        f'<path d="M{place(null):.1f} 0V{height}" stroke-dasharray="2 3" '
        f'style="stroke:var(--soft,{SOFT})"/>{dashed}'
        f'<path d="M{low:.1f} {middle:g}H{high:.1f}" stroke-width="1.75" '
        f'style="stroke:var(--ink,{INK})"/>{ends}'
        f'<circle cx="{place(estimate):.1f}" cy="{middle:g}" r="3.6" '
        f'style="fill:var(--ink,{INK})"/>'
        "</svg>"
    )


def _along(value: float, *, axis: tuple[float, float], width: int, ratio: bool) -> float:
    low, high, at = (math.log(v) if ratio else v for v in (*axis, value))
    inside = min(max((at - low) / (high - low), 0.0), 1.0)
    return 5 + inside * (width - 10)


def _arrow(x: float, direction: int, y: float) -> str:
    back = x - 5 * direction
    return f'<path d="M{x:.1f} {y:g}L{back:.1f} {y - 3.5:g}V{y + 3.5:g}z" fill="var(--ink,{INK})"/>'


def _set_axis(ax: Axes, values: Sequence[float], *, ratio: bool) -> None:
    finite = [value for value in values if math.isfinite(value)]
    if ratio:
        ax.set_xscale("log")
        low, high = min(finite), max(finite)
        pad = (high / low) ** 0.12 if high > low else 1.5
        ax.set_xlim(low / pad, high * pad)
        found = [[t for t in ticks if low / pad <= t <= high * pad] for ticks in _RATIO_TICKS]
        ticks = next((ticks for ticks in found if len(ticks) > 3), found[-1])
        ax.xaxis.set_major_locator(FixedLocator(ticks))
        ax.xaxis.set_minor_locator(NullLocator())
    else:
        pad = 0.12 * ((max(finite) - min(finite)) or 1.0)
        ax.set_xlim(min(finite) - pad, max(finite) + pad)
        ax.locator_params(axis="x", nbins=6)
    ax.xaxis.set_major_formatter(lambda value, _: plain(round(value, 10)))
    ax.set_ylim(0, 1)
    ax.set_yticks([])


_RATIO_TICKS = (
    (0.01, 0.1, 1, 10, 100),
    (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100),
    (0.1, 0.2, 0.3, 0.5, 0.7, 1, 1.5, 2, 3, 5, 7, 10),
    (0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.1, 1.2, 1.4, 1.6, 1.8, 2, 2.5),
)


def _draw_interval(ax: Axes, estimate: float, low: float, high: float, text: str) -> None:
    edges = ax.get_xlim()
    ends = [low if math.isfinite(low) else edges[0], high if math.isfinite(high) else edges[1]]
    ax.plot(ends, [0.4, 0.4], color=INK, linewidth=1.9, zorder=3)
    closed = [end for end, limit in zip(ends, (low, high), strict=True) if math.isfinite(limit)]
    ax.plot(closed, [0.4] * len(closed), "|", color=INK, markersize=12, markeredgewidth=1.9)
    ax.plot([estimate], [0.4], "o", color=INK, markersize=11, zorder=4)
    ax.annotate(
        text,
        (estimate, 0.4),
        xytext=(0, 11),
        textcoords="offset pixels",
        ha="center",
        va="bottom",
        color=INK,
        fontsize=TEXT_SIZE + 1,
        fontweight="bold",
        bbox={"facecolor": "#ffffff", "edgecolor": "none", "pad": 1},
        zorder=5,
    )


def _name_lines(ax: Axes, lines: Sequence[ReferenceLine]) -> None:
    """Write the names of the lines above them, in as many rows as keep them apart."""
    settle(ax)
    frame = ax.get_window_extent()
    width = int(frame.width / (TEXT_SIZE * 0.62))
    taken: list[list[tuple[float, float]]] = []
    for line in lines:
        label = shorten(line.label, width, 1)
        half = len(label) * TEXT_SIZE * 0.62 / 2
        wanted = ax.transData.transform((line.value, 0.0))[0]
        centre = min(max(wanted, frame.x0 + half - 12), frame.x1 - half + 12)
        span = (centre - half - _GAP, centre + half + _GAP)
        row = next((r for r, spans in enumerate(taken) if _free(span, spans)), len(taken))
        taken[row:] = [[*(taken[row] if row < len(taken) else []), span], *taken[row + 1 :]]
        ax.annotate(
            label,
            (line.value, 1.0),
            xytext=(centre - wanted, 3 + row * TEXT_SIZE * 1.35),
            textcoords="offset pixels",
            ha="center",
            va="bottom",
            color=SOFT,
            fontsize=TEXT_SIZE,
        )


def _free(span: tuple[float, float], taken: Sequence[tuple[float, float]]) -> bool:
    return all(span[1] < low or span[0] > high for low, high in taken)


def _name_sides(ax: Axes, active: str, reference: str, favours_active: Side) -> None:
    left, right = (active, reference) if favours_active == "lower" else (reference, active)
    width = int(ax.get_window_extent().width / 2 / (TEXT_SIZE * 0.56))
    first, second = (shorten(f"favours {name}", width - 1, 2).split("\n") for name in (left, right))
    _write_lines(ax, [f"← {first[0]}", *first[1:]], 0.0, "left")
    _write_lines(ax, [*second[:-1], f"{second[-1]} →"], 1.0, "right")


def _write_lines(ax: Axes, lines: Sequence[str], x: float, align: str) -> None:
    # One text for each line: SVG keeps the alignment of single lines only.
    for i, line in enumerate(lines):
        ax.annotate(
            line,
            (x, 0.0),
            xycoords="axes fraction",
            xytext=(0, -26 - i * TEXT_SIZE * 1.2),
            textcoords="offset pixels",
            ha=align,
            va="top",
            color=SOFT,
            fontsize=TEXT_SIZE,
        )


def _reading(
    low: float, high: float, null: float, side: Side | None, active: str, reference: str
) -> str:
    if low <= null <= high:
        return "the interval includes no difference."
    if side is None:
        return f"the interval lies {'above' if low > null else 'below'} no difference."
    better = active if (high < null) == (side == "lower") else reference
    return f"the interval lies wholly on the side that favours {better}."
