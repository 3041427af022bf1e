"""How much patients improved, in groups: a summary that shows no single patient."""

from __future__ import annotations

import numpy as np
import pandas as pd

from outcomes.endpoints.responder import TOLERANCE, percent_improvement, why_undefined

_EDGES = (0.0, 10.0, 30.0, 50.0, 70.0)
GROUPS = (
    "worse",
    "0 to below 10%",
    "10 to below 30%",
    "30 to below 50%",
    "50 to below 70%",
    "70% or more",
)
COUNTED_AS_WORST = "event counted as no response"
MISSING = "no score at the visit"


def improvement_counts(frame: pd.DataFrame, *, higher_is: str) -> pd.DataFrame:
    """Count the patients of each arm by how much they improved from baseline.

    Parameters
    ----------
    frame : DataFrame
        Rows of `outcome_frame` at one visit, so one for each subject.
    higher_is : {"worse", "better"}
        What a higher score means.

    Returns
    -------
    DataFrame
        arm, group, n, share (of the arm's patients with a usable baseline, 0 to 1; NaN where there
        are none): the groups of improvement, with 10, 30 and 50 % as bounds that belong to the
        group above; then those for whom an intercurrent event stands for no response, and those
        without a score. Patients whose baseline is missing or not above zero are in none.

    References
    ----------
    Dworkin RH, et al. J Pain 2008;9:105-121, doi 10.1016/j.jpain.2007.09.005, for 10, 30 and 50 %.

    Examples
    --------
    >>> frame = pd.DataFrame(
    ...     {
    ...         "arm": pd.Categorical(["usual"] * 3),
    ...         "baseline": [7.0, 8.0, 8.0],
    ...         "value": [4.9, 9.0, None],
    ...         "percent_change": [100 * (4.9 - 7) / 7, 12.5, None],
    ...     }
    ... )
    >>> found = improvement_counts(frame, higher_is="worse")
    >>> found.loc[found["n"] > 0, ["group", "n"]].values.tolist()
    [['worse', 1], ['30 to below 50%', 1], ['no score at the visit', 1]]
    """
    why = why_undefined(frame)
    usable = why.isna() | (why == "value missing")
    improvement = percent_improvement(frame, higher_is=higher_is).to_numpy(dtype=float)
    reached = np.searchsorted(np.array(_EDGES) - TOLERANCE, improvement, side="right")
    group = np.array(GROUPS, dtype=object)[np.minimum(reached, len(_EDGES))]
    group = np.where(np.isneginf(improvement), COUNTED_AS_WORST, group)
    group = np.where(np.isnan(improvement), MISSING, group)
    levels = [*GROUPS, COUNTED_AS_WORST, MISSING]
    counted = pd.DataFrame(
        {"arm": frame["arm"], "group": pd.Categorical(group, categories=levels)}
    )[usable.to_numpy()]
    counts = counted.groupby(["arm", "group"], observed=False).size().rename("n").reset_index()
    total = counts.groupby("arm", observed=False)["n"].transform("sum")
    return counts.assign(
        arm=counts["arm"].astype(object),
        group=counts["group"].astype(object),
        share=counts["n"] / total.where(total > 0),
    )


def sorted_improvements(frame: pd.DataFrame, *, higher_is: str) -> pd.DataFrame:
    """Percent improvements of each arm from the best to the worst, without subjects.

    Parameters
    ----------
    frame, higher_is
        As in `improvement_counts`.

    Returns
    -------
    DataFrame
        arm, improvement; patients without an improvement, or for whom an event stands, are not in.
    """
    improvement = percent_improvement(frame, higher_is=higher_is).astype(float)
    made = pd.DataFrame({"arm": frame["arm"], "improvement": improvement})
    known = made[np.isfinite(made["improvement"])]
    ordered = known.sort_values(["arm", "improvement"], ascending=[True, False], kind="stable")
    return pd.DataFrame(ordered.astype({"arm": object}).reset_index(drop=True))
