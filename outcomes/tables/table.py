"""A table as it is printed: frozen rows of text, ready to be laid out by any renderer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """One column: its heading, the heading it shares with its neighbours, and its alignment.

    `arm` is the position of an arm (`outcomes.tables.arms.positions`), so that its mark can stand
    beside the heading, or beside the shared heading where all its columns have the same.
    """

    label: str
    group: str | None = None
    align: Literal["left", "right"] = "right"
    arm: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One row: its heading and one text per column. `kind` says how it stands out.

    `arm` is the position of an arm whose mark stands beside the heading. A row of kind
    ``"group"`` heads the rows that follow it and has no cells.
    """

    label: str
    cells: tuple[str, ...] = ()
    kind: Literal["plain", "primary", "group", "sub"] = "plain"
    arm: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """Caption, headings, rows and footnotes; every cell is plain text, escaped on rendering.

    `stub` heads the column of row labels. `stack` marks a table of sentences, which narrow
    screens show as stacked entries instead of scrolling.
    """

    caption: str
    stub: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    footnotes: tuple[str, ...] = field(default=())
    stack: bool = False
