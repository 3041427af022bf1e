"""Headline: the estimate in a sentence, its interval, and four short readings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from markupsafe import Markup

from outcomes.analyses.result import Headline, Note, Result
from outcomes.plots.figure import Figure
from outcomes.plots.interval import ReferenceLine, interval_figure
from outcomes.report.block import Block, plain_values
from outcomes.report.drawing import drawing, figure_files
from outcomes.report.kinds import presentation_of
from outcomes.report.markup import fragment, section
from outcomes.report.quantities import digits_of, quantity_of
from outcomes.report.readings import clinical, direction, lead, robustness
from outcomes.report.scales import margin_lines
from outcomes.report.sections.estimand import estimand_notes
from outcomes.report.sections.multiplicity import family_line
from outcomes.tables import format as f
from outcomes.trial.trial import Trial


def headline(trial: Trial, result: Result) -> Block:
    """Say what was found, once for each active arm, with notes that belong beside it."""
    figures = [
        _figure(each, result, f"headline-{position}")
        for position, each in enumerate(result.headlines, start=1)
    ]
    notes = (*estimand_notes(trial, result), *result.notes)
    parts = [
        _part(each, figure, trial, result, notes)
        for each, figure in zip(result.headlines, figures, strict=True)
    ]
    beside = [note for note in notes if note.beside_headline]
    if beside:
        parts.append(fragment("notes", notes=beside))
    says = "" if result.headlines else result.without_headline
    return Block(
        id="headline",
        title="Headline",
        html=section("headline", "Headline", says, parts, style="headline"),
        figures=figure_files(figures),
        meta={"headlines": [_meta(each, result) for each in result.headlines]},
    )


def _part(
    each: Headline, figure: Figure, trial: Trial, result: Result, notes: tuple[Note, ...]
) -> Markup:
    digits = digits_of(each, result.outcome)
    kind = presentation_of(result)
    return fragment(
        "headline",
        sentence=lead(each, result.outcome),
        figure=drawing(figure),
        readings=(
            ("Direction", direction(each, result.outcome)),
            ("Size", quantity_of(each).size(each, result.outcome, digits)),
            ("Clinical reading", clinical(each, result.outcome)),
            (
                "Robustness",
                robustness(result.planned, notes, result.examined or kind.robustness),
            ),
            *_multiplicity(trial, result, each),
        ),
    )


def _multiplicity(trial: Trial, result: Result, each: Headline) -> tuple[tuple[str, str], ...]:
    """Say which adjustment holds, where there is a p value to adjust."""
    if each.p_value is None:
        return ()
    specification = result.specification
    line = family_line(trial.study, specification.id, specification.role)
    return (("Multiplicity", line),)


def _figure(each: Headline, result: Result, key: str) -> Figure:
    percent = quantity_of(each).percent
    scaled = f.hundredfold if percent else float
    neutral = result.outcome is not None and result.outcome.higher_is == "neutral"
    return interval_figure(
        scaled(each.estimate),
        scaled(each.conf_low),
        scaled(each.conf_high),
        quantity=f"{each.quantity}, percentage points" if percent else each.quantity,
        active=each.active.label,
        reference=each.reference.label,
        favours_active=None if neutral else each.favours_active,
        null=each.null,
        lines=_lines(each, scaled),
        conf_level=each.conf_level,
        digits=digits_of(each, result.outcome),
        key=key,
    )


def _lines(each: Headline, scaled: Callable[[float], float]) -> list[ReferenceLine]:
    """Margins of the hypothesis, and the threshold on the side that favours the active arm."""
    values = [("margin", value) for value in margin_lines(each)]
    if each.threshold is not None and each.null == 0:
        sign = -1 if each.favours_active == "lower" else 1
        values.append(("threshold", sign * each.threshold.value))
    return [
        ReferenceLine(value=scaled(value), label=f"{name} {f.plain(scaled(value))}")
        for name, value in values
    ]


def _meta(each: Headline, result: Result) -> Any:
    return {**plain_values(asdict(each)), "digits": digits_of(each, result.outcome)}
