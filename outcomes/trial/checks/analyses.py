"""Analyses against the design, the instruments, the estimands, and in themselves."""

from __future__ import annotations

from collections.abc import Iterator

from outcomes.errors import OutcomesError
from outcomes.instruments import find
from outcomes.instruments.columns import suggestion
from outcomes.trial.checks.finding import Finding, Place, repeated, unknown
from outcomes.trial.checks.strategies import contradictions
from outcomes.trial.study import DIARY_SCALES, Analysis, Hypothesis, OutcomeAnalysis, Study


def about_analyses(study: Study) -> Iterator[Finding]:
    """Find what analyses name but the study does not declare, and hypotheses without sense."""
    yield from repeated((a.id for a in study.analyses), ("analyses",), "analysis id", "id")
    for i, analysis in enumerate(study.analyses):
        place = ("analyses", i)
        populations = [population.id for population in study.design.populations]
        yield from unknown(analysis.population, populations, (*place, "population"), "population")
        if not 0 < analysis.alpha < 1:
            yield (*place, "alpha"), f"is {analysis.alpha:g}; it must lie between 0 and 1"
        sessions = getattr(analysis, "sessions", None)
        if sessions is not None and sessions < 1:
            yield (*place, "sessions"), f"is {sessions}; it must be 1 or more"
        follow_up = [visit.id for visit in study.design.visits if not visit.baseline]
        visit = getattr(analysis, "visit", None)
        yield from unknown(visit, follow_up, (*place, "visit"), "follow-up visit")
        yield from _about_listed(study, analysis, place)
        if isinstance(analysis, OutcomeAnalysis):
            yield from about_examined(study, analysis, (*place, "sensitivity_of"))
            yield from _about_outcome(study, analysis, place)
            yield from _about_arms(study, analysis, place)
            yield from _about_hypothesis(study, analysis, place)
            yield from _about_threshold(study, analysis, (*place, "threshold"))
            asked = [each for each in study.estimands if each.id == analysis.estimand]
            yield from contradictions(analysis, asked[0] if asked else None, place)


def about_score(study: Study, name: str, scale: str | None) -> str | None:
    """Say why a study has no such score, or None where it has one.

    Parameters
    ----------
    study : Study
    name : str
        Key of an instrument or name of a measure.
    scale : str or None
        None where there is only one.
    """
    collected = [*study.instruments, *(measure.name for measure in study.measures)]
    if study.diary is not None and name == study.diary.name:
        if scale in (None, *DIARY_SCALES):
            return None
        return f"the diary {name!r} has no scale {scale!r}; it has {', '.join(DIARY_SCALES)}"
    if name not in collected:
        near = suggestion(name, collected)
        known = ", ".join(collected) or "none"
        return f"{name!r} is not collected{near}; instruments and measures: {known}"
    try:
        _direction(study, name, scale)
    except OutcomesError as error:
        return str(error)
    if scale not in (None, "value") and name not in study.instruments:
        return f"the measure {name!r} has no scale {scale!r}; leave scale out"
    return None


SHARED = (
    *("instrument", "scale", "visit", "population", "estimand", "active", "covariates"),
    *("randomisation_factors", "alpha"),
)
"""What a sensitivity analysis has in common with the analysis it examines."""


def about_examined(study: Study, analysis: OutcomeAnalysis, place: Place) -> Iterator[Finding]:
    """Find sensitivity analyses of what is not declared, or of another question."""
    name = getattr(analysis, "sensitivity_of", None)
    if name is None:
        return
    others = {each.id: each for each in study.analyses if isinstance(each, OutcomeAnalysis)}
    able = [id for id, each in others.items() if not hasattr(each, "sensitivity_of")]
    yield from unknown(name, able, place, "analysis of a score")
    if name in able:
        differing = [key for key in SHARED if getattr(others[name], key) != getattr(analysis, key)]
        if differing:
            yield place, f"{name!r} asks another question: {', '.join(differing)} must be the same"


def _direction(study: Study, name: str, scale: str | None) -> str:
    """Which direction of the score is worse or better."""
    if study.diary is not None and study.diary.name == name:
        return study.diary.higher_is
    for measure in study.measures:
        if measure.name == name:
            return measure.higher_is
    return find(name).scale(scale).higher_is


