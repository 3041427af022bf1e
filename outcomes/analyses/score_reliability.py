"""How far scores repeat themselves in patients who did not change, and which change matters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from outcomes.errors import NotEstimableError
from outcomes.instruments import Scale, find
from outcomes.models.agreement import intraclass_correlation, measurement_error
from outcomes.models.important_change import (
    ImportantChange,
    mic_mean_change,
    mic_predictive,
    mic_roc,
)
from outcomes.trial.trial import Trial

_NAMES = ["instrument", "scale", "label", "unit"]
RETEST = [*_NAMES, "n", "icc", "conf_low", "conf_high", "sem", "mdc", "reason"]
MIC = [*_NAMES, "method", "n", "n_group", "correlation", "estimate", "reason"]


@dataclass(frozen=True, kw_only=True)
class Anchor:
    """A global impression of change, and what its answers mean.

    Parameters
    ----------
    instrument : str
        Key of the instrument; `scale` where it has several.
    unchanged : tuple of float
        Answers of patients who did not change between baseline and the visit `retest`: the stable
        patients whose scores should repeat themselves.
    retest : str
        Id of that visit, best an early one.
    minimally_improved, improved : tuple of float
        Answers at `visit` of those who improved by the least amount that matters, and of those who
        improved by an amount that matters.
    visit : str
        Id of the visit at which changes are read.
    """

    instrument: str
    scale: str | None = None
    unchanged: tuple[float, ...]
    retest: str
    minimally_improved: tuple[float, ...]
    improved: tuple[float, ...]
    visit: str


def retest(trial: Trial, keys: tuple[str, ...], anchor: Anchor) -> pd.DataFrame:
    """Agreement of the scores of unchanged patients at baseline and at the retest.

    Returns
    -------
    DataFrame
        instrument, scale, label, unit, n (unchanged patients with both scores), icc (absolute
        agreement, single), conf_low, conf_high, sem, mdc (95 %), reason where there is none.
    """
    impression = _impression(trial, anchor, anchor.retest)
    stable = impression.index[impression.isin(anchor.unchanged)]
    rows = []
    for key, scale in _scales(keys, anchor):
        pairs = _pairs(trial, key, scale, anchor.retest)
        known = pairs[pairs.index.isin(stable)].dropna().to_numpy(dtype=float)
        rows.append({**_about(key, scale), "n": len(known), **_agreement(known)})
    return pd.DataFrame(rows, columns=RETEST)


def important_changes(trial: Trial, keys: tuple[str, ...], anchor: Anchor) -> pd.DataFrame:
    """Minimal important change of each scale by three methods, with the anchor at its visit.

    Returns
    -------
    DataFrame
        instrument, scale, label, unit, method, n (patients with change and impression), n_group
        (in the anchor's group), correlation (of anchor and improvement), estimate (points of
        improvement), reason where there is none.
    """
    impression = _impression(trial, anchor, anchor.visit)
    rows = [
        {**_about(key, scale), **found}
        for key, scale in _scales(keys, anchor)
        for found in _methods(_improvement(trial, key, scale, anchor.visit), impression, anchor)
    ]
    return pd.DataFrame(rows, columns=MIC)


def _scales(keys: tuple[str, ...], anchor: Anchor) -> list[tuple[str, Scale]]:
    """Scales with a direction, without the anchor itself."""
    return [
        (key, scale)
        for key in keys
        if key != anchor.instrument
        for scale in find(key).scales
        if scale.higher_is != "neutral"
    ]


def _about(key: str, scale: Scale) -> dict[str, object]:
    return {"instrument": key, "scale": scale.key, "label": scale.label, "unit": scale.unit}


def _impression(trial: Trial, anchor: Anchor, visit: str) -> pd.Series[float]:
    """Impressions at a visit by subject, where there is one."""
    scale = find(anchor.instrument).scale(anchor.scale)
    return _at(trial, anchor.instrument, scale, visit).dropna()


def _at(trial: Trial, key: str, scale: Scale, visit: str) -> pd.Series[float]:
    """Scores at a visit by subject."""
    scores = trial.scores
    wanted = (
        (scores["instrument"] == key) & (scores["scale"] == scale.key) & (scores["visit"] == visit)
    )
    return scores[wanted].set_index("subject")["score"]


def _pairs(trial: Trial, key: str, scale: Scale, visit: str) -> pd.DataFrame:
    """Scores at baseline and at a visit, one row per subject."""
    first = _at(trial, key, scale, trial.design.baseline.id)
    return pd.concat([first, _at(trial, key, scale, visit)], axis=1, keys=["before", "after"])


def _improvement(trial: Trial, key: str, scale: Scale, visit: str) -> pd.Series[float]:
    """Change since baseline, positive where better, by subject."""
    pairs = _pairs(trial, key, scale, visit)
    sign = -1.0 if scale.higher_is == "worse" else 1.0
    return (sign * (pairs["after"] - pairs["before"])).dropna()


def _agreement(known: NDArray[np.float64]) -> dict[str, object]:
    """ICC with its interval, SEM and MDC, or why there are none."""
    try:
        icc = intraclass_correlation(known, agreement="absolute")
        error = measurement_error(known, agreement="absolute")
    except NotEstimableError:
        none = dict.fromkeys(("icc", "conf_low", "conf_high", "sem", "mdc"), np.nan)
        return {**none, "reason": "fewer than three patients, or all scores the same"}
    return {
        "icc": icc.estimate,
        "conf_low": icc.conf_low,
        "conf_high": icc.conf_high,
        "sem": error.sem,
        "mdc": error.mdc,
        "reason": "",
    }


def _methods(
    improvement: pd.Series[float], impression: pd.Series[float], anchor: Anchor
) -> list[dict[str, object]]:
    """Estimate by mean change, ROC and predictive modelling."""
    both = improvement.index.intersection(impression.index)
    x: NDArray[np.float64] = np.asarray(improvement[both], dtype=np.float64)
    answer = impression[both]
    least = answer.isin(anchor.minimally_improved).to_numpy()
    improved = answer.isin(anchor.improved).to_numpy()
    return [
        _estimated("mean change", mic_mean_change, x, least),
        _estimated("ROC", mic_roc, x, improved),
        _estimated("predictive modelling", mic_predictive, x, improved),
    ]


def _estimated(
    method: str,
    estimate: Callable[[NDArray[np.float64], NDArray[np.bool_]], ImportantChange],
    x: NDArray[np.float64],
    group: NDArray[np.bool_],
) -> dict[str, object]:
    """One method's estimate, or why there is none."""
    counts = {"method": method, "n": len(x), "n_group": int(group.sum())}
    try:
        found = estimate(x, group)
    except NotEstimableError as error:
        reason = str(error).split(";")[0]
        return {**counts, "correlation": np.nan, "estimate": np.nan, "reason": reason}
    return {**counts, "correlation": found.correlation, "estimate": found.estimate, "reason": ""}
