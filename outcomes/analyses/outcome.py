"""Which score an analysis compares, with its direction, unit and threshold."""

from __future__ import annotations

from difflib import get_close_matches

from outcomes.analyses.result import Outcome, ThresholdUsed
from outcomes.errors import SpecificationError, UnsupportedCombinationError
from outcomes.instruments import Scale, find
from outcomes.trial.study import Measure, Study


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
    declared = measure.threshold
    return Outcome(
        instrument=measure.name,
        scale="value",
        label=measure.label,
        higher_is=measure.higher_is,
        unit=measure.unit,
        range=measure.range,
        source=measure.source,
        threshold=None
        if declared is None
        else ThresholdUsed(value=declared.value, kind=declared.kind, source=declared.source),
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
        threshold=_threshold(scale),
        true_zero=scale.true_zero,
    )


def _threshold(scale: Scale) -> ThresholdUsed | None:
    """Take the first published difference in points; its population and anchor go with it."""
    for threshold in scale.thresholds:
        if threshold.unit == "points" and threshold.kind in ("MCID", "MID"):
            return ThresholdUsed(
                value=threshold.value,
                kind=threshold.kind,
                source=f"{threshold.source}. Found in: {threshold.population}; "
                f"anchor: {threshold.anchor}",
            )
    return None
