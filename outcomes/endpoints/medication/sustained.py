"""Opioid reduction that lasts, and that was not bought with more pain."""

from __future__ import annotations

import pandas as pd

from outcomes.endpoints.change import percent_change
from outcomes.endpoints.columns import require_columns, require_one_row_each
from outcomes.endpoints.medication.opioid_change import SAME, refuse_unlike
from outcomes.endpoints.responder import TOLERANCE
from outcomes.endpoints.time_to_event import confirmed_response
from outcomes.errors import DataError

_REASONS = {
    "confirmed response": "sustained reduction",
    "baseline zero": "no opioid at baseline",
}


def sustained_opioid_reduction(
    baseline: pd.DataFrame,
    follow_up: pd.DataFrame,
    *,
    percent: float,
    within: float | None = None,
    strict: bool = True,
) -> pd.DataFrame:
    """Day of the first reduction of MME a day that later visits confirm.

    Parameters
    ----------
    baseline : DataFrame
        Averages by `mme_per_day`, one row for each subject.
    follow_up : DataFrame
        Averages made alike, with day: the scheduled day each belongs to. A subject without a row
        for a day that others have was not observed then.
    percent : float
        Least reduction, in percent of baseline.
    within, strict
        As of `outcomes.endpoints.confirmed_response`.

    Returns
    -------
    DataFrame
        subject, after, time, event, reason, as of `confirmed_response`: ``"sustained reduction"``,
        ``"no opioid at baseline"`` and ``"baseline missing"`` (no event can be defined), or why the
        time is censored; percent, within, strict, factor_set, denominator, overlap.

    Raises
    ------
    DataError
        `follow_up` has no rows.
    DuplicateRecordError
        A subject has several rows for a day.
    SchemaError
        A column is missing, such as the day of `follow_up`.
    UnsupportedCombinationError
        The frames are not made by the same tables, denominators or overlaps.

    Examples
    --------
    >>> made = {"opioids": "morphine", "factor_set": "cdc2022", "denominator": "window",
    ...         "overlap": "carry_over"}
    >>> before = pd.DataFrame({"subject": ["1"], "mme": 120.0, **made})
    >>> after = pd.DataFrame({"subject": "1", "day": [28, 56, 84], "mme": [100.0, 80, 60], **made})
    >>> found = sustained_opioid_reduction(before, after, percent=30)
    >>> found[["after", "time", "event", "reason"]]
       after  time  event               reason
    0   28.0  56.0   True  sustained reduction
    """
    require_columns(baseline, "baseline", "subject", "mme", *SAME)
    require_columns(follow_up, "follow_up", "subject", "day", "mme", *SAME)
    refuse_unlike(baseline, follow_up, per=("subject", "day"))
    if follow_up.empty:
        raise DataError("follow_up has no rows, so nobody was observed after baseline.")
    days = sorted(follow_up["day"].unique())
    grid = (
        baseline[["subject", "mme"]]
        .rename(columns={"mme": "baseline"})
        .merge(pd.DataFrame({"day": days}), how="cross")
    )
    frame = grid.merge(follow_up[["subject", "day", "mme"]], on=["subject", "day"], how="left")
    frame = frame.rename(columns={"mme": "value"}).assign(arm="")
    frame["percent_change"] = percent_change(
        frame["baseline"].to_numpy(float), frame["value"].to_numpy(float)
    )
    found = confirmed_response(
        frame, percent=percent, higher_is="worse", within=within, strict=strict
    )
    same = {name: baseline[name].iloc[0] for name in SAME} if len(baseline) else {}
    return found.drop(columns="arm").assign(
        reason=found["reason"].replace(_REASONS),
        percent=percent,
        within=within,
        strict=strict,
        **same,
    )


def reduction_without_worsening(
    reduction: pd.DataFrame, pain_change: pd.DataFrame, *, percent: int = 30, most: float = 1.0
) -> pd.DataFrame:
    """Opioid reduction by at least `percent` while pain rose by at most `most` points.

    Parameters
    ----------
    reduction : DataFrame
        From `opioid_reduction`, with reduced_<percent>.
    pain_change : DataFrame
        subject, change: of a pain rating on which higher is worse.
    percent : int
        Which of the reductions.
    most : float
        Largest rise in pain, in points. Both numbers are a convention of the project.

    Returns
    -------
    DataFrame
        subject, reduced, pain_change, response (nullable boolean) and reason: empty, or why the
        response is missing: that of the reduction, or ``"pain change missing"``. No reduction is no
        response whatever became of pain.

    Raises
    ------
    DuplicateRecordError
        A subject has several changes in pain.
    SchemaError
        A column is missing.

    Examples
    --------
    >>> reduction = pd.DataFrame(
    ...     {"subject": ["1", "2"], "reduced_30": pd.array([True, True], "boolean"), "reason": ""}
    ... )
    >>> pain = pd.DataFrame({"subject": ["1", "2"], "change": [1.0, 2.0]})
    >>> reduction_without_worsening(reduction, pain)["response"].tolist()
    [True, False]
    """
    column = f"reduced_{percent}"
    require_columns(reduction, "reduction", "subject", column, "reason")
    require_columns(pain_change, "pain_change", "subject", "change")
    require_one_row_each(pain_change, "pain_change")
    change = (
        reduction["subject"]
        .astype(object)
        .map(pain_change.set_index("subject")["change"])
        .astype(float)
    )
    reduced = reduction[column].astype("boolean")
    spared = (change <= most + TOLERANCE).astype("boolean").mask(change.isna())
    response = reduced & spared
    unknown = "pain change missing"
    return pd.DataFrame(
        {
            "subject": reduction["subject"],
            "reduced": reduced,
            "pain_change": change,
            "response": response,
            "reason": reduction["reason"]
            .mask(reduced.fillna(False) & change.isna(), unknown)
            .where(response.isna(), ""),
        }
    )
