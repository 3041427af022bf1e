"""The order of visits, which must never be guessed."""

from __future__ import annotations

import re
from collections.abc import Hashable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from outcomes.errors import DataError, SpecificationError


def visit_order(visit: pd.Series, name: str) -> list[Hashable]:
    """Levels of a visit column in time order.

    An ordered Categorical declares its order and numbers have one. Text, and a Categorical without
    a declared order, is accepted only where sorting by letters and by the numbers inside the labels
    give the same order.

    Raises
    ------
    SpecificationError
        If the order is not certain.
    """
    if isinstance(visit.dtype, pd.CategoricalDtype):
        levels = list(visit.dtype.categories)
        if visit.cat.ordered or pd.api.types.is_numeric_dtype(visit.dtype.categories.dtype):
            return levels
    elif pd.api.types.is_numeric_dtype(visit.dtype) or pd.api.types.is_datetime64_any_dtype(visit):
        return sorted(visit.dropna().unique())
    else:
        levels = sorted(map(str, visit.dropna().unique()))
    natural = sorted(levels, key=_natural_key)
    if list(levels) != natural:
        raise SpecificationError(
            f"The order of the visits in {name!r} is not certain: as text they sort "
            f"{_first(levels)}, by the numbers in them {_first(natural)}. Make the column an "
            f"ordered categorical, for example "
            f"pd.Categorical(data[{name!r}], categories=[...], ordered=True)."
        )
    return list(levels)


def visit_codes(visit: pd.Series, levels: list[Hashable], name: str) -> NDArray[np.intp]:
    """Position of each row's visit among `levels`.

    Raises
    ------
    DataError
        If a visit is missing.
    """
    codes = pd.Categorical(visit, categories=levels).codes.astype(np.intp)
    missing = np.flatnonzero(codes < 0)
    if len(missing):
        rows = ", ".join(str(visit.index[row]) for row in missing[:3])
        raise DataError(
            f"{name}: {len(missing)} of {len(visit)} rows have no visit (first rows {rows}). "
            "Name the visit or leave these rows out."
        )
    return codes


def _natural_key(label: Hashable) -> list[tuple[int, float, str]]:
    pieces = re.split(r"(\d+(?:\.\d+)?)", str(label))
    return [
        (0, float(piece), "") if i % 2 else (1, 0.0, piece)
        for i, piece in enumerate(pieces)
        if piece
    ]


def _first(levels: list[Hashable]) -> str:
    return ", ".join(map(str, levels[:4])) + (", …" if len(levels) > 4 else "")
