"""Carrying out what an estimand asks of intercurrent events, and saying what was done."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from outcomes.analyses.population import in_population
from outcomes.analyses.result import EVENTS, Note, Outcome
from outcomes.endpoints.intercurrent import (
    after_event,
    first_days,
    last_before,
    with_composite,
    without_scores,
)
from outcomes.errors import SpecificationError
from outcomes.estimands import Estimand, Handling, IntercurrentEvent
from outcomes.tables.format import plain
from outcomes.trial.study import Population
from outcomes.trial.trial import Trial


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class CarriedOut:
    """An outcome frame after the strategies, and what they did.

    `events` counts what was changed, with the columns of `Result`; `occurred` has subject, event,
    day and visit, the first one after the event: every event whose strategy counts scores whatever
    happened, and the one that decides for a subject.
    """

    frame: pd.DataFrame
    events: pd.DataFrame
    occurred: pd.DataFrame


def carried_out(
    frame: pd.DataFrame,
    trial: Trial,
    outcome: Outcome,
    question: Estimand | None,
    *,
    response: bool,
) -> CarriedOut:
    """Apply the strategy of every intercurrent event whose days are recorded.

    Parameters
    ----------
    frame : DataFrame
        `outcome_frame` with the scores as they were recorded.
    trial : Trial
        Holds the records of the events and the days of the scores.
    outcome : Outcome
        The score, with its limits.
    question : Estimand or None
        None changes nothing.
    response : bool
        Whether a response is compared: then a composite event is worse than any score.

    Returns
    -------
    CarriedOut

    Raises
    ------
    DataError
        An event lies before day 0, or a score after an event has no day.
    SpecificationError
        The worst score is asked for and the scale has no such limit.

    Notes
    -----
    Where a subject has several events whose strategies change scores, the first decides alone: what
    follows it belongs to a course that the question no longer looks at. Of events on one day the
    one declared first decides.
    """
    found = list(_found(question, trial))
    dated = frame.assign(taken=_taken(frame, trial, outcome))
    governing = _governing(found, frame)
    changed, rows, occurred = frame, [], []
    for event, days in found:
        same_day = event.recorded.same_day if event.recorded else "before"
        after = after_event(dated, days, same_day=same_day)
        counts = after
        if event.handling is not Handling.TREATMENT_POLICY:
            counts = after & (frame["subject"].map(governing) == event.event)
            changed = _applied(changed, counts, event, outcome, response=response)
        first = frame.loc[counts, ["subject", "visit"]].drop_duplicates("subject")
        first = first.assign(event=event.event, day=first["subject"].map(days))
        occurred += first.to_dict("records")
        rows += list(_counts(frame, changed, event, days, counts))
    return CarriedOut(
        frame=changed,
        events=pd.DataFrame(rows, columns=list(EVENTS)),
        occurred=pd.DataFrame(occurred, columns=["subject", "visit", "event", "day"]),
    )


def members(subjects: pd.DataFrame, question: Estimand | None) -> pd.Series[bool]:
    """Whether each subject belongs to the principal strata the question is about, if any."""
    kept = pd.Series(True, index=subjects.index)
    for event in () if question is None else question.intercurrent_events:
        if event.stratum is not None:
            stratum = Population(id=event.stratum, label=event.event, flag=event.stratum)
            kept &= in_population(subjects, stratum)
    return kept


def strategy_notes(events: pd.DataFrame) -> list[Note]:
    """Count what each strategy changed."""
    changing = events[events["handling"] != Handling.TREATMENT_POLICY]
    return [
        Note(
            kind="information",
            title=f"{event}: {Handling(str(handling)).label.lower()} strategy",
            text=f"{rows['n'].sum()} patients had this event; its strategy decides for "
            f"{rows['n_governed'].sum()} of them and changed {rows['n_changed'].sum()} values, "
            f"{rows['n_collected'].sum()} of which had been collected.",
        )
        for (event, handling), rows in changing.groupby(["event", "handling"], sort=False)
    ]


def strategy_sentences(question: Estimand | None) -> tuple[str, ...]:
    """Say how each strategy was carried out, for the methods."""
    events = () if question is None else question.intercurrent_events
    told = [_sentence(event) for event in events if event.handling in _DONE]
    if not told:
        return ()
    several = (
        " Where a patient has several such events, the first decides." if len(told) > 1 else ""
    )
    return (" ".join(told) + several,)


_DONE = {
    Handling.HYPOTHETICAL: "scores after it are set to missing before the analysis",
    Handling.COMPOSITE: "after it the score is {value}, whether or not one was collected",
    Handling.WHILE_ON_TREATMENT: "after it the score is the last one before it, the baseline where "
    "there is none",
    Handling.PRINCIPAL_STRATUM: "only patients are analysed whose “{stratum}”, recorded before "
    "randomisation, is yes",
}


def _sentence(event: IntercurrentEvent) -> str:
    how = _DONE[event.handling].format(value=_value_words(event), stratum=event.stratum)
    text = f"{event.event} ({event.handling.label.lower()} strategy): {how}."
    if event.recorded is None:
        return text
    return f"{text} A score taken on the day of the event counts as {event.recorded.same_day} it."


def _value_words(event: IntercurrentEvent) -> str:
    if event.value is None:
        return "worse than any response"
    return "the worst of the scale" if event.value == "worst" else plain(event.value)


def _found(
    question: Estimand | None, trial: Trial
) -> Iterator[tuple[IntercurrentEvent, pd.Series[float]]]:
    """Events whose records are named, with the day of each subject's first."""
    for event in () if question is None else question.intercurrent_events:
        if event.recorded is not None:
            records = getattr(trial, event.recorded.frame)
            yield event, first_days(records, event.recorded)


