"""The flow of patients as a diagram: boxes joined by arrows, numbers from the data.

References
----------
Hopewell S, Chan AW, Collins GS, et al. CONSORT 2025 statement: updated guideline for reporting
randomised trials. PLoS Med 2025;22(4):e1004587 (flow diagram).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Polygon, Rectangle

from outcomes.plots.figure import Figure
from outcomes.plots.flow_boxes import (
    GUTTER,
    LEAST_COLUMN,
    LINE,
    PADDING,
    Box,
    Layout,
    Path,
    Step,
    flow_layout,
)
from outcomes.plots.theme import INK, SOFT, SOLID, STYLES, TEXT_SIZE, arm_styles, axes_or_new, theme
from outcomes.tables import format as f
from outcomes.tables.arms import ordered, positions
from outcomes.tables.patients import patient_flow, stage_name
from outcomes.trial.study import Arm

Names = Mapping[tuple[str, str], str]
_NARROW = 284.0
_EXCLUDED = "excluded: "
_HEAD = 4.5


def plot_patient_flow(
    enrolment: pd.DataFrame,
    flow: pd.DataFrame,
    *,
    arms: Sequence[Arm],
    names: Names | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the flow of patients by arm.

    Parameters
    ----------
    enrolment : DataFrame
        step, n: ``"assessed for eligibility"`` and ``"excluded: …"`` where they are known, then
        ``"randomised"``.
    flow : DataFrame
        part, stage, step, arm, n in printing order; an arm may lack a part.
    arms : sequence of Arm
        In the order of the design.
    names : mapping, optional
        Labels of stages by part and id.
    ax : Axes, optional
        Where to draw; a new figure by default. Its width decides whether arms stand side by side.

    Returns
    -------
    Axes
        In pixels, counted downwards.
    """
    arm_styles(arms)  # refuses more arms than there are marks
    with theme():
        if ax is None:
            width = _wide(arms)
            ax = axes_or_new(None, _size(_layout(enrolment, flow, arms, names, width), width))
        width = float(ax.figure.bbox.width)
        layout = _layout(enrolment, flow, arms, names, width - 6)
        ax.set_position((0, 0, 1, 1))
        ax.set(xlim=(-3, width - 3), ylim=(ax.figure.bbox.height - 3, -3))
        ax.set_axis_off()
        for path in layout.arrows:
            _arrow(ax, path)
        for box in layout.boxes:
            _draw(ax, box)
    return ax


def flow_figure(
    enrolment: pd.DataFrame, flow: pd.DataFrame, *, arms: Sequence[Arm], names: Names | None = None
) -> Figure:
    """Flow of patients with caption, description and its numbers; see `plot_patient_flow`."""
    width = _wide(arms)
    wide, narrow = (
        _size(_layout(enrolment, flow, arms, names, each - 6), each) for each in (width, _NARROW)
    )
    counts = flow[flow["part"] == "randomised"].set_index("arm")["n"]
    told = ", ".join(f"{f.count(counts[arm.id])} to {arm.label}" for arm in ordered(arms))
    return Figure(
        key="patient-flow",
        title="Flow of patients",
        description=f"Boxes from enrolment to analysis. Randomised: {told}. The numbers of every "
        "box are in the table below.",
        caption="From enrolment to analysis, by arm; that the numbers add up is checked.",
        draw=lambda ax: plot_patient_flow(enrolment, flow, arms=arms, names=names, ax=ax),
        data=patient_flow(flow, arms=arms, names=names),
        size=wide,
        narrow_size=narrow,
    )


def _wide(arms: Sequence[Arm]) -> float:
    return max(640.0, len(arms) * (LEAST_COLUMN + 2 * GUTTER))


def _size(layout: Layout, width: float) -> tuple[int, int]:
    return int(width), int(layout.height) + 7


def _layout(
    enrolment: pd.DataFrame,
    flow: pd.DataFrame,
    arms: Sequence[Arm],
    names: Names | None,
    width: float,
) -> Layout:
    columns = [
        list(_steps(flow[flow["arm"] == arm.id], arm, positions(arms)[arm.id], names or {}))
        for arm in ordered(arms)
    ]
    return flow_layout(list(_enrolled(enrolment)), columns, width=width)


