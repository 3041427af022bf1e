"""Covariates, strata and clusters of a frame, as arrays."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from outcomes.errors import NotEstimableError
from outcomes.models.covariate_columns import as_numbers, require_list
from outcomes.models.records import require_columns, require_values
from outcomes.models.survival.columns import Array, Labels, Times


def labels(data: pd.DataFrame, names: Sequence[str], asked: str) -> Labels:
    """Give each combination of the columns' values a number."""
    require_list(names, asked)
    require_columns(data, dict.fromkeys(names, asked))
    require_values(data, names)
    codes = data.groupby(list(names), observed=True, sort=False).ngroup()
    return codes.to_numpy().astype(np.intp)


def clusters(data: pd.DataFrame, name: str) -> Labels:
    """Give each row's cluster a number; who has none is one of their own."""
    require_columns(data, {name: "cluster="})
    codes = pd.factorize(data[name])[0].astype(np.intp)
    alone = codes < 0
    codes[alone] = codes.max() + 1 + np.arange(alone.sum())
    return codes


def design_matrix(
    data: pd.DataFrame, times: Times, covariates: Sequence[str]
) -> tuple[Array, list[str]]:
    """Make indicators of the arms but the first, then the covariates, with their names.

    Raises
    ------
    SchemaError, DataError, SpecificationError
        A covariate is absent or no number, text or category; it is missing or infinite for
        somebody; `covariates` is one text.
    NotEstimableError
        Columns cannot be told apart.
    """
    require_list(covariates, "covariates=")
    require_columns(data, dict.fromkeys(covariates, "covariates="))
    require_values(data, list(covariates))
    arms = {arm: (times.group == i).astype(float) for i, arm in enumerate(times.arms) if i}
    wide = as_numbers(data[list(covariates)])
    X = np.column_stack([*arms.values(), wide.to_numpy(dtype=float)])
    if np.linalg.matrix_rank(X - X.mean(axis=0)) < X.shape[1]:
        raise NotEstimableError(
            "the covariates do not vary independently of each other and of the arm, so their "
            "effects cannot be told apart. Leave one out."
        )
    return X, [*map(str, arms), *map(str, wide.columns)]


def covariate_of(names: list[str], arms: tuple[str, ...], covariates: Sequence[str]) -> list[str]:
    """Name the term of each column: ``"arm"``, or the covariate it was made from."""
    found = ["arm"] * (len(arms) - 1)
    for name in names[len(found) :]:
        found.append(
            next(c for c in sorted(covariates, key=len, reverse=True) if _made_from(name, c))
        )
    return found


def _made_from(column: str, covariate: str) -> bool:
    return column == covariate or column.startswith(f"{covariate}_")
