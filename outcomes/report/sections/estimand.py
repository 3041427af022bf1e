"""Estimand: the question, attribute by attribute, beside the way it was answered."""

from __future__ import annotations

from collections.abc import Iterator

from outcomes.analyses.result import Note, Result
from outcomes.estimands import Estimand, Handling, IntercurrentEvent
from outcomes.report.block import Block
from outcomes.report.kinds import presentation_of
from outcomes.report.markup import joined, section
from outcomes.report.presentation import visit_of
from outcomes.tables import format as f
from outcomes.tables.arms import active, ordered
from outcomes.tables.format import inside_sentence
from outcomes.tables.html import table_html
from outcomes.tables.table import Column, Row, Table
from outcomes.trial.trial import Trial

_NOT_DONE = (
    "Not carried out: values after the event are used as recorded, so the estimate answers the "
    "treatment-policy question for this event"
)
_DONE = {
    Handling.TREATMENT_POLICY: "Values are used as recorded, whatever happened; those not "
    "collected are missing",
    Handling.HYPOTHETICAL: "Values after the event are set to missing",
    Handling.COMPOSITE: "The event itself decides the value after it",
    Handling.WHILE_ON_TREATMENT: "Values after the event are replaced by the last one before it",
    Handling.PRINCIPAL_STRATUM: "Only patients of the stratum, known before randomisation, are "
    "analysed",
}


def estimand(trial: Trial, result: Result) -> Block:
    """Show the five attributes and each event's strategy beside estimator and missing values."""
    question = declared(trial, result)
    rows = tuple(_rows(trial, result, question))
    table = Table(
        caption="The question asked, beside the way it was answered.",
        stub="Attribute",
        columns=(
            Column(label="Estimand: the question", align="left"),
            Column(label="Estimator: the answer", align="left"),
        ),
        rows=rows,
        stack=True,
    )
    return Block(
        id="estimand",
        title="Estimand and estimator",
        html=section(
            "estimand", "Estimand and estimator", _says(question, result), [table_html(table)]
        ),
        meta={"estimand": question.id if question else None},
    )


def declared(trial: Trial, result: Result) -> Estimand | None:
    """Find the estimand that the analysis names, None where it names none."""
    wanted = getattr(result.specification, "estimand", None)
    return next((each for each in trial.study.estimands if each.id == wanted), None)


def _says(question: Estimand | None, result: Result) -> str:
    if question is None:
        return (
            "This analysis declares no estimand: the table says how the estimate was made, and "
            "leaves open what question it answers."
        )
    ignored = [each.event for each in question.intercurrent_events if _ignored(each, result)]
    if ignored:
        return (
            "The estimator does not carry out the strategy declared for "
            f"{joined([inside_sentence(event) for event in ignored])}."
        )
    events = len(question.intercurrent_events)
    return (
        f"The question has {events} intercurrent event{'s' if events != 1 else ''}, each with its "
        "strategy; the estimator answers it under the assumption about missing values in the "
        "last row."
    )


def estimand_notes(trial: Trial, result: Result) -> tuple[Note, ...]:
    """Warn beside the headline where a declared strategy is not carried out."""
    question = declared(trial, result)
    ignored = (
        [each for each in question.intercurrent_events if _ignored(each, result)]
        if question
        else []
    )
    if not ignored:
        return ()
    told = joined([f"{each.event} ({each.handling.label.lower()})" for each in ignored])
    return (
        Note(
            kind="warning",
            title="The estimate does not answer the declared estimand",
            text=f"The strategy declared for {told} is not carried out by this analysis: values "
            "after the event are used as recorded.",
            beside_headline=True,
        ),
    )


def _ignored(event: IntercurrentEvent, result: Result) -> bool:
    """Whether a strategy that asks for something was not carried out."""
    if event.handling is Handling.TREATMENT_POLICY or event.stratum is not None:
        return False
    return event.event not in set(result.intercurrent["event"])


def _answer(event: IntercurrentEvent, result: Result) -> str:
    """Say what was done with the scores after an event, and for how many patients."""
    if _ignored(event, result):
        return _NOT_DONE
    rows = result.intercurrent[result.intercurrent["event"] == event.event]
    if rows.empty:
        return _DONE[event.handling]
    of = f"{f.count(rows['n'].sum())} patients had the event"
    if event.handling is Handling.TREATMENT_POLICY:
        return (
            f"{_DONE[event.handling]} ({of}, {f.count(rows['n_collected'].sum())} values after it)"
        )
    changed = f"{f.count(rows['n_changed'].sum())} values changed"
    return f"{_DONE[event.handling]} ({of}, {changed})"


def _rows(trial: Trial, result: Result, question: Estimand | None) -> Iterator[Row]:
    kind = presentation_of(result)
    asked = question or _NONE
    yield Row(label="Population", cells=(asked.population, _population(trial, result)))
    yield Row(label="Treatment", cells=(asked.treatment, _treatment(result)))
    yield Row(label="Variable", cells=(asked.variable, _variable(result)))
    for event in asked.intercurrent_events:
        strategy = event.handling.label + (f": {event.detail}" if event.detail else "")
        yield Row(label=event.event, cells=(strategy, _answer(event, result)))
    yield Row(label="Summary measure", cells=(asked.summary_measure, kind.summary(result)))
    yield Row(label="Missing values", cells=("Not part of the question", kind.missing(result)))


_UNDECLARED = "Not declared"
_NONE = Estimand(
    id="",
    population=_UNDECLARED,
    treatment=_UNDECLARED,
    variable=_UNDECLARED,
    summary_measure=_UNDECLARED,
    intercurrent_events=(),
)


def _population(trial: Trial, result: Result) -> str:
    wanted = result.specification.population
    populations = trial.design.populations
    found = next((each for each in populations if each.id == wanted), populations[0])
    counts = result.flow.groupby("stage", sort=False)["n"].sum().iloc[1:]
    steps = [f"{inside_sentence(str(stage))}: {f.count(n)}" for stage, n in counts.items()]
    return "; ".join([found.label, *steps])


def _treatment(result: Result) -> str:
    compared = joined([arm.label for arm in active(result.arms)])
    return f"{f.heading(compared)} against {ordered(result.arms)[0].label}, as randomised"


def _variable(result: Result) -> str:
    outcome = result.outcome
    if outcome is None:
        return result.variable or "The characteristics listed in the results"
    visit = visit_of(result) if presentation_of(result).one_visit else None
    when = f" at {inside_sentence(visit.label)}" if visit else ""
    direction = "" if outcome.higher_is == "neutral" else f" (higher is {outcome.higher_is})"
    return f"{f.heading(outcome.label)}{when}{direction}"
