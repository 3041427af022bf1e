"""Contrasts with the reference on a log scale or as they are, one row an arm."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import norm

Array = NDArray[np.float64]


def wald(
    arms: Sequence[str],
    estimate: Array,
    std_error: Array,
    conf_level: float,
    *,
    exponentiate: bool = False,
) -> pd.DataFrame:
    """Make normal tests and intervals of estimates against zero.

    Parameters
    ----------
    arms : sequence of str
    estimate, std_error : (n_arms,) array
        Logarithms where `exponentiate`.
    conf_level : float
    exponentiate : bool
        Give ratios: estimate and limits are exponentiated, std_error stays that of the logarithm.

    Returns
    -------
    DataFrame
        arm, estimate, std_error, statistic, p_value, conf_low, conf_high.
    """
    estimate, std_error = np.asarray(estimate, float), np.asarray(std_error, float)
    half = norm.isf((1 - conf_level) / 2) * std_error
    statistic = estimate / std_error
    shown = np.exp if exponentiate else np.asarray
    return pd.DataFrame(
        {
            "arm": list(arms),
            "estimate": shown(estimate),
            "std_error": std_error,
            "statistic": statistic,
            "p_value": 2 * norm.sf(np.abs(statistic)),
            "conf_low": shown(estimate - half),
            "conf_high": shown(estimate + half),
        }
    )
