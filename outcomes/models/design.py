"""Formula and frame to arrays: analysed rows, design matrix, and how to build it for new rows."""

from __future__ import annotations

import ast
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any, Literal

import formulaic
import formulaic.errors
import numpy as np
import pandas as pd
from formulaic.parser.types import Factor
from numpy.typing import NDArray

from outcomes.errors import DataError, SpecificationError
from outcomes.models.records import require_columns

__all__ = [
    "Analysed",
    "Design",
    "analysed_rows",
    "build_design",
    "column_levels",
    "formula_variables",
    "independent_columns",
    "named_columns",
    "parse_formula",
    "require_columns",
]

Array = NDArray[np.float64]

# R drops a column whose part not explained by earlier columns is smaller than this share of it.
ALIAS_TOLERANCE = 1e-7
_SLICE = 65_536


@dataclass(frozen=True, kw_only=True, slots=True)
class Design:
    """What a formula made of a frame.

    Parameters
    ----------
    formula : str
    covariates : columns of the frame its right side names
    frame : DataFrame, analysed rows, the columns the formula names
    y : (N,)
    X : (N, p), all columns of the formula
    columns : names of the p columns
    kept : (p,) bool, False where a column is a combination of earlier ones
    combination : (n_kept, p), each column as a combination of the kept ones
    levels : variable -> its levels, for variables the formula treats as factors
    spec : formulaic's recipe for the columns
    """

    formula: str
    covariates: tuple[str, ...]
    frame: pd.DataFrame
    y: Array
    X: Array
    columns: tuple[str, ...]
    kept: NDArray[np.bool_]
    combination: Array
    levels: dict[str, list[Hashable]]
    spec: Any

    @property
    def aliased(self) -> tuple[str, ...]:
        """Columns that are combinations of earlier ones and have no coefficient of their own."""
        return tuple(c for c, keep in zip(self.columns, self.kept, strict=True) if not keep)

    def rows_for(self, frame: pd.DataFrame) -> Array:
        """(rows, p): the design at new values of the variables."""
        built = self.spec.get_model_matrix(plain_text(frame), output="numpy", na_action="raise")
        return np.asarray(built, dtype=float)

    def estimable(self, L: Array) -> NDArray[np.bool_]:
        """Which rows of L (R, p) are functions of the data's own design rows."""
        implied = L[:, self.kept] @ self.combination
        size = np.maximum(np.abs(L).max(axis=1), 1.0)
        answer: NDArray[np.bool_] = np.abs(implied - L).max(axis=1) <= 1e-8 * size
        return answer


@dataclass(frozen=True, kw_only=True, slots=True)
class Analysed:
    """Rows that enter a fit, and how many did not.

    Parameters
    ----------
    frame : DataFrame, the analysed rows
    n_missing_outcome, n_missing_covariates : rows set aside
    """

    frame: pd.DataFrame
    n_missing_outcome: int
    n_missing_covariates: int


def parse_formula(formula: str) -> formulaic.Formula:
    """Read a formula with one outcome.

    Raises
    ------
    SpecificationError
        If it cannot be read or has no outcome.
    """
    try:
        parsed = formulaic.Formula(formula)
    except formulaic.errors.FormulaicError as error:
        raise SpecificationError(f"The formula {formula!r} cannot be read: {error}") from error
    if not (hasattr(parsed, "lhs") and hasattr(parsed, "rhs")):
        raise SpecificationError(
            f"The formula {formula!r} has no outcome. Write it as 'outcome ~ terms'."
        )
    return parsed


def formula_variables(part: Any) -> list[str]:
    """Columns that one side of a formula names, those inside functions included."""
    named = set(map(str, part.required_variables))
    for term in part:
        for factor in term.factors:
            expression = str(factor.expr)
            by_name = factor.eval_method is Factor.EvalMethod.LOOKUP
            named |= {expression} if by_name else _names_in(expression)
    return sorted(named)


def named_columns(formula: formulaic.Formula) -> list[str]:
    """Columns that both sides of a formula name."""
    return sorted({*formula_variables(formula.lhs), *formula_variables(formula.rhs)})


