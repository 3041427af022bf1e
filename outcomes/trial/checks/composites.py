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
    follow_up = [visit.id for visit in study.design.visits if not visit.baseline]
    yield from unknown(level.visit, follow_up, (*place, "visit"), "follow-up visit")
    if level.withdrawal:
        yield from _about_withdrawal(study, level, place)
        return
    wrong = about_score(study, level.instrument, level.scale)
    if wrong is not None:
        yield (*place, "instrument"), wrong
    if not level.margin >= 0:
        yield (*place, "margin"), f"is {level.margin:g}; a margin is 0 or more"


def _about_withdrawal(study: Study, level: Any, place: Place) -> Iterator[Finding]:
    declared = study.design.withdrawal
    if declared is None:
        yield (*place, "withdrawal"), "needs design.withdrawal, which the study lacks"
    elif level.visit is not None and declared.day is None:
        yield (*place, "visit"), "needs design.withdrawal.day, which the study lacks"
    if level.margin:
        yield (*place, "margin"), "is of a score; a withdrawal has none"
