"""Exports: the JSON is enough to score by, and the questionnaire is FHIR R4 without wording."""

import json
import re

import numpy as np
import pytest

from outcomes.instruments import fhir_questionnaire, find, instrument_specification
from outcomes.instruments.registry import REGISTRY
from tests.instruments.reference_cases import CASES

COMPLETE = [
    case
    for case in CASES
    if not any(np.isnan(case["answers"])) and "rejected" not in case and "rule" not in case
]


def by_hand(scale, answers, items):
    """Score one complete record from the exported data alone; None where words are needed."""
    if "algorithm" in scale["combine"]:
        return None
    if "parts" in scale["combine"]:
        parts = [by_hand(part, answers, items) for part in scale["combine"]["parts"]]
        if None in parts:
            return None
        weighted = zip(scale["combine"]["weights"], parts, strict=True)
        return scale["combine"]["constant"] + sum(weight * part for weight, part in weighted)
    values, ends = [], []
    for item in scale["items"]:
        allowed = items[item["key"]]
        value, span = answers[item["key"]], [allowed["lowest"], allowed["highest"]]
        if item["recode"]:
            value = item["recode"][allowed["values"].index(value)]
            span = [min(item["recode"]), max(item["recode"])]
        elif item["reverse"]:
            value = sum(span) - value
        values.append(value)
        ends.append(span)
    total, (low, high) = sum(values), np.sum(ends, axis=0)
    if scale["table"]:
        return scale["table"]["scores"][int(total) - scale["table"]["first"]]
    if scale["rescale_to"]:
        start, end = scale["rescale_to"]
        return start + (total - low) / (high - low) * (end - start)
    return total / len(values) if scale["combine"] == "mean" else total


def test_the_json_is_enough_to_score_the_reference_cases():
    scored = 0
    for case in COMPLETE:
        text = json.dumps(instrument_specification(case["instrument"]), allow_nan=False)
        specification = json.loads(text)
        items = {item["key"]: item for item in specification["items"]}
        keys = [item.key for item in find(case["instrument"]).items]
        answers = dict(zip(keys, case["answers"], strict=True))
        for scale in specification["scales"]:
            found = by_hand(scale, answers, items)
            if found is not None:
                expected = case["scores"][scale["key"]]
                assert found == pytest.approx(expected, abs=case["tolerance"]), case["id"]
                scored += 1
    assert scored > 300


@pytest.mark.parametrize("key", REGISTRY)
def test_the_json_says_everything_that_is_declared(key):
    instrument, found = find(key), instrument_specification(key)
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert {item["key"] for item in found["items"]} == {item.key for item in instrument.items}
    assert [scale["key"] for scale in found["scales"]] == [s.key for s in instrument.scales]
    for scale, given in zip(instrument.scales, found["scales"], strict=True):
        assert given["range"] == list(scale.range)
        assert [one["value"] for one in given["thresholds"]] == [t.value for t in scale.thresholds]
        assert given["missing"]["min_answered"] == scale.missing.min_answered
        assert given["source"]["citation"] == scale.source.citation


# From the definition of Questionnaire in FHIR R4 (4.0.1).
ELEMENTS = {
    "resourceType", "name", "title", "version", "status", "experimental", "subjectType",
    "description", "copyright", "code", "item",
}  # fmt: skip
ITEM_ELEMENTS = {"linkId", "type", "extension", "answerOption"}
EXTENSIONS = {
    "integer": "valueInteger",
    "decimal": "valueDecimal",
}
BASE = "http://hl7.org/fhir/StructureDefinition/"


@pytest.mark.parametrize("key", REGISTRY)
def test_the_questionnaire_is_a_fhir_r4_skeleton_without_wording(key):
    instrument, found = find(key), json.loads(json.dumps(fhir_questionnaire(key)))
    assert set(found) <= ELEMENTS
    assert found["resourceType"] == "Questionnaire"
    assert re.fullmatch(r"[A-Z][A-Za-z0-9_]{0,254}", found["name"])
    assert found["status"] == "draft"
    links = [item["linkId"] for item in found["item"]]
    assert len(links) == len(set(links))
    assert set(links) == {item.key for item in instrument.items}
    allowed = {item.key: item.responses for item in instrument.items}
    for item in found["item"]:
        assert set(item) <= ITEM_ELEMENTS, "no text, no display"
        responses = allowed[item["linkId"]]
        if item["type"] == "choice":
            assert "extension" not in item
            assert [number(option) for option in item["answerOption"]] == list(responses.values)
            continue
        assert "answerOption" not in item
        ends = {one["url"]: one[EXTENSIONS[item["type"]]] for one in item["extension"]}
        assert ends == {
            f"{BASE}minValue": responses.lowest,
            f"{BASE}maxValue": responses.highest,
        }
        assert (item["type"] == "decimal") == (responses.values is None)


def number(option):
    """The number of an option: itself, or the ordinal value of its code."""
    if "valueInteger" in option:
        return option["valueInteger"]
    assert set(option["valueCoding"]) == {"code", "extension"}
    (ordinal,) = option["valueCoding"]["extension"]
    assert ordinal["url"] == f"{BASE}ordinalValue"
    assert float(option["valueCoding"]["code"]) == ordinal["valueDecimal"]
    return ordinal["valueDecimal"]


def test_items_come_in_the_order_of_the_form_and_codes_where_they_are_known():
    assert [item["linkId"] for item in fhir_questionnaire("ffmq15")["item"]] == [
        f"ffmq15_{n}" for n in range(1, 16)
    ]
    assert fhir_questionnaire("odi")["code"] == [
        {"system": "http://loinc.org", "code": find("odi").loinc}
    ]
    assert "code" not in fhir_questionnaire("ndi")