def _taken(frame: pd.DataFrame, trial: Trial, outcome: Outcome) -> pd.Series[float]:
    """Day on which each score was taken, NaN where there is no score or no day."""
    scores = trial.scores
    wanted = (scores["instrument"] == outcome.instrument) & (scores["scale"] == outcome.scale)
    if "day" not in scores.columns:
        return pd.Series(float("nan"), index=frame.index)
    chosen = scores.loc[wanted, ["subject", "visit", "day"]].astype({"visit": object})
    keys = frame[["subject", "visit"]].astype({"visit": object})
    day = keys.merge(chosen, on=["subject", "visit"], how="left")["day"].astype(float)
    return day.set_axis(frame.index)


def _governing(
    found: list[tuple[IntercurrentEvent, pd.Series[float]]], frame: pd.DataFrame
) -> pd.Series[str]:
    """Name of the first event of each subject whose strategy changes scores."""
    changing = {
        event.event: days
        for event, days in found
        if event.handling is not Handling.TREATMENT_POLICY
    }
    if not changing:
        return pd.Series(dtype=object)
    days = pd.DataFrame(changing).reindex(frame["subject"].unique())
    return days.dropna(how="all").idxmin(axis=1).astype(object)


def _applied(
    frame: pd.DataFrame,
    after: pd.Series[bool],
    event: IntercurrentEvent,
    outcome: Outcome,
    *,
    response: bool,
) -> pd.DataFrame:
    if event.handling is Handling.HYPOTHETICAL:
        return without_scores(frame, after)
    if event.handling is Handling.WHILE_ON_TREATMENT:
        return last_before(frame, after)
    if event.handling is Handling.COMPOSITE:
        return with_composite(frame, after, _composite(event, outcome, response=response))
    return frame


def _composite(event: IntercurrentEvent, outcome: Outcome, *, response: bool) -> float:
    """Score that a composite event stands for; worse than any where a response is compared."""
    if outcome.higher_is == "neutral":
        raise SpecificationError(
            f"{outcome.label} has no worse direction, so {event.event!r} stands for no score of it."
        )
    if response:
        return math.inf if outcome.higher_is == "worse" else -math.inf
    if event.value == "worst":
        if outcome.range is None:
            raise SpecificationError(
                f"{event.event!r} stands for the worst score, but {outcome.label} has no limits. "
                "Declare the value it stands for."
            )
        return outcome.range[1 if outcome.higher_is == "worse" else 0]
    return float(event.value or 0.0)


def _counts(
    before: pd.DataFrame,
    changed: pd.DataFrame,
    event: IntercurrentEvent,
    days: pd.Series[float],
    counts: pd.Series[bool],
) -> Iterator[dict[str, object]]:
    """One row for each arm: patients with the event, and scores after it that it decides on."""
    had = before["subject"].isin(days.index)
    policy = event.handling is Handling.TREATMENT_POLICY
    collected = counts & before["value"].notna()
    differs = ~(
        before["value"].eq(changed["value"]) | (before["value"].isna() & changed["value"].isna())
    )
    for arm in before["arm"].cat.categories:
        here = before["arm"] == arm
        yield {
            "event": event.event,
            "handling": str(event.handling.value),
            "arm": arm,
            "n": int(before.loc[here & had, "subject"].nunique()),
            "n_governed": int(before.loc[here & counts, "subject"].nunique()),
            "n_collected": int((here & collected).sum()),
            "n_changed": 0 if policy else int((here & counts & differs).sum()),
        }
