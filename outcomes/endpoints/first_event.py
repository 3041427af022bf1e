"""Time to a first record, such as rescue medication, and to leaving the trial, with reasons."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from outcomes.endpoints.columns import require_columns, require_one_row_each
from outcomes.errors import DataError, SpecificationError
from outcomes.trial.problems import first_of


def time_to_first(records: pd.DataFrame, follow_up: pd.DataFrame, *, event: str) -> pd.DataFrame:
    """Day of each subject's first record, or of censoring.

    Parameters
    ----------
    records : DataFrame
        subject, day: every day something happened, such as an intake of rescue medication.
    follow_up : DataFrame
        One row per subject: subject, last_day (until when a record would have been seen) and
        ended, why observation ended then: ``"end of follow-up"``, ``"withdrew consent"`` …
    event : str
        What a record is, in words: ``"rescue medication"``.

    Returns
    -------
    DataFrame
        The subjects of `follow_up`: subject, time, event (nullable boolean), reason: `event`, what
        ended observation, or ``"follow-up unknown"`` where last_day is missing and nothing was
        recorded; then time is NaN and event NA.

    Raises
    ------
    DataError
        A record has no day, lies before day 0 or after its subject's last day, or belongs to nobody
        in `follow_up`.
    DuplicateRecordError
        A subject has two rows in `follow_up`.
    SchemaError
        A column is missing.

    Examples
    --------
    >>> records = pd.DataFrame({"subject": ["1", "1"], "day": [30, 12]})
    >>> seen = pd.DataFrame(
    ...     {"subject": ["1", "2"], "last_day": [84, 40], "ended": ["end of follow-up", "moved"]}
    ... )
    >>> time_to_first(records, seen, event="rescue medication")
      subject  time  event             reason
    0       1  12.0   True  rescue medication
    1       2  40.0  False              moved
    """
    require_columns(records, "records", "subject", "day")
    require_columns(follow_up, "follow_up", "subject", "last_day", "ended")
    require_one_row_each(follow_up, "follow_up")
    _refuse_records(records, follow_up)
    made = follow_up[["subject", "last_day", "ended"]].reset_index(drop=True)
    days = records.groupby("subject", observed=True)["day"].min()
    first = made["subject"].astype(object).map(days).astype(float)
    unknown = first.isna() & made["last_day"].isna()
    return pd.DataFrame(
        {
            "subject": made["subject"],
            "time": first.fillna(made["last_day"].astype(float)),
            "event": first.notna().astype("boolean").mask(unknown),
            "reason": made["ended"]
            .astype(object)
            .mask(unknown, "follow-up unknown")
            .mask(first.notna(), event),
        }
    )


def time_to_dropout(
    subjects: pd.DataFrame, *, end: float, competing: Collection[str] = ()
) -> pd.DataFrame:
    """Day each subject left the trial, with the reason, or the end of follow-up.

    Parameters
    ----------
    subjects : DataFrame
        subject, withdrawal_reason (missing or empty for those who stayed), withdrawal_day.
    end : float
        Day on which follow-up ends for those who stayed.
    competing : collection of str
        Reasons after which nobody can drop out any more, such as death: neither an event nor
        independent censoring.

    Returns
    -------
    DataFrame
        subject; time; cause: ``"dropout"``, ``"competing"`` or ``"none"`` (stayed to the end);
        event (nullable boolean: dropout); reason: the reason recorded, ``"end of follow-up"``, or
        ``"day of withdrawal unknown"``: then time is NaN, event NA and cause missing. Who is
        recorded as leaving on or after `end` stayed to the end.

    Raises
    ------
    DataError
        A day without a reason, or before day 0.
    DuplicateRecordError
        A subject has two rows.
    SchemaError
        A column is missing.
    SpecificationError
        A competing reason that nobody has: probably misspelt.

    Examples
    --------
    >>> subjects = pd.DataFrame(
    ...     {
    ...         "subject": ["1", "2", "3"],
    ...         "withdrawal_reason": [None, "lack of efficacy", "death"],
    ...         "withdrawal_day": [None, 40, 90],
    ...     }
    ... )
    >>> time_to_dropout(subjects, end=364, competing=["death"])
      subject   time      cause  event            reason
    0       1  364.0       none  False  end of follow-up
    1       2   40.0    dropout   True  lack of efficacy
    2       3   90.0  competing  False             death
    """
    require_columns(subjects, "subjects", "subject", "withdrawal_reason", "withdrawal_day")
    require_one_row_each(subjects, "subjects")
    why = subjects["withdrawal_reason"].astype(object).reset_index(drop=True)
    why = why.mask(why.isna() | (why == ""))
    day = subjects["withdrawal_day"].astype(float).reset_index(drop=True)
    _refuse_withdrawals(subjects, why, day, competing)
    left = why.notna() & ~(day >= end)
    unknown = left & day.isna()
    competes = left & why.isin(list(competing))
    cause = np.select([unknown, competes, left], ["", "competing", "dropout"], default="none")
    return pd.DataFrame(
        {
            "subject": subjects["subject"].to_numpy(),
            "time": day.where(left, float(end)),
            "cause": pd.Series(cause, dtype=object).mask(unknown),
            "event": (left & ~competes).astype("boolean").mask(unknown),
            "reason": why.where(left, "end of follow-up").mask(
                unknown, "day of withdrawal unknown"
            ),
        }
    )


def _refuse_records(records: pd.DataFrame, follow_up: pd.DataFrame) -> None:
    last = records["subject"].astype(object).map(follow_up.set_index("subject")["last_day"])
    complaints = [
        f"{int(found.sum())} {text} (first subjects {first_of(records.loc[found, 'subject'])})"
        for found, text in (
            (records["day"].isna(), "without a day"),
            (records["day"] < 0, "before day 0"),
            (~records["subject"].isin(follow_up["subject"]), "of nobody in follow_up"),
            (records["day"] > last, "after the last day of observation"),
        )
        if found.any()
    ]
    if complaints:
        raise DataError(f"records: {'; '.join(complaints)}. Correct the days, or choose rows.")


def _refuse_withdrawals(
    subjects: pd.DataFrame,
    why: pd.Series[str],
    day: pd.Series[float],
    competing: Collection[str],
) -> None:
    who = subjects["subject"].reset_index(drop=True)
    complaints = [
        f"{int(found.sum())} {text} (first subjects {first_of(who[found])})"
        for found, text in (
            (day.notna() & why.isna(), "have a day of withdrawal and no reason"),
            (day < 0, "withdrew before day 0"),
        )
        if found.any()
    ]
    if complaints:
        raise DataError(f"subjects: {'; '.join(complaints)}. Correct the data.")
    unheard = sorted(set(competing) - set(why.dropna()))
    if unheard:
        known = first_of(sorted(set(why.dropna()), key=str)) or "none"
        raise SpecificationError(
            f"competing names {first_of(unheard)}, which is nobody's reason; reasons are {known}."
        )
