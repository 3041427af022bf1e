"""The library of instruments on the terminal."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from outcomes.errors import SpecificationError
from outcomes.instruments import instruments
from outcomes.instruments.describe import Description, ScaleDescription, describe

_LISTED = {
    "key": "Key",
    "name": "Instrument",
    "version": "Version",
    "n_items": "Items",
    "scales": "Scales",
}


def listing(topic: str | None = None) -> Table:
    """One row for each instrument, of one topic or of all.

    Raises
    ------
    SpecificationError
        If no instrument has this topic.
    """
    library = instruments()
    topics = library["topic"].unique()
    if topic is not None and topic not in topics:
        raise SpecificationError(f"There is no topic {topic!r}; topics are {', '.join(topics)}.")
    table = Table(*_LISTED.values(), caption=_caption(library), row_styles=["", "dim"])
    for row in library.itertuples():
        if topic in (None, row.topic):
            table.add_row(*(Text(str(getattr(row, column))) for column in _LISTED))
    return table


def _caption(library: pd.DataFrame) -> str:
    topics = ", ".join(library["topic"].unique())
    return f"{len(library)} instruments; topics: {topics}. outcomes instruments show KEY"


def page(key: str) -> Group:
    """Lay out what an instrument needs, how it scores, its thresholds and rights."""
    found = describe(key)
    return Group(_head(found), *(_scale(scale) for scale in found.scales))


def _head(found: Description) -> RenderableType:
    return _definitions(
        f"{found.name} ({found.key})",
        {
            "version": found.version,
            "recall": found.recall,
            "columns": found.columns,
            "coding": found.coding,
            "rights": found.rights,
            "citation": found.citation,
            "LOINC": found.loinc,
            "experimental": found.experimental,
        },
    )


def _scale(scale: ScaleDescription) -> RenderableType:
    return _definitions(
        f"{scale.key}: {scale.label}",
        {
            "items": scale.items,
            "scoring": scale.scoring,
            "range": f"{scale.range}; higher is {scale.higher_is}",
            "missing items": scale.missing,
            "on request": "\n".join(scale.other_rules),
            "thresholds": "\n".join(scale.thresholds),
            "bands": "\n".join(scale.bands),
            "source": f"{scale.source} ({scale.level})",
            "LOINC": scale.loinc,
        },
    )


def _definitions(title: str, entries: dict[str, str]) -> RenderableType:
    """Lay out a titled list of terms; entries without text are left out."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for term, text in _lines(entries):
        grid.add_row(term, Text(text))
    return Group(Text(f"\n{title}", style="bold"), grid)


def _lines(entries: dict[str, str]) -> Iterator[tuple[str, str]]:
    for term, text in entries.items():
        for position, line in enumerate(filter(None, text.split("\n"))):
            yield ("" if position else term), line
