"""Questionnaires as declarations, and one engine that scores them."""

from outcomes.instruments.audit import scoring_audit
from outcomes.instruments.export import fhir_questionnaire, instrument_specification
from outcomes.instruments.long_form import widen
from outcomes.instruments.registry import find, instruments
from outcomes.instruments.rules import Prorate
from outcomes.instruments.scoring import score
from outcomes.instruments.spec import Instrument, Scale, Source, Threshold

__all__ = [
    "Instrument",
    "Prorate",
    "Scale",
    "Source",
    "Threshold",
    "fhir_questionnaire",
    "find",
    "instrument_specification",
    "instruments",
    "score",
    "scoring_audit",
    "widen",
]
