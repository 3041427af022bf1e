"""Estimates as tidy frames."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from outcomes.errors import SpecificationError

Array = NDArray[np.float64]


def tidy(estimate: Array, std_error: Array, df: Array, *, conf_level: float) -> pd.DataFrame:
    """Estimates with t tests and intervals, one row each; all arrays of shape (R,)."""
    statistic = estimate / std_error
    half = stats.t.ppf(0.5 + conf_level / 2, df) * std_error
    return pd.DataFrame(
        {
            "estimate": estimate,
            "std_error": std_error,
            "df": df,
            "statistic": statistic,
            "p_value": 2.0 * stats.t.sf(np.abs(statistic), df),
            "conf_low": estimate - half,
            "conf_high": estimate + half,
        }
    )


def checked_level(conf_level: float) -> float:
    """Return a confidence level between 0 and 1.

    Raises
    ------
    SpecificationError
        If it is not.
    """
    if not 0 < conf_level < 1:
        raise SpecificationError(f"conf_level is {conf_level}; it must lie between 0 and 1.")
    return conf_level
