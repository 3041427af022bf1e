"""Levels of a composite: whether each names one thing that the study has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from outcomes.trial.checks.analyses import about_score
from outcomes.trial.checks.finding import Finding, Place, unknown
from outcomes.trial.study import Study


def about_composites(study: Study) -> Iterator[Finding]:
    """Find levels that name nothing, two things, or what the study does not declare."""
    for i, analysis in enumerate(study.analyses):
        if getattr(analysis, "kind", "") != "composite":
            continue
        place = ("analyses", i, "levels")
        levels = getattr(analysis, "levels", ())
        if not levels:
            yield place, "needs at least one level, the most important first"
        for j, level in enumerate(levels):
            yield from _about_level(study, level, (*place, j))


def _about_level(study: Study, level: Any, place: Place) -> Iterator[Finding]:
    if level.withdrawal == (level.instrument is not None):
        yield place, "is either withdrawal: true or names an instrument"
        return
    if level.withdrawal:
        if study.design.withdrawal is None:
            yield (*place, "withdrawal"), "needs design.withdrawal, which the study lacks"
        return
    wrong = about_score(study, level.instrument, level.scale)
    if wrong is not None:
        yield (*place, "instrument"), wrong
    follow_up = [visit.id for visit in study.design.visits if not visit.baseline]
    yield from unknown(level.visit, follow_up, (*place, "visit"), "follow-up visit")
    if not level.margin >= 0:
        yield (*place, "margin"), f"is {level.margin:g}; a margin is 0 or more"
