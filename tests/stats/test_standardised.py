"""Distance of two distributions of categories, against tableone and by hand."""

import math
import tomllib

import numpy as np
import pytest

from outcomes.stats.standardised import distribution_distance
from tests.conftest import ROOT

REFERENCE = tomllib.loads(
    (ROOT / "tests/reference/analyses/distribution_distance.toml").read_text()
)


@pytest.mark.parametrize("case", REFERENCE["case"], ids=lambda case: case["name"])
def test_it_is_that_of_tableone_whatever_the_order(case):
    active, reference = np.array(case["active"]), np.array(case["reference"])
    tolerance = REFERENCE["provenance"]["tolerance"]
    for order in (slice(None), slice(None, None, -1)):
        found = distribution_distance(active[order], reference[order])
        assert found == pytest.approx(case["distance"], abs=tolerance)


def test_two_categories_by_hand():
    found = distribution_distance(np.array([40, 60]), np.array([20, 80]))
    assert found == pytest.approx(0.2 / math.sqrt((0.4 * 0.6 + 0.2 * 0.8) / 2))


@pytest.mark.parametrize("pair", [([5, 0], [0, 7]), ([0, 0], [3, 4])])
def test_without_variance_or_patients_it_is_not_defined(pair):
    assert math.isnan(distribution_distance(*map(np.array, pair)))


def test_one_category_in_both_is_no_difference():
    assert distribution_distance(np.array([5, 0]), np.array([7, 0])) == 0.0
