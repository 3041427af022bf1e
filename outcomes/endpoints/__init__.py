"""Endpoints: what is derived from scores before any comparison."""

from outcomes.endpoints.area import area_under_curve
from outcomes.endpoints.carried import carried_forward
from outcomes.endpoints.change import outcome_frame, percent_change
from outcomes.endpoints.first_event import time_to_dropout, time_to_first
from outcomes.endpoints.flares import Flares, flares
from outcomes.endpoints.improvement import improvement_counts, sorted_improvements
from outcomes.endpoints.rescue import rescue_free_response, rescue_use
from outcomes.endpoints.responder import (
    percent_improvement,
    responder_curve,
    response,
    why_undefined,
)
from outcomes.endpoints.time_to_event import confirmed_response, first_response

__all__ = [
    "Flares",
    "area_under_curve",
    "carried_forward",
    "confirmed_response",
    "first_response",
    "flares",
    "improvement_counts",
    "outcome_frame",
    "percent_change",
    "percent_improvement",
    "rescue_free_response",
    "rescue_use",
    "responder_curve",
    "response",
    "sorted_improvements",
    "time_to_dropout",
    "time_to_first",
    "why_undefined",
]
