"""Kaplan-Meier curves and Cox coefficients by lifelines: the one module that knows it."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import numpy as np
import pandas as pd
from lifelines import CoxPHFitter, KaplanMeierFitter
from lifelines.exceptions import ConvergenceError
from numpy.typing import NDArray

from outcomes.errors import NotConvergedError

Array = NDArray[np.float64]


class Curve(NamedTuple):
    """Steps of a Kaplan-Meier curve with log(−log) limits, from time 0."""

    time: Array
    survival: Array
    conf_low: Array
    conf_high: Array


def curve(time: Array, event: NDArray[np.bool_], entry: Array | None, conf_level: float) -> Curve:
    """Estimate one Kaplan-Meier curve; limits are NaN where it is 0, and 1 before the first event.

    The library's own at-risk counts and restricted mean are not used: it counts after the events,
    and its variance is that of min(T, tau).
    """
    fit = KaplanMeierFitter(alpha=1 - conf_level)
    fit.fit(time, event, entry=entry)
    survival = fit.survival_function_.iloc[:, 0]
    limits = fit.confidence_interval_survival_function_.to_numpy(dtype=float)
    values = survival.to_numpy(dtype=float)
    limits = np.where((values <= 0)[:, None], np.nan, limits)
    low, high = np.where((values >= 1)[:, None], 1.0, limits).T
    return Curve(survival.index.to_numpy(dtype=float), values, low, high)


class Coefficients(NamedTuple):
    """Log hazard ratios, and what the library warned of."""

    estimate: Array
    notes: tuple[str, ...]


def cox_coefficients(
    X: Array,
    names: list[str],
    time: Array,
    event: NDArray[np.bool_],
    entry: Array | None,
    stratum: NDArray[np.intp] | None,
) -> Coefficients:
    """Fit a Cox model, ties after Efron.

    Raises
    ------
    NotConvergedError
        The library found no maximum.
    """
    # Plain names: the library reads a column's name as part of a formula.
    frame = pd.DataFrame(X, columns=[f"x{i}" for i in range(X.shape[1])])
    frame = frame.assign(time=time, event=event)
    options: dict[str, object] = {}
    if entry is not None:
        frame["entry"] = entry
        options["entry_col"] = "entry"
    if stratum is not None:
        frame["stratum"] = stratum
        options["strata"] = ["stratum"]
    with _heard() as said:
        try:
            # A tight stop: the default leaves the fifth digit open.
            fit = CoxPHFitter().fit(
                frame,
                "time",
                "event",
                fit_options={"precision": 1e-12, "r_precision": 1e-15},
                **options,
            )
        except ConvergenceError as problem:
            raise NotConvergedError(
                f"The Cox model did not converge: {problem}. Use fewer covariates."
            ) from problem
    return Coefficients(
        estimate=fit.params_.to_numpy(dtype=float),
        notes=tuple(_by_name(text, names) for text in said),
    )


def _by_name(text: str, names: list[str]) -> str:
    """Keep what the library says, without its code and links, under the covariates' own names."""
    said = text.split(" For example")[0].split(" See ")[0]
    return re.sub(r"\bx(\d+)\b", lambda found: names[int(found[1])], said)


@contextmanager
def _heard() -> Iterator[list[str]]:
    """Collect what the library warns of instead of printing it."""
    said: list[str] = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield said
    said += [" ".join(str(each.message).split()) for each in caught]
