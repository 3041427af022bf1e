"""Which score an analysis compares, with its direction, unit and thresholds."""

from __future__ import annotations

from dataclasses import replace
from difflib import get_close_matches

from outcomes.analyses.result import Outcome, ThresholdUsed
from outcomes.errors import SpecificationError, UnsupportedCombinationError
from outcomes.instruments import Scale, find
from outcomes.trial.study import DIARY_SCALES, DeclaredThreshold, Diary, Measure, Study


def outcome_named(study: Study, instrument: str, scale: str | None) -> Outcome:
    """Describe the score of an instrument's scale or of a ready-made measure.

    Parameters
    ----------
    study : Study
        Names the instruments collected and declares the measures.
    instrument : str
        Key of an instrument, or name of a measure.
    scale : str or None
        May be None where there is only one.

    Raises
    ------
    SpecificationError
        The study collects no such score, or the instrument has no such scale.
    """
    measures = {measure.name: measure for measure in study.measures}
    if study.diary is not None and instrument == study.diary.name:
        return _from_diary(study.diary, scale)
    if instrument in measures:
        return _from_measure(measures[instrument], scale)
    collected = [*study.instruments, *measures]
    if instrument not in study.instruments:
        near = get_close_matches(instrument, collected, n=1)
        hint = f" (did you mean {near[0]!r}?)" if near else ""
        raise SpecificationError(
            f"The study collects no instrument or measure {instrument!r}{hint}; it has "
            f"{', '.join(collected)}."
        )
    return _from_scale(instrument, find(instrument).scale(scale))


def require_percentages(outcome: Outcome) -> None:
    """Refuse percentages of baseline where the scale's zero is a convention.

    Raises
    ------
    UnsupportedCombinationError
        The scale has no true zero, such as a T-score.
    """
    if not outcome.true_zero:
        raise UnsupportedCombinationError(
            f"{outcome.label} has no true zero, so an improvement in percent of baseline would "
            "depend on a convention. Analyse the score itself, by mmrm or ancova."
        )


def _from_measure(measure: Measure, scale: str | None) -> Outcome:
    if scale not in (None, "value"):
        raise SpecificationError(
            f"{measure.name} is a ready-made measure and has no scale {scale!r}; leave scale out."
        )
    return Outcome(
        instrument=measure.name,
        scale="value",
        label=measure.label,
        higher_is=measure.higher_is,
        unit=measure.unit,
        range=measure.range,
        source=measure.source,
        threshold=None if measure.threshold is None else _used(measure.threshold),
    )


def _from_diary(diary: Diary, scale: str | None) -> Outcome:
    wanted = scale or DIARY_SCALES[0]
    if wanted not in DIARY_SCALES:
        raise SpecificationError(
            f"The diary {diary.name} has no scale {scale!r}; it has {', '.join(DIARY_SCALES)}."
        )
    return Outcome(
        instrument=diary.name,
        scale=wanted,
        label=f"{wanted} of {diary.days} days, {diary.label}",
        higher_is=diary.higher_is,
        unit=diary.unit,
        range=diary.range,
        source=diary.source,
    )


def _from_scale(instrument: str, scale: Scale) -> Outcome:
    return Outcome(
        instrument=instrument,
        scale=scale.key,
        label=scale.label,
        higher_is=scale.higher_is,
        unit=scale.unit,
        range=scale.range,
        source=str(scale.source),
        known=_known(scale),
        true_zero=scale.true_zero,
    )


def _known(scale: Scale) -> tuple[ThresholdUsed, ...]:
    """List published thresholds of a change or difference; none of them holds everywhere."""
    return tuple(
        ThresholdUsed(
            value=each.value,
            kind=each.kind,
            source=str(each.source),
            population=each.population,
            anchor=each.anchor,
            unit=each.unit,
        )
        for each in scale.thresholds
        if each.kind not in ("cut-off", "measurement error")
    )


def with_threshold(outcome: Outcome, declared: DeclaredThreshold | None) -> Outcome:
    """Read an outcome against the threshold an analysis declares.

    Without a source it is one that the instrument lists, with its population, anchor and source.

    Raises
    ------
    SpecificationError
        No source is declared, and the instrument does not list just one such threshold.
    """
    if declared is None:
        return outcome
    same = [
        each
        for each in outcome.known
        if (each.value, each.kind, each.unit) == (declared.value, declared.kind, "points")
    ]
    if declared.source is None and len(same) != 1:
        points = [f"{each.kind} {each.value:g}" for each in outcome.known if each.unit == "points"]
        raise SpecificationError(
            f"The threshold {declared.kind} {declared.value:g} of {outcome.label} needs a source, "
            f"unless it is one the instrument lists once; it lists {', '.join(points) or 'none'}."
        )
    if declared.source is None:
        return replace(outcome, threshold=same[0])
    return replace(outcome, threshold=_used(declared))


def _used(declared: DeclaredThreshold) -> ThresholdUsed:
    return ThresholdUsed(value=declared.value, kind=declared.kind, source=declared.source or "")
