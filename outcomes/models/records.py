"""What a frame of repeated measures must be before anything is fitted to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from outcomes.errors import DataError, DuplicateRecordError, SchemaError

Array = NDArray[np.float64]


def require_columns(data: pd.DataFrame, wanted: Mapping[str, str]) -> None:
    """Refuse a frame that lacks columns; `wanted` maps a column to what asked for it.

    Raises
    ------
    SchemaError
        If a column is missing, or there are two of its name.
    """
    absent = [f"{name!r} ({asked})" for name, asked in wanted.items() if name not in data.columns]
    if absent:
        present = ", ".join(map(str, data.columns[:12]))
        raise SchemaError(
            f"{len(absent)} columns are not in the data: {', '.join(absent)}. "
            f"The data have {present}{', …' if len(data.columns) > 12 else ''}."
        )
    twice = [name for name in wanted if (data.columns == name).sum() > 1]
    if twice:
        raise SchemaError(
            f"{len(twice)} columns are in the data more than once: "
            f"{', '.join(map(repr, twice[:3]))}. Keep one of each name."
        )


def require_values(frame: pd.DataFrame, columns: Sequence[str]) -> None:
    """Refuse rows without a value in columns that say whose record it is or how it counts.

    Raises
    ------
    DataError
        If a value is missing.
    """
    for name in columns:
        missing = frame[name].isna()
        if missing.any():
            raise DataError(
                f"{name}: {missing.sum()} of {len(frame)} rows have no value (first rows "
                f"{first_rows(frame, missing)}). Complete them or leave these rows out."
            )


def require_one_record(data: pd.DataFrame, subject: str, visit: str) -> None:
    """Refuse a second row of a subject at a visit.

    Raises
    ------
    DuplicateRecordError
        If there is one.
    """
    repeated = data.duplicated([subject, visit])
    if repeated.any():
        first = data.loc[repeated, [subject, visit]].head(3).itertuples(index=False, name=None)
        told = "; ".join(f"{s} at {v}" for s, v in first)
        raise DuplicateRecordError(
            f"{repeated.sum()} rows repeat a subject and visit ({told}). A subject has at most one "
            "row per visit: keep the one the protocol names."
        )


def positive_weights(frame: pd.DataFrame, name: str) -> Array:
    """Weights of the rows.

    Raises
    ------
    DataError
        If a weight is not a positive finite number.
    """
    weight = finite_columns(frame, [name])[:, 0]
    wrong = weight <= 0
    if wrong.any():
        raise DataError(
            f"{name}: {wrong.sum()} of {len(frame)} weights are not positive (first rows "
            f"{first_rows(frame, wrong)}). Weights divide the residual covariance; leave out rows "
            "that should not count."
        )
    return weight


def finite_columns(frame: pd.DataFrame, names: Sequence[str]) -> Array:
    """(N, columns): numbers of numeric columns.

    Raises
    ------
    SchemaError
        If a column is not numeric.
    DataError
        If a value is missing or not finite.
    """
    text = [name for name in names if not pd.api.types.is_numeric_dtype(frame[name].dtype)]
    if text:
        raise SchemaError(f"{', '.join(map(repr, text))} must be numeric.")
    values = frame[list(names)].to_numpy(dtype=float)
    wrong = ~np.isfinite(values).all(axis=1)
    if wrong.any():
        raise DataError(
            f"{', '.join(names)}: {wrong.sum()} of {len(frame)} rows are missing or not finite "
            f"(first rows {first_rows(frame, wrong)}). Complete them or leave these rows out."
        )
    return values


def constant_within_subject(frame: pd.DataFrame, name: str, subject: str) -> None:
    """Refuse a grouping that changes within a subject.

    Raises
    ------
    DataError
        If it does.
    """
    n_values = frame.groupby(subject, observed=True)[name].nunique()
    mixed = n_values.index[n_values > 1]
    if len(mixed):
        raise DataError(
            f"{name}: {len(mixed)} subjects have more than one value (first "
            f"{', '.join(map(str, mixed[:3]))}). A subject belongs to one group."
        )


def first_rows(frame: pd.DataFrame, marked: pd.Series | NDArray[np.bool_]) -> str:
    """Labels of the first three marked rows."""
    return ", ".join(map(str, frame.index[np.asarray(marked)][:3]))
