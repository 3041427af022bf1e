"""The interval of a headline, and its small version for the index."""

import re

import pytest

from outcomes.plots.interval import ReferenceLine, interval_figure, interval_strip, plot_interval
from outcomes.plots.theme import canvas

ARMS = {"active": "Yoga", "reference": "Usual care"}


@pytest.mark.parametrize(
    ("low", "high", "side", "words"),
    [
        (-7.2, -2.2, "lower", "favours Yoga"),
        (-7.2, -2.2, "higher", "favours Usual care"),
        (2.2, 7.2, "lower", "favours Usual care"),
        (2.2, 7.2, "higher", "favours Yoga"),
        (-1.0, 1.0, "lower", "includes no difference"),
        (0.0, 1.0, "lower", "includes no difference"),
        (2.2, 7.2, None, "above no difference"),
    ],
)
def test_words_say_on_which_side_the_interval_lies(low, high, side, words):
    figure = interval_figure(
        (low + high) / 2, low, high, quantity="Difference", favours_active=side, **ARMS
    )
    assert words in figure.description


def test_a_ratio_is_read_against_one():
    figure = interval_figure(
        1.6, 1.1, 2.3, quantity="Hazard ratio", favours_active="higher", null=1.0, **ARMS
    )
    assert "favours Yoga" in figure.description
    axes = canvas((440, 150))[1]
    plot_interval(1.6, 1.1, 2.3, favours_active="higher", null=1.0, ax=axes, **ARMS)
    assert axes.get_xscale() == "log"


def test_margin_and_threshold_are_drawn_where_they_are():
    axes = canvas((440, 180))[1]
    lines = [ReferenceLine(value=3, label="margin 3"), ReferenceLine(value=-10, label="MCID −10")]
    plot_interval(-1, -2, 1, lines=lines, favours_active="lower", ax=axes, **ARMS)
    drawn = {line.get_xdata()[0] for line in axes.lines if len(set(line.get_xdata())) == 1}
    assert {0.0, 3, -10} <= drawn
    assert {"no difference", "margin 3", "MCID −10"} <= {t.get_text() for t in axes.texts}
    low, high = axes.get_xlim()
    assert low < -10
    assert high > 3


@pytest.mark.parametrize(("side", "left"), [("lower", "Yoga"), ("higher", "Usual care")])
def test_arrows_name_who_is_favoured_on_each_side(side, left):
    axes = canvas((440, 150))[1]
    plot_interval(-1, -2, 1, favours_active=side, ax=axes, **ARMS)
    assert f"← favours {left}" in {text.get_text() for text in axes.texts}


def test_an_open_limit_has_no_end_mark():
    axes = canvas((440, 150))[1]
    plot_interval(2.0, 1.0, float("inf"), ax=axes, **ARMS)
    ends = [line for line in axes.lines if line.get_marker() == "|"]
    assert [line.get_xdata() for line in ends] == [[1.0]]


def positions(strip: str) -> tuple[float, float, float, float]:
    null = float(re.search(r"M([\d.]+) 0V", strip)[1])
    low, high = map(float, re.search(r"M([\d.]+) 9H([\d.]+)", strip).groups())
    return null, low, float(re.search(r'cx="([\d.]+)"', strip)[1]), high


def test_a_strip_places_numbers_on_a_linear_axis():
    # 5 px margins on 160 px: 150 px for the axis from −10 to 5, ten for each unit.
    strip = interval_strip(-4.0, -7.0, -1.0, axis=(-10, 5), null=0)
    assert positions(strip) == (105.0, 35.0, 65.0, 95.0)


def test_a_strip_of_ratios_is_logarithmic():
    strip = interval_strip(2.0, 1.0, 4.0, axis=(0.25, 4.0), null=1)
    assert positions(strip) == (80.0, 80.0, 117.5, 155.0)


def test_limits_beyond_the_axis_end_in_an_arrow():
    inside = interval_strip(0.0, -1.0, 1.0, axis=(-2, 2), null=0)
    beyond = interval_strip(0.0, -3.0, 1.0, axis=(-2, 2), null=0)
    assert "z" not in inside
    assert beyond.count('z"') == 1
