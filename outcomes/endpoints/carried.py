"""Single values put in place of scores that were not seen: conventions, for sensitivity only."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
import pandas as pd

from outcomes.endpoints.intercurrent import with_values
from outcomes.errors import SpecificationError

CarryRule = Literal["bocf", "wocf", "locf"]
# Why a rule has no value for a score that is missing.
ABSENT = {
    "bocf": "baseline missing",
    "wocf": "no value after baseline",
    "locf": "no value before and no baseline",
}


def carried_forward(frame: pd.DataFrame, *, rule: CarryRule, higher_is: str) -> pd.DataFrame:
    """Put the baseline, the worst or the last value in place of each missing one.

    These are conventions: nothing has to be true of the patients for them. They can favour either
    arm, and a standard error that takes the value for an observation does not know that it was
    made up.

    Parameters
    ----------
    frame : DataFrame
        Rows of `outcome_frame`: subject, baseline, value, and the visits of each subject in order.
    rule : {"bocf", "wocf", "locf"}
        Baseline observation carried forward: the value is the baseline, the change zero. Worst
        observation carried forward: the worst value at any visit after baseline, before or after
        the one filled. Last observation carried forward: the last value at a visit before, the
        baseline where there is none.
    higher_is : {"worse", "better", "neutral"}
        What a higher score means; decides which value is worst.

    Returns
    -------
    DataFrame
        `frame` with value, change and percent_change filled, and with filled (whether a value was
        put in place), rule, and reason: empty, or why a missing value could not be filled
        (``"baseline missing"``, ``"no value after baseline"``, ``"no value before and no
        baseline"``).

    Raises
    ------
    SpecificationError
        There is no such rule, or the worst is asked of a scale without direction.

    References
    ----------
    National Research Council. The prevention and treatment of missing data in clinical trials.
    National Academies Press; 2010, chapter 4 and recommendation 10.

    Examples
    --------
    >>> frame = pd.DataFrame(
    ...     {"subject": "1", "baseline": 6.0, "value": [4.0, None, 7.0, None]}
    ... )
    >>> for rule in ("bocf", "wocf", "locf"):
    ...     print(carried_forward(frame, rule=rule, higher_is="worse")["value"].tolist())
    [4.0, 6.0, 7.0, 6.0]
    [4.0, 7.0, 7.0, 7.0]
    [4.0, 4.0, 7.0, 7.0]
    """
    if rule not in get_args(CarryRule):
        raise SpecificationError(
            f"rule is {rule!r}; it is one of {', '.join(get_args(CarryRule))}."
        )
    missing = frame["value"].isna()
    source = _carried(frame, rule, higher_is)
    filled = with_values(frame, frame["value"].fillna(source))
    return filled.assign(
        filled=missing & source.notna(),
        reason=np.where(missing & source.isna(), ABSENT[rule], ""),
        rule=rule,
    )


def _carried(frame: pd.DataFrame, rule: CarryRule, higher_is: str) -> pd.Series[float]:
    """Find what stands at each row if its own value is missing."""
    by_subject = frame.groupby("subject", sort=False, observed=True)["value"]
    if rule == "bocf":
        return frame["baseline"]
    if rule == "locf":
        return by_subject.ffill().fillna(frame["baseline"])
    if higher_is not in ("worse", "better"):
        raise SpecificationError(
            f"higher_is is {higher_is!r}; the worst value needs a direction: 'worse' or 'better'. "
            "Leave the worst observation out on a scale without one."
        )
    return by_subject.transform("max" if higher_is == "worse" else "min")
