"""Responses with one row per answer, as electronic diaries and FHIR deliver them."""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping, Sequence, Set
from difflib import get_close_matches
from typing import Any

import pandas as pd

from outcomes.errors import (
    DuplicateRecordError,
    OutcomesWarning,
    SchemaError,
    SpecificationError,
)
from outcomes.instruments.columns import known_items, suggestion
from outcomes.instruments.ids import check_id_columns, is_empty
from outcomes.instruments.registry import REGISTRY
from outcomes.instruments.spec import Instrument


def administrations(
    answers: pd.DataFrame,
    instrument: Instrument,
    id_columns: Sequence[str],
    items: Mapping[str, str] | None,
    long: tuple[str, str],
) -> pd.DataFrame:
    """One row per administration of one instrument from one row per answer of any.

    Parameters
    ----------
    answers : DataFrame
        One row per answer, of this instrument or of others too.
    instrument : Instrument
        Its items are looked for; others are left alone.
    id_columns : sequence of str
        Columns that identify an administration.
    items : mapping, optional
        Item key to what the item column calls it.
    long : (str, str)
        Columns with the item and with the answer.

    Returns
    -------
    DataFrame
        As `widen` makes it.

    Raises
    ------
    SpecificationError
        If `long` does not name two columns.
    SchemaError
        If the item column spells an item in a way of its own, so that answers would be lost.

    Notes
    -----
    Names that are merely like an item's draw an `OutcomesWarning`: they may be other questions.
    """
    if isinstance(long, str) or len(long) != 2:
        raise SpecificationError(
            f"long is {long!r}; name the columns of item and answer, as in ('item', 'answer')."
        )
    check_id_columns(answers, id_columns)
    wide = widen(answers, id_columns, *long)
    names = [str(name) for name in wide if name not in id_columns]
    _look_for_lost_items(names, instrument, set((items or {}).values()), column=long[0])
    return wide


def _look_for_lost_items(
    names: Sequence[str], instrument: Instrument, mapped: Set[str], *, column: str
) -> None:
    """Refuse item names that only their spelling keeps from being found; warn of similar ones."""
    spellings = known_items(instrument)
    plain = {_plain(spelling): key for spelling, key in spellings.items()}
    others = [name for name in names if name not in spellings and name not in mapped]
    lost = {name: plain[_plain(name)] for name in others if _plain(name) in plain}
    if lost:
        raise SchemaError(
            f"{instrument.key}: column {column} spells {len(lost)} item(s) differently: "
            f"{_first(lost)}. Correct the names or map them with items={{item: name}}."
        )
    elsewhere = {spelling for one in REGISTRY.values() for spelling in known_items(one)}
    alike = {
        name: close[0]
        for name in others
        if name not in elsewhere and (close := get_close_matches(name, spellings, 1, 0.8))
    }
    if alike:
        warnings.warn(
            f"{instrument.key}: column {column} names {len(alike)} item(s) that it does not have "
            f"but that look like its own: {_first(alike)}. They are not scored.",
            OutcomesWarning,
            stacklevel=4,
        )


def _first(found: Mapping[str, str]) -> str:
    """First three names, each with the item it may be."""
    pairs = list(found.items())[:3]
    return ", ".join(f"{name!r} (did you mean {item}?)" for name, item in pairs)


def _plain(name: str) -> str:
    """Item name without the differences a typist makes: case, blanks, signs, leading zeros."""
    return re.sub(r"(?<!\d)0+(?=\d)", "", re.sub(r"[^a-z0-9]", "", name.lower()))


def widen(
    answers: pd.DataFrame,
    id_columns: Sequence[str] = ("subject", "visit"),
    item: str = "item",
    answer: str = "answer",
) -> pd.DataFrame:
    """One row per administration from one row per answer, ready for `score`.

    Parameters
    ----------
    answers : DataFrame
        One row per answer with the id columns, the item's key and the answer. Not modified.
    id_columns : sequence of str
        Columns that identify an administration.
    item, answer : str
        Columns with the item key and with the answer.

    Returns
    -------
    DataFrame
        The id columns and one column per item, in order of first appearance; empty where an
        administration has no row for an item. An item that no row names has no column, and `score`
        will say so.

    Raises
    ------
    SchemaError
        If a column is absent, or an id or item key is empty.
    DuplicateRecordError
        If one administration has two answers to one item.

    Examples
    --------
    >>> long = pd.DataFrame({"subject": ["1", "1"], "visit": "w0", "item": ["peg_1", "peg_2"],
    ...                      "answer": [7, 6]})
    >>> widen(long)
      subject visit  peg_1  peg_2
    0       1    w0      7      6
    """
    keys = [*id_columns, item]
    absent = [name for name in (*keys, answer) if name not in answers.columns]
    if absent:
        known = [str(column) for column in answers.columns]
        hints = ", ".join(f"{name}{suggestion(name, known)}" for name in absent)
        raise SchemaError(f"The answers lack {len(absent)} column(s): {hints}.")
    empty = is_empty(answers[keys]).any(axis=1)
    if empty.any():
        raise SchemaError(f"{empty.sum()} of {len(answers)} answers have an empty id or item key.")
    repeated = answers.loc[answers.duplicated(keys), keys]
    if len(repeated):
        first = "; ".join(", ".join(map(str, row)) for row in repeated.head(3).to_numpy())
        raise DuplicateRecordError(
            f"{len(repeated)} rows answer an item again ({', '.join(keys)}): {first}. "
            "Keep one answer of each."
        )
    order = list(dict.fromkeys(answers[item]))
    records = answers[list(id_columns)].drop_duplicates()
    parts: list[pd.DataFrame | pd.Series[Any]] = [records]
    for key in order:
        chosen = answers.loc[answers[item] == key, [*id_columns, answer]]
        placed = records.merge(chosen, how="left", on=list(id_columns))[answer]
        parts.append(placed.set_axis(records.index).infer_objects().rename(str(key)))
    return pd.concat(parts, axis=1).reset_index(drop=True)
