"""Weekly means: the worked examples of the rating-scale entry of the scoring facts."""

import numpy as np
import pytest

from outcomes.errors import ResponseError, SpecificationError
from outcomes.instruments.diary import weekly_mean

BLANK = np.nan


@pytest.mark.parametrize(
    ("ratings", "mean", "n_days"),
    [
        ([6, 5, 7, 6, 5, 6, 7], 6.0, 7),
        ([5, 6, BLANK, 4, BLANK, 7, 5], 5.4, 5),
        ([5, BLANK, BLANK, 4, BLANK, 7, BLANK], BLANK, 3),
        ([5, BLANK, 6, 4, 5, 6, 7], 5.5, 6),
    ],
)
def test_worked_examples(ratings, mean, n_days):
    (found,), (days,) = weekly_mean([ratings])
    assert found == pytest.approx(mean, nan_ok=True)
    assert days == n_days


def test_fewest_days_are_the_protocols_to_choose():
    (found,), _ = weekly_mean([[5, BLANK, BLANK, 4, BLANK, 7, BLANK]], min_days=3)
    assert found == pytest.approx(16 / 3)


def test_rating_outside_the_scale_is_refused_by_place():
    with pytest.raises(
        ResponseError, match="1 daily ratings are outside 0 to 10: 11 in row 0, day 2"
    ):
        weekly_mean([[5, 11, 6, 4, 5, 6, 7]])


@pytest.mark.parametrize(("shape", "min_days"), [((1, 6), 4), ((1, 7), 0), ((1, 7), 8)])
def test_windows_that_are_not_a_week_are_refused(shape, min_days):
    with pytest.raises(SpecificationError):
        weekly_mean(np.zeros(shape), min_days=min_days)