def _names_in(expression: str) -> set[str]:
    """Names in a Python expression that are neither called nor looked into, as ``np`` is."""
    try:
        nodes = list(ast.walk(ast.parse(expression.strip("{}"), mode="eval")))
    except SyntaxError:  # a quoted column name, which formulaic reports itself
        return set()
    used = {id(node.func) for node in nodes if isinstance(node, ast.Call)}
    used |= {id(node.value) for node in nodes if isinstance(node, ast.Attribute)}
    return {node.id for node in nodes if isinstance(node, ast.Name) and id(node) not in used}


def plain_text(frame: pd.DataFrame) -> pd.DataFrame:
    """Store text as Python strings, and numbers as such where a column holds Python objects.

    Formulaic does not read pandas' string type, and takes every column of objects for a factor.
    """
    text = [name for name in frame.columns if isinstance(frame[name].dtype, pd.StringDtype)]
    plain = frame.infer_objects()
    return plain.astype(dict.fromkeys(text, object)) if text else plain


def analysed_rows(
    data: pd.DataFrame, formula: formulaic.Formula, *, missing: Literal["refuse", "drop"]
) -> Analysed:
    """Rows with an outcome and all covariates.

    Raises
    ------
    DataError
        If a row with an outcome lacks a covariate and `missing` is "refuse", or no row is left.
    """
    outcome, covariates = formula_variables(formula.lhs), formula_variables(formula.rhs)
    has_outcome = data[outcome].notna().all(axis=1)
    incomplete = has_outcome & data[covariates].isna().any(axis=1)
    if incomplete.any() and missing == "refuse":
        lacking = data.loc[incomplete, covariates].isna().sum()
        counts = ", ".join(f"{c} {n}" for c, n in lacking.items() if n)
        first = ", ".join(map(str, incomplete.index[incomplete][:3]))
        raise DataError(
            f"{incomplete.sum()} of {has_outcome.sum()} rows with an outcome lack a covariate "
            f"({counts}; first rows {first}). Complete or impute them, or set them aside as R does "
            'with missing_covariates="drop".'
        )
    frame = data.loc[has_outcome & ~incomplete]
    if frame.empty:
        raise DataError(f"None of the {len(data)} rows has an outcome and all covariates.")
    return Analysed(
        frame=frame,
        n_missing_outcome=int((~has_outcome).sum()),
        n_missing_covariates=int(incomplete.sum()),
    )


def build_design(
    frame: pd.DataFrame, parsed: formulaic.Formula, text: str, *, visit: str
) -> Design:
    """Outcome and design matrix of analysed rows.

    Raises
    ------
    SpecificationError
        If a term cannot be evaluated, there is none, or the outcome is not one numeric column.
    DataError
        If a value is not finite or neither number nor text, or a factor other than the visit has
        one level.
    """
    covariates = formula_variables(parsed.rhs)
    variables = named_columns(parsed)
    frame = plain_text(frame[variables].copy())
    for name in variables:
        if isinstance(frame[name].dtype, pd.CategoricalDtype):
            frame[name] = frame[name].cat.remove_unused_categories()
    _require_numbers_or_text(frame)
    try:
        with np.errstate(invalid="ignore"):  # infinite values are refused below
            built = parsed.get_model_matrix(frame, output="numpy", na_action="raise")
    except (formulaic.errors.FormulaicError, ValueError, TypeError) as error:
        raise SpecificationError(f"The formula {text!r} cannot be evaluated: {error}") from error
    y, X = np.asarray(built.lhs, dtype=float), np.asarray(built.rhs, dtype=float)
    spec = built.rhs.model_spec
    if y.shape[1] != 1 or _is_factor(built.lhs.model_spec):
        raise SpecificationError(f"The outcome of {text!r} must be one column of numbers.")
    if not X.shape[1]:
        raise SpecificationError(f"The formula {text!r} has no terms. Write 1 for a mean alone.")
    _require_finite(frame, y.ravel(), X)
    levels = _factor_levels(frame, spec)
    _require_two_levels(levels, visit)
    kept, combination = independent_columns(X)
    return Design(
        formula=text,
        covariates=tuple(covariates),
        frame=frame,
        y=y.ravel(),
        X=X,
        columns=tuple(spec.column_names),
        kept=kept,
        combination=combination,
        levels=levels,
        spec=spec,
    )


