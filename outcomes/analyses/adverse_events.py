"""Adverse events under treatment, and how long each patient was at risk of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from outcomes.analyses.follow_up import last_days
from outcomes.analyses.setting import Compared
from outcomes.analyses.yes_no import yes_or_no
from outcomes.errors import SchemaError, SpecificationError
from outcomes.trial.trial import Trial

YES_NO = ("serious", "related", "stopped")
TEXT = ("system", "severity", "collection")


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class AdverseEvents:
    """Events of an analysis population that came under treatment, and everybody's time at risk.

    Parameters
    ----------
    patients : DataFrame
        subject, arm, last_day: everybody in the population and the day follow-up ended, days since
        randomisation.
    events : DataFrame
        subject, arm, day, term and, where recorded, system, severity, collection (text), serious,
        related and stopped (bool); days from 0 to last_day plus the days allowed after it.
    before, after : int
        Events set aside because they began before randomisation or too long after follow-up.
    """

    patients: pd.DataFrame
    events: pd.DataFrame
    before: int
    after: int


def adverse_events(
    trial: Trial, who: Compared, *, after_last_day: int, severities: tuple[str, ...]
) -> AdverseEvents:
    """Read the events of a trial's population.

    Parameters
    ----------
    trial : Trial
        Its events: subject, day of onset, term, and what else is recorded.
    who : Compared
        The arms and the population.
    after_last_day : int
        Days after the end of follow-up in which an event still counts.
    severities : tuple of str
        Allowed severities, from the mildest.

    Raises
    ------
    SpecificationError
        The study file declares no events file.
    SchemaError
        The records lack a column, a day, a term or a system, or hold a value that is not allowed.
    """
    if trial.study.data.events is None:
        raise SpecificationError(
            "The study file declares no events file, so adverse events cannot be counted. Name it "
            "under data.events; a file without rows says that no event was recorded."
        )
    patients = who.subjects[["subject", "arm"]].assign(last_day=last_days(trial, who))
    records = _checked(trial.events, severities)
    mine = records.merge(patients, on="subject", how="inner")
    early, late = mine["day"] < 0, mine["day"] > mine["last_day"] + after_last_day
    kept = mine[~early & ~late].drop(columns="last_day").reset_index(drop=True)
    return AdverseEvents(
        patients=patients, events=kept, before=int(early.sum()), after=int(late.sum())
    )


def _checked(events: pd.DataFrame, severities: tuple[str, ...]) -> pd.DataFrame:
    """Put the columns of the records into the types that counting needs."""
    if events.empty:
        columns = [c for c in (*TEXT, *YES_NO) if c in events.columns]
        return pd.DataFrame(columns=["subject", "day", "term", *columns])
    absent = [column for column in ("subject", "day", "term") if column not in events.columns]
    if absent:
        raise SchemaError(
            f"The events records lack {', '.join(absent)}. Each event needs subject, day (of "
            "onset, since randomisation) and term; map other names under data.events.columns."
        )
    complaints = list(_complaints(events, severities))
    if complaints:
        raise SchemaError(" ".join(complaints))
    days = events["day"].astype(float)
    flags = {name: yes_or_no(events, name, "events") for name in YES_NO if name in events.columns}
    kept = ["subject", "term", *(name for name in TEXT if name in events.columns)]
    return events[kept].assign(day=days, **flags)


def _complaints(events: pd.DataFrame, severities: tuple[str, ...]) -> Iterator[str]:
    needed = [c for c in ("day", "term", "system", "severity") if c in events.columns]
    for column in needed:
        without = events.loc[events[column].isna(), "subject"]
        if len(without):
            unknown = (
                "; for a day that is not known the first possible one counts the event as under "
                "treatment"
            )
            yield (
                f"{len(without)} of {len(events)} events have no {column} (first subjects "
                f"{', '.join(without.astype(str)[:3])}). Record it"
                f"{unknown if column == 'day' else ''}."
            )
    if "severity" in events.columns:
        known = events["severity"].dropna()
        wrong = sorted(set(known) - set(severities))
        if wrong:
            yield (
                f"severity of {int(known.isin(wrong).sum())} events is {', '.join(wrong[:3])}; "
                f"allowed are {', '.join(severities)}. Correct the records, or declare severities "
                "in the analysis."
            )


def first_days(found: AdverseEvents, events: pd.DataFrame) -> pd.Series[float]:
    """Day of each patient's first of some events, NaN without one; indexed as ``patients``."""
    first = events.groupby("subject")["day"].min()
    return found.patients["subject"].map(first).astype(float)


def years_at_risk(found: AdverseEvents, first: pd.Series[float]) -> pd.Series[float]:
    """Years from randomisation to the first event, else to the end of follow-up."""
    until = np.fmin(first.to_numpy(float), found.patients["last_day"].to_numpy(float))
    return pd.Series(until / 365.25, index=found.patients.index)
