"""Rounding against exact decimal arithmetic, and the typography of numbers."""

import math
import re
from decimal import ROUND_HALF_UP, Context, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcomes.tables import format as f

finite = st.floats(allow_nan=False, allow_infinity=False, min_value=-1e12, max_value=1e12)
digits = st.integers(0, 6)


@given(finite, digits)
def test_numbers_round_half_away_from_zero_on_the_decimal_that_is_seen(value, places):
    exact = Context(prec=60).quantize(
        Decimal(repr(abs(value))).copy_abs(), Decimal(1).scaleb(-places)
    )
    floor = int(Decimal(repr(abs(value))).scaleb(places, Context(prec=60)))
    rest = Decimal(repr(abs(value))).scaleb(places, Context(prec=60)) - floor
    expected = Decimal(floor + (rest >= Decimal("0.5"))).scaleb(-places)
    shown = f.number(value, places)
    assert Decimal(shown.replace(f.MINUS, "-")).copy_abs() == expected
    assert abs(exact - expected) <= Decimal(1).scaleb(-places)


@given(finite, digits)
def test_a_sign_is_printed_only_where_something_is_left_of_the_number(value, places):
    shown = f.number(value, places)
    assert "-" not in shown
    assert shown.startswith(f.MINUS) == (value < 0 and re.search("[1-9]", shown) is not None)


@given(finite, digits)
def test_the_number_of_decimals_is_the_one_asked_for(value, places):
    _, _, decimals = f.number(value, places).partition(".")
    assert len(decimals) == places


@pytest.mark.parametrize(
    ("value", "places", "shown"),
    [
        (0.5, 0, "1"),
        (-2.5, 0, "−3"),
        (1.005, 2, "1.01"),
        (2.675, 2, "2.68"),
        (-0.0, 1, "0.0"),
        (1e22, 0, "1" + "0" * 22),
        (float("inf"), 1, "∞"),
        (float("-inf"), 1, "−∞"),
        (float("nan"), 1, "–"),
    ],
)
def test_halves_zeros_and_extremes(value, places, shown):
    assert f.number(value, places) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.0, "<0.001"),
        (0.00099999, "<0.001"),
        (0.001, "0.001"),
        (0.0495, "0.050"),
        (0.5, "0.500"),
        (0.9995, ">0.999"),
        (1.0, ">0.999"),
        (float("nan"), "–"),
    ],
)
def test_p_values_are_never_zero_or_one(value, shown):
    assert f.p_value(value) == shown


@given(st.floats(0, 1))
def test_percentages_shift_the_decimal_point_exactly(proportion):
    shown = Decimal(f.percent(proportion, 1).removesuffix("%"))
    exact = Decimal(repr(proportion)).scaleb(2, Context(prec=400))
    assert shown == exact.quantize(
        Decimal("0.1"), context=Context(prec=400, rounding=ROUND_HALF_UP)
    )


def test_intervals_say_to_so_that_no_dash_reads_as_a_minus():
    assert f.interval(-7.171, -2.229, 2) == "−7.17 to −2.23"
    assert f.interval(math.nan, math.nan, 2) == "–"
    assert f.interval(1.2, math.inf, 1) == "1.2 to ∞"


def test_what_is_missing_is_never_nan():
    missing = math.nan
    assert f.estimate(missing, missing, missing, 2) == f.NOT_ESTIMATED
    assert f.with_error(missing, missing, 2) == f.MISSING
    assert f.count_percent(missing, 10) == f.MISSING
    assert f.percent(missing) == f.MISSING


@pytest.mark.parametrize(
    ("limits", "places"), [((0, 1), 3), ((0, 10), 2), ((0, 100), 2), ((0, 5000), 1), ((0, 1e6), 0)]
)
def test_decimals_follow_the_width_of_the_scale(limits, places):
    assert f.decimals([], limits) == places


def test_decimals_ignore_what_is_not_finite():
    assert f.decimals([math.nan, math.inf, 3.2]) == 2
