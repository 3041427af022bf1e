"""What a frame must have before an endpoint is derived from it."""

from __future__ import annotations

import pandas as pd

from outcomes.errors import DataError, DuplicateRecordError, SchemaError
from outcomes.trial.problems import first_of, rows


def require_columns(frame: pd.DataFrame, name: str, *needed: str) -> None:
    """Refuse a frame that lacks a column, or has rows without a subject where it needs one.

    Raises
    ------
    DataError
        With the rows of nobody.
    SchemaError
        With what is needed.
    """
    absent = [column for column in needed if column not in frame]
    if absent:
        raise SchemaError(f"{name} lacks {', '.join(absent)}; needed are {', '.join(needed)}.")
    if "subject" in needed:
        require_subjects(frame, name)


def require_numbers(frame: pd.DataFrame, name: str, *columns: str) -> None:
    """Refuse columns that hold something else than numbers.

    Raises
    ------
    SchemaError
        With what they hold.
    """
    wrong = [
        f"{column} ({frame[column].dtype})"
        for column in columns
        if not (pd.api.types.is_numeric_dtype(frame[column]) or frame[column].isna().all())
    ]
    if wrong:
        raise SchemaError(
            f"{name}: {', '.join(wrong)} must hold numbers. Convert them; days count from one day "
            "of the subject, such as randomisation."
        )


def require_subjects(frame: pd.DataFrame, name: str) -> None:
    """Refuse rows of nobody, which grouping by subject would drop.

    Raises
    ------
    DataError
        With their number.
    """
    nobody = frame["subject"].isna()
    if nobody.any():
        raise DataError(
            f"{rows(int(nobody.sum()))} of {name} without a subject "
            f"(row {first_of(frame.index[nobody])}). Correct the data."
        )


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
