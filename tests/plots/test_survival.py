"""Time to response: one minus Kaplan-Meier, and the counts under the axis."""

import numpy as np
import pytest

from outcomes.plots.survival import plot_responses_over_time, responses_over_time_figure
from outcomes.plots.theme import canvas
from tests.plots import examples as ex


@pytest.fixture
def axes():
    axes = canvas((470, 400))[1]
    return plot_responses_over_time(*ex.survival(2), arms=ex.arms(2), ax=axes)


def test_steps_rise_from_zero_by_what_survival_falls(axes):
    steps = next(line for line in axes.lines if line.get_drawstyle() == "steps-post")
    assert np.allclose(steps.get_xdata(), [0, 4, 12, 52, 52])
    assert np.allclose(steps.get_ydata(), [0, 0.1, 0.3, 0.5, 0.5])


def test_the_band_lies_around_the_curve(axes):
    # Survival 0.9, 0.7, 0.5 with limits 0.1 below and 0.08 above.
    band = axes.collections[0].get_paths()[0].vertices
    edges = {round(float(edge), 6) for edge in band[:, 1]}
    assert edges == {0.0, 0.02, 0.2, 0.22, 0.4, 0.42, 0.6}


def test_counts_under_the_axis_stand_at_their_times(axes):
    counts = {
        (round(float(text.xy[0])), text.get_text())
        for text in axes.texts
        if text.get_text().isdigit()
    }
    assert {(0, "120"), (12, "102"), (52, "80"), (52, "6"), (52, "34")} <= counts


def test_data_and_words_agree_with_the_frames():
    figure = responses_over_time_figure(
        *ex.survival(2), arms=ex.arms(2), outcome="Pain", response="confirmed 30% response"
    )
    group, *rows = figure.data.rows[:5]
    assert group.label == "Medication only"
    assert rows[0].cells == ("120", "0", "0", "0.0%", "0.0 to 0.0")
    assert rows[-1].cells == ("80", "6", "34", "50.0%", "42.0 to 60.0")
    assert figure.description.startswith(
        "By day 364 the probability of confirmed 30% response is 50.0% (95% CI 42.0 to 60.0) with"
    )
