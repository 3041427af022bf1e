"""Single values put in place of scores that were not seen: conventions, not assumptions."""

from __future__ import annotations

import pandas as pd

from outcomes.assumptions import Convention
from outcomes.endpoints.intercurrent import with_values
from outcomes.errors import SpecificationError, UnsupportedCombinationError


def carried_forward(
    frame: pd.DataFrame, convention: Convention, *, higher_is: str = "worse"
) -> pd.DataFrame:
    """Fill missing values by a convention.

    Parameters
    ----------
    frame : DataFrame
        Rows of `outcome_frame`: subject, visits in order, baseline, value.
    convention : Convention
        Baseline (BOCF), worst (WOCF) or last observation carried forward (LOCF). Worst and last are
        taken of the baseline and the scores at the visits before the one filled.
    higher_is : {"worse", "better"}
        Decides which score is the worst.

    Returns
    -------
    DataFrame
        The same rows with value, change and percent_change filled; still missing where the subject
        has no earlier score.

    Raises
    ------
    SpecificationError
        The worst score is asked of a scale without direction.
    UnsupportedCombinationError
        The convention fills no score: counting as a non-responder.

    Notes
    -----
    What is filled is a convention: nothing has to be true of the patients for it, and a standard
    error that takes the value for an observation does not know that it was made up.

    References
    ----------
    National Research Council. The prevention and treatment of missing data in clinical trials.
    National Academies Press; 2010, chapter 4 and recommendation 10.

    Examples
    --------
    >>> frame = pd.DataFrame({"subject": ["1"] * 3, "baseline": 6.0, "value": [7.0, 4.0, None]})
    >>> for convention in list(Convention)[:3]:
    ...     print(carried_forward(frame, convention)["value"].tolist())
    [7.0, 4.0, 6.0]
    [7.0, 4.0, 7.0]
    [7.0, 4.0, 4.0]
    """
    if convention is Convention.NON_RESPONDER:
        raise UnsupportedCombinationError(
            "Non-responder imputation fills no score; declare missing: non_responder of a response."
        )
    if convention is Convention.WORST_CARRIED_FORWARD and higher_is not in ("worse", "better"):
        raise SpecificationError("A scale without a direction has no worst score to carry forward.")
    value, subject = frame["value"], frame["subject"]
    return with_values(frame, value.fillna(_filling(frame, convention, higher_is, value, subject)))


def _filling(
    frame: pd.DataFrame,
    convention: Convention,
    higher_is: str,
    value: pd.Series[float],
    subject: pd.Series[str],
) -> pd.Series[float]:
    """Find the value that stands at each row if its own is missing."""
    if convention is Convention.BASELINE_CARRIED_FORWARD:
        return frame["baseline"]
    by_subject = value.groupby(subject, sort=False)
    if convention is Convention.LAST_CARRIED_FORWARD:
        return by_subject.ffill().fillna(frame["baseline"])
    worse = by_subject.cummax() if higher_is == "worse" else by_subject.cummin()
    so_far = pd.concat([worse.groupby(subject, sort=False).ffill(), frame["baseline"]], axis=1)
    return so_far.max(axis=1) if higher_is == "worse" else so_far.min(axis=1)
