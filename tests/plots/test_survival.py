"""Time to response: one minus Kaplan-Meier, and the counts under the axis."""

import numpy as np
import pandas as pd
import pytest

from outcomes.models.survival import kaplan_meier
from outcomes.plots.survival import plot_responses_over_time, responses_over_time_figure
from outcomes.plots.theme import canvas
from outcomes.trial.study import Arm
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


def curves_of(event):
    """Curves of two arms in which all have the event at one of three visits, or nobody ever."""
    days = [28.0] * 2 + [56.0] * 3 + [84.0] * 5
    data = pd.DataFrame({"arm": ["usual"] * 10 + ["yoga"] * 10, "day": [*days, *[28.0] * 10]})
    found = kaplan_meier(data.assign(event=event), time="day", event="event", arm="arm")
    return found.curves, found.at_risk([0.0, 28.0, 56.0, 84.0])


@pytest.mark.parametrize(("event", "highest"), [(True, 1.0), (False, 0.0)])
def test_the_axis_holds_curves_that_reach_one_or_never_rise(event, highest):
    arms = (Arm(id="usual", label="usual care", reference=True), Arm(id="yoga", label="yoga"))
    axes = plot_responses_over_time(*curves_of(event), arms=arms)
    drawn = max(float(np.max(line.get_ydata())) for line in axes.lines)
    assert drawn == highest
    low, high = axes.get_ylim()
    assert low <= drawn < high


def test_marks_stand_at_counted_days_however_many_steps_there_are():
    arm = (Arm(id="yoga", label="yoga", reference=True),)
    data = pd.DataFrame({"arm": "yoga", "day": np.arange(1.0, 101), "event": True})
    found = kaplan_meier(data, time="day", event="event", arm="arm")
    axes = plot_responses_over_time(found.curves, found.at_risk([0.0, 28, 56, 84]), arms=arm)
    (marks,) = (line for line in axes.lines if line.get_marker() not in (None, "None", ""))
    assert marks.get_xdata() == pytest.approx([4, 8, 12])
    # Day by day one of a hundred has the event.
    assert marks.get_ydata() == pytest.approx([0.28, 0.56, 0.84])
