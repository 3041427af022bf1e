"""Responder figures: the shares that are drawn, named and tabulated."""

import numpy as np
import pytest

from outcomes.plots.responder_curve import plot_responder_curve, responder_curve_figure
from outcomes.plots.responder_shares import plot_responders, responders_figure
from outcomes.plots.theme import canvas
from tests.plots import examples as ex


def test_the_threshold_is_marked_with_both_shares():
    axes = canvas((440, 320))[1]
    plot_responder_curve(ex.responder_curve(2), arms=ex.arms(2), threshold=30, ax=axes)
    # 0.8 / (1 + e^0) = 40% in the reference arm, 0.8 / (1 + e^-1) = 58.5% in the other.
    assert "30%: 58.5% against 40.0%" in {text.get_text() for text in axes.texts}


def test_the_upper_curve_is_named_above_and_the_lower_below():
    axes = canvas((440, 320))[1]
    plot_responder_curve(ex.responder_curve(2), arms=ex.arms(2), threshold=30, ax=axes)
    placed = {text.get_text().split("\n")[0]: text.get_va() for text in axes.texts}
    assert placed["Integrative care"] == "bottom"
    assert placed["Medication only"] == "top"


def test_more_than_two_curves_have_a_key():
    axes = canvas((440, 400))[1]
    plot_responder_curve(ex.responder_curve(3), arms=ex.arms(3), threshold=30, ax=axes)
    assert [text.get_text() for text in axes.get_legend().get_texts()][-1] == "Yoga"


def test_a_threshold_between_the_points_of_the_curve_is_not_guessed():
    figure = responder_curve_figure(
        ex.responder_curve(2), arms=ex.arms(2), outcome="Pain", threshold=33
    )
    row = next(row for row in figure.data.rows if row.label == "33%")
    assert row.cells == ("–", "–")


def test_shares_stand_beside_their_arms():
    axes = canvas((440, 134))[1]
    plot_responders(ex.responder_counts(2), arms=ex.arms(2), ax=axes)
    assert {"40.0%\n20 of 50", "50.0%\n25 of 50"} <= {text.get_text() for text in axes.texts}
    assert axes.get_xlim()[0] == 0


def test_data_of_the_shares():
    figure = responders_figure(
        ex.responder_counts(2), arms=ex.arms(2), outcome="Pain", threshold=30
    )
    assert figure.data.rows[0].cells == ("20 of 50", "40.0%", "30.0 to 50.0")
    assert figure.description.startswith("Medication only: 20 of 50, 40.0%.")
    assert "30% or more" in figure.caption


@pytest.mark.parametrize("higher", [0, 1])
def test_curves_that_cross_are_still_named_on_the_right_sides(higher):
    frame = ex.responder_curve(2)
    if higher == 0:
        frame["arm"] = frame["arm"].map({"arm0": "arm1", "arm1": "arm0"})
    axes = canvas((440, 320))[1]
    plot_responder_curve(frame, arms=ex.arms(2), threshold=30, ax=axes)
    placed = {text.get_text().split("\n")[0]: text.get_va() for text in axes.texts}
    upper = ("Medication only", "Integrative care")[higher]
    assert placed[upper] == "bottom"


def test_names_that_do_not_fit_beside_their_curves_go_into_a_key():
    frame = ex.responder_curve(2)
    frame["proportion"] *= np.exp(-frame["percent"] / 10)
    axes = canvas((284, 324))[1]
    plot_responder_curve(frame, arms=ex.arms(2), threshold=30, ax=axes)
    assert axes.get_legend().get_texts()[0].get_text() == "Medication only"
    assert axes.get_window_extent().width > 200
