"""An instrument as plain data: its whole specification, or a FHIR questionnaire without wording."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import Any

from outcomes.instruments.registry import find
from outcomes.instruments.spec import (
    Algorithm,
    Composite,
    Instrument,
    Item,
    Responses,
    Scale,
)

MIN_VALUE = "http://hl7.org/fhir/StructureDefinition/minValue"
MAX_VALUE = "http://hl7.org/fhir/StructureDefinition/maxValue"
ORDINAL_VALUE = "http://hl7.org/fhir/StructureDefinition/ordinalValue"
LOINC = "http://loinc.org"

Json = dict[str, Any]


def instrument_specification(key: str | Instrument) -> Json:
    """Give the whole declaration of an instrument as plain data that JSON can hold.

    Parameters
    ----------
    key : str or Instrument
        Key of a registered instrument, or a declaration of your own.

    Returns
    -------
    dict
        Everything that is declared: items with their allowed answers (values is null where any
        number between the ends is allowed), scales with what each item counts, rule, range,
        direction, missing-item rules, thresholds, bands and sources. An algorithm is given in
        words. No wording of a question is known, so none is given.

    Raises
    ------
    UnknownInstrumentError
        If there is no such instrument.

    Examples
    --------
    >>> odi = instrument_specification("odi")
    >>> odi["scales"][0]["combine"], odi["scales"][0]["range"]
    ('sum', [0, 100])
    """
    instrument = find(key) if isinstance(key, str) else key
    names = ("key", "name", "version", "recall", "rights", "coding", "loinc", "experimental")
    return {
        **{name: getattr(instrument, name) for name in names},
        "citation": asdict(instrument.citation),
        "items": [_answers(item) for item in in_order(instrument.items)],
        "scales": [_scale(scale) for scale in instrument.scales],
        "checks": [check.message for check in instrument.checks],
    }


def fhir_questionnaire(key: str | Instrument) -> Json:
    """Give the skeleton of a FHIR R4 Questionnaire: items and answers, no wording.

    Parameters
    ----------
    key : str or Instrument
        Key of a registered instrument, or a declaration of your own.

    Returns
    -------
    dict
        A draft Questionnaire. Each item has the key of the data column as ``linkId`` and a type:
        ``integer`` or ``decimal`` with the extensions minValue and maxValue, or ``choice`` where
        only some numbers are allowed. ``text`` and the display of options are left out: who
        holds the rights adds them.

    Raises
    ------
    UnknownInstrumentError
        If there is no such instrument.

    References
    ----------
    HL7 FHIR Release 4 (4.0.1), resource Questionnaire; extensions minValue, maxValue and
    ordinalValue.

    Examples
    --------
    >>> fhir_questionnaire("peg")["item"][0]["linkId"]
    'peg_1'
    """
    instrument = find(key) if isinstance(key, str) else key
    code = [{"system": LOINC, "code": instrument.loinc}] if instrument.loinc else []
    skeleton = {
        "resourceType": "Questionnaire",
        "name": _computable_name(instrument.key),
        "title": instrument.name,
        "version": instrument.version,
        "status": "draft",
        "experimental": instrument.experimental is not None,
        "subjectType": ["Patient"],
        "description": "Skeleton without wording: scored items, their answer types and ranges. "
        + (f"Answers: {instrument.coding}. " if instrument.coding else "")
        + f"Recall: {instrument.recall}.",
        "copyright": instrument.rights,
        "item": [_question(item) for item in in_order(instrument.items)],
    }
    return skeleton | ({"code": code} if code else {})


def in_order(items: tuple[Item, ...]) -> list[Item]:
    """Items as the form numbers them: within a prefix by number, prefixes as they first occur."""
    prefixes = list(dict.fromkeys(_split(item.key)[0] for item in items))

    def place(item: Item) -> tuple[int, int, str]:
        prefix, number, letter = _split(item.key)
        return prefixes.index(prefix), number, letter

    return sorted(items, key=place)


def _split(key: str) -> tuple[str, int, str]:
    """``bpi_9a`` as prefix, number and letter; a key without number is its own prefix."""
    numbered = re.fullmatch(r"(.*?)(\d+)([a-z]?)", key)
    return (numbered[1], int(numbered[2]), numbered[3]) if numbered else (key, 0, "")


def _answers(item: Item) -> Json:
    """One item and what may be answered."""
    return {
        "key": item.key,
        "lowest": _number(item.responses.lowest),
        "highest": _number(item.responses.highest),
        "values": _numbers(item.responses.values),
    }


def _counted(item: Item) -> Json:
    """Say what the answers to one item count in one scale; scales can differ in it."""
    return {"key": item.key, "reverse": item.reverse, "recode": _numbers(item.recode)}


def _scale(scale: Scale) -> Json:
    """One scale with everything declared of it."""
    return {
        "key": scale.key,
        "label": scale.label,
        "items": [_counted(item) for item in scale.items],
        "combine": _combine(scale.combine),
        "rescale_to": _numbers(scale.rescale_to),
        "table": None if scale.table is None else _listed(asdict(scale.table)),
        "range": _numbers(scale.range),
        "unit": scale.unit,
        "higher_is": scale.higher_is,
        "true_zero": scale.true_zero,
        "level": scale.level,
        "source": asdict(scale.source),
        "missing": asdict(scale.missing),
        "other_rules": [asdict(rule) for rule in scale.other_rules],
        "thresholds": [asdict(threshold) for threshold in scale.thresholds],
        "bands": [_listed(asdict(bands)) for bands in scale.bands],
        "loinc": scale.loinc,
    }


def _combine(combine: str | Composite | Algorithm) -> str | Json:
    """``"sum"``, ``"mean"``, the parts of a composite, or an algorithm in words."""
    if isinstance(combine, Composite):
        return {
            "parts": [_scale(part) for part in combine.parts],
            "weights": list(combine.weights),
            "constant": combine.constant,
        }
    return {"algorithm": combine.summary} if isinstance(combine, Algorithm) else combine


def _listed(data: Json) -> Json:
    """Tuples as lists, as JSON will give them back."""
    return {key: list(value) if isinstance(value, tuple) else value for key, value in data.items()}


def _question(item: Item) -> Json:
    """One question: its column as linkId, its type and what may be answered."""
    responses = item.responses
    question: Json = {"linkId": item.key, "type": _type(responses)}
    if question["type"] == "choice":
        return question | {"answerOption": _options(responses.values or ())}
    value = "valueInteger" if question["type"] == "integer" else "valueDecimal"
    ends = ((MIN_VALUE, responses.lowest), (MAX_VALUE, responses.highest))
    return {"extension": [{"url": url, value: _number(end)} for url, end in ends]} | question


def _type(responses: Responses) -> str:
    """``integer`` for consecutive whole numbers, ``choice`` for other lists, else ``decimal``."""
    if responses.values is None:
        return "decimal"
    return "integer" if responses.are_consecutive else "choice"


def _options(values: tuple[float, ...]) -> list[Json]:
    """List allowed numbers; with fractions among them as codings that carry ordinal values."""
    if all(value == int(value) for value in values):
        return [{"valueInteger": int(value)} for value in values]
    return [
        {
            "valueCoding": {
                "extension": [{"url": ORDINAL_VALUE, "valueDecimal": _number(value)}],
                "code": f"{value:g}",
            }
        }
        for value in values
    ]


def _computable_name(key: str) -> str:
    """Name that a program can use: letters, digits and underscores, a capital first."""
    return f"Instrument_{key}"


def _number(value: float) -> int | float:
    """Whole numbers without a point."""
    return int(value) if value == int(value) else value


def _numbers(values: tuple[float, ...] | None) -> list[int | float] | None:
    """List numbers, if there are any."""
    return None if values is None else [_number(value) for value in values]
