"""A graphical multiple testing procedure: who has which share of alpha, and to whom it goes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import cos, pi, sin
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Circle, FancyArrowPatch

from outcomes.plots.figure import Figure
from outcomes.plots.theme import INK, PAPER, SOFT, STYLES, TEXT_SIZE, axes_or_new, theme
from outcomes.tables.format import plain
from outcomes.tables.table import Column, Row, Table

RADIUS = 23.0
_MARGIN = RADIUS + 5
_BEND = 0.18
_SHOWN = STYLES[2]

Point = tuple[float, float]


@dataclass(frozen=True, kw_only=True, slots=True)
class Node:
    """A hypothesis: its short name, its weight before any rejection, and whether it is rejected."""

    name: str
    weight: float
    rejected: bool


def plot_graph(
    nodes: Sequence[Node],
    edges: Mapping[tuple[str, str], float],
    *,
    size: tuple[int, int] = (440, 300),
    ax: Axes | None = None,
) -> Axes:
    """Draw hypotheses as circles and transitions as arrows.

    Parameters
    ----------
    nodes : sequence of Node
        Rejected ones have a thick edge and a tick.
    edges : mapping
        Source and target to the share that is handed on.
    size : tuple of int
        Pixels the drawing is laid out for.
    ax : Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    Axes

    Examples
    --------
    >>> first = Node(name="H1", weight=1, rejected=True)
    >>> second = Node(name="H2", weight=0, rejected=False)
    >>> len(plot_graph([first, second], {("H1", "H2"): 1.0}).patches)
    3
    """
    with theme():
        ax = axes_or_new(ax, size)
        ax.set_axis_off()
        width, height = size
        ax.set_xlim(0, width)
        ax.set_ylim(height, 0)
        ax.set_aspect("equal")
        places = layout(nodes, edges, size)
        for (source, target), weight in edges.items():
            both = (target, source) in edges
            _arrow(ax, places[source], places[target], weight, bend=_BEND if both else 0.0)
        for node in nodes:
            _circle(ax, node, places[node.name])
    return ax


def layout(
    nodes: Sequence[Node], edges: Mapping[tuple[str, str], float], size: tuple[int, int]
) -> dict[str, Point]:
    """Place hypotheses in rows by the number of rejections they wait for, else on a circle.

    Returns
    -------
    dict
        Centre of each node in pixels, from the upper left corner.
    """
    depths = _depths(nodes, edges)
    rows = [[n.name for n in nodes if depths[n.name] == d] for d in sorted(set(depths.values()))]
    width, height = size
    longest = max(len(row) for row in rows)
    if len(nodes) > 3 and (len(rows) == 1 or longest * 2.6 * RADIUS > width):
        return _on_a_circle([node.name for node in nodes], size)
    if len(rows) == 1:
        rows = [[name] for name in rows[0]] if width < 300 else rows
    return {
        name: (
            _spread(
                j, len(row), width, shift=i % 2 * 0.12 if len(rows) > 2 and len(row) == 1 else 0
            ),
            _spread(i, len(rows), height),
        )
        for i, row in enumerate(rows)
        for j, name in enumerate(row)
    }


def _depths(nodes: Sequence[Node], edges: Mapping[tuple[str, str], float]) -> dict[str, int]:
    """How many rejections lie between the start and each hypothesis."""
    found = {node.name: 0 for node in nodes if node.weight > 0} or {n.name: 0 for n in nodes}
    for depth in range(1, len(nodes) + 1):
        reached = {t for (s, t) in edges if found.get(s) == depth - 1 and t not in found}
        found |= dict.fromkeys(reached, depth)
    return {node.name: found.get(node.name, len(nodes)) for node in nodes}


def _spread(i: int, n: int, length: float, shift: float = 0.0) -> float:
    room = length - 2 * _MARGIN
    return _MARGIN + room * ((i / (n - 1) if n > 1 else 0.5) + shift)


def _on_a_circle(names: Sequence[str], size: tuple[int, int]) -> dict[str, Point]:
    middle, half = (size[0] / 2, size[1] / 2), min(size) / 2 - _MARGIN
    wide = size[0] / 2 - _MARGIN
    angles = {name: 2 * pi * i / len(names) - pi / 2 for i, name in enumerate(names)}
    return {
        name: (middle[0] + min(wide, 1.35 * half) * cos(a), middle[1] + half * sin(a))
        for name, a in angles.items()
    }


def _arrow(ax: Axes, start: Point, end: Point, weight: float, *, bend: float) -> None:
    ax.add_patch(
        FancyArrowPatch(
            start,
            end,
            connectionstyle=f"arc3,rad={bend}",
            arrowstyle="-|>,head_length=7,head_width=3.5",
            shrinkA=RADIUS,
            shrinkB=RADIUS + 1,
            color=SOFT,
            linewidth=1.2,
            zorder=1,
        )
    )
    ax.text(
        *_along(start, end, bend, 0.4),
        plain(round(weight, 3)),
        size=TEXT_SIZE - 1,
        color=INK,
        ha="center",
        va="center",
        zorder=2,
        bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 1.2},
    )


def _along(start: Point, end: Point, bend: float, share: float) -> Point:
    """Point on the arc of an arrow, which is a quadratic Bézier curve."""
    (x0, y0), (x1, y1) = start, end
    control = ((x0 + x1) / 2 + bend * (y1 - y0), (y0 + y1) / 2 - bend * (x1 - x0))
    a, b, c = (1 - share) ** 2, 2 * share * (1 - share), share**2
    return a * x0 + b * control[0] + c * x1, a * y0 + b * control[1] + c * y1


def _circle(ax: Axes, node: Node, centre: Point) -> None:
    edge = _SHOWN.line if node.rejected else SOFT
    ax.add_patch(
        Circle(
            centre,
            RADIUS,
            facecolor=PAPER,
            edgecolor=edge,
            linewidth=3.2 if node.rejected else 1.4,
            zorder=3,
        )
    )
    text: dict[str, Any] = {"ha": "center", "va": "center", "zorder": 4}
    name = f"{node.name} ✓" if node.rejected else node.name
    ax.text(centre[0], centre[1] - 7, name, size=TEXT_SIZE, color=INK, weight="bold", **text)
    weight = plain(round(node.weight, 3))
    ax.text(centre[0], centre[1] + 9, weight, size=TEXT_SIZE - 1, color=SOFT, **text)


def graph_figure(
    nodes: Sequence[Node],
    edges: Mapping[tuple[str, str], float],
    *,
    titles: Mapping[str, str],
    family: str,
    key: str,
) -> Figure:
    """Make the figure of a graphical procedure.

    Parameters
    ----------
    nodes, edges
        As for `plot_graph`, before any rejection.
    titles : mapping of str to str
        What each hypothesis is about, by its short name.
    family : str
        Name of the family.
    key : str
        Unique in a report.
    """
    shown = [node.name for node in nodes if node.rejected]
    size, narrow = (520, _height(nodes, 300)), (284, _height(nodes, 300))

    def draw(ax: Axes) -> Axes:
        return plot_graph(nodes, edges, size=narrow if ax.bbox.width < 320 else size, ax=ax)

    return Figure(
        key=key,
        title=f"Graph of the family {family}",
        description=" ".join(
            [
                f"{len(nodes)} hypotheses, {len(shown)} of them shown"
                f"{': ' + ', '.join(shown) if shown else ''}.",
                *(
                    f"{node.name} starts with {plain(round(node.weight, 3))} of the level."
                    for node in nodes
                ),
                *(
                    f"{source} hands {plain(round(weight, 3))} on to {target}."
                    for (source, target), weight in edges.items()
                ),
            ]
        ),
        caption=f"The graph of the family {family} before any test: in each circle the share of "
        "the level, at each arrow the share that is handed on when a hypothesis is shown. A thick "
        "ring with a tick: shown.",
        draw=draw,
        data=_data(nodes, edges, titles),
        size=size,
        narrow_size=narrow,
    )


def _height(nodes: Sequence[Node], least: int) -> int:
    return max(least, 60 * len(nodes)) if len(nodes) < 8 else 460


def _data(
    nodes: Sequence[Node], edges: Mapping[tuple[str, str], float], titles: Mapping[str, str]
) -> Table:
    def handed(name: str) -> str:
        out = [
            f"{plain(round(weight, 3))} to {target}"
            for (source, target), weight in edges.items()
            if source == name
        ]
        return ", ".join(out) or "nothing"

    return Table(
        caption="Weights and transitions before any test.",
        stub="Hypothesis",
        columns=(
            Column(label="About", align="left"),
            Column(label="Weight"),
            Column(label="Hands on", align="left"),
            Column(label="Shown", align="left"),
        ),
        rows=tuple(
            Row(
                label=node.name,
                cells=(
                    titles[node.name],
                    plain(round(node.weight, 4)),
                    handed(node.name),
                    "yes" if node.rejected else "no",
                ),
            )
            for node in nodes
        ),
    )


def first_edges(
    transitions: pd.DataFrame, short: Mapping[str, str]
) -> dict[tuple[str, str], float]:
    """Transitions before any rejection, by short names."""
    first = transitions[transitions["step"] == 1]
    return {
        (short[source], short[target]): float(weight)
        for source, target, weight in zip(
            first["source"], first["target"], first["weight"], strict=True
        )
    }
