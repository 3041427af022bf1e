"""Instruments, ready-made measures and estimands."""

from __future__ import annotations

import math
from collections.abc import Iterator

from outcomes.errors import UnknownInstrumentError
from outcomes.instruments import find
from outcomes.trial.checks.finding import Finding, repeated
from outcomes.trial.checks.strategies import about_events
from outcomes.trial.study import Measure, Study


def about_instruments(study: Study) -> Iterator[Finding]:
    """Find instruments that are not known, or named twice."""
    yield from repeated(study.instruments, ("instruments",), "instrument")
    for i, key in enumerate(study.instruments):
        try:
            find(key)
        except UnknownInstrumentError as error:
            yield ("instruments", i), str(error)


def about_measures(study: Study) -> Iterator[Finding]:
    """Find measures that share a name or column, or whose numbers make no sense."""
    yield from repeated((m.name for m in study.measures), ("measures",), "measure name", "name")
    columns: dict[str, str] = {}
    for i, measure in enumerate(study.measures):
        place = ("measures", i)
        if measure.name in study.instruments:
            yield (*place, "name"), f"{measure.name!r} is also an instrument of this study"
        if "/" in measure.name:
            yield (*place, "name"), "a name cannot contain /, which separates scales"
        for key in ("column", "baseline_column"):
            column = getattr(measure, key)
            owner = columns.setdefault(column, measure.name) if column is not None else None
            if owner is not None and (owner != measure.name or _is_own_baseline(measure, key)):
                yield (*place, key), f"the column {column!r} already holds measure {owner!r}"
        yield from _about_numbers(measure, i)


def _is_own_baseline(measure: Measure, key: str) -> bool:
    return key == "baseline_column" and measure.column == measure.baseline_column


def _about_numbers(measure: Measure, i: int) -> Iterator[Finding]:
    low, high = measure.range or (-math.inf, math.inf)
    if low >= high:
        yield (
            ("measures", i, "range"),
            f"[{low:g}, {high:g}] is not from a lower to a higher number",
        )
    if measure.threshold is not None:
        place = ("measures", i, "threshold")
        if measure.threshold.value <= 0:
            text = (
                f"is {measure.threshold.value:g}; a threshold is the size of a difference, above 0"
            )
            yield (*place, "value"), text
        if measure.threshold.source is None:
            yield place, "needs a source: nothing else is known of a ready-made measure"


def about_estimands(study: Study) -> Iterator[Finding]:
    """Find estimands that share an id, or leave every intercurrent event open."""
    yield from repeated((e.id for e in study.estimands), ("estimands",), "estimand id", "id")
    for i, estimand in enumerate(study.estimands):
        place = ("estimands", i, "intercurrent_events")
        if not estimand.intercurrent_events:
            yield place, "at least one intercurrent event with its handling is needed"
        names = (event.event for event in estimand.intercurrent_events)
        yield from repeated(names, place, "event", "event")
        yield from about_events(study, estimand, ("estimands", i))
