"""Layout of the flow diagram: every number is drawn, boxes keep apart, arrows end at boxes."""

from itertools import combinations

import pytest

from outcomes.plots.flow import plot_patient_flow
from outcomes.plots.flow_boxes import LEAST_COLUMN, Step, flow_layout
from outcomes.plots.theme import canvas
from tests.plots import examples as ex

ENROLMENT = [Step(title="Assessed", n=9), Step(title="Excluded", n=3), Step(title="In", n=6)]


def arms(n):
    return [
        [Step(title=f"Arm {i}", n=2), Step(title="Seen at", parts=(("A", 1),))] for i in range(n)
    ]


def layouts():
    for n, width in ((2, 640), (2, 284), (4, 1000), (4, 284)):
        for enrolment in (ENROLMENT, ENROLMENT[2:]):
            yield flow_layout(enrolment, arms(n), width=width), n, width


def test_boxes_keep_apart_and_stay_on_the_page():
    for layout, n, width in layouts():
        assert len(layout.boxes) in (2 * n + 1, 2 * n + 3)
        for box in layout.boxes:
            assert box.left >= 0
            assert box.left + box.width <= width + 1e-9
        for one, other in combinations(layout.boxes, 2):
            beside = one.left + one.width <= other.left or other.left + other.width <= one.left
            assert beside or one.bottom <= other.top or other.bottom <= one.top


def test_each_box_but_the_first_has_one_arrow_that_ends_at_its_edge():
    for layout, _, _ in layouts():
        assert len(layout.arrows) == len(layout.boxes) - 1
        for box in layout.boxes[1:]:
            ends = [
                (x, y)
                for x, y in (path[-1] for path in layout.arrows)
                if (x == box.left or y == box.top)
                and box.left <= x <= box.left + box.width
                and box.top <= y <= box.bottom
            ]
            assert len(ends) == 1, box


def test_arms_stand_side_by_side_where_columns_are_wide_enough():
    wide = flow_layout(ENROLMENT[2:], arms(3), width=3 * LEAST_COLUMN + 50)
    assert wide.boxes[1].top == wide.boxes[2].top == wide.boxes[3].top
    narrow = flow_layout(ENROLMENT[2:], arms(3), width=2 * LEAST_COLUMN)
    assert len({box.top for box in narrow.boxes}) == len(narrow.boxes)


@pytest.mark.parametrize("width", [640, 284])
def test_every_number_of_the_flow_is_drawn(width):
    _, axes = canvas((width, 2000))
    flow = ex.patient_flow(2)
    plot_patient_flow(ex.enrolment(), flow, arms=ex.arms(2), ax=axes)
    drawn = [text.get_text() for text in axes.texts]
    for n in ("n = 900", "n = 400", "n = 500", "310", "90"):
        assert drawn.count(n) == 1
    for n in ("n = 125", "n = 25", "110", "99", "26"):
        assert drawn.count(n) == 2
    assert drawn.count("121") == drawn.count("4") == 1
