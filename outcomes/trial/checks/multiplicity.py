"""Families of hypotheses: whether they name what is declared, and their procedures hold."""

from __future__ import annotations

from collections.abc import Iterator

from outcomes.models.multiplicity_faults import faults
from outcomes.trial.checks.finding import Finding, Place, repeated, unknown
from outcomes.trial.families import active_arms, hypotheses_of, weights_of
from outcomes.trial.study import Family, FamilyHypothesis, Study


def about_multiplicity(study: Study) -> Iterator[Finding]:
    """Find unknown analyses and arms, analyses in two families, and procedures without sense."""
    yield from repeated((f.id for f in study.multiplicity), ("multiplicity",), "family id", "id")
    seen: dict[tuple[str, str | None], str] = {}
    for i, family in enumerate(study.multiplicity):
        place = ("multiplicity", i)
        found = [
            *_about_members(study, family, place),
            *_about_order(study, i, place),
        ]
        if not 0 < family.alpha < 1:
            found.append(((*place, "alpha"), f"is {family.alpha:g}; it must lie between 0 and 1"))
        yield from found
        if not found:
            yield from _about_procedure(study, family, place)
        yield from _about_repeats(study, family, place, seen)


def _about_members(study: Study, family: Family, place: Place) -> Iterator[Finding]:
    if family.role is not None and family.hypotheses:
        yield (*place, "role"), "stands for hypotheses; give the role or the list, not both"
    elif family.role is None and not family.hypotheses:
        yield place, "needs hypotheses, or the role whose analyses are tested"
    elif family.role is not None and not hypotheses_of(study, family):
        yield (*place, "role"), f"no analysis with a p value has the role {family.role}"
    for j, hypothesis in enumerate(family.hypotheses):
        yield from _about_hypothesis(study, hypothesis, (*place, "hypotheses", j))


def _about_hypothesis(study: Study, named: FamilyHypothesis, place: Place) -> Iterator[Finding]:
    declared = {analysis.id: analysis for analysis in study.analyses}
    if named.analysis not in declared:
        yield from unknown(named.analysis, list(declared), (*place, "analysis"), "analysis")
        return
    analysis = declared[named.analysis]
    if not analysis.has_p_value:
        kind = getattr(analysis, "kind", "")
        yield (*place, "analysis"), f"{named.analysis!r} ({kind}) has no p value to adjust"
    arms = active_arms(study, analysis)
    if named.arm is None and len(arms) > 1:
        yield place, f"{named.analysis!r} compares {', '.join(arms)}; say which with arm"
    yield from unknown(named.arm, arms, (*place, "arm"), "arm compared")


def _about_order(study: Study, i: int, place: Place) -> Iterator[Finding]:
    family = study.multiplicity[i]
    earlier = {each.id: each for each in study.multiplicity[:i]}
    if family.after is None:
        return
    if family.after not in earlier:
        known = ", ".join(earlier) or "none"
        text = f"is {family.after!r}, which is no family listed before this one; before it: {known}"
        yield (*place, "after"), text
    elif earlier[family.after].alpha != family.alpha:
        first = earlier[family.after].alpha
        text = f"is {family.alpha:g}, but {family.after!r}, which hands it on, has {first:g}"
        yield (*place, "alpha"), text


def _about_procedure(study: Study, family: Family, place: Place) -> Iterator[Finding]:
    members = hypotheses_of(study, family)
    names = [each.called for each in members]
    for where, text in faults(names, family.procedure, weights_of(members), family.transitions):
        yield (*place, *_in_file(names, where)), text


def _in_file(names: list[str], where: tuple[str, ...]) -> Place:
    """Weights stand with their hypotheses in the file."""
    if where[:1] != ("weights",):
        return where
    if where[1:]:
        return ("hypotheses", names.index(where[1]), "weight")
    return ("hypotheses",)


def _about_repeats(
    study: Study, family: Family, place: Place, seen: dict[tuple[str, str | None], str]
) -> Iterator[Finding]:
    for j, each in enumerate(hypotheses_of(study, family)):
        key = (each.analysis, each.arm)
        if key in seen:
            where = (*place, "hypotheses", j) if family.role is None else (*place, "role")
            yield where, f"{each.called!r} is already tested in the family {seen[key]!r}"
        seen.setdefault(key, family.id)
