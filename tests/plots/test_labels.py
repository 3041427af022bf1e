"""Labels at line ends: apart, in order, near what they label."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcomes.plots.labels import separate, shorten

centres = st.lists(st.floats(-100, 100), min_size=1, max_size=6).map(sorted)


@given(centres, st.floats(1, 30))
def test_labels_never_overlap_and_keep_their_order(wanted, size):
    sizes = np.full(len(wanted), size)
    placed = separate(np.array(wanted), sizes, lowest=-500, highest=500)
    assert np.all(np.diff(placed) >= size - 1e-6)


@given(centres, st.floats(1, 30))
def test_labels_stay_inside_the_axes_where_they_fit(wanted, size):
    sizes = np.full(len(wanted), size)
    placed = separate(np.array(wanted), sizes, lowest=-101, highest=101)
    if sizes.sum() <= 202:
        assert placed[0] - size / 2 >= -101 - 1e-6
        assert placed[-1] + size / 2 <= 101 + 1e-6


def test_labels_with_room_do_not_move():
    wanted = np.array([0.0, 20.0, 45.0])
    assert separate(wanted, np.full(3, 10.0), lowest=-50, highest=50).tolist() == wanted.tolist()


def test_labels_at_the_same_height_part_evenly():
    placed = separate(np.zeros(2), np.array([10.0, 10.0]), lowest=-50, highest=50)
    assert placed.tolist() == [-5.0, 5.0]


@pytest.mark.parametrize("text", ["Yoga", "A long name of a treatment given in groups", "x" * 80])
def test_shortened_text_fits_and_says_that_something_is_missing(text):
    lines = shorten(text, 14, 2).split("\n")
    assert len(lines) <= 2
    assert all(len(line) <= 14 for line in lines)
    assert ("…" in lines[-1]) == (len(text) > 28)
