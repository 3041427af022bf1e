import dataclasses

import pytest

from outcomes.estimands import Estimand, Handling, IntercurrentEvent


def test_the_strategies_are_the_five_of_the_guideline():
    # ICH E9(R1), A.3.2: treatment policy, hypothetical, composite variable, while on treatment,
    # principal stratum.
    assert [handling.label for handling in Handling] == [
        "Treatment policy",
        "Hypothetical",
        "Composite",
        "While on treatment",
        "Principal stratum",
    ]


def test_an_estimand_has_the_five_attributes_of_the_guideline():
    names = {field.name for field in dataclasses.fields(Estimand)}
    assert names == {
        "id",
        "population",
        "treatment",
        "variable",
        "intercurrent_events",
        "summary_measure",
    }


def test_declarations_do_not_change():
    event = IntercurrentEvent(event="Rescue", handling=Handling.COMPOSITE)
    with pytest.raises(dataclasses.FrozenInstanceError):
        event.event = "Surgery"
