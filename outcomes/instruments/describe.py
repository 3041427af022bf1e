"""An instrument in words and plain data, for the command line and the documentation."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby

from outcomes.instruments.registry import find
from outcomes.instruments.spec import (
    Algorithm,
    Bands,
    Composite,
    Instrument,
    Item,
    MissingRule,
    Scale,
    Threshold,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class ScaleDescription:
    """One scale in words; every field is text or a tuple of text."""

    key: str
    label: str
    items: str
    scoring: str
    range: str
    higher_is: str
    missing: str
    other_rules: tuple[str, ...]
    thresholds: tuple[str, ...]
    bands: tuple[str, ...]
    source: str
    level: str
    loinc: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Description:
    """One instrument in words."""

    key: str
    name: str
    version: str
    recall: str
    columns: str
    coding: str
    rights: str
    citation: str
    loinc: str
    experimental: str
    scales: tuple[ScaleDescription, ...]


def describe(key: str | Instrument) -> Description:
    """Say what an instrument needs, how it scores and what is known of its scores.

    Raises
    ------
    UnknownInstrumentError
        If there is no such instrument.

    Examples
    --------
    >>> describe("odi").columns
    'odi_1 to odi_10 (0 to 5)'
    >>> describe("odi").scales[0].scoring
    'sum of 10 items, 0 to 50 rescaled to 0 to 100'
    """
    instrument = find(key) if isinstance(key, str) else key
    return Description(
        key=instrument.key,
        name=instrument.name,
        version=instrument.version,
        recall=instrument.recall,
        columns=_columns(instrument.items),
        coding=instrument.coding,
        rights=instrument.rights,
        citation=str(instrument.citation),
        loinc=instrument.loinc or "",
        experimental=instrument.experimental or "",
        scales=tuple(_scale(scale) for scale in instrument.scales),
    )


def _scale(scale: Scale) -> ScaleDescription:
    """Put one scale into words."""
    low, high = scale.range
    n_items = len(scale.items)
    return ScaleDescription(
        key=scale.key,
        label=scale.label,
        items=_columns(scale.items),
        scoring=_scoring(scale),
        range=f"{low:g} to {high:g} {scale.unit}",
        higher_is=scale.higher_is,
        missing=_rule(scale.missing, n_items),
        other_rules=tuple(_rule(rule, n_items) for rule in scale.other_rules),
        thresholds=tuple(_threshold(threshold) for threshold in scale.thresholds),
        bands=tuple(_bands(bands) for bands in scale.bands),
        source=str(scale.source),
        level=scale.level,
        loinc=scale.loinc or "",
    )


def _rule(rule: MissingRule, n_items: int) -> str:
    """Label of a rule with where it is written."""
    return f"{rule.label(n_items)}{f'; {rule.source}' if rule.source else ''}"


def _columns(items: tuple[Item, ...]) -> str:
    """Column names with their answers, runs of the same answers shortened."""
    alike = [list(run) for _, run in groupby(items, key=lambda item: str(item.responses))]
    return "; ".join(
        f"{_shortened([item.key for item in run])} ({run[0].responses})" for run in alike
    )


def _shortened(keys: list[str]) -> str:
    """Keys with every run of successors as its first and last."""
    runs: list[list[str]] = []
    for key in keys:
        if runs and key == _successor(runs[-1][-1]):
            runs[-1].append(key)
        else:
            runs.append([key])
    return ", ".join(f"{run[0]} to {run[-1]}" if len(run) > 2 else ", ".join(run) for run in runs)


def _successor(key: str) -> str:
    """Next key of a numbered or lettered series: ``odi_2`` after ``odi_1``, ``9b`` after ``9a``."""
    numbered = re.fullmatch(r"(.*?)(\d+)", key)
    if numbered:
        return f"{numbered[1]}{int(numbered[2]) + 1}"
    return f"{key[:-1]}{chr(ord(key[-1]) + 1)}"


def _scoring(scale: Scale) -> str:
    """How item values become the score."""
    if isinstance(scale.combine, Algorithm):
        return scale.combine.summary
    if isinstance(scale.combine, Composite):
        return _composite(scale.combine)
    n_items = len(scale.items)
    words = "the item" if n_items == 1 else f"{scale.combine} of {n_items} items"
    turned = [item.key for item in scale.items if item.reverse]
    if turned:
        words += f" ({', '.join(turned)} reversed)"
    if any(item.recode for item in scale.items):
        words += " after recoding"
    if scale.table is not None:
        return f"{words}, converted by the published table"
    if scale.rescale_to is not None:
        low, high = scale.raw_range
        share = n_items if scale.combine == "mean" else 1
        start, end = scale.rescale_to
        words += f", {low / share:g} to {high / share:g} rescaled to {start:g} to {end:g}"
    return words


def _composite(composite: Composite) -> str:
    """Sum or mean of the parts where it is one, else the weighted sum."""
    names = ", ".join(part.key for part in composite.parts)
    if len(composite.parts) == 1:
        return f"{composite.constant:g} plus the {_scoring(composite.parts[0])}"
    if not composite.constant and set(composite.weights) == {1.0}:
        return f"sum of {names}"
    if not composite.constant and set(composite.weights) == {1 / len(composite.parts)}:
        return f"mean of {names}"
    terms = [
        f"{weight:+.5g} {part.key}"
        for part, weight in zip(composite.parts, composite.weights, strict=True)
    ]
    return f"{composite.constant:.5g} {' '.join(terms)}"


def _threshold(threshold: Threshold) -> str:
    """One line: kind, value, population, anchor, source and level."""
    value = f"{threshold.value:g}"
    if threshold.value_high is not None:
        value += f" to {threshold.value_high:g}"
    return (
        f"{threshold.kind} {threshold.operator} {value} {threshold.unit}; "
        f"{threshold.population}; {threshold.anchor}; {threshold.source} ({threshold.level})"
    )


def _bands(bands: Bands) -> str:
    """One line: each band with its edges in interval notation; the outermost edges belong."""
    first, last = bands.edges[0], bands.edges[-1]
    text = ", ".join(
        f"{label} {'[' if bands.closed == 'left' or low == first else '('}{low:g}, "
        f"{high:g}{']' if bands.closed == 'right' or high == last else ')'}"
        for label, low, high in zip(bands.labels, bands.edges[:-1], bands.edges[1:], strict=True)
    )
    return f"{bands.name}: {text}; {bands.source} ({bands.level})"
