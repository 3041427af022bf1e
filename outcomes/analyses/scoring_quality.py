"""What became of the answers: scores made, items left out, straight lines, items at a visit."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from outcomes.errors import NotEstimableError
from outcomes.instruments import Instrument, Scale, find, scoring_audit
from outcomes.instruments.columns import locate
from outcomes.instruments.combine import values_of
from outcomes.models.reliability import cronbach_alpha, item_statistics
from outcomes.trial.trial import Trial

SHORTEST_LINE = 5
"""Fewest items whose answers, all the same, are counted as a straight line."""

_ITEMS = ["instrument", "item", "n", "n_missing", "share_missing"]
_STATISTICS = ["instrument", "scale", "label", "item", "n", "n_missing", "mean", "sd"]


def scoring(trial: Trial, keys: tuple[str, ...]) -> pd.DataFrame:
    """Count what became of the administrations of each scale, over all visits it was asked at.

    An instrument that nobody answered at a visit was not asked there.

    Returns
    -------
    DataFrame
        The columns of `scoring_audit`, then label, and straight_lined: administrations of the
        instrument whose answers, to at least five items of one response set, are all the same.
    """
    mine = trial.scores[trial.scores["instrument"].isin(keys)]
    mine = mine[_asked(mine)]
    if mine.empty:
        return pd.DataFrame(columns=["instrument", "scale", "n", "label", "straight_lined"])
    counts = scoring_audit(mine)
    lines = {key: _straight_lined(trial, find(key)) for key in keys}
    return counts.assign(
        label=[
            find(str(key)).scale(str(scale)).label
            for key, scale in zip(counts["instrument"], counts["scale"], strict=True)
        ],
        straight_lined=counts["instrument"].map(lines),
    )


def _asked(scores: pd.DataFrame) -> pd.Series[bool]:
    """Whether anybody answered the instrument at the visit of each score."""
    answered = scores["reason"].ne("not_administered")
    return answered.groupby([scores["instrument"], scores["visit"].astype(object)]).transform("any")


def omitted_items(trial: Trial, keys: tuple[str, ...]) -> pd.DataFrame:
    """Count how often each item was left out of an administration in which others were answered.

    Returns
    -------
    DataFrame
        instrument, item, n (administrations with some answer), n_missing, share_missing.
    """
    rows = []
    for key in keys:
        answers = answers_of(trial, find(key))
        begun = answers[answers.notna().any(axis=1)]
        rows += [
            {
                "instrument": key,
                "item": str(name),
                "n": len(begun),
                "n_missing": int(column.isna().sum()),
                "share_missing": float(column.isna().mean()) if len(begun) else np.nan,
            }
            for name, column in begun.items()
        ]
    return pd.DataFrame(rows, columns=_ITEMS)


def internal_consistency(trial: Trial, keys: tuple[str, ...], visit: str) -> pd.DataFrame:
    """Cronbach's alpha of every scale of at least three items at one visit.

    Returns
    -------
    DataFrame
        instrument, scale, label, n (complete administrations), k, estimate, conf_low, conf_high.
    """
    rows = []
    for key, scale, values in _at_visit(trial, keys, visit):
        try:
            found = cronbach_alpha(values)
        except NotEstimableError:
            n, k = len(values.dropna()), len(scale.items)
            numbers = {"n": n, "k": k, "estimate": np.nan, "conf_low": np.nan, "conf_high": np.nan}
        else:
            numbers = {name: getattr(found, name) for name in ("n", "k", "estimate")}
            numbers |= {"conf_low": found.conf_low, "conf_high": found.conf_high}
        rows.append({"instrument": key, "scale": scale.key, "label": scale.label, **numbers})
    names = ["instrument", "scale", "label", "n", "k", "estimate", "conf_low", "conf_high"]
    return pd.DataFrame(rows, columns=names)


def statistics_of_items(trial: Trial, keys: tuple[str, ...], visit: str) -> pd.DataFrame:
    """Describe each item at one visit within the widest scales it belongs to.

    Returns
    -------
    DataFrame
        instrument, scale, label, then the columns of `item_statistics`; items counted as the scale
        counts them, reversed ones turned around.
    """
    parts = []
    for key, scale, values in _at_visit(trial, keys, visit):
        if _inside_another(find(key), scale):
            continue
        try:
            found = item_statistics(values)
        except NotEstimableError:
            continue
        found.insert(0, "label", scale.label)
        found.insert(0, "scale", scale.key)
        found.insert(0, "instrument", key)
        parts.append(found)
    columns = [*_STATISTICS, "rest_correlation", "alpha_without"]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)


def answers_of(trial: Trial, instrument: Instrument) -> pd.DataFrame:
    """Answers to an instrument's items, one row per visit of a subject, columns as items."""
    located = locate(trial.responses, instrument, ("subject", "visit"), None)
    answers = trial.responses[list(located.values())].astype(float)
    return answers.set_axis(list(located), axis=1)


def _at_visit(
    trial: Trial, keys: tuple[str, ...], visit: str
) -> Iterator[tuple[str, Scale, pd.DataFrame]]:
    """Item values of each scale of three items or more at one visit."""
    here = (trial.responses["visit"] == visit).to_numpy()
    for key in keys:
        instrument = find(key)
        answers = answers_of(trial, instrument)[here]
        for scale in instrument.scales:
            names = [item.key for item in scale.items]
            if len(names) >= 3:
                values = values_of(scale, answers[names].to_numpy(dtype=float))
                yield key, scale, pd.DataFrame(values, columns=names)


def _inside_another(instrument: Instrument, scale: Scale) -> bool:
    """Whether all items of a scale are among those of a wider scale, or of an earlier equal one."""
    mine = {item.key for item in scale.items}
    place = [each.key for each in instrument.scales].index(scale.key)
    for i, other in enumerate(instrument.scales):
        theirs = {item.key for item in other.items}
        if mine < theirs or (mine == theirs and i < place):
            return True
    return False


def _straight_lined(trial: Trial, instrument: Instrument) -> int:
    """Administrations with the same answer to every item of one response set."""
    if len(instrument.items) < SHORTEST_LINE or len({i.responses for i in instrument.items}) > 1:
        return 0
    answers = answers_of(trial, instrument).dropna().to_numpy(dtype=float)
    return int((np.ptp(answers, axis=1) == 0).sum())
