"""What an estimand asks against what an analysis does: every contradiction is refused."""

from dataclasses import dataclass, replace
from typing import ClassVar, Literal

import pytest

from outcomes.analyses.ancova import Ancova
from outcomes.analyses.mmrm import Mmrm
from outcomes.analyses.responder import ResponderDifference
from outcomes.analyses.time_to_response import TimeToResponse
from outcomes.assumptions import AfterEvent, Assumption, Unseen
from outcomes.errors import SpecificationError
from outcomes.estimands import Estimand, Handling, IntercurrentEvent, Recorded
from outcomes.trial.checks.strategies import contradictions
from outcomes.trial.study import OutcomeAnalysis
from tests.trial.studies import load, spoiled

RESCUE = IntercurrentEvent(
    event="Rescue",
    handling=Handling.TREATMENT_POLICY,
    recorded=Recorded(frame="events", where={"term": "rescue"}),
)
ANCOVA = Ancova(id="x", instrument="pain", estimand="asked")


@dataclass(frozen=True, kw_only=True)
class Imputing(OutcomeAnalysis):
    imputes: ClassVar[bool] = True
    kind: Literal["imputing"] = "imputing"


def asked(handling: Handling, **changes: object) -> Estimand:
    return Estimand(
        id="asked",
        population="p",
        treatment="t",
        variable="v",
        summary_measure="s",
        intercurrent_events=(replace(RESCUE, handling=handling, **changes),),
    )


def after(observed: Literal["kept", "set_aside"], assumed: Assumption | None = None) -> Unseen:
    return Unseen(after_events=(AfterEvent(event="Rescue", observed=observed, assumed=assumed),))


def said(analysis: OutcomeAnalysis, estimand: Estimand | None) -> list[str]:
    return [
        f"{'.'.join(map(str, place))} {text}" for place, text in contradictions(analysis, estimand)
    ]


@pytest.mark.parametrize(
    ("handling", "more", "unseen", "message"),
    [
        (
            Handling.TREATMENT_POLICY,
            {},
            after("set_aside"),
            "unseen.after_events.0.observed is set_aside, but 'Rescue' is treatment_policy",
        ),
        (
            Handling.HYPOTHETICAL,
            {},
            after("kept"),
            "unseen.after_events.0.observed is kept, but 'Rescue' is hypothetical",
        ),
        (
            Handling.COMPOSITE,
            {"value": 10.0},
            after("set_aside", Assumption.JUMP_TO_REFERENCE),
            "unseen.after_events.0.assumed is jump_to_reference, but 'Rescue' is composite",
        ),
        (
            Handling.COMPOSITE,
            {"value": 10.0},
            after("kept"),
            "unseen.after_events.0.observed is kept, but 'Rescue' is composite",
        ),
        (
            Handling.WHILE_ON_TREATMENT,
            {},
            after("set_aside", Assumption.MAR),
            "unseen.after_events.0.assumed is mar, but 'Rescue' is while_on_treatment",
        ),
        (
            Handling.WHILE_ON_TREATMENT,
            {},
            after("kept"),
            "unseen.after_events.0.observed is kept, but 'Rescue' is while_on_treatment",
        ),
        (
            Handling.PRINCIPAL_STRATUM,
            {},
            Unseen(),
            "estimand 'Rescue' is declared principal_stratum, but who would have the event",
        ),
        (
            Handling.HYPOTHETICAL,
            {"recorded": None},
            Unseen(),
            "estimand 'Rescue' is declared hypothetical, but not where its days are found",
        ),
        (
            Handling.COMPOSITE,
            {},
            Unseen(),
            "estimand 'Rescue' is declared composite, and a imputing compares scores",
        ),
    ],
)
def test_a_strategy_and_what_contradicts_it(handling, more, unseen, message):
    (text,) = said(
        Imputing(id="x", instrument="pain", estimand="asked", unseen=unseen),
        asked(handling, **more),
    )
    assert text.startswith(message)


