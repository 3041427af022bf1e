"""Every published worked example, and that no scale goes without one."""

import numpy as np
import pytest

from outcomes.errors import ResponseError
from outcomes.instruments import find, score
from outcomes.instruments.registry import REGISTRY
from outcomes.instruments.severity import severity, std_error_of
from tests.instruments.reference_cases import CASES, FILES, SCALES, frame

SCORED = [(key, case) for key, case in CASES if "rejected" not in case]
REJECTED = [(key, case) for key, case in CASES if "rejected" in case]


def _name(value):
    return value["id"] if isinstance(value, dict) else None


@pytest.mark.parametrize(("key", "case"), SCORED, ids=_name)
def test_worked_example(key, case):
    instrument = find(key)
    tolerance = FILES[key]["provenance"]["tolerance"]
    scores = score(frame(instrument, case["answers"]), key, rule=case.get("rule"))
    found = scores.set_index("scale")["score"]
    for scale, expected in case.get("scores", {}).items():
        assert found[scale] == pytest.approx(expected, abs=tolerance), scale
    for scale in case.get("missing", []):
        assert np.isnan(found[scale]), scale
    for scale, expected in case.get("bands", {}).items():
        assert severity([found[scale]], instrument.scale(scale).bands[0]) == [expected]
    stated = {*case.get("scores", {}), *case.get("missing", [])}
    assert stated == set(found.index), "a case states every scale, scored or missing"


@pytest.mark.parametrize(("key", "case"), REJECTED, ids=_name)
def test_rejected_example_names_the_item(key, case):
    with pytest.raises(ResponseError, match=f"(?m)^{case['rejected']}: 1 of 1 answers"):
        score(frame(find(key), case["answers"]), key)


def test_every_instrument_has_a_reference_file_and_every_file_an_instrument():
    assert set(FILES) == set(REGISTRY)


@pytest.mark.parametrize(("instrument", "scale"), SCALES, ids=lambda each: each.key)
def test_every_scale_has_a_scored_case(instrument, scale):
    assert any(scale.key in case.get("scores", {}) for case in FILES[instrument.key]["case"])


@pytest.mark.parametrize("key", FILES)
def test_provenance_is_complete(key):
    provenance = FILES[key]["provenance"]
    for field in ("kind", "citation", "checked_by", "tolerance_reason"):
        assert len(provenance[field]) > 10, field
    assert provenance["checked_by"].startswith("outcomes developers, ")
    assert 0 < provenance["tolerance"] <= 0.05


@pytest.mark.parametrize(
    ("key", "t_score", "std_error"),
    [("promis_pi_4a", 61.2, 1.8), ("promis_pi_4a", 75.6, 3.7), ("promis_pf_4a", 39.2, 2.4)],
)
def test_standard_error_is_the_printed_one(key, t_score, std_error):
    assert std_error_of([t_score], find(key).scale()) == [std_error]
