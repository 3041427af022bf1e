"""Which visits were seen of whom: patterns, and whether a patient was lost for good."""

from __future__ import annotations

import numpy as np
import pandas as pd

KINDS = ("complete", "lost for good", "with gaps")


def first_unseen_for_good(frame: pd.DataFrame) -> pd.Series[str]:
    """Find the first visit of each subject from which on nothing more is seen.

    Parameters
    ----------
    frame : DataFrame
        Rows of `outcome_frame`: subject, visit, value; every scheduled visit of a subject.

    Returns
    -------
    Series of visit ids
        By subject; subjects seen at the last visit are not in it. A visit that was missed before
        one that was seen is a gap, and no loss.

    Examples
    --------
    >>> frame = pd.DataFrame(
    ...     {
    ...         "subject": ["1"] * 3 + ["2"] * 3,
    ...         "visit": ["w4", "w8", "w12"] * 2,
    ...         "value": [5.0, None, None, 4.0, None, 3.0],
    ...     }
    ... )
    >>> first_unseen_for_good(frame).to_dict()
    {'1': 'w8'}
    """
    seen = frame["value"].notna()
    later = seen[::-1].groupby(frame["subject"][::-1], sort=False, observed=True).cummax()[::-1]
    lost = frame[~later]
    return lost.drop_duplicates("subject").set_index("subject")["visit"].astype(object)


def missing_patterns(frame: pd.DataFrame) -> pd.DataFrame:
    """Count the patterns of seen and unseen visits by arm.

    Parameters
    ----------
    frame : DataFrame
        Rows of `outcome_frame`: subject, arm, visit (ordered), value.

    Returns
    -------
    DataFrame
        pattern (1, 2, …), kind (``"complete"``, ``"lost for good"``: seen until some visit and
        never after; ``"with gaps"``), arm, visit, seen and n (patients of the arm with the
        pattern); one row for each pattern, arm and visit. Within a kind the pattern with most
        patients comes first.

    Examples
    --------
    >>> frame = pd.DataFrame(
    ...     {
    ...         "subject": ["1", "1", "2", "2"],
    ...         "arm": pd.Categorical(["usual"] * 4),
    ...         "visit": pd.Categorical(["w4", "w8"] * 2),
    ...         "value": [5.0, 4.0, 6.0, None],
    ...     }
    ... )
    >>> missing_patterns(frame)[["pattern", "kind", "visit", "seen", "n"]]
       pattern           kind visit   seen  n
    0        1       complete    w4   True  1
    1        1       complete    w8   True  1
    2        2  lost for good    w4   True  1
    3        2  lost for good    w8  False  1
    """
    visits = list(frame["visit"].cat.categories)
    arms = list(frame["arm"].cat.categories)
    seen = frame.assign(seen=frame["value"].notna()).astype({"visit": object})
    wide = seen.pivot(index="subject", columns="visit", values="seen")[visits]  # noqa: PD010
    arm = frame.drop_duplicates("subject").set_index("subject")["arm"].reindex(wide.index)
    rows = wide.to_numpy(dtype=bool)
    patterns, which = np.unique(rows, axis=0, return_inverse=True)
    codes = pd.Categorical(arm, categories=arms).codes
    n = np.zeros((len(patterns), len(arms)), dtype=int)
    np.add.at(n, (which, codes), 1)
    kinds = [_kind(pattern) for pattern in patterns]
    order = sorted(
        range(len(patterns)),
        key=lambda i: (KINDS.index(kinds[i]), -n[i].sum(), (~patterns[i]).tolist()),
    )
    return pd.DataFrame(
        [
            {
                "pattern": position,
                "kind": kinds[i],
                "arm": name,
                "visit": visit,
                "seen": bool(patterns[i, j]),
                "n": int(n[i, a]),
            }
            for position, i in enumerate(order, start=1)
            for a, name in enumerate(arms)
            for j, visit in enumerate(visits)
        ]
    )


def _kind(pattern: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> str:
    if pattern.all():
        return KINDS[0]
    lost = bool((np.diff(pattern.astype(int)) <= 0).all())
    return KINDS[1] if lost else KINDS[2]
