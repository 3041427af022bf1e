"""Multiple imputation by chained equations, for baseline covariates and answers to items.

Outcomes of repeated measures are imputed by `impute_reference_based`; this is for what stands
beside them.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from statsmodels.imputation.mice import MICEData
from statsmodels.tools.sm_exceptions import SingularMatrixWarning

from outcomes.errors import DataError, NotEstimableError, SchemaError, SpecificationError
from outcomes.models.records import require_columns
from outcomes.models.tidy import checked_level
from outcomes.stats.imputation.pooling import rubin

Array = NDArray[np.float64]

# statsmodels takes 20, which in small data are far from the one matched; R's mice takes 5.
DONORS = 5


def impute_columns(
    data: pd.DataFrame,
    columns: Sequence[str],
    *,
    predictors: Sequence[str],
    rng: np.random.Generator,
    n_imputations: int = 20,
    n_cycles: int = 10,
    donors: int = DONORS,
) -> Iterator[pd.DataFrame]:
    """Impute missing values of numeric columns by predictive mean matching.

    Parameters
    ----------
    data : DataFrame
        One row per subject, or per questionnaire.
    columns : sequence of str
        Numeric columns to complete. Each is predicted by all others and by the predictors.
    predictors : sequence of str
        Columns known for every row: numbers, or text, truth values and categories, which enter as
        indicators. The outcome belongs among them where it is known, else the imputed values have
        no relation to it.
    rng : Generator
    n_imputations : int
        Completed data sets, two or more.
    n_cycles : int
        Rounds over the columns before the first data set is kept, and between data sets.
    donors : int
        Observed values nearest in prediction, of which one is taken.

    Yields
    ------
    DataFrame
        A copy of `data` with `columns` complete, one at a time. Values are observed values of
        others, so that answers stay answers.

    Raises
    ------
    DataError
        A predictor is missing somewhere.
    NotEstimableError
        A column has too few observed values, or its predictors say the same as each other.
    SchemaError
        A column is not there, or is not numeric.
    SpecificationError
        `n_imputations`, `n_cycles` or `donors` is too small.

    Notes
    -----
    Draws are by `statsmodels.imputation.mice.MICEData`: linear predictions with coefficients drawn
    from their normal approximation. Its default of 20 donors is replaced by 5, as in R's mice.

    References
    ----------
    van Buuren S, Groothuis-Oudshoorn K. mice: multivariate imputation by chained equations in R. J
    Stat Softw 2011;45(3). Little RJA. Missing-data adjustments in large surveys. J Bus Econ Stat
    1988;6:287-296 (predictive mean matching).

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> age = np.arange(20.0, 60.0)
    >>> data = pd.DataFrame({"age": age, "pain": age / 10})
    >>> data.loc[3, "pain"] = np.nan
    >>> found = list(impute_columns(data, ["pain"], predictors=["age"], rng=rng, n_imputations=2))
    >>> len(found), bool(found[0]["pain"].isna().any()), bool(found[0]["pain"][3] in set(age / 10))
    (2, False, True)
    """
    _refuse_options(n_imputations, n_cycles, donors)
    frame = _prepared(data, columns, predictors)
    _refuse_few(frame, data, columns, donors)
    if not data[list(columns)].isna().any(axis=None):
        yield from (data.copy() for _ in range(n_imputations))
        return
    chain = MICEData(frame, k_pmm=donors, rng=rng)
    names = [f"x{i}" for i in range(len(columns))]
    for _ in range(n_imputations):
        _cycle(chain, n_cycles)
        values = chain.data[names].to_numpy(dtype=np.float64)
        filled = dict(zip(columns, values.T, strict=True))
        yield data.assign(**{name: np.array(column) for name, column in filled.items()})


def _cycle(chain: MICEData, n_cycles: int) -> None:
    """Go round the columns; coefficients that are not determined are refused, not drawn."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", SingularMatrixWarning)
        try:
            chain.update_all(n_cycles)
        except SingularMatrixWarning as warning:
            raise NotEstimableError(
                "A column cannot be predicted: predictors say the same as each other. Leave one of "
                "them out."
            ) from warning


