"""Frames with one row a subject: arms, strata and columns of yes and no."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from outcomes.errors import SchemaError, SpecificationError
from outcomes.models.records import first_rows


def by_row(data: pd.DataFrame) -> pd.DataFrame:
    """Give the rows of a frame numbers where its labels repeat."""
    return data if data.index.is_unique else data.reset_index(drop=True)


def arms_of(column: pd.Series[str], reference: str) -> list[str]:
    """Arms in order, the reference first.

    Raises
    ------
    SchemaError
        A row has no arm.
    SpecificationError
        `reference` is not among the arms, or there is no other arm.
    """
    if column.isna().any():
        rows = column.index[column.isna()]
        raise SchemaError(
            f"{column.name}: {len(rows)} rows have no arm (first rows "
            f"{', '.join(map(str, rows[:3]))}). Give every subject an arm."
        )
    if isinstance(column.dtype, pd.CategoricalDtype):
        found = list(column.cat.categories)
    else:
        found = sorted(column.unique(), key=str)
    if reference not in found:
        raise SpecificationError(
            f"reference is {reference!r}; the arms are {', '.join(map(str, found)) or 'none'}."
        )
    if len(found) < 2:
        raise SpecificationError(f"{reference!r} is the only arm; a comparison needs two.")
    return [reference, *(one for one in found if one != reference)]


def strata_of(data: pd.DataFrame, names: Sequence[str]) -> NDArray[np.intp]:
    """Count strata up from 0, by row; a missing value is a level of its own."""
    if not names:
        return np.zeros(len(data), dtype=np.intp)
    codes = data.groupby(list(names), dropna=False, observed=True).ngroup()
    return np.asarray(codes, dtype=np.intp)


def yes_no(data: pd.DataFrame, name: str) -> NDArray[np.float64]:
    """Column of yes and no as 1, 0 and NaN.

    Raises
    ------
    SchemaError
        A value is neither True nor False, nor 1 or 0.
    """
    column = data[name]
    wrong = column.notna() & ~column.isin([0, 1])
    if wrong.any():
        found = ", ".join(dict.fromkeys(repr(value) for value in column[wrong].head(3)))
        raise SchemaError(
            f"{name}: {int(wrong.sum())} of {len(column)} values are not True/False or 1/0 "
            f"(found {found}; first rows {first_rows(data, wrong)}). Code yes as 1 and no as 0."
        )
    return np.asarray(column.astype("Float64").to_numpy(na_value=np.nan), np.float64)
