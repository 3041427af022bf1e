"""Designs of all subjects at all visits, whether or not the outcome was observed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from outcomes.errors import DataError, NotEstimableError, SpecificationError
from outcomes.models.design import (
    Design,
    build_design,
    formula_variables,
    independent_columns,
    parse_formula,
)
from outcomes.models.imputation_frame import Grid, Roles
from outcomes.models.records import require_columns

Array = NDArray[np.float64]


def term_list(covariates: Sequence[str], frame: pd.DataFrame) -> list[str]:
    """Terms of a formula; names of columns that are no names in Python get their quotes.

    Raises
    ------
    SpecificationError
        If covariates is one string.
    """
    if isinstance(covariates, str):
        raise SpecificationError(
            f"covariates is {covariates!r}; it must be a list of formula terms, for example "
            f"[{covariates!r}]."
        )
    return [quoted(term) if term in frame.columns else term for term in covariates]


def quoted(name: str) -> str:
    """Write a column's name as a formula can read it."""
    return name if name.isidentifier() else f"`{name}`"


def full_design(frame: pd.DataFrame, roles: Roles, terms: Sequence[str], *, what: str) -> Design:
    """Design of all rows of a frame, whether or not the outcome was observed.

    Parameters
    ----------
    frame : DataFrame
    roles : Roles
    terms : sequence of str
        Right-hand side of the formula.
    what : str
        Which model this is, for messages.

    Raises
    ------
    SchemaError, SpecificationError, DataError
        If a covariate is absent, cannot be evaluated or is missing somewhere.
    """
    text = f"{quoted(roles.outcome)} ~ {' + '.join(terms)}"
    parsed = parse_formula(text)
    used = formula_variables(parsed.rhs)
    require_columns(frame, dict.fromkeys(used, f"in the covariates of the {what}"))
    if roles.outcome in used:
        raise SpecificationError(
            f"The outcome {roles.outcome!r} is among the covariates of the {what}. Leave it out."
        )
    _require_known(frame, roles, used, what)
    return build_design(frame.assign(**{roles.outcome: 0.0}), parsed, text, visit=roles.visit)


def _require_known(frame: pd.DataFrame, roles: Roles, used: Sequence[str], what: str) -> None:
    lacking = frame[used].isna()
    if lacking.any(axis=None):
        counts = ", ".join(f"{name} {n}" for name, n in lacking.sum().items() if n)
        raise DataError(
            f"{lacking.any(axis=1).sum()} of {len(frame)} rows lack a covariate of the {what} "
            f"({counts}; first {_first(frame, roles, lacking.any(axis=1))}). Every subject needs "
            "its covariates at every visit, also where the outcome is missing: complete or impute "
            "them."
        )
    infinite = frame[used].select_dtypes("number").abs().eq(np.inf).any(axis=1)
    if infinite.any():
        raise DataError(
            f"{infinite.sum()} of {len(frame)} rows have an infinite covariate of the {what} "
            f"(first {_first(frame, roles, infinite)}). Correct them."
        )


def _first(frame: pd.DataFrame, roles: Roles, marked: pd.Series[bool]) -> str:
    rows = frame.loc[marked, [roles.subject, roles.visit]].head(3)
    return "; ".join(f"{s} at {v}" for s, v in rows.itertuples(index=False, name=None))


def model_designs(
    grid: Grid, terms: Sequence[str], usable: NDArray[np.bool_]
) -> tuple[Array, Array, tuple[str, ...], str]:
    """Own and reference designs (n, m, p) of the imputation model, its columns and formula.

    Raises
    ------
    NotEstimableError
        If the usable rows say nothing on what is to be imputed.
    """
    design = full_design(grid.frame, grid.roles, terms, what="imputation model")
    reference = design.rows_for(grid.in_arm(grid.arms[0]))
    kept, combination = independent_columns(design.X[usable.ravel()])
    for X in (design.X, reference):
        unknown = np.abs(X[:, kept] @ combination - X).max(axis=1) > 1e-8 * max(
            1.0, float(np.abs(X).max())
        )
        if unknown.any():
            rows = grid.frame.loc[unknown, [grid.roles.arm, grid.roles.visit]].drop_duplicates()
            first = "; ".join(
                f"{a} at {v}" for a, v in rows.head(3).itertuples(index=False, name=None)
            )
            raise NotEstimableError(
                f"The outcomes that inform the imputation model say nothing on {unknown.sum()} of "
                f"{len(unknown)} means it needs (first {first}). Use fewer covariates, leave the "
                "visit out, or choose another strategy."
            )
    columns = tuple(c for c, keep in zip(design.columns, kept, strict=True) if keep)
    shape = (*grid.shape, int(kept.sum()))
    return (
        design.X[:, kept].reshape(shape),
        reference[:, kept].reshape(shape),
        columns,
        design.formula,
    )
