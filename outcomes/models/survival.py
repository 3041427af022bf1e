"""Time to event: Kaplan-Meier, log-rank and Cox by lifelines, the one place that knows it."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import pandas as pd
from lifelines import CoxPHFitter, KaplanMeierFitter
from lifelines.exceptions import ConvergenceError
from lifelines.statistics import logrank_test

from outcomes.errors import NotConvergedError, NotEstimableError, SchemaError
from outcomes.stats.survival import at_risk, median_time


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class CoxFit:
    """Coefficients of a Cox model, with what the library warned of.

    `coefficients` has term, estimate (log hazard ratio), std_error, statistic, p_value.
    """

    coefficients: pd.DataFrame
    n: int
    n_events: int
    notes: tuple[str, ...]


def kaplan_meier(data: pd.DataFrame, *, conf_level: float = 0.95) -> pd.DataFrame:
    """Estimate the share still without an event in each arm.

    Parameters
    ----------
    data : DataFrame
        arm (categorical), time (zero or more), event (bool); nobody may lack one.
    conf_level : float
        Level of the limits, made on the log(−log) scale.

    Returns
    -------
    DataFrame
        arm, time (0, then each time somebody leaves), survival, conf_low, conf_high. Limits are
        NaN where survival is 0, and 1 before the first event.

    Raises
    ------
    SchemaError
        A time is missing or negative, or an event is missing.

    References
    ----------
    Kaplan EL, Meier P. J Am Stat Assoc 1958;53:457-481. Kalbfleisch JD, Prentice RL. The
    Statistical Analysis of Failure Time Data. 2nd ed. Wiley; 2002, section 1.4, for the limits.
    """
    _refuse_bad_times(data)
    parts = []
    for arm, rows in data.groupby("arm", observed=True):
        fit = KaplanMeierFitter(alpha=1 - conf_level)
        fit.fit(rows["time"].to_numpy(float), rows["event"].to_numpy(bool))
        curve = fit.survival_function_.iloc[:, 0]
        limits = fit.confidence_interval_survival_function_
        part = pd.DataFrame(
            {
                "arm": arm,
                "time": curve.index.to_numpy(float),
                "survival": curve.to_numpy(),
                "conf_low": limits.iloc[:, 0].to_numpy(),
                "conf_high": limits.iloc[:, 1].to_numpy(),
            }
        )
        limits = ["conf_low", "conf_high"]
        part.loc[part["survival"] <= 0, limits] = np.nan
        part.loc[part["survival"] >= 1, limits] = 1.0
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def medians(survival: pd.DataFrame) -> pd.DataFrame:
    """Find the median time of each curve of `kaplan_meier`: arm, median, conf_low, conf_high.

    NaN where a curve stays above one half: not reached.
    """
    rows = []
    for arm, curve in survival.groupby("arm", sort=False):
        time = curve["time"].to_numpy(float)
        found = (
            median_time(time, curve[name].to_numpy(float))
            for name in ("survival", "conf_low", "conf_high")
        )
        rows.append(
            {"arm": arm, **dict(zip(("median", "conf_low", "conf_high"), found, strict=True))}
        )
    return pd.DataFrame(rows)


def at_risk_table(data: pd.DataFrame, times: Sequence[float]) -> pd.DataFrame:
    """Count by arm and time: arm, time, at_risk, censored, events.

    At risk is counted at the start of the interval that begins at a time, as SAS and R do;
    censored and events add up to and including that time.
    """
    _refuse_bad_times(data)
    parts = []
    for arm, rows in data.groupby("arm", observed=False):
        counts = at_risk(
            rows["time"].to_numpy(float), rows["event"].to_numpy(bool), np.asarray(times, float)
        )
        parts.append(
            pd.DataFrame(
                {
                    "arm": arm,
                    "time": np.asarray(times, float),
                    "at_risk": counts.at_risk,
                    "censored": counts.censored,
                    "events": counts.events,
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def log_rank(data: pd.DataFrame, *, reference: str) -> pd.DataFrame:
    """Compare each arm with the reference by the log-rank test: arm, statistic, df, p_value.

    References
    ----------
    Peto R, Peto J. Asymptotically efficient rank invariant test procedures. J R Stat Soc A
    1972;135:185-207.
    """
    _refuse_bad_times(data)
    base = data[data["arm"] == reference]
    rows = []
    for arm in _others(data, reference):
        other = data[data["arm"] == arm]
        test = logrank_test(
            other["time"].to_numpy(float),
            base["time"].to_numpy(float),
            other["event"].to_numpy(bool),
            base["event"].to_numpy(bool),
        )
        rows.append(
            {
                "arm": arm,
                "statistic": float(test.test_statistic),
                "df": 1,
                "p_value": float(test.p_value),
            }
        )
    return pd.DataFrame(rows)


def fit_cox(data: pd.DataFrame, *, reference: str, covariates: Sequence[str] = ()) -> CoxFit:
    """Fit a proportional hazards model, ties after Efron.

    Parameters
    ----------
    data : DataFrame
        arm (categorical), time, event and the covariates; categories and text enter as indicators.
    reference : str
        The arm others are compared with.
    covariates : sequence of str
        Main effects.

    Returns
    -------
    CoxFit
        The first terms are the arms but the reference.

    Raises
    ------
    NotConvergedError
        The fit did not converge.
    NotEstimableError
        An arm has no events, so that its hazard ratio is zero or infinite, or covariates cannot be
        told apart.
    SchemaError
        A covariate is missing for somebody.

    References
    ----------
    Cox DR. J R Stat Soc B 1972;34:187-220. Efron B. J Am Stat Assoc 1977;72:557-565.
    """
    _refuse_bad_times(data)
    _refuse_eventless(data)
    X = _design(data, reference, covariates)
    names = list(X.columns)
    # Plain names: the library reads a column's name as part of a formula.
    X.columns = pd.Index([f"x{i}" for i in range(len(names))])
    frame = X.assign(time=data["time"].to_numpy(float), event=data["event"].to_numpy(bool))
    with _heard() as said:
        try:
            # A tight stop: the default leaves the fifth digit open.
            fit = CoxPHFitter().fit(
                frame, "time", "event", fit_options={"precision": 1e-12, "r_precision": 1e-15}
            )
        except ConvergenceError as problem:
            raise NotConvergedError(
                f"The Cox model did not converge: {problem}. Use fewer covariates."
            ) from problem
    summary = fit.summary
    return CoxFit(
        coefficients=pd.DataFrame(
            {
                "term": names,
                "estimate": summary["coef"].to_numpy(),
                "std_error": summary["se(coef)"].to_numpy(),
                "statistic": summary["z"].to_numpy(),
                "p_value": summary["p"].to_numpy(),
            }
        ),
        n=len(data),
        n_events=int(frame["event"].sum()),
        notes=tuple(_by_name(text, names) for text in said),
    )


def _by_name(text: str, names: list[str]) -> str:
    """Keep what the library says, without its code and links, under the covariates' own names."""
    said = text.split(" For example")[0].split(" See ")[0]
    return re.sub(r"\bx(\d+)\b", lambda found: names[int(found[1])], said)


