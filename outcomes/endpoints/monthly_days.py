"""Days with headache, or with migraine, per 28 days of a diary."""

from __future__ import annotations

import numpy as np
import pandas as pd

from outcomes.errors import DataError, SchemaError, SpecificationError
from outcomes.trial.problems import first_of, rows

MONTH = 28


def monthly_days(
    counts: pd.DataFrame, *, length: int = MONTH, min_days: int = MONTH // 2
) -> pd.DataFrame:
    """Days with headache per 28 days, from the days on which the diary was filled in.

    Parameters
    ----------
    counts : DataFrame
        One row for each subject and window: n_days (with headache, by the definition of the
        protocol), n_completed (days with an entry) and anything else, such as subject and visit.
        A day without entry is missing, not free of headache.
    length : int
        Days of a window, of which no more can be completed; 31 for calendar months.
    min_days : int
        Fewest completed days. Half of 28 is a decision of this project.

    Returns
    -------
    DataFrame
        The rows of `counts` with days_per_28, reason (``"too few diary days"`` where there is
        none) and min_days.

    Raises
    ------
    DataError
        More days with headache than completed ones, more completed ones than `length`, or a count
        is missing, negative or not whole.
    SchemaError
        A column is missing.
    SpecificationError
        `min_days` is not between 1 and `length`.

    Notes
    -----
    Which headache makes a day one with headache is for the protocol to say: least hours, and
    whether a day with a triptan counts, move the mean by about half a day a month.

    Examples
    --------
    >>> monthly_days(pd.DataFrame({"n_days": [9, 7, 4], "n_completed": [28, 21, 12]}))[
    ...     ["days_per_28", "reason"]
    ... ]
       days_per_28              reason
    0     9.000000
    1     9.333333
    2          NaN  too few diary days
    """
    _refuse(counts, length, min_days)
    enough = counts["n_completed"] >= min_days
    rate = MONTH * counts["n_days"] / counts["n_completed"].where(enough)
    reason = np.where(enough, "", "too few diary days")
    return counts.assign(days_per_28=rate.astype(float), reason=reason, min_days=min_days)


def _refuse(counts: pd.DataFrame, length: int, min_days: int) -> None:
    """Refuse impossible counts, all complaints at once."""
    if not 1 <= min_days <= length:
        raise SpecificationError(f"min_days is {min_days}; it is 1 to {length}.")
    lacking = [name for name in ("n_days", "n_completed") if name not in counts]
    if lacking:
        raise SchemaError(f"counts lack {', '.join(lacking)}.")
    pair = counts[["n_days", "n_completed"]].astype(float)
    found = {
        "without two whole numbers of 0 or more": ~((pair >= 0) & (pair % 1 == 0)).all(axis=1),
        "with more days than were completed": pair["n_days"] > pair["n_completed"],
        f"with more completed days than {length}": pair["n_completed"] > length,
    }
    complaints = [
        f"{rows(int(wrong.sum()))} {text} (row {first_of(counts.index[wrong])})"
        for text, wrong in found.items()
        if wrong.any()
    ]
    if complaints:
        raise DataError(f"{'; '.join(complaints)}. Correct the data.")
