"""What a frame must have before an endpoint is derived from it."""

from __future__ import annotations

import pandas as pd

from outcomes.errors import DuplicateRecordError, SchemaError
from outcomes.trial.problems import first_of


def require_columns(frame: pd.DataFrame, name: str, *needed: str) -> None:
    """Refuse a frame that lacks a column.

    Raises
    ------
    SchemaError
        With what is needed.
    """
    absent = [column for column in needed if column not in frame]
    if absent:
        raise SchemaError(f"{name} lacks {', '.join(absent)}; needed are {', '.join(needed)}.")


def require_one_row_each(frame: pd.DataFrame, name: str) -> None:
    """Refuse a frame with several rows of a subject.

    Raises
    ------
    DuplicateRecordError
        With the first subjects.
    """
    twice = frame.loc[frame["subject"].duplicated(), "subject"]
    if len(twice):
        raise DuplicateRecordError(
            f"{len(twice)} rows of {name} repeat a subject ({first_of(twice.unique())}); one row "
            "each is allowed."
        )
