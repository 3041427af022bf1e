"""Means and differences by visit: what is drawn is what the frame says."""

import numpy as np
import pandas as pd
import pytest

from outcomes.plots.differences import differences_figure, plot_differences
from outcomes.plots.profile import means_figure, plot_means
from outcomes.plots.theme import STYLES
from tests.plots import examples as ex

MEANS = pd.DataFrame(
    [
        ("arm0", "w12", 23.58, 21.90, 25.26),
        ("arm0", "w52", 22.09, 20.30, 23.90),
        ("arm1", "w12", 19.42, 17.80, 21.10),
        ("arm1", "w52", 17.39, 15.70, 19.10),
    ],
    columns=["arm", "visit", "estimate", "conf_low", "conf_high"],
)
VISITS = tuple(visit for visit in ex.visits(8) if visit.id in {"bl", "w12", "w52"})
SHARED = {"arms": ex.arms(2), "visits": VISITS, "outcome": "Headache"}


@pytest.fixture
def axes():
    from outcomes.plots.theme import canvas

    return canvas((440, 310))[1]


def test_every_line_starts_at_the_common_baseline_and_passes_through_the_means(axes):
    plot_means(MEANS, arms=ex.arms(2), visits=VISITS, baseline_mean=25.96, ax=axes)
    lines = [line for line in axes.lines if len(line.get_xdata()) == 3]
    assert [line.get_ydata()[0] for line in lines] == [25.96, 25.96]
    assert lines[0].get_ydata().tolist()[1:] == [23.58, 22.09]
    assert lines[1].get_ydata().tolist()[1:] == [19.42, 17.39]
    assert [line.get_color() for line in lines] == [STYLES[0].line, STYLES[1].line]


def test_the_last_value_and_the_arm_are_printed_at_the_line(axes):
    plot_means(MEANS, arms=ex.arms(2), visits=VISITS, ax=axes)
    assert {text.get_text() for text in axes.texts} == {
        "22.09\nMedication only",
        "17.39\nIntegrative care\nwith weekly…",
    }


def test_rows_in_another_order_draw_the_same(axes):
    shuffled = MEANS.sample(frac=1, random_state=1)
    plot_means(shuffled, arms=ex.arms(2), visits=VISITS, ax=axes)
    ordered = [line.get_ydata().tolist() for line in axes.lines if len(line.get_xdata()) == 2]
    assert [23.58, 22.09] in ordered
    assert [19.42, 17.39] in ordered


def test_a_mean_that_was_not_estimated_is_left_out_and_said_so():
    frame = MEANS.copy()
    frame.loc[3, ["estimate", "conf_low", "conf_high"]] = np.nan
    figure = means_figure(frame, **SHARED)
    assert figure.data.rows[-1].cells == ("22.09 (20.30 to 23.90)", "not estimated")
    assert "Week 52" not in figure.description.split("Integrative")[1]


def test_words_give_the_numbers_with_typographic_minus():
    frame = MEANS.assign(**{c: -MEANS[c] for c in ("estimate", "conf_low", "conf_high")})
    figure = means_figure(frame, **SHARED, baseline_mean=-25.96)
    assert figure.description.startswith("Common baseline −25.96. Medication only: −23.58 at Week")
    assert "-" not in figure.description


@pytest.mark.parametrize(
    ("higher_is", "arrow"), [("worse", "↓ favours"), ("better", "↑ favours"), ("neutral", "")]
)
def test_the_arrow_points_to_the_side_that_favours_the_active_arm(axes, higher_is, arrow):
    frame = ex.contrasts(2, 2)
    plot_differences(frame, arms=ex.arms(2), visits=ex.visits(2), higher_is=higher_is, ax=axes)
    caption = axes.get_title(loc="left")
    assert (arrow in caption) if arrow else ("favours" not in caption)


def test_no_difference_and_margins_are_lines_with_names(axes):
    plot_differences(
        ex.contrasts(2, 2), arms=ex.arms(2), visits=ex.visits(2), margins=(-3.0, 3.0), ax=axes
    )
    levels = [line.get_ydata()[0] for line in axes.lines if len(set(line.get_ydata())) == 1]
    assert {0.0, -3.0, 3.0} <= set(levels)
    names = {text.get_text() for text in axes.texts}
    assert {"no difference", "margin −3", "margin 3"} <= names


def test_differences_name_their_direction():
    figure = differences_figure(
        ex.contrasts(3, 2), arms=ex.arms(3), visits=ex.visits(2), outcome="Pain"
    )
    headings = [column.label for column in figure.data.columns]
    assert headings == [
        "Integrative care with weekly group classes minus Medication only",
        "Yoga minus Medication only",
    ]
