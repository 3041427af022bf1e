"""Normalised residuals are independent with variance one under their own covariance."""

import numpy as np
import pytest

from outcomes.stats.residuals import normalised_residuals

COVARIANCE = np.array([[4.0, 1.5, 0.5], [1.5, 9.0, 2.0], [0.5, 2.0, 1.0]])


@pytest.mark.parametrize("seen", [[0, 1, 2], [0, 2], [1]])
def test_sum_of_squares_is_the_mahalanobis_distance_of_what_was_seen(seen):
    residuals = np.full((2, 3), np.nan)
    residuals[:, seen] = np.array([[1.0, -2.0, 0.5], [3.0, 0.2, -1.0]])[:, seen]
    scaled = normalised_residuals(residuals, COVARIANCE)
    part = residuals[:, seen]
    expected = np.sum(part @ np.linalg.inv(COVARIANCE[np.ix_(seen, seen)]) * part, axis=1)
    assert np.nansum(scaled**2, axis=1) == pytest.approx(expected)
    assert np.array_equal(np.isnan(scaled), np.isnan(residuals))


def test_nobody_seen_stays_missing():
    assert np.isnan(normalised_residuals(np.full((1, 3), np.nan), COVARIANCE)).all()
