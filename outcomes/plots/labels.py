"""Text beside lines: direct labels at line ends that keep apart, and captions of axes."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from matplotlib.text import Annotation
from numpy.typing import NDArray

from outcomes.plots.theme import DOTTED, INK, SOFT, TEXT_SIZE

#: Widths in characters, where there is room and where there is little.
_LABEL_WIDTHS = (17, 12)
_ROOMY = 380.0
_BESIDE = 8.0


@dataclass(frozen=True, kw_only=True, slots=True)
class EndLabel:
    """A label for what ends at height `y`: a value in bold, a name, or both."""

    y: float
    name: str
    value: str = ""
    colour: str = SOFT


def end_labels(ax: Axes, labels: Sequence[EndLabel], *, max_lines: int = 2) -> list[Annotation]:
    """Write labels beside the right edge, moved apart where they would overlap.

    Limits of `ax` must be set; labels keep the order of their heights.
    """
    width = _LABEL_WIDTHS[0 if _pixels(ax)[0] > _ROOMY else 1]
    ordered = sorted(labels, key=lambda label: label.y)
    notes = [_end_label(ax, label, shorten(label.name, width, max_lines)) for label in ordered]
    keep_apart(ax, notes)
    align_caption(ax)
    return notes


def keep_apart(ax: Axes, notes: Sequence[Annotation]) -> None:
    """Move end labels, given from the lowest to the highest, so that none covers another."""
    if not notes:
        return
    for note in notes:
        note.set_position((_BESIDE, 0.0))
    settle(ax)
    boxes, frame = [note.get_window_extent() for note in notes], ax.get_window_extent()
    heights = np.array([box.height for box in boxes])
    wanted = np.array([(box.y0 + box.y1) / 2 for box in boxes])
    placed = separate(wanted, heights + 2, lowest=frame.y0 - 6, highest=frame.y1 + 6)
    for note, shift in zip(notes, placed - wanted, strict=True):
        note.set_position((_BESIDE, float(shift)))


def _end_label(ax: Axes, label: EndLabel, name: str) -> Annotation:
    text = "\n".join(part for part in (label.value, name) if part)
    return ax.annotate(
        text,
        (1.0, label.y),
        xycoords=("axes fraction", "data"),
        xytext=(_BESIDE, 0.0),
        textcoords="offset pixels",
        va="center",
        color=label.colour,
        fontsize=TEXT_SIZE,
        fontweight="normal" if label.colour == SOFT else "bold",
        linespacing=1.15,
        annotation_clip=False,
    )


def separate(
    wanted: NDArray[np.float64], sizes: NDArray[np.float64], *, lowest: float, highest: float
) -> NDArray[np.float64]:
    """Centres nearest to those wanted, in the same order, so that no two items overlap.

    Parameters
    ----------
    wanted : (n,) array
        Centres in ascending order.
    sizes : (n,) array
        Extent of each item, in the same unit.
    lowest, highest : float
        Items stay between these as far as they fit.

    Returns
    -------
    (n,) array
        Centres that differ by at least half of both items' sizes; the sum of squared moves is
        least before items are pushed inside the limits.

    Examples
    --------
    >>> separate(np.array([0.0, 1.0, 9.0]), np.full(3, 2.0), lowest=-5, highest=20).tolist()
    [-0.5, 1.5, 9.0]
    """
    steps = np.concatenate([[0.0], np.cumsum((sizes[1:] + sizes[:-1]) / 2)])
    free = _non_decreasing(wanted - steps)
    bottom = lowest + sizes[0] / 2
    top = highest - sizes[-1] / 2 - steps[-1]
    placed: NDArray[np.float64] = np.clip(free, min(bottom, top), max(bottom, top)) + steps
    return placed


def _non_decreasing(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Least-squares fit that never decreases (pool adjacent violators)."""
    blocks: list[tuple[float, int]] = []
    for value in values.tolist():
        blocks.append((value, 1))
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            (a, m), (b, n) = blocks[-2:]
            blocks[-2:] = [((a * m + b * n) / (m + n), m + n)]
    means, sizes = zip(*blocks, strict=True)
    fit: NDArray[np.float64] = np.repeat(np.array(means, dtype=np.float64), sizes)
    return fit


def shorten(text: str, width: int, max_lines: int = 2) -> str:
    r"""Wrap `text` at `width` characters; what `max_lines` cannot hold becomes an ellipsis.

    Examples
    --------
    >>> shorten("Integrative care with weekly classes", 14, 2)
    'Integrative\ncare with…'
    """
    return textwrap.fill(text, width, max_lines=max_lines, placeholder="…")


def y_caption(ax: Axes, text: str) -> None:
    """Say above the axes what its heights mean; lines are kept. Then `align_caption` aligns it."""
    width = int(_pixels(ax)[0] / (TEXT_SIZE * 0.6))
    lines = [shorten(line, width, 2) for line in text.split("\n")]
    ax.set_title("\n".join(lines), loc="left", fontsize=TEXT_SIZE, color=SOFT, pad=14)


def align_caption(ax: Axes) -> None:
    """Start the caption of the heights where what stands left of the axes starts."""
    settle(ax)
    frame, (low, high) = ax.get_window_extent(), sorted(ax.get_ylim())
    ticks = [tick.label1 for tick in ax.yaxis.get_major_ticks() if low <= tick.get_loc() <= high]
    beside = [text.get_window_extent().x0 for text in (*ticks, *ax.texts)]
    left = min((frame.x0, *beside))
    ax._left_title.set_x((left - frame.x0) / frame.width)  # type: ignore[attr-defined]


def settle(ax: Axes) -> None:
    """Run the layout, so that positions in pixels are those that will be drawn."""
    ax.get_figure(root=True).draw_without_rendering()  # type: ignore[union-attr]


def x_caption(ax: Axes, text: str) -> None:
    """Say below the axes what its positions mean."""
    ax.set_xlabel(text, fontsize=TEXT_SIZE, color=SOFT, labelpad=5)


def favours(who: str, arrow: str) -> str:
    """Say which way favours whom; empty without an arrow."""
    return f"{arrow} favours {who}" if arrow else ""


def null_line(ax: Axes, at: float, *, vertical: bool = False) -> None:
    """Draw the dotted line of no difference."""
    draw = ax.axvline if vertical else ax.axhline
    draw(at, color=SOFT, linewidth=1.2, linestyle=DOTTED, zorder=1.5)


def margin_line(ax: Axes, at: float, *, vertical: bool = False) -> None:
    """Draw the dashed line of a margin or threshold."""
    draw = ax.axvline if vertical else ax.axhline
    draw(at, color=INK, linewidth=1, linestyle=(0, (7, 3)), zorder=1.5)


def room_between(ax: Axes, positions: Sequence[float]) -> float:
    """Smallest distance in pixels between neighbouring `positions` on the x axis."""
    if len(positions) < 2:
        return float("inf")
    low, high = ax.get_xlim()
    scale = ax.get_window_extent().width / (high - low)
    return min(b - a for a, b in pairwise(sorted(positions))) * scale


def _pixels(ax: Axes) -> tuple[float, float]:
    figure = ax.figure
    return figure.bbox.width, figure.bbox.height
