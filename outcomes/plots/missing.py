"""Patterns of seen and unseen visits: one row for each, with the patients of each arm."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.transforms import ScaledTranslation

from outcomes.plots.figure import Figure
from outcomes.plots.labels import shorten
from outcomes.plots.theme import (
    INK,
    PAPER,
    SOFT,
    TEXT_SIZE,
    arm_styles,
    axes_or_new,
    drawn_arms,
    theme,
)
from outcomes.tables.arms import positions
from outcomes.tables.format import count, heading
from outcomes.tables.table import Column, Row, Table
from outcomes.trial.study import Arm, Visit

#: Patterns drawn; those with fewer patients are summed up in a last row.
MOST = 12
_ROW = 21
_LABEL_WIDTH = 12


def plot_missing_patterns(
    patterns: pd.DataFrame,
    *,
    arms: Sequence[Arm],
    visits: Sequence[Visit],
    ax: Axes | None = None,
) -> Axes:
    """Draw which visits were seen, pattern by pattern.

    Parameters
    ----------
    patterns : DataFrame
        pattern, kind, arm, visit, seen, n, as by `missing_patterns`.
    arms, visits : sequence of Arm, Visit
        In the order of the design.
    ax : Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    Axes
    """
    with theme():
        ax = axes_or_new(ax, _size(patterns, arms, 440))
        shown, other = _shown(patterns)
        here = [visit for visit in visits if visit.id in set(patterns["visit"])]
        ids = list(dict.fromkeys(shown["pattern"]))
        rows = len(ids) + bool(len(other))
        present = drawn_arms(arms, patterns)
        across = len(here) + 0.6 + 1.5 * len(present)
        ax.set(xlim=(0, across), ylim=(rows + 0.1, -0.1), xticks=[], yticks=[])
        for side in ax.spines.values():
            side.set_visible(False)
        _draw_cells(ax, shown, here)
        if len(other):
            text = f"{other['pattern'].nunique()} other patterns"
            ax.text(0.1, rows - 0.5, text, va="center", color=SOFT, fontsize=TEXT_SIZE)
        for j, visit in enumerate(here):
            _name_column(ax, visit.label, j + 0.5)
        _draw_counts(ax, shown, other, present, len(here) + 0.6, arms)
    return ax


def missing_patterns_figure(
    patterns: pd.DataFrame,
    *,
    arms: Sequence[Arm],
    visits: Sequence[Visit],
    outcome: str,
    key: str = "missing-patterns",
) -> Figure:
    """Figure of the patterns of missing scores, with its words and data.

    Parameters
    ----------
    patterns, arms, visits
        As in `plot_missing_patterns`.
    outcome : str
        Label of the score.
    key : str
        Unique in the report.

    Returns
    -------
    Figure
    """
    draw = partial(plot_missing_patterns, patterns, arms=arms, visits=visits)
    return Figure(
        key=key,
        title=f"{heading(outcome)}: patterns of missing scores",
        description=_in_words(patterns, arms),
        caption=f"{heading(outcome)}: visits at which a score was seen (filled) and was not "
        "(open), by pattern, with the patients of each arm.",
        draw=lambda ax: draw(ax=ax),
        data=_data(patterns, arms, visits),
        size=_size(patterns, arms, 440),
        narrow_size=_size(patterns, arms, 284),
    )


def _size(patterns: pd.DataFrame, arms: Sequence[Arm], width: int) -> tuple[int, int]:
    rows = min(patterns["pattern"].nunique(), MOST + 1)
    return width, 100 + _ROW * rows + 20 * len(drawn_arms(arms, patterns))


def _totals(patterns: pd.DataFrame) -> pd.Series[int]:
    """Patients of each pattern, over arms."""
    each = patterns.drop_duplicates(["pattern", "arm"])
    return each.groupby("pattern", sort=False)["n"].sum()


def _shown(patterns: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows of the patterns with most patients, in their order, and rows of the others."""
    totals = _totals(patterns)
    if len(totals) <= MOST + 1:
        return patterns, patterns.iloc[:0]
    kept = set(totals.sort_values(ascending=False, kind="stable").index[:MOST])
    inside = patterns["pattern"].isin(kept)
    return patterns[inside], patterns[~inside]


def _draw_cells(ax: Axes, shown: pd.DataFrame, visits: Sequence[Visit]) -> None:
    """One rectangle for each pattern and visit, filled where a score was seen."""
    row = {pattern: i for i, pattern in enumerate(dict.fromkeys(shown["pattern"]))}
    column = {visit.id: j for j, visit in enumerate(visits)}
    once = shown.drop_duplicates(["pattern", "visit"])
    for seen, rows in once.groupby("seen"):
        corners = [
            (column[visit], row[pattern])
            for pattern, visit in zip(rows["pattern"], rows["visit"], strict=True)
        ]
        ax.add_patch(
            PathPatch(
                Path.make_compound_path(*(_cell(x, y) for x, y in corners)),
                facecolor=INK if seen else PAPER,
                edgecolor=INK if seen else SOFT,
                linewidth=1.2,
            )
        )


