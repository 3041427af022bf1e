"""Analysis of covariance at one visit: least squares by statsmodels, from a formula and a frame."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import statsmodels.api as sm

from outcomes.errors import NotEstimableError, SpecificationError
from outcomes.models.design import analysed_rows, build_design, parse_formula, require_columns
from outcomes.models.reference_grid import covariate_means, mean_cells, pair_rows


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class AncovaFit:
    """Adjusted means and their differences.

    Parameters
    ----------
    formula : str
        As asked for.
    means : DataFrame
        The factor's column, n, estimate, std_error, df, conf_low, conf_high: means at the average
        of numeric covariates, over equal weights of other factors.
    contrasts : DataFrame
        The factor's column (active level), estimate, std_error, df, statistic, p_value, conf_low,
        conf_high: active − reference.
    coefficients : DataFrame
        term, estimate, std_error, df, statistic, p_value, conf_low, conf_high.
    residual_sd : float
        In outcome units.
    residuals : (n,) array
        Internally studentised.
    n_observations : int
    """

    formula: str
    means: pd.DataFrame
    contrasts: pd.DataFrame
    coefficients: pd.DataFrame
    residual_sd: float
    residuals: np.ndarray[Any, np.dtype[np.float64]]
    n_observations: int

    def table(self) -> pd.DataFrame:
        """Differences from the reference."""
        return self.contrasts


def fit_ancova(
    formula: str,
    data: pd.DataFrame,
    *,
    arm: str,
    reference: Hashable,
    conf_level: float = 0.95,
) -> AncovaFit:
    """Compare arms by ordinary least squares.

    Parameters
    ----------
    formula : str
        ``outcome ~ terms`` with the arm among them.
    data : DataFrame
        One row per subject; rows without outcome are left out.
    arm : str
        Column of arms, text or categorical.
    reference : str
        The arm others are compared with.
    conf_level : float
        Level of the two-sided t intervals.

    Raises
    ------
    NotEstimableError
        Too few rows, or an arm without any.
    SchemaError, SpecificationError
        A column is missing, a row lacks a covariate, or the reference is no arm.

    References
    ----------
    Vickers AJ, Altman DG. Analysing controlled trials with baseline and follow up measurements.
    BMJ 2001;323:1123-1124.

    Examples
    --------
    >>> data = pd.DataFrame(
    ...     {
    ...         "pain": [5.0, 6, 4, 3, 2, 4],
    ...         "before": [6.0, 7, 5, 6, 5, 7],
    ...         "arm": ["usual"] * 3 + ["yoga"] * 3,
    ...     }
    ... )
    >>> fit = fit_ancova("pain ~ before + arm", data, arm="arm", reference="usual")
    >>> round(float(fit.contrasts["estimate"].iloc[0]), 6)
    -2.0
    """
    if not 0 < conf_level < 1:
        raise SpecificationError(f"conf_level is {conf_level}; it must lie between 0 and 1.")
    parsed = parse_formula(formula)
    asked = dict.fromkeys(sorted(parsed.required_variables), "in the formula")
    require_columns(data, {arm: "arm=", **asked})
    rows = analysed_rows(data, parsed, missing="refuse").frame
    design = build_design(rows, parsed, formula, visit="")
    X = design.X[:, design.kept]
    if len(X) <= X.shape[1]:
        raise NotEstimableError(
            f"{len(X)} scores cannot carry {X.shape[1]} coefficients. Use fewer covariates."
        )
    fit = sm.OLS(design.y, X).fit()
    cells = mean_cells(design, (arm,), covariates=covariate_means(design), at={}, weights="equal")
    if not design.estimable(cells.L).all():
        raise NotEstimableError(f"The mean of some {arm} is not estimable: it has no scores.")
    pairs, _ = pair_rows(cells, arm, reference)
    active, base = np.array(pairs, dtype=np.intp).T
    L = cells.L[:, design.kept]
    means = pd.concat([cells.labels, _estimates(fit, L, conf_level)], axis=1)
    n = rows[arm].astype(object).value_counts()
    means.insert(1, "n", means[arm].map(n).astype(int))
    labels = cells.labels.iloc[active].reset_index(drop=True)
    terms = pd.Series(np.array(design.columns, dtype=object)[design.kept], name="term")
    return AncovaFit(
        formula=formula,
        means=means.drop(columns=["statistic", "p_value"]),
        contrasts=pd.concat([labels, _estimates(fit, L[active] - L[base], conf_level)], axis=1),
        coefficients=pd.concat([terms, _estimates(fit, np.eye(X.shape[1]), conf_level)], axis=1),
        residual_sd=float(np.sqrt(fit.scale)),
        residuals=np.asarray(fit.get_influence().resid_studentized_internal),
        n_observations=len(X),
    )


def _estimates(fit: Any, L: np.ndarray[Any, np.dtype[np.float64]], level: float) -> pd.DataFrame:
    """Linear functions of the coefficients with t tests, one row each."""
    tested = fit.t_test(L)
    low, high = tested.conf_int(alpha=1 - level).T
    return pd.DataFrame(
        {
            "estimate": np.ravel(tested.effect),
            "std_error": np.ravel(tested.sd),
            "df": float(fit.df_resid),
            "statistic": np.ravel(tested.statistic),
            "p_value": np.ravel(tested.pvalue),
            "conf_low": low,
            "conf_high": high,
        }
    )
