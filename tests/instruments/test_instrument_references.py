"""Every published worked example, and that no scale goes without one."""

import numpy as np
import pytest

from outcomes.errors import ResponseError
from outcomes.instruments import find, score
from outcomes.instruments.registry import REGISTRY
from outcomes.instruments.severity import meets, percent_of_range, severity, std_error_of
from tests.instruments.reference_cases import CASES, FILES, SCALES, frame

SCORED = [case for case in CASES if "rejected" not in case]
REJECTED = [case for case in CASES if "rejected" in case]
HAS_SCORE = {(case["instrument"], scale) for case in SCORED for scale in case.get("scores", {})}


def _name(case):
    return f"{case['instrument']}-{case['id']}"


@pytest.mark.parametrize("case", SCORED, ids=_name)
def test_worked_example(case):
    instrument = find(case["instrument"])
    scores = score(
        frame(instrument, case["answers"]), instrument, rule=case.get("rule"), experimental=True
    )
    found = scores.set_index("scale")["score"]
    for scale, expected in case.get("scores", {}).items():
        assert found[scale] == pytest.approx(expected, abs=case["tolerance"]), scale
    for scale in case.get("missing", []):
        assert np.isnan(found[scale]), scale
    for scale, expected in case.get("reasons", {}).items():
        assert scores.set_index("scale").loc[scale, "reason"] == expected, scale
    _check_readings(case, instrument, found)
    stated = {*case.get("scores", {}), *case.get("missing", [])}
    assert stated == set(found.index), "a case states every scale, scored or missing"


def _check_readings(case, instrument, found):
    """Bands (of the scheme named, or the first), cut-offs, standard errors, percent of range."""
    for scale, expected in case.get("bands", {}).items():
        schemes = {bands.name: bands for bands in instrument.scale(scale).bands}
        chosen = schemes[case.get("scheme", next(iter(schemes)))]
        assert severity([found[scale]], chosen) == [expected]
    for reading, expected in case.get("cut_offs", {}).items():
        scale, operator, value = reading.split()
        (cut_off, *_) = [
            each
            for each in instrument.scale(scale).thresholds
            if (each.kind, each.operator, each.value) == ("cut-off", operator, float(value))
        ]
        assert meets([found[scale]], cut_off) == [expected]
    for scale, expected in case.get("std_errors", {}).items():
        assert std_error_of([found[scale]], instrument.scale(scale)) == [expected]
    for scale, expected in case.get("percent_of_range", {}).items():
        found_percent = percent_of_range([found[scale]], instrument.scale(scale))
        assert found_percent == pytest.approx([expected], abs=case["tolerance"])


@pytest.mark.parametrize("case", REJECTED, ids=_name)
def test_rejected_example_names_the_item(case):
    instrument = find(case["instrument"])
    with pytest.raises(ResponseError, match=f"(?m)^{case['rejected']}: 1 of 1 answers"):
        score(frame(instrument, case["answers"]), instrument, experimental=True)


def test_a_case_states_nothing_that_is_not_looked_at():
    looked_at = {
        "instrument", "tolerance", "id", "answers", "rule", "scores", "missing", "bands", "scheme",
        "cut_offs", "std_errors", "percent_of_range", "rejected", "reasons",
    }  # fmt: skip
    assert {field for case in CASES for field in case} <= looked_at


def test_every_case_is_of_an_instrument_there_is():
    assert {case["instrument"] for case in CASES} <= set(REGISTRY)


@pytest.mark.parametrize(
    ("instrument", "scale"), SCALES, ids=[f"{one.key}-{two.key}" for one, two in SCALES]
)
def test_every_scale_has_a_scored_case(instrument, scale):
    assert (instrument.key, scale.key) in HAS_SCORE


@pytest.mark.parametrize("key", FILES)
def test_provenance_is_complete(key):
    provenance = FILES[key]["provenance"]
    for field in ("kind", "citation", "checked_by", "tolerance_reason"):
        assert len(provenance[field]) >= len("computed"), field
    assert provenance["checked_by"].startswith("outcomes developers, ")
    assert 0 < provenance["tolerance"] <= 0.05
