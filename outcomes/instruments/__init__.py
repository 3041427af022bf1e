"""Questionnaires as declarations, and one engine that scores them."""

from outcomes.instruments.audit import scoring_audit
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
    "find",
    "instruments",
    "score",
    "scoring_audit",
    "widen",
]
