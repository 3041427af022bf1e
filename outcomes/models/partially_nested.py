"""Partially nested trials: classes in one arm, patients one by one in the others."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from outcomes.errors import DataError, SpecificationError, UnsupportedCombinationError
from outcomes.models.design import analysed_rows, build_design, named_columns, parse_formula
from outcomes.models.partially_nested_fit import PartiallyNestedFit
from outcomes.models.records import first_rows, require_columns, require_values
from outcomes.models.tidy import checked_level
from outcomes.stats.mixed import Nesting, PartiallyNestedEstimate, fit_partially_nested_rows

__all__ = ["PartiallyNestedFit", "fit_partially_nested"]

Array = NDArray[np.float64]
DF_METHODS = ("satterthwaite", "kenward_roger")


def fit_partially_nested(
    formula: str,
    data: pd.DataFrame,
    *,
    arm: str,
    clustered: Hashable,
    cluster: str,
    residual: Literal["by_arm", "shared"] = "by_arm",
    nonnegative: bool = False,
    unassigned: Literal["refuse", "singleton"] = "refuse",
    df_method: str = "satterthwaite",
    conf_level: float = 0.95,
    missing_covariates: Literal["refuse", "drop"] = "refuse",
) -> PartiallyNestedFit:
    """Fit a linear model with clusters in one arm by restricted maximum likelihood.

    Parameters
    ----------
    formula : str
        ``outcome ~ terms``, with the arm among the terms.
    data : DataFrame
        One row per patient.
    arm : str
        Column of arms.
    clustered : value of `arm`
        The arm treated in classes or by therapists.
    cluster : str
        Column of clusters, missing in the other arms.
    residual : {"by_arm", "shared"}
        A residual variance per arm, or one for all.
    nonnegative : bool
        Hold the covariance within clusters at zero where its estimate is negative. By default it
        may be negative, which keeps standard errors honest when clusters are few.
    unassigned : {"refuse", "singleton"}
        What to do with patients of the clustered arm who never joined a cluster: refuse them, or
        count each as a cluster of one.
    df_method : {"satterthwaite", "kenward_roger"}
        Kenward-Roger takes the expected information, as R's pbkrtest does.
    conf_level : float
    missing_covariates : {"refuse", "drop"}
        What to do with rows that have an outcome and lack a covariate.

    Returns
    -------
    PartiallyNestedFit

    Raises
    ------
    SchemaError, DataError
        If columns are missing, a patient of the clustered arm has no cluster, or one of another
        arm has.
    SpecificationError, UnsupportedCombinationError
        If an option or the formula cannot be used.
    NotEstimableError, NotConvergedError
        If the data cannot inform the model.

    References
    ----------
    Roberts C, Roberts SA. Clinical Trials 2005;2:152-62. Candlish J, et al. BMC Medical Research
    Methodology 2018;18:105.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> rng = np.random.default_rng(2)
    >>> taught = np.arange(80) < 40
    >>> data = pd.DataFrame({
    ...     "arm": np.where(taught, "integrative", "medication"),
    ...     "class_id": np.where(taught, np.arange(80) // 5, np.nan),
    ...     "y": rng.normal(size=80) + np.repeat(rng.normal(size=16), 5) * taught,
    ... })
    >>> fit = fit_partially_nested(
    ...     "y ~ arm", data, arm="arm", clustered="integrative", cluster="class_id")
    >>> fit.n_clusters, fit.n_observations
    (8, 80)
    """
    _check_options(residual, unassigned, df_method)
    checked_level(conf_level)
    parsed = parse_formula(formula)
    asked = dict.fromkeys(named_columns(parsed), "in the formula")
    require_columns(data, asked | {arm: "arm=", cluster: "cluster="})
    analysed = analysed_rows(data, parsed, missing=missing_covariates)
    require_values(analysed.frame, [arm])
    taught, codes, alone = _clusters(analysed.frame, arm, clustered, cluster, unassigned)
    design = build_design(analysed.frame, parsed, formula, visit="")
    kinds, arms = _residual_groups(analysed.frame[arm], residual)
    X, nesting = design.X[:, design.kept], Nesting(cluster=codes, residual=kinds)
    fitted = fit_partially_nested_rows(
        X, design.y, nesting, df_method=df_method, nonnegative=nonnegative
    )
    return PartiallyNestedFit(
        formula=formula,
        arm=arm,
        cluster=cluster,
        clustered=clustered,
        residual=residual,
        df_method=df_method,
        conf_level=conf_level,
        cluster_sizes=tuple(np.bincount(codes[taught]).tolist()),
        n_observations=len(design.y),
        n_unassigned=int(alone.sum()),
        n_missing_outcome=analysed.n_missing_outcome,
        n_missing_covariates=analysed.n_missing_covariates,
        residual_arms=arms,
        notes=_notes(fitted, int(alone.sum()), cluster),
        design=design,
        fit=fitted,
    )


def _check_options(residual: str, unassigned: str, df_method: str) -> None:
    for name, value, allowed in (
        ("residual", residual, ("by_arm", "shared")),
        ("unassigned", unassigned, ("refuse", "singleton")),
    ):
        if value not in allowed:
            raise SpecificationError(f"{name}={value!r} is not known. Allowed: {allowed}.")
    if df_method not in DF_METHODS:
        raise UnsupportedCombinationError(
            f"df_method={df_method!r} does not go with a partially nested model. Allowed: "
            f"{', '.join(DF_METHODS)}."
        )


def _clusters(
    frame: pd.DataFrame, arm: str, clustered: Hashable, cluster: str, unassigned: str
) -> tuple[NDArray[np.bool_], NDArray[np.intp], NDArray[np.bool_]]:
    """Who is in the clustered arm, each row's cluster (-1 outside), and who had none."""
    taught = (frame[arm] == clustered).to_numpy(dtype=bool)
    named = frame[cluster].notna().to_numpy(dtype=bool)
    alone, stray = taught & ~named, ~taught & named
    _require_sense(frame, arm, clustered, taught, stray)
    if alone.any() and unassigned == "refuse":
        raise DataError(
            f"{cluster}: {alone.sum()} of {taught.sum()} patients of {clustered!r} have no cluster "
            f"(first rows {first_rows(frame, alone)}). Name their cluster, or count each as a "
            'cluster of one with unassigned="singleton".'
        )
    codes = np.full(len(frame), -1, dtype=np.intp)
    codes[taught & named] = pd.factorize(frame.loc[taught & named, cluster])[0]
    codes[alone] = codes.max() + 1 + np.arange(alone.sum())
    return taught, codes, alone


def _require_sense(
    frame: pd.DataFrame,
    arm: str,
    clustered: Hashable,
    taught: NDArray[np.bool_],
    stray: NDArray[np.bool_],
) -> None:
    if not taught.any():
        found = ", ".join(map(repr, pd.unique(frame[arm])[:5]))
        raise SpecificationError(
            f"clustered={clustered!r} is no arm of the analysed rows. Allowed: {found}."
        )
    if stray.any():
        raise DataError(
            f"{stray.sum()} patients of arms other than {clustered!r} have a cluster (first rows "
            f"{first_rows(frame, stray)}). In a partially nested trial only one arm has clusters; "
            "leave the column empty elsewhere."
        )


def _residual_groups(
    arms: pd.Series, residual: str
) -> tuple[NDArray[np.intp], tuple[Hashable, ...]]:
    if residual == "shared":
        return np.zeros(len(arms), dtype=np.intp), ("all",)
    codes, names = pd.factorize(arms, sort=True)
    return codes.astype(np.intp), tuple(names)


def _notes(fitted: PartiallyNestedEstimate, n_alone: int, cluster: str) -> tuple[str, ...]:
    notes = []
    if n_alone:
        notes.append(f"{n_alone} patients without {cluster} count as clusters of one.")
    if fitted.held_at_zero:
        notes.append("The covariance within clusters was estimated negative and held at zero.")
    elif fitted.cluster_covariance < 0:
        notes.append("The covariance within clusters is estimated negative.")
    return tuple(notes)
