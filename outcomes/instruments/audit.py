"""What became of the answers: a count of scored, prorated, missing and extreme scores."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from outcomes.instruments.registry import find


def scoring_audit(scores: pd.DataFrame, *, by: list[str] | None = None) -> pd.DataFrame:
    """Count what became of the administrations of each scale.

    Parameters
    ----------
    scores : DataFrame
        What `score` returned, for one or several registered instruments.
    by : list of str, optional
        Further columns to count within, such as ``["visit"]`` or ``["arm", "visit"]``.

    Returns
    -------
    DataFrame
        One row per instrument, scale and group: n (administrations), complete (scored, every item
        answered), prorated (scored with items missing), too_few_answers, not_administered and
        other_missing (missing for another reason), floor and ceiling (scored at the lowest and
        highest possible score) and median_answered (items). Answers outside the response set
        never get this far: `score` refuses them all.

    Examples
    --------
    >>> from outcomes.instruments import score
    >>> frame = pd.DataFrame({"subject": ["1", "2"], "visit": "a", "peg_1": [0, 7],
    ...                       "peg_2": [0, None], "peg_3": [0, 8]})
    >>> audit = scoring_audit(score(frame, "peg"))
    >>> audit[["n", "complete", "prorated", "too_few_answers", "floor"]].iloc[0].tolist()
    [2, 1, 0, 1, 1]
    """
    keys = ["instrument", "scale", *(by or [])]
    low, high = _ends(scores)
    value = scores["score"].to_numpy(dtype=np.float64)
    scored = ~np.isnan(value)
    complete = (scores["n_answered"] == scores["n_items"]).to_numpy(dtype=bool)
    reason = scores["reason"]
    counted = scores[keys].assign(
        n=1,
        complete=scored & complete,
        prorated=scored & ~complete,
        too_few_answers=(reason == "too_few_answers").to_numpy(dtype=bool),
        not_administered=(reason == "not_administered").to_numpy(dtype=bool),
        other_missing=~scored & ~reason.isin(["too_few_answers", "not_administered"]),
        floor=scored & np.isclose(value, low, rtol=0, atol=1e-9),
        ceiling=scored & np.isclose(value, high, rtol=0, atol=1e-9),
        median_answered=scores["n_answered"],
    )
    groups = counted.groupby(keys, sort=False, observed=True)
    counts = groups.agg(
        {
            **dict.fromkeys([column for column in counted if column not in keys], "sum"),
            "median_answered": "median",
        }
    )
    return counts.reset_index()


def _ends(scores: pd.DataFrame) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Lowest and highest possible score of every row's scale."""
    pairs = scores[["instrument", "scale"]].drop_duplicates()
    ranges = [
        find(str(key)).scale(str(scale)).range for key, scale in pairs.itertuples(index=False)
    ]
    ends = pairs.assign(low=[low for low, _ in ranges], high=[high for _, high in ranges])
    rows = scores[["instrument", "scale"]].merge(ends, how="left", on=["instrument", "scale"])
    return rows["low"].to_numpy(dtype=np.float64), rows["high"].to_numpy(dtype=np.float64)
