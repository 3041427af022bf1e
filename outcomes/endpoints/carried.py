"""Missing scores replaced by the baseline or by the worst one seen: for sensitivity only."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
import pandas as pd

from outcomes.endpoints.change import percent_change
from outcomes.errors import SpecificationError

CarryRule = Literal["bocf", "wocf"]


def carried_forward(frame: pd.DataFrame, *, rule: CarryRule, higher_is: str) -> pd.DataFrame:
    """Replace missing values by the baseline, or by the worst value observed after it.

    Neither is a neutral assumption: they can favour either arm, and their standard errors take
    what was filled in as seen. They serve as sensitivity analyses only.

    Parameters
    ----------
    frame : DataFrame
        Rows of `outcome_frame`: subject, baseline, value, and the visits of each subject.
    rule : {"bocf", "wocf"}
        Baseline observation carried forward: the value is the baseline, the change zero. Worst
        observation carried forward: the worst value at any visit after baseline.
    higher_is : {"worse", "better"}
        What a higher score means; decides which value is worst.

    Returns
    -------
    DataFrame
        `frame` with value, change and percent_change filled, and with filled (whether the value
        was not observed), rule, and reason: empty, or why a missing value could not be filled
        (``"baseline missing"``, ``"no value after baseline"``).

    Raises
    ------
    SpecificationError
        There is no such rule, or no direction.

    Examples
    --------
    >>> frame = pd.DataFrame(
    ...     {"subject": "1", "baseline": 6.0, "value": [4.0, 7.0, None]}
    ... )
    >>> carried_forward(frame, rule="wocf", higher_is="worse")["value"].tolist()
    [4.0, 7.0, 7.0]
    >>> carried_forward(frame, rule="bocf", higher_is="worse")["change"].tolist()
    [-2.0, 1.0, 0.0]
    """
    if rule not in get_args(CarryRule):
        raise SpecificationError(
            f"rule is {rule!r}; it is one of {', '.join(get_args(CarryRule))}."
        )
    if higher_is not in ("worse", "better"):
        raise SpecificationError(
            f"higher_is is {higher_is!r}; the worst value needs a direction: 'worse' or 'better'."
        )
    missing = frame["value"].isna()
    by = frame.groupby("subject", sort=False)["value"]
    worst = by.transform("max" if higher_is == "worse" else "min")
    source = frame["baseline"] if rule == "bocf" else worst
    cause = "baseline missing" if rule == "bocf" else "no value after baseline"
    value = frame["value"].fillna(source).to_numpy(dtype=float)
    baseline = frame["baseline"].to_numpy(dtype=float)
    return frame.assign(
        value=value,
        change=value - baseline,
        percent_change=percent_change(baseline, value),
        filled=missing & source.notna(),
        reason=np.where(missing & source.isna(), cause, ""),
        rule=rule,
    )