def pool_estimates(
    estimates: Sequence[pd.DataFrame], *, by: Sequence[str], conf_level: float = 0.95
) -> pd.DataFrame:
    """Pool estimates of completed data sets by Rubin's rules.

    Parameters
    ----------
    estimates : sequence of DataFrame
        One frame per data set with the same rows: the columns `by`, estimate, std_error and df
        (those of a complete data set, infinite for the normal distribution).
    by : sequence of str
        Columns that say what a row is about.
    conf_level : float
        Level of the two-sided intervals.

    Returns
    -------
    DataFrame
        `by`, estimate, std_error, df (Barnard and Rubin), statistic, p_value, conf_low, conf_high,
        monte_carlo_error.

    Raises
    ------
    SpecificationError
        Frames differ in what their rows are about, or there is one only.

    References
    ----------
    Rubin DB. Multiple imputation for nonresponse in surveys. Wiley; 1987, chapter 3. Barnard J,
    Rubin DB. Biometrika 1999;86:948-955.

    Examples
    --------
    >>> frames = [
    ...     pd.DataFrame({"arm": ["yoga"], "estimate": [e], "std_error": [1.0], "df": [97.0]})
    ...     for e in (1.0, 2.0, 3.0)
    ... ]
    >>> pool_estimates(frames, by=["arm"])[["arm", "estimate", "std_error"]].round(4)
        arm  estimate  std_error
    0  yoga       2.0     1.5275
    """
    checked_level(conf_level)
    first, *others = estimates
    keys = first[list(by)].reset_index(drop=True).astype(object)
    for each in others:
        if not each[list(by)].reset_index(drop=True).astype(object).equals(keys):
            raise SpecificationError(
                f"The estimates of {len(estimates)} data sets are not about the same "
                f"{', '.join(by)}; pool rows in the same order."
            )

    def stacked(name: str) -> Array:
        return np.stack([each[name].to_numpy(dtype=np.float64) for each in estimates])

    found = rubin(stacked("estimate"), stacked("std_error"), stacked("df")[0])
    low, high = found.interval(conf_level)
    return keys.assign(
        estimate=found.estimate,
        std_error=found.std_error,
        df=found.df,
        statistic=found.estimate / found.std_error,
        p_value=found.p_value,
        conf_low=low,
        conf_high=high,
        monte_carlo_error=found.monte_carlo_error,
    )


def _refuse_options(n_imputations: int, n_cycles: int, donors: int) -> None:
    for name, value, least in (
        ("n_imputations", n_imputations, 2),
        ("n_cycles", n_cycles, 1),
        ("donors", donors, 1),
    ):
        if value < least:
            raise SpecificationError(f"{name} is {value}; it must be {least} or more.")


def _prepared(
    data: pd.DataFrame, columns: Sequence[str], predictors: Sequence[str]
) -> pd.DataFrame:
    """Columns to complete as x0, x1 …, predictors as numbers z0, z1 …: names fit for a formula."""
    wanted = dict.fromkeys(columns, "of columns=") | dict.fromkeys(predictors, "of predictors=")
    require_columns(data, wanted)
    if not columns or len(columns) + len(predictors) < 2:
        raise SpecificationError("Name a column to complete and something to predict it from.")
    wrong = [name for name in columns if not pd.api.types.is_numeric_dtype(data[name])]
    if wrong:
        raise SchemaError(
            f"{', '.join(wrong)}: predictive mean matching completes numeric columns only. Leave "
            "categories out, or take patients without one as a category of their own."
        )
    unknown = data[list(predictors)].isna().sum()
    unknown = unknown[unknown > 0]
    if len(unknown):
        raise DataError(
            f"predictors must be known for every row, but {', '.join(unknown.index[:3])} lack "
            f"{int(unknown.sum())} values. Put them among columns, or leave them out."
        )
    known = pd.get_dummies(data[list(predictors)], drop_first=True, dtype=float).astype(float)
    known = known[[name for name in known if len(known[name].unique()) > 1]]
    made = data[list(columns)].astype(float)
    made = made.set_axis([f"x{i}" for i in range(len(columns))], axis=1)
    known = known.set_axis([f"z{i}" for i in range(known.shape[1])], axis=1)
    return pd.concat([made, known], axis=1).reset_index(drop=True)


def _refuse_few(
    frame: pd.DataFrame, data: pd.DataFrame, columns: Sequence[str], donors: int
) -> None:
    observed = data[list(columns)].notna().sum()
    needed = max(donors, frame.shape[1]) + 1
    few = observed[(observed < needed) & (observed < len(data))]
    if len(few):
        told = ", ".join(f"{name} {n}" for name, n in few.head(3).items())
        raise NotEstimableError(
            f"{len(few)} columns have too few observed values to be predicted ({told}); with "
            f"{frame.shape[1] - 1} predictors and {donors} donors at least {needed} are needed. "
            "Leave out predictors or the column."
        )
