"""The diary: whether its rules can be followed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from outcomes.trial.checks.finding import Finding, repeated, unknown
from outcomes.trial.study import Study


def about_diary(study: Study) -> Iterator[Finding]:
    """Find a minimum no week can reach, visits that are not declared and names taken twice."""
    diary = study.diary
    if diary is None:
        return
    if diary.days < 1:
        yield ("diary", "days"), f"is {diary.days}; a week of a diary has at least one day"
    elif not 1 <= diary.min_days <= diary.days:
        yield ("diary", "min_days"), f"is {diary.min_days}; it is 1 to {diary.days}, the days"
    if diary.name in (*study.instruments, *(measure.name for measure in study.measures)):
        yield ("diary", "name"), f"{diary.name!r} is also an instrument or measure of this study"
    if "/" in diary.name or not diary.name.strip():
        yield ("diary", "name"), "needs a name without /, which separates scales"
    low, high = diary.range
    if low >= high:
        yield ("diary", "range"), f"[{low:g}, {high:g}] is not from a lower to a higher number"
    if diary.latest_delay is not None and not diary.latest_delay > 0:
        yield ("diary", "latest_delay"), f"is {diary.latest_delay:g}; it is above 0, in days"
    visits = [visit.id for visit in study.design.visits]
    yield from repeated(diary.visits or (), ("diary", "visits"), "visit")
    for i, visit in enumerate(diary.visits or ()):
        yield from unknown(visit, visits, ("diary", "visits", i), "visit")
    if diary.visits == ():
        yield ("diary", "visits"), "name at least one visit, or leave it out for every visit"
    yield from _about_overlap(study)


def _about_overlap(study: Study) -> Iterator[Finding]:
    """Find weeks that would share days."""
    diary = study.diary
    if diary is None:
        return
    wanted = [v for v in study.design.visits if diary.visits is None or v.id in diary.visits]
    for before, after in pairwise(wanted):
        if after.day - diary.days < before.day:
            text = f"the week before {after.id} would begin before {before.id}"
            yield ("diary", "days"), f"is {diary.days}; {text}"
