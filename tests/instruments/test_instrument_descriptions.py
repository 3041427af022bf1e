"""What the command line and the documentation say of an instrument; the scoring audit."""

import importlib.util

import numpy as np
import pandas as pd
import pytest

from outcomes.instruments import score
from outcomes.instruments.audit import scoring_audit
from outcomes.instruments.describe import describe
from outcomes.instruments.registry import REGISTRY


@pytest.mark.parametrize("key", REGISTRY)
def test_every_instrument_can_be_described(key):
    words = describe(key)
    assert words.columns
    assert words.rights
    assert all(scale.scoring and scale.missing and scale.source for scale in words.scales)


@pytest.mark.parametrize(
    ("key", "scale", "expected"),
    [
        ("odi", "total", "sum of 10 items, 0 to 50 rescaled to 0 to 100"),
        ("dash", "total", "mean of 30 items, 1 to 5 rescaled to 0 to 100"),
        ("koos", "qol", "mean of 4 items, 0 to 4 rescaled to 100 to 0"),
        ("womac_likert", "total", "sum of pain, stiffness, function"),
        ("koos12", "summary", "mean of pain, function, qol"),
        ("promis_pi_4a", "t_score", "sum of 4 items, converted by the published table"),
        ("nrs", "pain", "the item"),
        ("sf12_v1", "physical", "56.5771 plus the sum of 12 items after recoding"),
    ],
)
def test_scoring_in_words(key, scale, expected):
    words = {one.key: one.scoring for one in describe(key).scales}
    assert words[scale] == expected


def test_columns_in_words():
    assert describe("bpi").columns == "bpi_3 to bpi_6, bpi_9a to bpi_9g (0 to 10)"
    assert describe("hit6").columns == "hit6_1 to hit6_6 (6, 8, 10, 11, 13)"


def test_thresholds_and_bands_in_words_carry_source_and_level():
    (total,) = describe("odi").scales
    assert total.thresholds[0].startswith("MCID >= 10 points; non-specific low back pain; ")
    assert total.thresholds[0].endswith("(originator)")
    assert total.bands[0].startswith("Fairbank: minimal [0, 20], moderate (20, 40]")
    (phq9,) = describe("phq9").scales
    assert "moderately severe [15, 20), severe [20, 27]; " in phq9.bands[0]
    assert phq9.other_rules[0].startswith("cms: at least 7 of 9 items, rounded (single_source)")


def test_pages_are_those_the_declarations_give(root):
    path = root / "docs" / "instruments" / "write_pages.py"
    specification = importlib.util.spec_from_file_location("write_pages", path)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    for name, text in module.pages().items():
        written = (path.parent / name).read_text(encoding="utf-8")
        assert written == text, f"{name} is stale: run python docs/instruments/write_pages.py"


def test_audit_counts_every_administration_once():
    items = {f"odi_{number}": [0, 5, 2, 2, np.nan] for number in range(1, 11)}
    items["odi_8"] = [0, 5, np.nan, 2, np.nan]
    items["odi_9"] = items["odi_10"] = [0, 5, 2, np.nan, np.nan]
    items["odi_1"] = [0, 5, 2, np.nan, np.nan]
    frame = pd.DataFrame({"subject": list("abcde"), "visit": ["w0"] * 4 + ["w4"], **items})
    audit = scoring_audit(score(frame, "odi"), by=["visit"]).set_index("visit")
    counts = [
        "n",
        "complete",
        "prorated",
        "too_few_answers",
        "not_administered",
        "floor",
        "ceiling",
    ]
    assert audit.loc["w0", counts].tolist() == [4, 2, 1, 1, 0, 1, 1]
    assert audit.loc["w4", counts].tolist() == [1, 0, 0, 0, 1, 0, 0]
    assert audit.loc["w0", "median_answered"] == 9.5
