"""Cumulative incidence by arm and cause, and the probability of a response by visit."""

import numpy as np
import pytest

from outcomes.plots.incidence import incidence_figure, plot_incidence
from outcomes.plots.response_by_visit import response_by_visit_figure
from outcomes.plots.theme import canvas
from tests.plots import examples as ex

CAUSES = {"event": "rescue medication", "competing": "leaving the trial"}
DAYS = [0.0, 28, 84, 364]


def test_each_arm_has_a_line_for_the_event_and_a_dotted_one_for_what_competes():
    axes = canvas((470, 330))[1]
    plot_incidence(ex.incidence(2), arms=ex.arms(2), causes=CAUSES, days=DAYS, ax=axes)
    steps = [line for line in axes.lines if line.get_drawstyle() == "steps-post"]
    assert len(steps) == 4
    assert np.allclose(steps[0].get_xdata(), [0, 4, 12, 52, 52])
    assert np.allclose(steps[0].get_ydata(), [0, 0.15, 0.3, 0.5, 0.5])
    assert np.allclose(steps[1].get_ydata(), [0, 0.06, 0.12, 0.2, 0.2])
    assert steps[0].get_color() == steps[1].get_color()
    assert steps[0].get_linewidth() > steps[1].get_linewidth()


def test_words_and_data_of_incidence():
    figure = incidence_figure(ex.incidence(2), arms=ex.arms(2), causes=CAUSES, days=DAYS)
    assert figure.description.startswith(
        "By day 364 the cumulative incidence was, of rescue medication 50.0% with Medication only"
    )
    group, start, month = figure.data.rows[:3]
    assert (group.label, start.cells) == ("Medication only", ("0.0", "0.0"))
    assert month.cells[0] == "15.0 (13.0 to 18.0)"


def test_probabilities_by_visit_are_percentages_and_missing_ones_are_said():
    figure = response_by_visit_figure(
        ex.response_by_visit(2), arms=ex.arms(2), visits=ex.visits(8), response="30% response"
    )
    assert figure.description == (
        "By Week 52 the probability is 45.0% with Medication only and 44.0% with Integrative care "
        "with weekly group classes."
    )
    first, second, *_ = figure.data.rows
    assert first.cells[0] == "10.0 (5.0 to 16.0)"
    assert second.cells[0] == "not estimated"
    with pytest.raises(KeyError):
        response_by_visit_figure(
            ex.response_by_visit(2).drop(columns="time"),
            arms=ex.arms(2),
            visits=ex.visits(8),
            response="x",
        )
