"""Every number of a responder analysis as parts of the analysis results data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from outcomes.analyses.ard import Part, shared_parts, variable_of
from outcomes.analyses.responder_clusters import cluster_robust_parts
from outcomes.analyses.responder_missing import other_counts_parts
from outcomes.tables.format import plain

INTERVAL = ("estimate", "std_error", "df", "conf_low", "conf_high", "p_value")
NEEDED = ("estimate", "benefit_low", "benefit_high", "crosses_infinity")
CURVES = {
    "area_between_curves": ("estimate", "std_error", "df", "conf_low", "conf_high"),
    "probability_better": ("estimate", "statistic", "p_value"),
}


def responder_parts(result: Any) -> Iterator[Part]:
    """Give counts, risks, contrasts, curves and groups, with why a number is missing."""
    variable = f"{variable_of(result)} response {plain(result.specification.percent)}%"
    yield from shared_parts(result)
    yield Part(context="counts", frame=result.counts, groups=("arm",), variable=variable)
    yield Part(
        context="risks",
        frame=result.risks,
        groups=("arm",),
        variable=variable,
        method=result.method,
    )
    yield from _contrasts(result, variable)
    yield from cluster_robust_parts(result.cluster_robust, variable)
    yield from other_counts_parts(result.missing_otherwise, variable, result.method)
    yield Part(
        context="responder_curve",
        frame=result.curve,
        groups=("arm", "percent"),
        variable=variable_of(result),
    )
    for quantity, rows in result.curves_compared.groupby("quantity", sort=False):
        yield Part(
            context=str(quantity),
            frame=rows,
            groups=("arm",),
            stats=CURVES[str(quantity)],
            variable=variable_of(result),
            method=result.rank_test if quantity == "probability_better" else "Welch",
            absent=_reasons(rows),
        )
    yield Part(
        context="improvement_groups",
        frame=result.groups,
        groups=("arm", "group"),
        variable=variable_of(result),
    )


def _contrasts(result: Any, variable: str) -> Iterator[Part]:
    for quantity, rows in result.contrasts.groupby("quantity", sort=False):
        needed = quantity == "number_needed_to_treat"
        # An interval that does not come from a standard error has none.
        stats = NEEDED if needed else tuple(s for s in INTERVAL if _has_any(rows[s]))
        yield Part(
            context=str(quantity),
            frame=rows,
            groups=("arm",),
            stats=stats,
            variable=variable,
            method=result.method,
            absent=_reasons(rows),
        )


def _reasons(rows: pd.DataFrame) -> str:
    return "; ".join(sorted({*rows["reason"]} - {""})) or "not estimated"


def _has_any(column: pd.Series[float]) -> bool:
    """Whether a column holds a number; infinite degrees of freedom are those of no t."""
    known = column.dropna().astype(float)
    return bool(len(known)) and not (column.name == "df" and bool(np.isinf(known).all()))
