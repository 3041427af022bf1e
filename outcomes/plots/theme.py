"""How figures look: colours, what marks an arm, and blank axes.

Arms keep their mark everywhere: the reference arm first, the others in the order of the design.
Colours are those of Okabe and Ito, told apart by line style and marker as well; text has darker
tints so that it keeps a contrast of 4.5 to 1 on white.

References
----------
Okabe M, Ito K. Color universal design: how to make figures and presentations that are friendly to
colorblind people. University of Tokyo; 2002 (revised 2008).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from outcomes.errors import UnsupportedCombinationError
from outcomes.tables.arms import ordered, positions
from outcomes.trial.study import Arm

INK = "#1a1d20"
SOFT = "#4c545b"
HAIR = "#e3e6e8"
PAPER = "#ffffff"
TEXT_SIZE = 12.5

Dash = tuple[float, tuple[float, ...]]
SOLID: Dash = (0.0, ())
DOTTED: Dash = (0.0, (2.0, 3.0))


@dataclass(frozen=True, kw_only=True, slots=True)
class ArmStyle:
    """What marks an arm: colours of its line and of its text, dashes in pixels, marker.

    `variable` names the CSS variable of the line; the text's has ``-ink`` appended.
    """

    line: str
    text: str
    variable: str
    dash: Dash
    marker: str
    open: bool = False

    @property
    def face(self) -> str:
        """Colour inside the marker."""
        return PAPER if self.open else self.line

    def marks(self, size: float) -> dict[str, Any]:
        """Keyword arguments of ``Axes.plot`` for markers of `size` pixels without a line."""
        return {
            "linestyle": "none",
            "marker": self.marker,
            "markersize": size,
            "markeredgewidth": 1.8,
            "markeredgecolor": self.line,
            "markerfacecolor": self.face,
        }


STYLES = (
    ArmStyle(
        line="#0072b2", text="#005a8e", variable="ref", dash=(0, (6, 3.5)), marker="o", open=True
    ),
    ArmStyle(line="#d55e00", text="#a64800", variable="act", dash=SOLID, marker="s"),
    ArmStyle(line="#009e73", text="#00694d", variable="arm3", dash=(0, (9, 3, 2, 3)), marker="^"),
    ArmStyle(line="#cc79a7", text="#8f3d6c", variable="arm4", dash=(0, (2.5, 2.5)), marker="D"),
    ArmStyle(
        line="#56b4e9", text="#1b6a9c", variable="arm5", dash=(0, (12, 4)), marker="v", open=True
    ),
    ArmStyle(
        line="#e69f00", text="#855c00", variable="arm6", dash=(0, (9, 3, 2, 3, 2, 3)), marker="P"
    ),
)

CSS_VARIABLES: Mapping[str, str] = {
    INK: "ink",
    SOFT: "soft",
    HAIR: "hair",
    PAPER: "paper",
    **{style.line: style.variable for style in STYLES},
    **{style.text: f"{style.variable}-ink" for style in STYLES},
}
"""Each colour a figure may use, and the CSS variable that replaces it on a page."""


def arm_styles(arms: Sequence[Arm]) -> dict[str, ArmStyle]:
    """Style of each arm by its id, the same everywhere.

    Raises
    ------
    UnsupportedCombinationError
        If there are more arms than marks: two arms must never look alike.

    Examples
    --------
    >>> arms = (Arm(id="care", label="Care"), Arm(id="usual", label="Usual", reference=True))
    >>> {arm: style.marker for arm, style in arm_styles(arms).items()}
    {'usual': 'o', 'care': 's'}
    """
    if len(arms) > len(STYLES):
        raise UnsupportedCombinationError(
            f"A figure can tell {len(STYLES)} arms apart and the design has {len(arms)}. "
            "Compare fewer arms in one analysis with active=."
        )
    return {arm: STYLES[position] for arm, position in positions(arms).items()}


def drawn_arms(arms: Sequence[Arm], frame: pd.DataFrame) -> list[Arm]:
    """Arms that have rows in `frame`, the reference arm first."""
    here = set(frame["arm"].astype(str))
    return [arm for arm in ordered(arms) if arm.id in here]


def single() -> ArmStyle:
    """Style of what belongs to no arm, such as a single contrast."""
    return ArmStyle(line=INK, text=INK, variable="ink", dash=SOLID, marker="o")


@contextmanager
def theme() -> Iterator[None]:
    """Matplotlib's settings for figures of this package, inside the block only."""
    with mpl.rc_context(
        {
            "font.family": "sans-serif",
            # Comes with matplotlib, so that layout does not depend on the machine's fonts.
            "font.sans-serif": ["DejaVu Sans"],
            "font.size": TEXT_SIZE,
            "text.color": INK,
            "text.parse_math": False,
            "axes.unicode_minus": True,
            "lines.scale_dashes": False,
            "figure.constrained_layout.h_pad": 2 / 72,
            "figure.constrained_layout.w_pad": 2 / 72,
        }
    ):
        yield


def canvas(size: tuple[int, int]) -> tuple[Canvas, Axes]:
    """Make a figure of `size` pixels with one axes that leaves room for what is beside it."""
    figure = Canvas(figsize=(size[0] / 72, size[1] / 72), dpi=72, layout="constrained")
    return figure, figure.add_subplot()


def axes_or_new(ax: Axes | None, size: tuple[int, int]) -> Axes:
    """`ax`, or axes of a new pyplot figure, which a notebook shows."""
    if ax is not None:
        return ax
    from matplotlib import pyplot as plt

    width, height = size
    return plt.figure(figsize=(width / 72, height / 72), layout="constrained").add_subplot()


def clear_frame(ax: Axes, *, grid: str | None = "y") -> None:
    """Only the lower axis line, quiet ticks and hair lines across."""
    for side in ("top", "left", "right"):
        ax.spines[side].set_visible(False)
    ax.spines["bottom"].set(color=SOFT, linewidth=1)
    ax.tick_params(colors=SOFT, labelsize=TEXT_SIZE, width=1, length=4)
    ax.tick_params(axis="y", length=0, pad=5)
    ax.set_axisbelow(True)
    if grid:
        ax.grid(axis="y" if grid == "y" else "x", color=HAIR, linewidth=1)
