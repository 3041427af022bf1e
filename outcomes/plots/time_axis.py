"""A true time axis: visits stand where their nominal days are, in weeks, months or days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import pandas as pd
from matplotlib.axes import Axes

from outcomes.plots.labels import x_caption
from outcomes.plots.theme import TEXT_SIZE
from outcomes.tables.format import NOT_ESTIMATED, estimate, number
from outcomes.tables.table import Row
from outcomes.trial.study import Arm, Visit

#: Mean length of a month in days: 365.25 / 12.
_MONTH = 30.4375
_LABEL_GAP = 8.0


class Point(NamedTuple):
    """An estimate at a visit with its interval."""

    visit: str
    estimate: float
    conf_low: float
    conf_high: float


@dataclass(frozen=True, kw_only=True, slots=True)
class TimeAxis:
    """Days since randomisation drawn in `unit`s of `days` days."""

    unit: str
    days: float
    position: Mapping[str, float]
    start: float

    @property
    def span(self) -> float:
        """Length of the axis, from its start to the last visit."""
        return max(max(self.position.values(), default=1.0) - self.start, 1.0 / self.days)

    def offsets(self, n: int) -> list[float]:
        """Small shifts that keep the intervals of `n` arms apart at the same visit."""
        return [0.02 * self.span * (i - (n - 1) / 2) for i in range(n)]

    def rows(self, frame: pd.DataFrame, arm: str) -> pd.DataFrame:
        """Estimated rows of one arm in order of time, with their position `at`."""
        mine = frame[frame["arm"].astype(str).eq(arm) & frame["estimate"].notna()]
        return mine.assign(at=mine["visit"].astype(str).map(self.position)).sort_values("at")

    def points(self, frame: pd.DataFrame, arm: str) -> list[Point]:
        """Estimated rows of one arm as plain values, in order of time."""
        rows = self.rows(frame, arm)
        columns = [rows[name] for name in ("visit", "estimate", "conf_low", "conf_high")]
        return [Point(str(v), *map(float, numbers)) for v, *numbers in zip(*columns, strict=True)]

    def apply(self, ax: Axes) -> None:
        """Set limits, ticks at visits where their labels have room, and the caption."""
        ax.set_xlim(self.start - 0.04 * self.span, self.start + 1.05 * self.span)
        set_ticks(ax, sorted({self.start, *self.position.values()}))
        x_caption(ax, f"{self.unit.capitalize()}s since randomisation")


def time_axis(visits: Sequence[Visit]) -> TimeAxis:
    """Choose the unit of time from the nominal days of the visits.

    Weeks where every day is a multiple of 7, else months where every day is within three days of
    a whole month, else days.

    Examples
    --------
    >>> quarter = Visit(id="m3", label="Month 3", day=91)
    >>> year = Visit(id="m12", label="Month 12", day=365)
    >>> time_axis([quarter, year]).unit
    'month'
    """
    unit, days = unit_of_days([visit.day for visit in visits])
    position = round if unit == "month" else float
    at = {visit.id: position(visit.day / days) for visit in visits if not visit.baseline}
    start = min((visit.day / days for visit in visits if visit.baseline), default=0.0)
    return TimeAxis(unit=unit, days=days, position=at, start=min(start, *at.values(), 0.0))


def unit_of_days(days: Sequence[float]) -> tuple[str, float]:
    """Choose the unit in which `days` read best, and give its length in days."""
    if all(day % 7 == 0 for day in days):
        return "week", 7.0
    if all(abs(day - round(day / _MONTH) * _MONTH) <= 3 for day in days):
        return "month", _MONTH
    return "day", 1.0


def set_ticks(ax: Axes, positions: Sequence[float]) -> list[float]:
    """Put ticks at `positions`, and labels at those with room, the last one first.

    Returns
    -------
    list of float
        Positions that have a label, ascending.
    """
    labels = [number(at, 0 if float(at).is_integer() else 1) for at in positions]
    kept = spaced(ax, positions, labels)
    shown = [label if i in kept else "" for i, label in enumerate(labels)]
    ax.set_xticks(list(positions), shown)
    return [positions[i] for i in kept]


def spaced(
    ax: Axes, positions: Sequence[float], labels: Sequence[str], *, gap: float = _LABEL_GAP
) -> list[int]:
    """Find labels that do not touch, by index; the last is kept first, then from the left."""
    low, high = ax.get_xlim()
    scale = ax.get_window_extent().width / (high - low)
    kept: dict[int, tuple[float, float]] = {}
    for i in [len(positions) - 1, *range(len(positions) - 1)]:
        half = len(labels[i]) * TEXT_SIZE * 0.65 / 2
        at = positions[i] * scale
        if all(abs(at - other) >= half + width + gap for other, width in kept.values()):
            kept[i] = (at, half)
    return sorted(kept)


def by_visit(
    frame: pd.DataFrame, arms: Sequence[Arm], visits: Sequence[Visit], digits: int
) -> tuple[Row, ...]:
    """Rows of a data table: each follow-up visit with the estimate of each of `arms`."""
    axis = time_axis(visits)
    cells = {
        (point.visit, arm.id): estimate(point.estimate, point.conf_low, point.conf_high, digits)
        for arm in arms
        for point in axis.points(frame, arm.id)
    }
    return tuple(
        Row(
            label=visit.label,
            cells=tuple(cells.get((visit.id, arm.id), NOT_ESTIMATED) for arm in arms),
        )
        for visit in visits
        if not visit.baseline
    )