def independent_columns(X: Array) -> tuple[NDArray[np.bool_], Array]:
    """Columns that are no combination of earlier ones, and all columns in terms of them.

    Returns
    -------
    kept : (p,) bool
    combination : (n_kept, p)
    """
    p = X.shape[1]
    root = _triangular_factor(X)
    size = np.linalg.norm(root, axis=0)
    if len(root) == p and (np.abs(np.diag(root)) > ALIAS_TOLERANCE * size).all():
        return np.ones(p, dtype=bool), np.eye(p)
    kept: NDArray[np.bool_] = np.zeros(p, dtype=np.bool_)
    basis: Array = np.zeros((len(root), 0))
    for c in range(p):
        rest = root[:, c] - basis @ (basis.T @ root[:, c])
        rest -= basis @ (basis.T @ rest)
        length = np.linalg.norm(rest)
        if length > ALIAS_TOLERANCE * size[c]:
            kept[c] = True
            basis = np.column_stack([basis, rest / length])
    combination = np.linalg.lstsq(root[:, kept], root, rcond=None)[0]
    return kept, np.asarray(combination, dtype=np.float64)


def _triangular_factor(X: Array) -> Array:
    """R of the QR decomposition, in slices of rows: a decomposition copies what it is given."""
    root: Array = np.zeros((0, X.shape[1]))
    for start in range(0, max(len(X), 1), _SLICE):
        root = np.asarray(np.linalg.qr(np.vstack([root, X[start : start + _SLICE]]), mode="r"))
    return root


def _is_factor(spec: Any) -> bool:
    return any(kind is Factor.Kind.CATEGORICAL for kind, _ in spec.encoder_state.values())


def _require_finite(frame: pd.DataFrame, y: Array, X: Array) -> None:
    for what, bad in (
        ("the outcome", ~np.isfinite(y)),
        ("a covariate", ~np.isfinite(X).all(axis=1)),
    ):
        if bad.any():
            rows = ", ".join(map(str, frame.index[np.flatnonzero(bad)[:3]]))
            raise DataError(
                f"{bad.sum()} of {len(y)} rows have {what} that is not a finite number "
                f"(first rows {rows}). Correct them or make them missing."
            )


def _factor_levels(frame: pd.DataFrame, spec: Any) -> dict[str, list[Hashable]]:
    """Levels of every variable that enters through a factor."""
    names: set[str] = set()
    for factor, variables in spec.factor_variables.items():
        if spec.encoder_state.get(str(factor), (None,))[0] is Factor.Kind.CATEGORICAL:
            names |= {str(variable) for variable in variables} & set(frame.columns)
    return {name: column_levels(frame[name]) for name in sorted(names)}


def column_levels(column: pd.Series) -> list[Hashable]:
    """Distinct values in order: as declared for a categorical, sorted otherwise."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        return list(column.cat.remove_unused_categories().cat.categories)
    return sorted(column.dropna().unique())


def _require_numbers_or_text(frame: pd.DataFrame) -> None:
    """Refuse objects that would silently become levels of a factor, or mix with them."""
    for name in frame.select_dtypes(object).columns:
        other = [value for value in frame[name] if not isinstance(value, str)]
        if other:
            first = ", ".join(repr(value) for value in other[:3])
            raise DataError(
                f"{len(other)} of {len(frame)} values of {name} are neither text nor part of a "
                f"column of numbers (first {first}). Store the column as numbers or as text."
            )


def _require_two_levels(levels: dict[str, list[Hashable]], visit: str) -> None:
    single = {name: values for name, values in levels.items() if len(values) < 2 and name != visit}
    if single:
        told = ", ".join(f"{name} (only {values[0]!r})" for name, values in single.items())
        raise DataError(
            f"{len(single)} factors of the formula have one level in the analysed rows: {told}. "
            "A comparison needs at least two; check the arms in the data or drop the term."
        )