def _others(data: pd.DataFrame, reference: str) -> list[str]:
    return [arm for arm in data["arm"].cat.categories if arm != reference]


def _design(data: pd.DataFrame, reference: str, covariates: Sequence[str]) -> pd.DataFrame:
    """Make indicators of the arms, then the covariates, one column each."""
    chosen = data[list(covariates)]
    lacking = chosen.isna().any(axis=1)
    if lacking.any():
        rows = ", ".join(map(str, data.index[lacking][:3]))
        raise SchemaError(
            f"{lacking.sum()} of {len(data)} subjects lack a covariate among "
            f"{', '.join(covariates)} (first rows {rows}). Leave them out and say so."
        )
    arms = pd.DataFrame(
        {arm: (data["arm"] == arm).astype(float) for arm in _others(data, reference)}
    )
    wide = [pd.get_dummies(chosen, drop_first=True, dtype=float)] if covariates else []
    X = pd.concat([arms, *wide], axis=1).reset_index(drop=True).astype(float)
    centred = X.to_numpy() - X.to_numpy().mean(axis=0)
    if np.linalg.matrix_rank(centred) < X.shape[1]:
        raise NotEstimableError(
            "the covariates do not vary independently of each other and of the arm, so their "
            "hazard ratios cannot be told apart. Leave one out."
        )
    return X


def _refuse_bad_times(data: pd.DataFrame) -> None:
    bad = data["time"].isna() | (data["time"] < 0) | data["event"].isna()
    if bad.any():
        rows = ", ".join(map(str, data.index[bad][:3]))
        raise SchemaError(
            f"{bad.sum()} of {len(data)} rows have no event, or a time that is missing or negative "
            f"(first rows {rows}). Leave them out and say so."
        )


def _refuse_eventless(data: pd.DataFrame) -> None:
    events = data["event"].astype(bool).groupby(data["arm"], observed=False).sum()
    without = [str(arm) for arm, n in events.items() if n == 0]
    if without:
        raise NotEstimableError(
            f"nobody in arm {', '.join(map(repr, without))} has the event, so no hazard ratio "
            "exists. Describe the times without a model."
        )


@contextmanager
def _heard() -> Iterator[list[str]]:
    """Collect what the library warns of instead of printing it."""
    said: list[str] = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield said
    said += [" ".join(str(each.message).split()) for each in caught]
