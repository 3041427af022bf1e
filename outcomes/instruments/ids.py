"""The columns that say whose answers a row holds, and when they were given."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from outcomes.errors import DuplicateRecordError, SchemaError, SpecificationError
from outcomes.instruments.columns import suggestion

SCORE_COLUMNS = (
    "instrument",
    "version",
    "scale",
    "score",
    "n_answered",
    "n_items",
    "status",
    "reason",
    "rule",
)


def check_ids(responses: pd.DataFrame, id_columns: Sequence[str]) -> None:
    """Refuse absent, empty or repeated ids.

    Raises
    ------
    SchemaError
        If an id is empty or blank.
    DuplicateRecordError
        If two rows are the same administration.
    """
    check_id_columns(responses, id_columns)
    ids = responses[list(id_columns)]
    empty = np.flatnonzero(is_empty(ids).any(axis=1))
    if len(empty):
        raise SchemaError(
            f"{len(empty)} of {len(ids)} rows have an empty id "
            f"({', '.join(id_columns)}); first rows by position: "
            f"{', '.join(str(row) for row in empty[:3])}."
        )
    repeated = ids[ids.duplicated()]
    if len(repeated):
        first = "; ".join(", ".join(map(str, row)) for row in repeated.head(3).to_numpy())
        raise DuplicateRecordError(
            f"{len(repeated)} rows repeat an administration ({', '.join(id_columns)}): {first}. "
            "Keep one row of each, or add the column that tells them apart to id_columns. If each "
            "row is one answer, say so with long=(item column, answer column)."
        )


def check_id_columns(responses: pd.DataFrame, id_columns: Sequence[str]) -> None:
    """Refuse id columns that are not there or not usable.

    Raises
    ------
    SpecificationError
        If no id column is named, one is named twice or would collide with a column of the result,
        or `responses` is no frame.
    SchemaError
        If an id column is absent or occurs twice.
    """
    if not isinstance(responses, pd.DataFrame):
        raise SpecificationError(
            f"responses is a {type(responses).__name__}; give a DataFrame with one row per "
            "administration."
        )
    named = () if isinstance(id_columns, str) else tuple(id_columns)
    if not named or set(named) & set(SCORE_COLUMNS) or len(set(named)) < len(named):
        raise SpecificationError(
            f"id_columns is {id_columns!r}; name at least one column, as a list, each once, and "
            f"none of {', '.join(SCORE_COLUMNS)}."
        )
    columns = [str(column) for column in responses.columns]
    wrong = [name for name in id_columns if columns.count(name) != 1]
    if wrong:
        hints = ", ".join(
            f"{name}{'' if name in columns else suggestion(str(name), columns)} "
            f"({columns.count(name)} times)"
            for name in wrong
        )
        raise SchemaError(f"Each id column must occur once in the responses; check {hints}.")


def is_empty(ids: pd.DataFrame) -> pd.DataFrame:
    """Which ids are absent or nothing but blanks."""
    return pd.DataFrame({name: _is_blank(column) for name, column in ids.items()})


def _is_blank(column: pd.Series[str]) -> NDArray[np.bool_]:
    """Which entries are absent or blank; each distinct text is looked at once."""
    codes, texts = pd.factorize(column)
    blank = [isinstance(text, str) and not text.strip() for text in texts]
    return np.append(np.array(blank, dtype=bool), True)[codes]
