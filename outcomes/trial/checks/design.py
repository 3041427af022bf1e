"""Arms, visits, populations, factors and clusters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from outcomes.trial.checks.finding import Finding, repeated, unknown
from outcomes.trial.study import Arm, Design, Visit


def about_design(design: Design) -> Iterator[Finding]:
    """Find what is wrong with a design in itself."""
    yield from _about_arms(design.arms)
    yield from _about_visits(design.visits)
    populations = ("design", "populations")
    if not design.populations:
        yield populations, "at least one population is needed"
    yield from repeated((p.id for p in design.populations), populations, "population id", "id")
    factors = ("design", "randomisation_factors")
    yield from repeated(design.randomisation_factors, factors, "factor")
    for i, factor in enumerate(design.randomisation_factors):
        if factor in ("arm", "subject"):
            yield (*factors, i), f"{factor!r} cannot be a randomisation factor"
    yield from _about_clusters(design)
    yield from _about_enrolment(design)


def _about_arms(arms: tuple[Arm, ...]) -> Iterator[Finding]:
    place = ("design", "arms")
    if len(arms) < 2:
        yield place, f"at least two arms are needed; declared: {len(arms)}"
    yield from repeated((arm.id for arm in arms), place, "arm id", "id")
    yield from _about_codes(arms, "arms")
    references = [arm.id for arm in arms if arm.reference]
    if len(references) != 1:
        found = ", ".join(references) or "none"
        yield place, f"exactly one arm must have reference: true; found {found}"


def _about_visits(visits: tuple[Visit, ...]) -> Iterator[Finding]:
    place = ("design", "visits")
    if len(visits) < 2:
        yield place, f"a baseline and at least one later visit are needed; declared: {len(visits)}"
    yield from repeated((visit.id for visit in visits), place, "visit id", "id")
    yield from _about_codes(visits, "visits")
    baselines = [i for i, visit in enumerate(visits) if visit.baseline]
    if len(baselines) != 1:
        found = ", ".join(visits[i].id for i in baselines) or "none"
        yield place, f"exactly one visit must have baseline: true; found {found}"
    elif baselines != [0]:
        yield (*place, baselines[0]), "the baseline must be the first visit"
    yield from _about_days(visits)


def _about_days(visits: tuple[Visit, ...]) -> Iterator[Finding]:
    for i, visit in enumerate(visits):
        if visit.window and not visit.window[0] <= visit.day <= visit.window[1]:
            first, last = visit.window
            text = f"the window [{first}, {last}] does not contain the visit's day {visit.day}"
            yield ("design", "visits", i, "window"), text
    for i, (earlier, later) in enumerate(pairwise(visits), start=1):
        if later.day <= earlier.day:
            text = f"day {later.day} is not after day {earlier.day} of visit {earlier.id}"
            yield ("design", "visits", i, "day"), f"{text}; days must increase"
        first, last = (later.window or (later.day,))[0], (earlier.window or (earlier.day,))[-1]
        if first <= last and later.day > earlier.day:
            text = f"visits {earlier.id} (to day {last}) and {later.id} (from day {first})"
            yield ("design", "visits", i), f"{text} overlap; a day may belong to one visit only"


def _about_codes(declared: Sequence[Arm | Visit], name: str) -> Iterator[Finding]:
    """Find codes that two arms or two visits share."""
    seen: dict[str, str] = {}
    for i, each in enumerate(declared):
        code = each.id if each.code is None else each.code
        owner = seen.setdefault(code, each.id)
        if owner != each.id:
            yield ("design", name, i), f"the code {code!r} in the data already means {owner}"


def _about_clusters(design: Design) -> Iterator[Finding]:
    if design.clusters is None:
        return
    place = ("design", "clusters", "arms")
    if not design.clusters.arms:
        yield place, "name the arms whose patients are treated in groups"
    yield from repeated(design.clusters.arms, place, "arm")
    for i, arm in enumerate(design.clusters.arms):
        yield from unknown(arm, [each.id for each in design.arms], (*place, i), "arm")


def _about_enrolment(design: Design) -> Iterator[Finding]:
    """Find counts below zero, reasons without assessed people and arms that are not declared.

    Whether the numbers add up is judged with the data, where the flow of patients is counted.
    """
    enrolment, place = design.enrolment, ("design", "enrolment")
    if enrolment is None:
        return
    counts: dict[tuple[str, ...], int | None] = {
        ("assessed",): enrolment.assessed,
        **{("excluded", reason): n for reason, n in enrolment.excluded.items()},
        **{("randomised", arm): n for arm, n in enrolment.randomised.items()},
    }
    for key, n in counts.items():
        if n is not None and n < 0:
            yield (*place, *key), f"is {n}; a number of people cannot be below 0"
    if enrolment.excluded and enrolment.assessed is None:
        yield (*place, "excluded"), "needs assessed, the number of people these are part of"
    arms = [arm.id for arm in design.arms]
    for arm in enrolment.randomised:
        yield from unknown(arm, arms, (*place, "randomised", arm), "arm")
    absent = [arm for arm in arms if arm not in enrolment.randomised]
    if enrolment.randomised and absent:
        yield (*place, "randomised"), f"lacks {', '.join(absent)}; give every arm or none"
