"""Endpoints derived from scores: change, response, time to response."""
