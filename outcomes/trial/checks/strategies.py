"""Estimands against what analyses do: each strategy carried out, no assumption contradicting it."""

from __future__ import annotations

from collections.abc import Iterator

from outcomes.assumptions import AfterEvent, Assumption
from outcomes.estimands import Estimand, Handling, IntercurrentEvent
from outcomes.trial.checks.finding import Finding, Place, repeated, unknown
from outcomes.trial.study import OutcomeAnalysis, Study

_WITHOUT_DAYS = (Handling.TREATMENT_POLICY, Handling.PRINCIPAL_STRATUM)
_NO_STRATUM = (
    "who would have the event under which arm is not seen, and patients chosen by what happened "
    "after randomisation are no stratum. Name with stratum a column of subjects known before "
    "randomisation, or choose another strategy"
)
_WHY_NOTHING_AFTER = {
    Handling.COMPOSITE: "the event itself is the outcome",
    Handling.WHILE_ON_TREATMENT: "scores after it are not asked for",
}


def about_events(study: Study, estimand: Estimand, place: Place) -> Iterator[Finding]:
    """Find events whose records are not among the data, and keys their strategy has no use for."""
    for i, event in enumerate(estimand.intercurrent_events):
        here = (*place, "intercurrent_events", i)
        found = event.recorded
        if found is not None and getattr(study.data, found.frame) is None:
            text = f"{found.frame!r} is not among the data that are declared"
            yield (*here, "recorded", "frame"), text
        if event.value is not None and event.handling is not Handling.COMPOSITE:
            text = f"only a composite strategy has a value; this one is {event.handling.value}"
            yield (*here, "value"), text
        if event.stratum is not None and event.handling is not Handling.PRINCIPAL_STRATUM:
            text = f"only a principal stratum has one; this strategy is {event.handling.value}"
            yield (*here, "stratum"), text


def contradictions(
    analysis: OutcomeAnalysis, estimand: Estimand | None, place: Place = ()
) -> Iterator[Finding]:
    """Find where an analysis does not answer its estimand.

    Parameters
    ----------
    analysis : OutcomeAnalysis
        With `unseen`, what it assumes of scores that are not seen.
    estimand : Estimand or None
        The question it names.
    place : tuple
        Where the analysis stands in the study file.

    Yields
    ------
    tuple
        Where, and what contradicts what, with the way out.
    """
    unseen = analysis.unseen
    events = () if estimand is None else estimand.intercurrent_events
    names = [event.event for event in events]
    listed = (*place, "unseen", "after_events")
    yield from repeated((each.event for each in unseen.after_events), listed, "event", "event")
    for i, after in enumerate(unseen.after_events):
        yield from unknown(after.event, names, (*listed, i, "event"), "intercurrent event")
    if not analysis.imputes:
        yield from _without_imputation(analysis, place)
    declared = {after.event: (i, after) for i, after in enumerate(unseen.after_events)}
    for event in events:
        yield from _not_carried_out(analysis, event, (*place, "estimand"))
        if event.event in declared:
            i, after = declared[event.event]
            yield from _contradicted(event, after, (*listed, i))


def _without_imputation(analysis: OutcomeAnalysis, place: Place) -> Iterator[Finding]:
    """Models that put no score in the place of a missing one assume what they are built on."""
    kind = getattr(analysis, "kind", "analysis")
    text = (
        f"a {kind} imputes nothing, so it rests on mar (missing at random); compare assumptions "
        "in an analysis of kind missing_data"
    )
    if analysis.unseen.missing is not Assumption.MAR:
        yield (*place, "unseen", "missing"), text
    for i, after in enumerate(analysis.unseen.after_events):
        if after.assumed not in (None, Assumption.MAR):
            yield (*place, "unseen", "after_events", i, "assumed"), text


def _not_carried_out(
    analysis: OutcomeAnalysis, event: IntercurrentEvent, place: Place
) -> Iterator[Finding]:
    """Find strategies that this kind of analysis, or these data, cannot carry out."""
    handling = event.handling
    asks = f"{event.event!r} is declared {handling.value}"
    kind = getattr(analysis, "kind", "analysis")
    if handling not in analysis.strategies:
        able = ", ".join(each.value for each in Handling if each in analysis.strategies)
        yield place, f"{asks}, which a {kind} cannot carry out; it can {able}"
    elif handling is Handling.PRINCIPAL_STRATUM and event.stratum is None:
        yield place, f"{asks}, but {_NO_STRATUM}"
    elif handling not in _WITHOUT_DAYS and event.recorded is None:
        yield place, f"{asks}, but not where its days are found; declare recorded with the event"
    elif handling is Handling.COMPOSITE and event.value is None and analysis.compares == "score":
        yield place, f"{asks}, and a {kind} compares scores: declare the value the event stands for"


def _contradicted(event: IntercurrentEvent, after: AfterEvent, place: Place) -> Iterator[Finding]:
    """Hold what is done with scores after an event against what its strategy asks."""
    handling = event.handling
    asks = f"but {event.event!r} is {handling.value}"
    if handling is Handling.TREATMENT_POLICY and after.observed == "set_aside":
        text = f"is set_aside, {asks}, which counts scores whatever happened. Keep them, or ask the"
        yield (*place, "observed"), f"{text} hypothetical question in the estimand"
    if handling is Handling.HYPOTHETICAL and after.observed == "kept":
        text = f"is kept, {asks}: scores after it come from a world in which it happened. Set them"
        yield (*place, "observed"), f"{text} aside, or ask the treatment_policy question"
    if handling in _WHY_NOTHING_AFTER:
        asks = f"{asks}: {_WHY_NOTHING_AFTER[handling]}"
        if after.assumed is not None:
            text = f"is {after.assumed.value}, {asks}, so nothing is imputed. Leave assumed out"
            yield (*place, "assumed"), text
        if after.observed == "kept":
            yield (*place, "observed"), f"is kept, {asks}. Set scores after it aside"
