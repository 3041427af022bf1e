"""The time axis: units, true distances, ticks that do not touch."""

import pytest

from outcomes.plots.profile import plot_means
from outcomes.plots.theme import canvas, theme
from outcomes.plots.time_axis import time_axis, unit_of_days
from outcomes.trial.study import Visit
from tests.plots import examples as ex


@pytest.mark.parametrize(
    ("days", "unit"),
    [
        ([0, 28, 84, 364], "week"),
        ([0, 91, 365], "month"),
        ([0, 30, 61, 183], "month"),
        ([0, 1, 3, 10], "day"),
        ([0, 45], "day"),
    ],
)
def test_unit_follows_from_the_nominal_days(days, unit):
    assert unit_of_days(days)[0] == unit


def test_visits_stand_where_their_days_are():
    axis = time_axis(ex.visits(8))
    assert axis.position["w52"] == 52
    assert axis.position["w26"] == 26
    assert axis.start == 0


def test_a_screening_baseline_stands_before_day_zero():
    baseline = Visit(id="bl", label="Screening", day=-14, baseline=True)
    assert time_axis([baseline, Visit(id="w4", label="Week 4", day=28)]).start == -2


def test_every_visit_has_a_tick_and_the_last_one_its_label():
    with theme():
        page, axes = canvas((284, 260))
        plot_means(ex.estimates(2, 8), arms=ex.arms(2), visits=ex.visits(8), ax=axes)
        page.draw_without_rendering()
    assert axes.get_xticks().tolist() == [0, *ex.WEEKS]
    labels = [label.get_text() for label in axes.get_xticklabels()]
    assert labels[-1] == "52"
    assert "" in labels