def _about_listed(study: Study, analysis: Analysis, place: Place) -> Iterator[Finding]:
    """Scores that kinds such as the baseline table list as ``"key"`` or ``"key/scale"``."""
    for i, name in enumerate(getattr(analysis, "instruments", ())):
        key, _, scale = name.partition("/")
        wrong = about_score(study, key, scale or None)
        # A list entry without a scale means all scales of the instrument.
        if wrong is not None and (scale or key not in study.instruments):
            yield (*place, "instruments", i), wrong


def _about_outcome(study: Study, analysis: OutcomeAnalysis, place: Place) -> Iterator[Finding]:
    wrong = about_score(study, analysis.instrument, analysis.scale)
    if wrong is not None:
        collected = {*study.instruments, *(measure.name for measure in study.measures)}
        key = "scale" if analysis.instrument in collected else "instrument"
        yield (*place, key), wrong
    estimands = [estimand.id for estimand in study.estimands]
    yield from unknown(analysis.estimand, estimands, (*place, "estimand"), "estimand")
    yield from repeated(analysis.covariates, (*place, "covariates"), "covariate")
    for i, covariate in enumerate(analysis.covariates):
        if covariate in ("arm", "subject", "visit", "baseline"):
            text = f"{covariate!r} is not a covariate to list; models have it by themselves"
            yield (*place, "covariates", i), text


def _about_arms(study: Study, analysis: OutcomeAnalysis, place: Place) -> Iterator[Finding]:
    if analysis.active is None:
        return
    place = (*place, "active")
    if not analysis.active:
        yield place, "name at least one arm, or leave it out for every arm but the reference"
    yield from repeated(analysis.active, place, "arm")
    active = [arm.id for arm in study.design.arms if not arm.reference]
    for i, arm in enumerate(analysis.active):
        yield from unknown(arm, active, (*place, i), "arm beside the reference")


def _about_hypothesis(study: Study, analysis: OutcomeAnalysis, place: Place) -> Iterator[Finding]:
    place, hypothesis = (*place, "hypothesis"), analysis.hypothesis
    yield from _about_margin(hypothesis, place)
    if hypothesis.kind != "non_inferiority":
        if hypothesis.side is not None:
            yield (*place, "side"), f"has no meaning for {hypothesis.kind}; leave it out"
        return
    if hypothesis.side is None:
        yield place, "non_inferiority needs side: upper where higher is worse, lower where better"
        return
    needed = _side(study, analysis)
    if needed is not None and hypothesis.side != needed[0]:
        text = f"is {hypothesis.side}, but {needed[1]}, so the side must be {needed[0]}"
        yield (*place, "side"), text


def _about_threshold(study: Study, analysis: OutcomeAnalysis, place: Place) -> Iterator[Finding]:
    threshold = analysis.threshold
    if threshold is None:
        return
    if not threshold.value > 0:
        text = f"is {threshold.value:g}; a threshold is the size of a difference, above 0"
        yield (*place, "value"), text
    elif threshold.source is None and analysis.instrument not in study.instruments:
        yield place, "needs a source: nothing else is known of a ready-made measure"
    elif threshold.source is None and not about_score(study, analysis.instrument, analysis.scale):
        listed = find(analysis.instrument).scale(analysis.scale).thresholds
        known = [(t.value, t.kind) for t in listed if t.unit == "points" and t.kind != "cut-off"]
        if known.count((threshold.value, threshold.kind)) != 1:  # type: ignore[arg-type]
            names = ", ".join(f"{kind} {value:g}" for value, kind in known) or "none"
            yield place, f"needs a source, unless it is one the instrument lists once: {names}"


def _about_margin(hypothesis: Hypothesis, place: Place) -> Iterator[Finding]:
    if hypothesis.kind == "superiority":
        if hypothesis.margin is not None:
            yield (*place, "margin"), "superiority has no margin; leave it out or change the kind"
    elif hypothesis.margin is None:
        yield place, f"{hypothesis.kind} needs a margin, in units of the outcome"
    elif not hypothesis.margin > 0:
        text = f"is {hypothesis.margin:g}; it must be above 0, the side says its direction"
        yield (*place, "margin"), text


def _side(study: Study, analysis: OutcomeAnalysis) -> tuple[str, str] | None:
    """Which limit a non-inferiority claim rests on, and why; None where it cannot be said."""
    if analysis.compares == "response":
        return "lower", "a higher proportion of responders is better"
    if about_score(study, analysis.instrument, analysis.scale) is not None:
        return None
    direction = _direction(study, analysis.instrument, analysis.scale)
    sides = {"worse": "upper", "better": "lower"}
    if direction not in sides:
        return None
    return sides[direction], f"higher {analysis.instrument} is {direction}"
