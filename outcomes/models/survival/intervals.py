"""Columns of intervals in which times lie."""

from __future__ import annotations

import numpy as np
import pandas as pd

from outcomes.errors import DataError, SchemaError
from outcomes.models.records import first_rows, require_columns
from outcomes.models.survival.columns import Array, Labels, arms_of, group_of


def arms_and_groups(
    data: pd.DataFrame, lower: str, upper: str, arm: str, reference: str | None
) -> tuple[tuple[str, ...], Labels]:
    """Read the arms, the reference first, and the arm of each row as its place among them."""
    require_columns(data, {lower: "lower=", upper: "upper=", arm: "arm="})
    arms = arms_of(data, arm, reference)
    return arms, group_of(data, arm, arms)


def read_intervals(data: pd.DataFrame, lower: str, upper: str) -> tuple[Array, Array]:
    """Read the ends of intervals, or say what is wrong with them.

    Raises
    ------
    SchemaError
        A column holds no numbers.
    DataError
        An end is missing or negative, or an interval ends before it begins.
    """
    for name in (lower, upper):
        if not pd.api.types.is_numeric_dtype(data[name].dtype) or data[name].dtype == bool:
            raise SchemaError(f"{name}: days are {data[name].dtype}; they must be numbers.")
    low, high = (data[name].to_numpy(dtype=float, na_value=np.nan) for name in (lower, upper))
    wrong = np.isnan(low) | np.isnan(high) | (low < 0) | np.isinf(low) | (low > high)
    if wrong.any():
        raise DataError(
            f"{lower}, {upper}: {wrong.sum()} of {len(data)} rows hold no interval (first rows "
            f"{first_rows(data, wrong)}). Allowed are 0 ≤ {lower} ≤ {upper}; {upper} is infinite "
            "where the event was never seen."
        )
    return low, high
