"""Families of hypotheses as a study declares them, written out hypothesis by hypothesis."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from outcomes.trial.study import Analysis, Family, FamilyHypothesis, Study


def hypotheses_of(study: Study, family: Family) -> tuple[FamilyHypothesis, ...]:
    """List the hypotheses of a family, each with its arm.

    Parameters
    ----------
    study : Study
    family : Family
        Of this study; analyses it names but the study does not declare are left out.
    """
    declared = {analysis.id: analysis for analysis in study.analyses}
    if family.role is None:
        known = [each for each in family.hypotheses if each.analysis in declared]
        return tuple(_with_arm(study, declared[each.analysis], each) for each in known)
    chosen = [a for a in study.analyses if a.role == family.role and a.has_p_value]
    return tuple(each for analysis in chosen for each in _each_arm(study, analysis))


def active_arms(study: Study, analysis: Analysis) -> tuple[str, ...]:
    """Arms an analysis compares with the reference."""
    everyone = tuple(arm.id for arm in study.design.arms if not arm.reference)
    return getattr(analysis, "active", None) or everyone


def weights_of(hypotheses: tuple[FamilyHypothesis, ...]) -> dict[str, float]:
    """Weights that are declared, by name; none where no hypothesis has one."""
    return {each.called: each.weight for each in hypotheses if each.weight is not None}


def family_of(study: Study, analysis: str) -> Family | None:
    """Find the family an analysis belongs to."""
    for family in study.multiplicity:
        if analysis in {each.analysis for each in hypotheses_of(study, family)}:
            return family
    return None


def _with_arm(study: Study, analysis: Analysis, named: FamilyHypothesis) -> FamilyHypothesis:
    """Fill the arm in where there is only one, keeping the name."""
    arms = active_arms(study, analysis)
    if named.arm is not None or len(arms) != 1:
        return named
    return replace(named, arm=arms[0], name=named.called)


def _each_arm(study: Study, analysis: Analysis) -> Iterator[FamilyHypothesis]:
    arms = active_arms(study, analysis)
    for arm in arms:
        name = analysis.id if len(arms) == 1 else f"{analysis.id}/{arm}"
        yield FamilyHypothesis(analysis=analysis.id, arm=arm, name=name)
