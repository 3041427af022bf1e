"""Endpoints: what is derived from scores before any comparison."""

from outcomes.endpoints.change import outcome_frame, percent_change
from outcomes.endpoints.responder import (
    percent_improvement,
    responder_curve,
    response,
    why_undefined,
)
from outcomes.endpoints.time_to_event import confirmed_response

__all__ = [
    "confirmed_response",
    "outcome_frame",
    "percent_change",
    "percent_improvement",
    "responder_curve",
    "response",
    "why_undefined",
]
