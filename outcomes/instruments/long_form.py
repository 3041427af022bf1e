"""Responses with one row per answer, as electronic diaries and FHIR deliver them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from outcomes.errors import DuplicateRecordError, SchemaError
from outcomes.instruments.columns import suggestion


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
    empty = answers[keys].isna().any(axis=1)
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
