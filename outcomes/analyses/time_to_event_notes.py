"""What a report says of times to a recorded event: choices, notes and methods."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from outcomes.analyses.event_times import EventTimes
from outcomes.analyses.mean_difference import interval_sentence, population_sentence
from outcomes.analyses.result import Note, Planned
from outcomes.analyses.setting import Adjusted
from outcomes.analyses.time_to_response_notes import comparison_methods, tau_row
from outcomes.tables.format import heading, plain

if TYPE_CHECKING:
    from outcomes.analyses.time_to_event import TimeToEvent


def planned_rows(specification: TimeToEvent, found: EventTimes, end: float) -> list[Planned]:
    """List the comparison, the end of follow-up and the limit of mean times."""
    rows = [
        ("Comparison of times", "Cox model, ties after Efron", "The log-rank test is beside it"),
        ("End of follow-up", f"Day {plain(end)}", "Later records are not used"),
    ]
    made = [Planned(choice=what, planned=how, used=how, reason=why) for what, how, why in rows]
    return [*made, tau_row(specification.tau, found)]


def no_ratio_note(found: EventTimes) -> list[Note]:
    """Say beside the headline that there is no estimate to print there."""
    if len(found.hazard_ratios):
        return []
    return [
        Note(
            kind="warning",
            title="No hazard ratio",
            text=f"{heading(dict(found.failures)['Hazard ratio'])} The log-rank test compares "
            "the arms all the same.",
            beside_headline=True,
        )
    ]


def left_out_notes(derived: pd.DataFrame, found: EventTimes) -> list[Note]:
    """Count those without a time, and those who are not in the model."""
    undefined = int(derived["time"].isna().sum())
    n = found.n_subjects - found.n_model
    texts = [
        (undefined, "Time undefined", f"{undefined} of {len(derived)} patients have no time"),
        (n, "Patients without a covariate", f"{n} patients lack a covariate and are not modelled"),
    ]
    return [
        Note(kind="information", title=title, text=f"{text}; see why times end.")
        for count, title, text in texts
        if count
    ]


def methods(
    who: Adjusted, specification: TimeToEvent, found: EventTimes, end: float
) -> tuple[str, ...]:
    """Write the methods of this analysis."""
    what = {
        "records": "the day of a patient’s first record of it",
        "withdrawal": "the day a patient left the trial",
        "opioid_discontinuation": "the last day covered by a supply, if no further one came within "
        "the grace period of 14 days and at least 28 days without followed, of patients who had an "
        "opioid at day 0",
    }[specification.source]
    sooner = f"{specification.event} comes sooner with the active arm"
    return (
        f"{population_sentence(who)} The event is {specification.event}, dated on {what}. Others "
        f"are censored on the day they left the trial, or on day {plain(end)}.",
        *comparison_methods(who, found, sooner),
        interval_sentence(specification.alpha),
    )
