"""Reliability against R psych and pingouin on public data."""

import tomllib

import numpy as np
import pandas as pd
import pingouin
import pytest

from outcomes.errors import DataError, NotEstimableError, SpecificationError
from outcomes.models.agreement import (
    detectable_change,
    intraclass_correlation,
    measurement_error,
)
from outcomes.models.reliability import cronbach_alpha, floor_ceiling, item_statistics
from tests.conftest import ROOT

FOLDER = ROOT / "tests/reference/reliability"
REFERENCE = tomllib.loads((FOLDER / "values.toml").read_text())
CLOSE = REFERENCE["provenance"]["tolerance"]
ATTITUDE = pd.read_csv(FOLDER / "attitude.csv")
RATINGS = np.array(
    [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]],
    dtype=float,
)


def test_alpha_is_that_of_psych_and_its_interval_that_of_pingouin():
    found = cronbach_alpha(ATTITUDE)
    assert found.estimate == pytest.approx(REFERENCE["alpha"]["estimate"], abs=CLOSE)
    alpha, limits = pingouin.cronbach_alpha(data=ATTITUDE, ci=0.95)
    assert found.estimate == pytest.approx(alpha)
    assert (found.conf_low, found.conf_high) == pytest.approx(tuple(limits), abs=5e-4)
    assert (found.n, found.k) == (30, 7)


def test_item_statistics_are_those_of_psych():
    found = item_statistics(ATTITUDE)
    assert found["rest_correlation"].tolist() == pytest.approx(
        REFERENCE["alpha"]["rest"], abs=CLOSE
    )
    assert found["alpha_without"].tolist() == pytest.approx(
        REFERENCE["alpha"]["without"], abs=CLOSE
    )
    assert found["mean"].tolist() == pytest.approx(ATTITUDE.mean().tolist())


@pytest.mark.parametrize("case", REFERENCE["icc"], ids=lambda c: f"{c['agreement']} {c['average']}")
def test_intraclass_correlations_are_those_of_psych(case):
    found = intraclass_correlation(RATINGS, agreement=case["agreement"], average=case["average"])
    assert found[:3] == pytest.approx(case["values"], abs=CLOSE)


def test_a_missing_answer_leaves_its_record_out():
    holes = pd.concat([ATTITUDE, ATTITUDE.head(1).assign(raises=np.nan)])
    assert cronbach_alpha(holes) == cronbach_alpha(ATTITUDE)
    assert item_statistics(holes).set_index("item").loc["raises", "n_missing"] == 1


def test_error_of_two_occasions_is_that_of_their_differences():
    first, second = RATINGS[:, 0], RATINGS[:, 3]
    found = measurement_error(np.column_stack([first, second]), agreement="consistency")
    assert found.sem == pytest.approx((first - second).std(ddof=1) / np.sqrt(2))
    assert found.mdc == pytest.approx(1.959963984540054 * (first - second).std(ddof=1))
    shifted = np.column_stack([first, second + 100])
    assert measurement_error(shifted, agreement="consistency").sem == pytest.approx(found.sem)
    assert measurement_error(shifted, agreement="absolute").sem > 50


def test_floor_and_ceiling():
    found = floor_ceiling(pd.Series([0.0, 0, 3, np.nan]), lowest=0, highest=4)
    assert found["count"].tolist() == [2, 0]
    assert found["n"].tolist() == [3, 3]
    with pytest.raises(DataError, match="outside 0 to 2"):
        floor_ceiling(pd.Series([3.0]), lowest=0, highest=2)


def test_what_cannot_be_estimated_is_refused():
    with pytest.raises(NotEstimableError, match="complete"):
        cronbach_alpha(ATTITUDE.head(2))
    with pytest.raises(SpecificationError, match="agreement is"):
        intraclass_correlation(RATINGS, agreement="ICC2")
    with pytest.raises(SpecificationError, match="sem is"):
        detectable_change(-1.0)
