"""Declarations refuse to contradict themselves; bands and tables read as printed."""

from dataclasses import replace

import numpy as np
import pytest

from outcomes.errors import SpecificationError
from outcomes.instruments import find
from outcomes.instruments.rand36 import NORMS_1990
from outcomes.instruments.severity import meets, severity, std_error_of
from outcomes.instruments.spec import Bands, Item, Source, integers, numbered, one_of, prorate

ODI = find("odi").scale()
PAIN_INTERFERENCE = find("promis_pi_4a").scale()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"range": (0, 50)}, "declared range"),
        ({"missing": prorate(0, "project")}, "at least one answer"),
        ({"table": PAIN_INTERFERENCE.table}, "one score for each sum"),
        ({"items": (*ODI.items[:9], numbered("odi", 10, lowest=0, highest=4)[9])}, "different"),
    ],
)
def test_scale_that_contradicts_itself_is_refused(change, message):
    with pytest.raises(SpecificationError, match=message):
        replace(ODI, **change)


def test_table_cannot_be_prorated():
    with pytest.raises(SpecificationError, match="complete answers"):
        replace(PAIN_INTERFERENCE, missing=prorate(3, "project"))


def test_instrument_refuses_doubled_scales_and_contradictory_items():
    odi = find("odi")
    with pytest.raises(SpecificationError, match="same key"):
        replace(odi, scales=(ODI, ODI))
    other = replace(ODI, key="other", items=numbered("odi", 10, lowest=1, highest=6))
    with pytest.raises(SpecificationError, match="different responses"):
        replace(odi, scales=(ODI, other))


def test_recode_must_cover_the_answers():
    with pytest.raises(SpecificationError, match="one value per allowed answer"):
        Item(key="x", responses=integers(1, 3), recode=(1.0, 2.0))


def test_responses_print_as_an_error_message_needs_them():
    assert str(integers(0, 5)) == "0 to 5"
    assert str(one_of(6, 8, 10, 11, 13)) == "6, 8, 10, 11, 13"


def test_bands_are_half_open_on_the_unrounded_score():
    (oswestry,) = ODI.bands
    found = severity([0, 20, 20.0001, 40, 100, np.nan], oswestry)
    assert found.tolist() == ["minimal", "minimal", "moderate", "moderate", "bed-bound", None]
    (depression,) = find("phq9").scale().bands
    assert severity([4.99, 5, 9.999, 10], depression).tolist() == [
        "minimal", "mild", "mild", "moderate",
    ]  # fmt: skip


def test_bands_refuse_a_score_of_another_scale_and_disordered_edges():
    with pytest.raises(SpecificationError, match="outside 0 to 27"):
        severity([40], find("phq9").scale().bands[0])
    with pytest.raises(SpecificationError, match="edges must ascend"):
        Bands(
            name="x", labels=("a", "b"), edges=(0, 2, 1), closed="left",
            source=Source(citation="x"), level="project",
        )  # fmt: skip


def test_cut_offs_are_for_scores_and_missing_is_neither():
    (responder,) = find("pgic").scale().thresholds
    assert meets([2, 2.0000001, np.nan], responder).tolist() == [True, False, None]
    change = find("odi").scale().thresholds[0]
    with pytest.raises(SpecificationError, match="'MCID' is for a change, not for a score"):
        meets([10], change)


@pytest.mark.parametrize(
    ("key", "scale", "averages"),
    [
        ("promis_29", "physical_health", {"pain_intensity": 2.31}),
        ("promis_29", "mental_health", {"pain_intensity": 2.31}),
        ("sf36", "physical", {name: row[0] for name, row in NORMS_1990.items()}),
        ("sf36", "mental", {name: row[0] for name, row in NORMS_1990.items()}),
    ],
)
def test_a_summary_of_population_averages_is_fifty(key, scale, averages):
    combined = find(key).scale(scale).combine
    total = combined.constant + sum(
        weight * averages.get(part.key, 50.0)
        for part, weight in zip(combined.parts, combined.weights, strict=True)
    )
    assert total == pytest.approx(50, abs=1e-9)


def test_standard_errors_exist_only_where_printed():
    assert np.isnan(std_error_of([61.3], PAIN_INTERFERENCE)).all()
    with pytest.raises(SpecificationError, match="no published standard errors"):
        std_error_of([32], ODI)


def test_conversion_tables_ascend():
    for scale in (PAIN_INTERFERENCE, find("promis_pf_4a").scale()):
        assert (np.diff(scale.table.scores) > 0).all()
        assert len(scale.table.std_errors) == len(scale.table.scores) == 17
