"""Least-squares means: averages of the design over a balanced grid of factor levels."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from outcomes.errors import SpecificationError
from outcomes.models.design import Design, column_levels

Array = NDArray[np.float64]
Weights = Literal["equal", "proportional"]

MAX_GRID_ROWS = 200_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Cells:
    """Linear functions of the coefficients, one for each cell of a table.

    Parameters
    ----------
    labels : DataFrame, one row per cell
    L : (cells, p)
    """

    labels: pd.DataFrame
    L: Array


def mean_cells(
    design: Design,
    margins: tuple[str, ...],
    *,
    covariates: Mapping[str, float],
    at: Mapping[str, float],
    weights: Weights,
) -> Cells:
    """One cell per combination of the levels of `margins`.

    Other factors are averaged over, with equal weights or in proportion to how often their
    combinations occur in the analysed rows; numeric variables stand at `at` or `covariates`.

    Raises
    ------
    SpecificationError
        If a margin is no variable of the formula, an option is not known or the grid is too large.
    """
    if weights not in get_args(Weights):
        raise SpecificationError(
            f"weights={weights!r} is not known. Allowed: {', '.join(map(repr, get_args(Weights)))}."
        )
    levels = _margin_levels(design, margins)
    others = [name for name in design.levels if name not in margins]
    nuisance = _combinations(design, others, weights)
    n_rows = int(np.prod([len(values) for values in levels.values()])) * len(nuisance)
    if n_rows > MAX_GRID_ROWS:
        raise SpecificationError(
            f"The grid of {', '.join([*margins, *others])} has {n_rows} rows, more than "
            f"{MAX_GRID_ROWS}. Use fewer margins or factors with fewer levels."
        )
    labels = pd.DataFrame(list(product(*levels.values())), columns=list(levels))
    _require_numeric(design, at, margins)
    share = np.tile(nuisance.pop("_share").to_numpy(), len(labels))
    columns = {name: labels[name].to_numpy().repeat(len(nuisance)) for name in labels}
    columns |= {name: np.tile(nuisance[name].to_numpy(), len(labels)) for name in nuisance}
    for name in design.frame.columns:
        if name not in columns:
            columns[name] = np.full(n_rows, at.get(name, covariates.get(name)))
    rows = design.rows_for(_typed_like(pd.DataFrame(columns), design.frame)) * share[:, None]
    L = rows.reshape(len(labels), len(nuisance), -1).sum(axis=1)
    return Cells(labels=_typed_like(labels, design.frame), L=L)


def covariate_means(design: Design, first_row: NDArray[np.bool_] | None = None) -> dict[str, float]:
    """Means of numeric variables over analysed rows, or over the rows marked in `first_row`."""
    frame = design.frame if first_row is None else design.frame[first_row]
    return {
        name: float(frame[name].mean())
        for name in frame.columns
        if name not in design.levels and pd.api.types.is_numeric_dtype(frame[name].dtype)
    }


def pair_rows(
    cells: Cells, factor: str, reference: Hashable | None
) -> tuple[list[tuple[int, int]], list[str]]:
    """Which cells to subtract, (active, reference), within each combination of the other labels.

    Without a reference every later level is compared with every earlier one.

    Raises
    ------
    SpecificationError
        If `reference` is no level of `factor`.
    """
    values = list(dict.fromkeys(cells.labels[factor]))
    if reference is not None and reference not in values:
        raise SpecificationError(
            f"reference={reference!r} is no level of {factor!r}. Allowed: "
            f"{', '.join(map(repr, values))}."
        )
    chosen = [
        (active, base)
        for i, active in enumerate(values)
        for j, base in enumerate(values)
        if (base == reference and active != base if reference is not None else j < i)
    ]
    others = [name for name in cells.labels.columns if name != factor]
    keys = list(cells.labels[[factor, *others]].itertuples(index=False, name=None))
    where: dict[Any, int] = {key: i for i, key in enumerate(keys)}
    combinations = list(dict.fromkeys(key[1:] for key in keys))
    pairs = [
        (where[(active, *rest)], where[(base, *rest)])
        for active, base in chosen
        for rest in combinations
    ]
    return pairs, [f"{active} - {base}" for active, base in chosen for _ in combinations]


def _margin_levels(design: Design, margins: tuple[str, ...]) -> dict[str, list[Hashable]]:
    absent = [name for name in margins if name not in design.frame.columns]
    if absent:
        raise SpecificationError(
            f"{', '.join(map(repr, absent))} is no variable of {design.formula!r}. Allowed: "
            f"{', '.join(design.frame.columns)}."
        )
    return {name: design.levels.get(name) or column_levels(design.frame[name]) for name in margins}


def _combinations(design: Design, others: list[str], weights: Weights) -> pd.DataFrame:
    """List combinations of the factors averaged over, with the share of each in column _share."""
    if not others:
        return pd.DataFrame({"_share": [1.0]})
    if weights == "proportional":
        counts = design.frame.groupby(others, observed=True).size()
        return (counts / counts.sum()).rename("_share").reset_index()
    everything = list(product(*(design.levels[name] for name in others)))
    return pd.DataFrame(everything, columns=others).assign(_share=1.0 / len(everything))


def _require_numeric(design: Design, at: Mapping[str, float], margins: tuple[str, ...]) -> None:
    wrong = [name for name in at if name not in design.frame.columns or name in design.levels]
    if wrong:
        raise SpecificationError(
            f"at= names {', '.join(map(repr, wrong))}, which are no numeric variables of "
            f"{design.formula!r}."
        )
    both = [name for name in at if name in margins]
    if both:
        raise SpecificationError(
            f"{', '.join(map(repr, both))} cannot be a factor of the means and stand at one value."
        )


def _typed_like(grid: pd.DataFrame, frame: pd.DataFrame) -> pd.DataFrame:
    dtypes = {name: frame[name].dtype for name in map(str, grid) if _is_categorical(frame, name)}
    return grid.astype(dtypes) if dtypes else grid


def _is_categorical(frame: pd.DataFrame, name: str) -> bool:
    return name in frame and isinstance(frame[name].dtype, pd.CategoricalDtype)
