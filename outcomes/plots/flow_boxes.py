"""Layout of a flow diagram: boxes of text and the arrows between them, placed before drawing."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from outcomes.plots.theme import TEXT_SIZE

LINE = 17.0
PADDING = 8.0
GAP = 24.0
GUTTER = 16.0
LEAST_COLUMN = 190.0
_CHARACTER, _BOLD = TEXT_SIZE * 0.6, TEXT_SIZE * 0.68

Path = tuple[tuple[float, float], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """A box of the diagram: what it is, how many, and what they divide into.

    `arm` is the position of the arm a box belongs to; None belongs to all.
    """

    title: str
    n: int | None = None
    parts: tuple[tuple[str, int], ...] = ()
    arm: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One line of text in a box; `n` stands at the box's right edge."""

    text: str
    n: str = ""
    bold: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Box:
    """A box with its place in pixels: left edge, upper edge (counted downwards), width, height."""

    left: float
    top: float
    width: float
    height: float
    lines: tuple[Line, ...]
    arm: int | None = None

    @property
    def centre(self) -> float:
        """Horizontal middle."""
        return self.left + self.width / 2

    @property
    def bottom(self) -> float:
        """Lower edge."""
        return self.top + self.height


@dataclass(frozen=True, kw_only=True, slots=True)
class Layout:
    """Boxes, the paths of the arrows (each ends at its head), and the height of the page."""

    boxes: tuple[Box, ...]
    arrows: tuple[Path, ...]

    @property
    def height(self) -> float:
        """Lower edge of the lowest box."""
        return max(box.bottom for box in self.boxes)


def flow_layout(
    enrolment: Sequence[Step],
    arms: Sequence[Sequence[Step]],
    *,
    width: float,
) -> Layout:
    """Place the boxes: enrolment above, then the arms side by side or, where narrow, stacked.

    Parameters
    ----------
    enrolment : sequence of Step
        Those randomised; or those assessed, those excluded and those randomised.
    arms : sequence of sequences of Step
        The boxes of each arm, as many in each.
    width : float
        Of the page, in pixels.

    Examples
    --------
    >>> arms = [[Step(title="A", n=2)], [Step(title="B", n=2)]]
    >>> layout = flow_layout([Step(title="Randomised", n=4)], arms, width=500)
    >>> [round(box.left) for box in layout.boxes], len(layout.arrows)
    ([129, 0, 258], 2)
    """
    column = (width - GUTTER * (len(arms) - 1)) / max(len(arms), 1)
    place = _stacked if column < LEAST_COLUMN else _side_by_side
    return place(enrolment, arms, width)


def _side_by_side(
    enrolment: Sequence[Step], arms: Sequence[Sequence[Step]], width: float
) -> Layout:
    boxes, arrows = _enrolment(enrolment, width)
    root = boxes[-1]
    column = (width - GUTTER * (len(arms) - 1)) / len(arms)
    above = [root] * len(arms)
    for row in zip(*arms, strict=True):
        top = max(box.bottom for box in above) + GAP
        made = [
            _box(step, left=i * (column + GUTTER), top=top, width=column)
            for i, step in enumerate(row)
        ]
        height = max(box.height for box in made)
        made = [replace(box, height=height) for box in made]
        arrows += [_down(start, end) for start, end in zip(above, made, strict=True)]
        boxes += made
        above = made
    return Layout(boxes=tuple(boxes), arrows=tuple(arrows))


def _enrolment(steps: Sequence[Step], width: float) -> tuple[list[Box], list[Path]]:
    """Those assessed above those randomised, those excluded to the right of the way down."""
    column = (width - GUTTER) / 2
    middle = (width - column) / 2
    first = _box(steps[0], left=middle, top=0.0, width=column)
    if len(steps) == 1:
        return [first], []
    first = replace(first, left=0.0)
    aside = _box(steps[1], left=width - column, top=first.bottom + GAP / 2, width=column)
    last = _box(steps[2], left=middle, top=aside.bottom + GAP, width=column)
    across = aside.top + PADDING + LINE / 2
    turn = last.top - GAP / 2
    down = ((first.centre, first.bottom), (first.centre, turn), (last.centre, turn))
    return [first, aside, last], [
        ((first.centre, across), (aside.left, across)),
        (*down, (last.centre, last.top)),
    ]


def _down(start: Box, end: Box) -> Path:
    """Go straight down, or down and across to a column."""
    if abs(start.centre - end.centre) < 1:
        return (start.centre, start.bottom), (end.centre, end.top)
    turn = end.top - GAP / 2
    return (
        (start.centre, start.bottom),
        (start.centre, turn),
        (end.centre, turn),
        (end.centre, end.top),
    )


def _stacked(enrolment: Sequence[Step], arms: Sequence[Sequence[Step]], width: float) -> Layout:
    """One box below the other; a trunk at the left edge leads to the first box of each arm."""
    boxes, arrows, top = [], [], 0.0
    for position, step in enumerate(enrolment):
        indent = GUTTER if position == 1 else 0.0
        boxes.append(_box(step, left=indent, top=top, width=width - indent))
        top = boxes[-1].bottom + GAP
    if len(boxes) > 1:
        arrows = [_branch(boxes[0], boxes[1]), _trunk(boxes[0], boxes[2])]
    root = boxes[-1]
    for steps in arms:
        column: list[Box] = []
        for step in steps:
            column.append(_box(step, left=GUTTER, top=top, width=width - GUTTER))
            top = column[-1].bottom + GAP
        arrows += [_branch(root, column[0]), *map(_down, column, column[1:])]
        boxes += column
    return Layout(boxes=tuple(boxes), arrows=tuple(arrows))


def _branch(start: Box, end: Box) -> Path:
    """Go down the left edge and into a box from the left."""
    at, across = GUTTER / 2, end.top + PADDING + LINE / 2
    return (at, start.bottom), (at, across), (end.left, across)


def _trunk(start: Box, end: Box) -> Path:
    return (GUTTER / 2, start.bottom), (GUTTER / 2, end.top)


def _box(step: Step, *, left: float, top: float, width: float) -> Box:
    lines = tuple(_lines(step, width - 2 * PADDING))
    height = LINE * len(lines) + 2 * PADDING
    return Box(left=left, top=top, width=width, height=height, lines=lines, arm=step.arm)


def _lines(step: Step, width: float) -> Iterator[Line]:
    yield from _wrapped(step.title, "" if step.n is None else f"n = {step.n}", width, bold=True)
    for name, n in step.parts:
        yield from _wrapped(name, str(n), width, bold=False)


def _wrapped(text: str, n: str, width: float, *, bold: bool) -> Iterator[Line]:
    """Wrap a text so that it leaves room for the number at the right edge."""
    size = _BOLD if bold else _CHARACTER
    room = int(width / size) - len(n) - (1 if n else 0)
    first, *others = textwrap.wrap(text, max(room, 8)) or [""]
    yield Line(text=first, n=n, bold=bold)
    for other in others:
        yield Line(text=other, bold=bold)
