"""A block: one section of a report, with the numbers and figures it shows."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

import pandas as pd

#: Under this type a notebook keeps a block, so that a report can be made from its outputs alone.
BLOCK_TYPE = "application/vnd.outcomes.block+json"

Cell = str | int | float | bool | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Block:
    """One section, shown as the output of a notebook cell.

    Parameters
    ----------
    id : str
        Anchor, unique in a report: ``"results"``.
    title : str
        Heading, and entry of the table of contents.
    html : str
        The section's markup; text from data is escaped already.
    ard : tuple of dict, optional
        Analysis results data: one row per number, plain values only.
    figures : mapping of str to str, optional
        SVG documents by name.
    meta : mapping, optional
        Plain values for the index of a batch and for the provenance.

    Examples
    --------
    >>> block = Block(id="note", title="Note", html="<section id='note'>…</section>")
    >>> sorted(block._repr_mimebundle_())
    ['application/vnd.outcomes.block+json', 'text/html', 'text/plain']
    """

    id: str
    title: str
    html: str
    ard: tuple[dict[str, Cell], ...] | None = None
    figures: Mapping[str, str] = field(default_factory=dict)
    meta: Mapping[str, Any] = field(default_factory=dict)

    def _repr_mimebundle_(self, **_formats: Any) -> dict[str, Any]:
        style = f"<style>{_notebook_style()}</style>"
        return {
            "text/plain": f"Block: {self.title}",
            "text/html": f'{style}<div class="outcomes">{self.html}</div>',
            BLOCK_TYPE: asdict(self),
        }

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> Block:
        """Read a block back from the output of a notebook cell."""
        ard = data.get("ard")
        return Block(**{**data, "ard": None if ard is None else tuple(ard)})


def ard_rows(ard: pd.DataFrame) -> tuple[dict[str, Cell], ...]:
    """Rows of analysis results data as plain values that JSON can hold.

    Missing values become None; JSON has no infinity, so ``"Infinity"`` and ``"-Infinity"`` are
    text.

    Examples
    --------
    >>> ard_rows(pd.DataFrame({"stat_name": ["estimate"], "stat": [float("nan")]}))
    ({'stat_name': 'estimate', 'stat': None},)
    """
    columns = [str(column) for column in ard.columns]
    rows = ard.astype(object).itertuples(index=False, name=None)
    return tuple(dict(zip(columns, map(_plain, row), strict=True)) for row in rows)


def plain_values(value: Any) -> Any:
    """Make mappings and sequences of plain values that JSON can hold, as in `ard_rows`."""
    if isinstance(value, Mapping):
        return {str(key): plain_values(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain_values(each) for each in value]
    return _plain(value)


def _plain(value: Any) -> Cell:
    value = value.item() if hasattr(value, "item") else value
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, float) and not math.isfinite(value):
        return None if math.isnan(value) else f"{'-' if value < 0 else ''}Infinity"
    return value if isinstance(value, (str, int, float, bool)) else str(value)


@cache
def _notebook_style() -> str:
    return (files("outcomes.report") / "templates" / "notebook.css").read_text(encoding="utf-8")
