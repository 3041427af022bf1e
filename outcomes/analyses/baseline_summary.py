"""Summaries of variables by arm, and how far arms are apart in them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from outcomes.analyses.outcome import outcome_named
from outcomes.analyses.setting import Compared, as_category, one_of
from outcomes.errors import NotEstimableError
from outcomes.models.effect_sizes import hedges_g
from outcomes.stats.standardised import distribution_distance
from outcomes.trial.trial import Trial

NUMBERS = ("mean", "sd", "median", "q1", "q3", "minimum", "maximum")


def subject_column(who: Compared, name: str) -> pd.Series[Any]:
    """Column of subjects under the label it is printed with."""
    one_of(name, [str(column) for column in who.subjects.columns], "subjects column")
    label = name.replace("_", " ")
    return as_category(who.subjects[name]).rename(label[:1].upper() + label[1:])


def baseline_scores(trial: Trial, who: Compared, name: str) -> pd.Series[Any]:
    """Baseline scores of an instrument's scale or a measure, in the order of subjects."""
    key, _, scale = name.partition("/")
    outcome = outcome_named(trial.study, key, scale or None)
    scores = trial.scores
    here = scores[
        (scores["instrument"] == outcome.instrument)
        & (scores["scale"] == outcome.scale)
        & (scores["visit"] == who.design.baseline.id)
    ]
    by_subject = who.subjects["subject"].map(here.set_index("subject")["score"])
    unit = f", {outcome.unit}" if outcome.unit else ""
    return by_subject.astype(float).rename(f"{outcome.label}{unit}")


def summaries(columns: Mapping[str, pd.Series[Any]], who: Compared) -> pd.DataFrame:
    """Summarise each variable in each arm and over all (arm ""), as `BaselineResult.summary`."""
    arm = who.subjects["arm"]
    rows = [
        {"variable": name, "label": column.name, "arm": place, **row}
        for name, column in columns.items()
        for place in (*(each.id for each in who.arms), "")
        for row in _rows(column if place == "" else column[arm == place])
    ]
    order = ["variable", "label", "level", "arm", "n", "n_missing", *NUMBERS, "count", "percent"]
    return pd.DataFrame(rows, columns=order)


def _rows(column: pd.Series[Any]) -> list[dict[str, object]]:
    """Summarise one variable in one arm: one row for numbers, one per category."""
    known = column.dropna()
    counts = {"n": len(known), "n_missing": int(column.isna().sum())}
    if isinstance(column.dtype, pd.CategoricalDtype):
        return [
            {
                "level": level,
                **counts,
                "count": int((known == level).sum()),
                "percent": 100 * (known == level).mean() if len(known) else np.nan,
            }
            for level in column.cat.categories
        ]
    return [{"level": "", **counts, **_numbers(known.to_numpy(float))}]


def _numbers(values: np.ndarray[Any, np.dtype[np.float64]]) -> dict[str, float]:
    if not len(values):
        return dict.fromkeys(NUMBERS, np.nan)
    q1, median, q3 = np.quantile(values, [0.25, 0.5, 0.75])
    return {
        "mean": float(values.mean()),
        "sd": float(values.std(ddof=1)) if len(values) > 1 else np.nan,
        "median": float(median),
        "q1": float(q1),
        "q3": float(q3),
        "minimum": float(values.min()),
        "maximum": float(values.max()),
    }


def standardised_differences(columns: Mapping[str, pd.Series[Any]], who: Compared) -> pd.DataFrame:
    """Compare each active arm with the reference, as `BaselineResult.differences`."""
    arm = who.subjects["arm"]
    rows = [
        {"variable": name, "label": column.name, "level": "", "arm": active.id}
        | _difference(column[arm == active.id], column[arm == who.reference.id])
        for name, column in columns.items()
        for active in who.active
    ]
    names = ["variable", "label", "level", "arm", "hedges_g", "distance"]
    return pd.DataFrame(rows, columns=names)


def _difference(active: pd.Series[Any], reference: pd.Series[Any]) -> dict[str, float]:
    """Hedges' g of a number, or the distance of two distributions of categories."""
    if not isinstance(active.dtype, pd.CategoricalDtype):
        return {"hedges_g": _g(active, reference), "distance": np.nan}
    a, b = (np.asarray(part.value_counts(sort=False), np.int64) for part in (active, reference))
    return {"hedges_g": np.nan, "distance": distribution_distance(a, b)}


def _g(active: pd.Series[float], reference: pd.Series[float]) -> float:
    """One undefined difference must not stop a table of many."""
    values = (np.asarray(part.dropna(), dtype=np.float64) for part in (active, reference))
    try:
        return hedges_g(*values).estimate
    except NotEstimableError:
        return float("nan")
