"""Which column of a frame holds which item."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from difflib import get_close_matches

import pandas as pd

from outcomes.errors import SchemaError, SpecificationError
from outcomes.instruments.spec import Instrument

Located = dict[str, str]
"""Item key to column name."""


def locate(
    responses: pd.DataFrame,
    instrument: Instrument,
    id_columns: Sequence[str],
    items: Mapping[str, str] | None,
) -> Located:
    """Find the column of every item, or say everything that is wrong with the columns.

    Parameters
    ----------
    responses : DataFrame
        One row per administration.
    instrument : Instrument
        Its item keys are the expected column names; ``odi_01`` serves for ``odi_1``.
    id_columns : sequence of str
        Columns that identify an administration; they hold no answers.
    items : mapping, optional
        Item key to column name, for items whose column is named otherwise.

    Returns
    -------
    dict
        Item key to column name.

    Raises
    ------
    SpecificationError
        If the item map names an item that the instrument does not have.
    SchemaError
        If a column is missing, occurs twice, or serves two purposes.

    Examples
    --------
    >>> from outcomes.instruments.registry import find
    >>> frame = pd.DataFrame({"subject": ["7"], "peg_01": [5], "peg_02": [4], "enjoy": [3]})
    >>> locate(frame, find("peg"), ["subject"], {"peg_3": "enjoy"})
    {'peg_1': 'peg_01', 'peg_2': 'peg_02', 'peg_3': 'enjoy'}
    """
    declared = _declared(instrument, items or {})
    counts = Counter(responses.columns)
    located: Located = {}
    absent: dict[str, list[str]] = {}
    complaints: list[str] = []
    for item in instrument.items:
        accepted = [declared[item.key]] if item.key in declared else _spellings(item.key)
        found = [column for column in accepted if counts[column]]
        located[item.key] = found[0] if found else ""
        complaints += _complaints(item.key, found, counts)
        if not found:
            absent[item.key] = accepted
    complaints += _shared(located, id_columns)
    spare = [str(column) for column in counts if column not in located.values()]
    complaints = _absent(absent, spare) + complaints
    if complaints:
        raise SchemaError(
            f"{instrument.key}: the columns do not fit its {len(instrument.items)} items. "
            + " ".join(complaints)
            + " Name columns after the items or map them with items={item: column}."
        )
    return located


def _declared(instrument: Instrument, items: Mapping[str, str]) -> dict[str, str]:
    """Read the caller's item map, in which either spelling of an item is accepted."""
    if not isinstance(items, Mapping):
        raise SpecificationError(
            f"{instrument.key}: items must map each item to its column, as in "
            f"{{{instrument.items[0].key!r}: 'column'}}; it is a {type(items).__name__}."
        )
    keys = known_items(instrument)
    unknown = [name for name in items if name not in keys]
    if unknown:
        hints = ", ".join(f"{name!r}{suggestion(str(name), list(keys))}" for name in unknown[:3])
        raise SpecificationError(
            f"{instrument.key}: the item map names {len(unknown)} unknown item(s): {hints}. "
            f"Write {{item: column}}; its items are "
            f"{', '.join(item.key for item in instrument.items)}."
        )
    declared = {keys[name]: column for name, column in items.items()}
    if len(declared) < len(items):
        raise SpecificationError(f"{instrument.key}: the item map names one item twice.")
    return declared


def known_items(instrument: Instrument) -> dict[str, str]:
    """Item keys by each of their spellings."""
    return {spelling: item.key for item in instrument.items for spelling in _spellings(item.key)}


def _spellings(key: str) -> list[str]:
    """``odi_1`` and its zero-padded form ``odi_01``; ``bpi_9a`` and ``bpi_09a``."""
    padded = re.sub(r"(?<!\d)(\d)([a-z]?)$", r"0\1\2", key)
    return [key] if padded == key else [key, padded]


def _complaints(key: str, found: list[str], counts: Counter[str]) -> list[str]:
    """Say what is wrong with the columns of one item."""
    if len(found) > 1:
        return [f"{key}: both {found[0]} and {found[1]} exist."]
    if found and counts[found[0]] > 1:
        return [f"{key}: column {found[0]} occurs {counts[found[0]]} times."]
    return []


def _absent(absent: Mapping[str, Sequence[str]], spare: Sequence[str]) -> list[str]:
    """Name the items without a column, the first three with what was looked for."""
    complaints = [
        f"{key}: no column {' or '.join(accepted)}{suggestion(accepted[0], spare)}."
        for key, accepted in list(absent.items())[:3]
    ]
    further = list(absent)[3:]
    return [*complaints, f"Nor for {', '.join(further)}."] if further else complaints


def _shared(located: Located, id_columns: Sequence[str]) -> list[str]:
    """Columns that would serve two items, or an item and an id."""
    used = Counter(column for column in located.values() if column)
    used.update(set(id_columns))
    return [f"Column {column} would serve {n} purposes." for column, n in used.items() if n > 1]


def suggestion(name: str, known: Sequence[str]) -> str:
    """Nearest known name as a question, or nothing.

    Examples
    --------
    >>> suggestion("pegg", ["peg", "odi"])
    ' (did you mean peg?)'
    """
    lowered = {candidate.lower(): candidate for candidate in known}
    close = get_close_matches(name.lower(), list(lowered), n=1)
    return f" (did you mean {lowered[close[0]]}?)" if close else ""