def _enrolled(enrolment: pd.DataFrame) -> Iterator[Step]:
    counts = dict(zip(enrolment["step"], enrolment["n"].astype(int), strict=True))
    assessed = counts.get("assessed for eligibility")
    if assessed is not None:
        reasons = tuple(
            (f.heading(step.removeprefix(_EXCLUDED)), n)
            for step, n in counts.items()
            if step.startswith(_EXCLUDED)
        )
        yield Step(title="Assessed for eligibility", n=assessed)
        yield Step(title="Excluded", n=sum(n for _, n in reasons), parts=reasons)
    yield Step(title="Randomised", n=counts["randomised"])


def _steps(flow: pd.DataFrame, arm: Arm, position: int, names: Names) -> Iterator[Step]:
    """Boxes of one arm: allocation, withdrawal, visits, primary outcomes, populations."""
    parts = {str(part): rows for part, rows in flow.groupby("part", sort=False)}
    n = int(parts["randomised"]["n"].iloc[0])
    treated = _listed(parts.get("treatment"))
    yield Step(title=f.heading(arm.label), n=n, parts=treated, arm=position)
    if "follow_up" in parts:
        rows = parts["follow_up"]
        left = _listed(rows[rows["step"].str.startswith("withdrew: ")], prefix="withdrew: ")
        yield Step(title="Withdrew", n=sum(n for _, n in left), parts=left, arm=position)
    for part, title, step in (
        ("visit", "Seen at", "seen"),
        ("population", "In the population", "included"),
    ):
        if part in parts:
            rows = parts[part][parts[part]["step"] == step]
            listed = tuple(
                (stage_name(part, str(stage), names), int(count))
                for stage, count in zip(rows["stage"], rows["n"], strict=True)
            )
            yield Step(title=title, parts=listed, arm=position)
        if part == "visit" and "outcome" in parts:
            yield from _outcomes(parts["outcome"], position, names)


def _outcomes(rows: pd.DataFrame, position: int, names: Names) -> Iterator[Step]:
    for stage, steps in rows.groupby("stage", sort=False):
        listed = _listed(steps)
        yield Step(title=stage_name("outcome", str(stage), names), parts=listed, arm=position)


def _listed(rows: pd.DataFrame | None, prefix: str = "") -> tuple[tuple[str, int], ...]:
    """Name steps without the `prefix` they share, with their numbers."""
    if rows is None:
        return ()
    steps = [f.heading(str(step).removeprefix(prefix)) for step in rows["step"]]
    return tuple(zip(steps, rows["n"].astype(int).tolist(), strict=True))


def _arrow(ax: Axes, path: Path) -> None:
    (before, _), (x, y) = path[-2:]
    ax.plot(*zip(*path, strict=True), color=SOFT, linewidth=1.2, solid_capstyle="butt", zorder=1)
    if x == before:
        head = [(x, y), (x - _HEAD, y - 2 * _HEAD), (x + _HEAD, y - 2 * _HEAD)]
    else:
        head = [(x, y), (x - 2 * _HEAD, y - _HEAD), (x - 2 * _HEAD, y + _HEAD)]
    ax.add_patch(Polygon(head, facecolor=SOFT, edgecolor="none", zorder=2))


def _draw(ax: Axes, box: Box) -> None:
    """Outline a box in the colour and dashes of its arm, and write its lines."""
    style = None if box.arm is None else STYLES[box.arm]
    ax.add_patch(
        Rectangle(
            (box.left, box.top),
            box.width,
            box.height,
            fill=False,
            edgecolor=style.line if style else SOFT,
            linestyle=style.dash if style else SOLID,
            linewidth=1.4,
        )
    )
    for i, line in enumerate(box.lines):
        y = box.top + PADDING + LINE * (i + 0.5)
        _write(ax, box.left + PADDING, y, line.text, "left", bold=line.bold)
        if line.n:
            _write(ax, box.left + box.width - PADDING, y, line.n, "right", bold=line.bold)


def _write(ax: Axes, x: float, y: float, text: str, align: str, *, bold: bool) -> None:
    weight = "bold" if bold else "normal"
    ax.text(x, y, text, ha=align, va="center", fontsize=TEXT_SIZE, fontweight=weight, color=INK)
