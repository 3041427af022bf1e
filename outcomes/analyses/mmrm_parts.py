"""The numbers of an MMRM as parts of the analysis results data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from outcomes.analyses.ard import Part, shared_parts, variable_of
from outcomes.analyses.clustered import clustered_parts

if TYPE_CHECKING:
    from outcomes.analyses.mmrm import MmrmResult

ON_SCALE = ("estimate", "std_error", "conf_low", "conf_high")
QUANTILES = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)


def mmrm_parts(result: MmrmResult) -> Iterator[Part]:
    """Every number of the result, table by table."""
    assert result.outcome is not None  # noqa: S101 - an analysis of scores has an outcome
    unit = result.outcome.unit
    variable = variable_of(result)
    scale = dict.fromkeys(ON_SCALE, unit)
    method = "MMRM"
    shares = pd.DataFrame({"quantile": QUANTILES})
    for name in ("theoretical", "observed"):
        shares[name] = np.quantile(result.residual_quantiles[name], QUANTILES)
    covariance = result.covariance.rename_axis(index="visit").reset_index()
    yield from shared_parts(result)
    yield Part(
        context="ls_means",
        frame=result.means,
        groups=("arm", "visit"),
        variable=variable,
        units=scale,
        method=method,
    )
    yield Part(
        context="contrasts",
        frame=result.contrasts,
        groups=("arm", "visit"),
        variable=variable,
        units=scale,
        method=method,
    )
    yield Part(
        context="baseline",
        frame=pd.DataFrame({"baseline_mean": [result.baseline_mean]}),
        variable=variable,
        units={"baseline_mean": unit},
    )
    yield Part(
        context="covariance",
        frame=covariance.melt("visit", var_name="with", value_name="covariance"),
        groups=("visit", "with"),
        variable=variable,
        units={"covariance": f"{unit} squared"},
    )
    yield Part(context="fit", frame=result.attempts, groups=("covariance",), method="REML")
    yield Part(
        context="fit",
        frame=pd.DataFrame(
            {"n_subjects": [result.n_subjects], "n_observations": [result.n_observations]}
        ),
    )
    yield from clustered_parts(result.clustered, variable=variable, unit=unit)
    yield Part(context="residuals", frame=shares, groups=("quantile",), method="normalised")
