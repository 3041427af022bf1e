"""Looking up the rows of a tidy frame by what they are about."""

from __future__ import annotations

from typing import Any

import pandas as pd

Key = tuple[Any, ...]


def by_key(frame: pd.DataFrame, *keys: str) -> dict[Key, dict[str, Any]]:
    """Rows of a tidy frame by the values of `keys`.

    Raises
    ------
    ValueError
        If two rows have the same key: one of them would be lost without a word.

    Examples
    --------
    >>> frame = pd.DataFrame({"arm": ["a", "b"], "n": [3, 4]})
    >>> by_key(frame, "arm")["b",]["n"]
    4
    """
    columns = [str(column) for column in frame.columns]
    records = [
        dict(zip(columns, row, strict=True)) for row in frame.itertuples(index=False, name=None)
    ]
    rows = {tuple(row[key] for key in keys): row for row in records}
    if len(rows) != len(frame):
        raise ValueError(f"{len(frame) - len(rows)} rows repeat the same {', '.join(keys)}")
    return rows
