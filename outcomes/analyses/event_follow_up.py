"""Times to what a trial records beside scores: rescue, leaving, the end of opioids."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from outcomes.analyses.setting import Compared
from outcomes.endpoints import time_to_dropout, time_to_first
from outcomes.endpoints.intercurrent import first_days
from outcomes.endpoints.medication import opioid_discontinuation
from outcomes.errors import SpecificationError
from outcomes.estimands import Recorded
from outcomes.trial.trial import Trial

END = "end of follow-up"
NO_OPIOID = "no opioid at baseline"


def follow_up(who: Compared, end: float) -> pd.DataFrame:
    """How long each subject was observed: subject, last_day, ended (why), up to `end`.

    Raises
    ------
    SpecificationError
        The design declares no withdrawal with its day, so nobody knows how long patients stayed.
    """
    declared = who.design.withdrawal
    if declared is None or declared.day is None:
        raise SpecificationError(
            "the design declares no withdrawal with reason and day, so it is not known how long "
            "patients were followed. Declare design.withdrawal in the study file."
        )
    people = pd.DataFrame(
        {
            "subject": who.subjects["subject"],
            "withdrawal_reason": who.subjects[declared.reason].astype(object),
            "withdrawal_day": who.subjects[declared.day].astype(float),
        }
    )
    left = time_to_dropout(people, end=end)
    return left.rename(columns={"time": "last_day", "reason": "ended"})


def withdrawal_times(who: Compared, end: float, competing: Sequence[str]) -> pd.DataFrame:
    """Day each subject left, or the end; some reasons compete: subject, time, cause, reason."""
    seen = follow_up(who, end)
    left = seen["cause"] == "dropout"
    competes = left & seen["ended"].isin(list(competing))
    unheard = sorted(set(competing) - set(seen.loc[left, "ended"]))
    if unheard:
        known = ", ".join(sorted(set(seen.loc[left, "ended"]))) or "none"
        raise SpecificationError(
            f"competing names {unheard[0]!r}, for which nobody left; reasons are {known}."
        )
    return _times(seen, seen["last_day"], left & ~competes, competes, seen["ended"])


def record_times(
    trial: Trial, who: Compared, end: float, recorded: Recorded, event: str
) -> pd.DataFrame:
    """Day of each subject's first record of the event; leaving the trial competes with it."""
    seen = follow_up(who, end)
    days = first_days(_records(trial, who, recorded), recorded)
    mine = days[days.index.isin(seen["subject"]) & (days <= end)]
    records = pd.DataFrame({"subject": mine.index, "day": mine.to_numpy(dtype=float)})
    found = time_to_first(records, seen, event=event)
    had = found["event"].fillna(False).astype(bool)
    return _times(seen, found["time"], had, ~had & (seen["cause"] == "dropout"), found["reason"])


def opioid_times(
    trial: Trial, who: Compared, end: float, recorded: Recorded, event: str
) -> pd.DataFrame:
    """Last day with an opioid of those who had one at day 0; leaving the trial competes.

    Others have the reason ``"no opioid at baseline"`` and no time.
    """
    seen = follow_up(who, end)
    records = _records(trial, who, recorded)
    for column, value in recorded.where.items():
        records = records[records[column].astype(str) == value]
    at_start = set(records.loc[records[recorded.day].astype(float) <= 0, "subject"])
    users = seen[seen["subject"].isin(at_start)]
    window = pd.DataFrame({"subject": users["subject"], "first_day": 0})
    window["last_day"] = np.floor(users["last_day"].to_numpy(dtype=float)).astype(int)
    supplied = records[records["subject"].isin(at_start)]
    found = opioid_discontinuation(supplied, window=window).set_index("subject")
    stopped = seen["subject"].isin(list(found.index[found["discontinued"]]))
    time = seen["last_day"].where(~stopped, seen["subject"].map(found["time"]).astype(float))
    known = seen["subject"].isin(list(found.index))
    made = _times(
        seen,
        time.where(known),
        stopped,
        known & ~stopped & (seen["cause"] == "dropout"),
        seen["ended"].mask(stopped, event),
    )
    return made.assign(reason=made["reason"].where(known, NO_OPIOID))


def _records(trial: Trial, who: Compared, recorded: Recorded) -> pd.DataFrame:
    frame: pd.DataFrame = getattr(trial, recorded.frame)
    if frame.empty:
        raise SpecificationError(
            f"the event is recorded in {recorded.frame}, which the study file does not name under "
            "data. Name its file."
        )
    return frame[frame["subject"].isin(who.subjects["subject"])]


def _times(seen: pd.DataFrame, time: Any, event: Any, competes: Any, reason: Any) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "subject": seen["subject"],
            "time": time,
            "event": event,
            "cause": np.select([event, competes], ["event", "competing"], default="none"),
            "first": time,
            "reason": reason,
        }
    )
