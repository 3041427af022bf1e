"""Residuals, predictions and standardised effects of a repeated-measures fit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import formulaic
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from outcomes.errors import (
    DataError,
    SpecificationError,
    UnknownVisitError,
    UnsupportedCombinationError,
)
from outcomes.models.design import formula_variables
from outcomes.models.records import (
    finite_columns,
    first_rows,
    positive_weights,
    require_columns,
    require_one_record,
    require_values,
)
from outcomes.stats.mmrm import Rows
from outcomes.stats.mmrm.prediction import (
    new_covariances,
    normalised_residuals,
    pearson_residuals,
    predict_subject,
    raw_residuals,
)

if TYPE_CHECKING:
    from outcomes.models.mmrm_fit import MmrmFit

Array = NDArray[np.float64]


def residual_series(fit: MmrmFit, kind: Literal["raw", "pearson", "normalised"]) -> pd.Series:
    """Residuals at the analysed rows.

    Raises
    ------
    SpecificationError
        If the kind is not known.
    """
    if kind == "raw":
        values = raw_residuals(fit.rows, fit.inference)
    elif kind == "pearson":
        values = pearson_residuals(fit.rows, fit.fit, fit.inference)
    elif kind == "normalised":
        values = normalised_residuals(fit.rows, fit.fit, fit.inference)
    else:
        raise SpecificationError(
            f"kind={kind!r} is not known. Allowed: 'raw', 'pearson', 'normalised'."
        )
    return pd.Series(values, index=fit.design.frame.index, name=f"{kind}_residual")


def standardised(fit: MmrmFit, table: pd.DataFrame, conf_level: float) -> pd.DataFrame:
    """Contrasts by visit over the standard deviation at the visit.

    Raises
    ------
    UnsupportedCombinationError
        If groups have covariances of their own.
    """
    if len(fit.fit.covariances) > 1:
        raise UnsupportedCombinationError(
            "With group= each group has its own standard deviation. Standardise by one of them, "
            "named in the protocol."
        )
    deviation = pd.Series(np.sqrt(np.diag(fit.fit.covariances[0])), index=list(fit.visits))
    sd = table[fit.visit].astype(object).map(deviation).to_numpy(dtype=float)
    estimate = table["estimate"].to_numpy() / sd
    df = table["df"].to_numpy()
    std_error = np.sqrt((table["std_error"].to_numpy() / sd) ** 2 + estimate**2 / (2.0 * df))
    half = stats.t.ppf(0.5 + conf_level / 2, df) * std_error
    return table[["contrast", fit.visit]].assign(
        estimate=estimate,
        std_error=std_error,
        df=df,
        conf_low=estimate - half,
        conf_high=estimate + half,
        standard_deviation=sd,
    )


def predict_frame(fit: MmrmFit, data: pd.DataFrame) -> pd.DataFrame:
    """Means of missing outcomes given the observed ones of the same subject.

    Raises
    ------
    DataError
        If a covariate is missing.
    UnknownVisitError
        If a visit was not fitted.
    """
    _check(fit, data)
    y, rows = _outcome(fit, data), _new_rows(fit, data)
    Sigma = new_covariances(rows, fit.fit)
    weight = rows.root_weight
    found = np.zeros((3, len(data)))
    for who in range(rows.n_subjects):
        at = np.flatnonzero(rows.subject == who)
        visits = rows.visit[at]
        own = Sigma[who][np.ix_(visits, visits)] / np.outer(weight[at], weight[at])
        one = predict_subject(
            rows.X[at], y[at], own, fit.inference.beta, fit.inference.coefficient_covariance
        )
        found[:, at] = one.mean, one.std_error, one.std_prediction
    return pd.DataFrame(
        {
            fit.subject: data[fit.subject],
            fit.visit: data[fit.visit],
            "observed": ~np.isnan(y),
            "estimate": found[0],
            "std_error": found[1],
            "std_prediction": found[2],
        },
        index=data.index,
    )


def _check(fit: MmrmFit, data: pd.DataFrame) -> None:
    covariates = list(fit.design.covariates)
    named = [*covariates, fit.subject, fit.visit, *fit.coordinates]
    named += [name for name in (fit.group, fit.weights) if name]
    require_columns(data, dict.fromkeys(named, "used by the fit"))
    require_values(data, [fit.subject, fit.visit])
    require_one_record(data, fit.subject, fit.visit)
    unknown = ~data[fit.visit].astype(object).isin(list(fit.visits))
    if unknown.any():
        raise UnknownVisitError(
            f"{fit.visit}: {unknown.sum()} of {len(data)} rows are at visits that were not fitted "
            f"(first rows {first_rows(data, unknown)}). Allowed: "
            f"{', '.join(map(str, fit.visits))}."
        )
    if fit.group is not None and not data[fit.group].isin(list(fit.groups)).all():
        raise DataError(
            f"{fit.group}: some rows are in groups that were not fitted. Allowed: "
            f"{', '.join(map(str, fit.groups))}."
        )
    incomplete = data[covariates].isna().any(axis=1)
    if incomplete.any():
        raise DataError(
            f"{incomplete.sum()} of {len(data)} rows lack a covariate (first rows "
            f"{first_rows(data, incomplete)}). A prediction needs all of {', '.join(covariates)}."
        )


def _outcome(fit: MmrmFit, data: pd.DataFrame) -> Array:
    """(rows,): outcomes, NaN where they are missing or the column is absent."""
    text = fit.formula.split("~", 1)[0].strip()
    formula = formulaic.Formula(f"0 + {text}")
    variables = formula_variables(formula)
    y = np.full(len(data), np.nan)
    if all(name in data for name in variables):
        there = data[variables].notna().all(axis=1).to_numpy()
        if there.any():
            built = formula.get_model_matrix(data.loc[there], output="numpy", na_action="raise")
            y[there] = np.asarray(built, dtype=float)[:, 0]
    return y


def _new_rows(fit: MmrmFit, data: pd.DataFrame) -> Rows:
    who, names = pd.factorize(data[fit.subject])
    position = {visit: i for i, visit in enumerate(fit.visits)}
    group = None
    if fit.group is not None:
        group = np.zeros(len(names), dtype=np.intp)
        group[who] = pd.Categorical(data[fit.group], categories=list(fit.groups)).codes
    places = fit.coordinates or ((fit.visit,) if fit.rows.coordinates is not None else ())
    return Rows(
        X=fit.design.rows_for(data)[:, fit.design.kept],
        y=np.zeros(len(data)),
        subject=who.astype(np.intp),
        visit=np.array([position[visit] for visit in data[fit.visit]], dtype=np.intp),
        visits=fit.rows.visits,
        weight=None if fit.weights is None else positive_weights(data, fit.weights),
        group=group,
        coordinates=finite_columns(data, places) if places else None,
    )