def _cell(x: float, y: float) -> Path:
    left, right, top, bottom = x + 0.2, x + 0.8, y + 0.2, y + 0.8
    corners = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]
    return Path(corners, closed=True)


def _name_column(ax: Axes, label: str, at: float) -> None:
    ax.annotate(
        shorten(label, _LABEL_WIDTH, 1),
        (at, 0.0),
        xytext=(0, 4),
        textcoords="offset pixels",
        rotation=90,
        ha="center",
        va="bottom",
        color=SOFT,
        fontsize=TEXT_SIZE,
    )


def _draw_counts(
    ax: Axes,
    shown: pd.DataFrame,
    other: pd.DataFrame,
    present: Sequence[Arm],
    left: float,
    arms: Sequence[Arm],
) -> None:
    """Numbers of patients in a column under the mark of each arm, and what the marks mean."""
    styles, width = arm_styles(arms), _characters(ax)
    for a, arm in enumerate(present):
        x, style = left + 1.5 * a + 0.9, styles[arm.id]
        ax.plot([x], [-0.55], clip_on=False, **style.marks(9))
        for row, n in enumerate(_column(shown, other, arm.id)):
            ax.text(x, row + 0.5, count(n), ha="center", va="center", color=INK, fontsize=TEXT_SIZE)
        below = -16 - 20 * a
        ax.annotate(
            shorten(heading(arm.label), width, 1),
            (0.0, 0.0),
            xycoords="axes fraction",
            xytext=(20, below),
            textcoords="offset pixels",
            va="center",
            color=style.text,
            fontsize=TEXT_SIZE,
            fontweight="bold",
        )
        _mark_below(ax, below, style.marks(9))


def _mark_below(ax: Axes, below: float, marks: dict[str, object]) -> None:
    """Draw an arm's mark at a distance in pixels below the axes."""
    shift = ScaledTranslation(8 / 72, below / 72, ax.figure.dpi_scale_trans)
    ax.plot([0], [0], transform=ax.transAxes + shift, clip_on=False, **marks)  # type: ignore[arg-type]


def _column(shown: pd.DataFrame, other: pd.DataFrame, arm: str) -> list[int]:
    """Patients of an arm, pattern by pattern, those of all other patterns last."""

    def of(rows: pd.DataFrame) -> pd.DataFrame:
        return rows[rows["arm"].astype(str) == arm].drop_duplicates("pattern")

    numbers = [int(n) for n in of(shown)["n"]]
    return [*numbers, int(of(other)["n"].sum())] if len(other) else numbers


def _characters(ax: Axes) -> int:
    return int((ax.get_figure(root=True).bbox.width - 30) / (0.66 * TEXT_SIZE))  # type: ignore[union-attr]


def _in_words(patterns: pd.DataFrame, arms: Sequence[Arm]) -> str:
    sentences = []
    each = patterns.drop_duplicates(["pattern", "arm"])
    for arm in drawn_arms(arms, patterns):
        rows = each[each["arm"].astype(str) == arm.id]
        n = rows.groupby("kind")["n"].sum()
        total = count(rows["n"].sum())
        parts = [f"{count(n.get(kind, 0))} {words}" for kind, words in _KIND_WORDS]
        sentences.append(f"{heading(arm.label)}, {total} patients: {', '.join(parts)}.")
    return " ".join(sentences)


_KIND_WORDS = (
    ("complete", "seen at every visit"),
    ("lost for good", "seen until some visit and never after"),
    ("with gaps", "with a visit missed before one that was seen"),
)


def _data(patterns: pd.DataFrame, arms: Sequence[Arm], visits: Sequence[Visit]) -> Table:
    shown, other = _shown(patterns)
    present = drawn_arms(arms, patterns)
    labels = {visit.id: visit.label for visit in visits}
    counts = [_column(shown, other, arm.id) for arm in present]
    names = [_pattern_words(rows, labels) for _, rows in shown.groupby("pattern", sort=False)]
    if len(other):
        names.append(f"{other['pattern'].nunique()} other patterns")
    rows = tuple(
        Row(label=name, cells=tuple(count(column[i]) for column in counts))
        for i, name in enumerate(names)
    )
    return Table(
        caption="Patients by the visits at which a score was seen.",
        stub="Not seen at",
        columns=tuple(
            Column(label=heading(arm.label), arm=positions(arms)[arm.id]) for arm in present
        ),
        rows=rows,
    )


def _pattern_words(rows: pd.DataFrame, labels: dict[str, str]) -> str:
    once = rows.drop_duplicates("visit")
    unseen = [labels[visit] for visit in once.loc[~once["seen"], "visit"]]
    if not unseen:
        return "No visit"
    return "Any visit" if len(unseen) == len(once) else ", ".join(unseen)
