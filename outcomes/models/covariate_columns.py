"""Covariates of a frame as columns of numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from pandas.api.types import is_complex_dtype, is_numeric_dtype, is_object_dtype, is_string_dtype

from outcomes.errors import DataError, SchemaError, SpecificationError
from outcomes.models.records import first_rows


def require_list(names: Sequence[str], asked: str) -> None:
    """Refuse one text where a list of columns is asked for: its letters are no columns.

    Raises
    ------
    SpecificationError
        If `names` is text.
    """
    if isinstance(names, str):
        raise SpecificationError(f"{asked}{names!r}: give a list of columns, {asked}[{names!r}].")


def as_numbers(chosen: pd.DataFrame) -> pd.DataFrame:
    """Numbers as they are; categories that occur and text as indicators of all but the first.

    Raises
    ------
    SchemaError
        A column holds something else, such as dates.
    DataError
        A number is infinite.
    """
    if chosen.shape[1] == 0:
        return chosen
    for name, column in chosen.items():
        if not _is_usable(column):
            raise SchemaError(
                f"{name}: a covariate holds numbers, text, categories or True/False, not "
                f"{column.dtype}. Make it a number, such as days since a date."
            )
    infinite = chosen.isin([np.inf, -np.inf])
    for name in chosen.columns[infinite.any()]:
        raise DataError(
            f"{name}: {infinite[name].sum()} of {len(chosen)} rows are infinite (first rows "
            f"{first_rows(chosen, infinite[name])}). Complete them or leave these rows out."
        )
    used = {
        str(name): column.cat.remove_unused_categories()
        for name, column in chosen.items()
        if isinstance(column.dtype, pd.CategoricalDtype)
    }
    return pd.get_dummies(chosen.assign(**used), drop_first=True, dtype=float).astype(float)


def _is_usable(column: pd.Series) -> bool:
    text = is_object_dtype(column) or is_string_dtype(column)
    number = is_numeric_dtype(column) and not is_complex_dtype(column)
    return text or number or isinstance(column.dtype, pd.CategoricalDtype)