@pytest.mark.parametrize(
    ("handling", "more", "unseen"),
    [
        (Handling.TREATMENT_POLICY, {}, after("kept", Assumption.JUMP_TO_REFERENCE)),
        (Handling.TREATMENT_POLICY, {"recorded": None}, Unseen()),
        (Handling.HYPOTHETICAL, {}, after("set_aside", Assumption.MAR)),
        (Handling.COMPOSITE, {"value": "worst"}, after("set_aside")),
        (Handling.WHILE_ON_TREATMENT, {}, Unseen()),
        (Handling.PRINCIPAL_STRATUM, {"stratum": "tolerant", "recorded": None}, Unseen()),
    ],
)
def test_what_agrees_raises_nothing(handling, more, unseen):
    analysis = Imputing(id="x", instrument="pain", estimand="asked", unseen=unseen)
    assert said(analysis, asked(handling, **more)) == []


def test_an_event_of_another_estimand_is_not_known():
    other = Unseen(after_events=(AfterEvent(event="Resuce", observed="kept"),))
    (text,) = said(replace(ANCOVA, unseen=other), asked(Handling.TREATMENT_POLICY))
    assert "no intercurrent event 'Resuce' (did you mean Rescue" in text


def test_what_imputes_nothing_cannot_assume_a_jump():
    jump = Unseen(missing=Assumption.JUMP_TO_REFERENCE)
    (text,) = said(replace(ANCOVA, unseen=jump), None)
    assert text.startswith("unseen.missing a ancova imputes nothing, so it rests on mar")
    assert said(Imputing(id="x", instrument="pain", unseen=jump), None) == []


def test_kinds_refuse_strategies_that_make_no_sense_for_them():
    while_on = asked(Handling.WHILE_ON_TREATMENT)
    assert "a mmrm cannot carry out" in said(Mmrm(id="x", instrument="p"), while_on)[0]
    composite = asked(Handling.COMPOSITE)
    assert "a time_to_response cannot" in said(TimeToResponse(id="x", instrument="p"), composite)[0]
    assert said(ResponderDifference(id="x", instrument="p"), composite) == []


@pytest.mark.parametrize(
    ("event", "complaint"),
    [
        (
            "{event: Rescue, handling: hypothetical}",
            "analyses[0].estimand: 'Rescue' is declared hypothetical, but not where its days",
        ),
        (
            "{event: Rescue, handling: treatment_policy, value: 3}",
            "intercurrent_events[0].value: only a composite strategy has a value",
        ),
        (
            "{event: Rescue, handling: treatment_policy, stratum: pp}",
            "intercurrent_events[0].stratum: only a principal stratum has one",
        ),
        (
            "{event: Rescue, handling: treatment_policy, recorded: {frame: medication}}",
            "intercurrent_events[0].recorded.frame: 'medication' is not among the data",
        ),
        (
            "{event: Rescue, handling: treatment_policy, recorded: {frame: pills}}",
            'intercurrent_events[0].recorded.frame: "pills" is not allowed',
        ),
    ],
)
def test_a_study_file_is_refused_with_the_place(tmp_path, event, complaint):
    content = spoiled("study.yaml", ("{event: Rescue, handling: treatment_policy}", event))
    with pytest.raises(SpecificationError) as refused:
        load(tmp_path, content)
    assert complaint in str(refused.value)


def test_a_study_file_can_declare_what_is_assumed_after_an_event(tmp_path):
    content = spoiled(
        "study.yaml",
        (
            "{event: Rescue, handling: treatment_policy}",
            "{event: Rescue, handling: hypothetical, recorded: {frame: events, where: "
            "{term: fall}, same_day: after}}",
        ),
        (
            "covariates: [age]}",
            "covariates: [age],\n     unseen: {after_events: [{event: Rescue, observed: "
            "set_aside, assumed: mar}]}}",
        ),
    )
    study = load(tmp_path, content).study
    (event,) = study.estimands[0].intercurrent_events
    assert event.recorded == Recorded(frame="events", where={"term": "fall"}, same_day="after")
    assert study.analyses[0].unseen == after("set_aside", Assumption.MAR)
