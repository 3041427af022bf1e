"""How numbers are printed: the only place that rounds.

Halves are rounded away from zero, as clinical tables expect, and exactly: a float stands for the
shortest decimal that gives it back (its ``repr``), so 2.675 prints as 2.68.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

MINUS = "−"
#: Stands in a table where a number does not apply; its table says why in a footnote.
MISSING = "–"
NOT_ESTIMATED = "not estimated"

# The largest float has 309 digits before the point; the context must hold them and the decimals.
_EXACT = Context(prec=400, rounding=ROUND_HALF_UP)


def number(value: float, digits: int) -> str:
    """Print a number with a fixed number of decimals.

    Parameters
    ----------
    value : float
        NaN prints as an en dash.
    digits : int
        Decimals, 0 or more.

    Returns
    -------
    str
        With the minus sign U+2212, and never a negative zero.

    Examples
    --------
    >>> number(-4.6996, 2), number(2.675, 2), number(-0.004, 2), number(float("nan"), 1)
    ('−4.70', '2.68', '0.00', '–')
    """
    value = float(value)
    if math.isnan(value):
        return MISSING
    if math.isinf(value):
        return "∞" if value > 0 else f"{MINUS}∞"
    rounded = Decimal(repr(value)).quantize(Decimal(1).scaleb(-digits), context=_EXACT)
    return f"{MINUS if rounded < 0 else ''}{abs(rounded):f}"


def interval(low: float, high: float, digits: int) -> str:
    """Print an interval in words, which a minus sign cannot be confused with.

    Examples
    --------
    >>> interval(-7.171, -2.229, 2)
    '−7.17 to −2.23'
    """
    if math.isnan(low) and math.isnan(high):
        return MISSING
    return f"{number(low, digits)} to {number(high, digits)}"


def heading(label: str) -> str:
    """Begin a heading, cell or sentence with a label that is written as inside a sentence.

    Its first letter becomes a capital unless what follows it is none of the lower-case letters,
    as in abbreviations.

    Examples
    --------
    >>> heading("usual care"), heading("pH of urine"), heading("Oswestry Disability Index")
    ('Usual care', 'pH of urine', 'Oswestry Disability Index')
    """
    return label[:1].upper() + label[1:] if label[1:2].islower() else label


def inside_sentence(text: str) -> str:
    """Continue a sentence with `text`: lower its first letter unless an abbreviation starts it.

    Examples
    --------
    >>> inside_sentence("Usual care"), inside_sentence("ODI total"), inside_sentence("Week 52")
    ('usual care', 'ODI total', 'week 52')
    """
    return text[:1].lower() + text[1:] if text[1:2].islower() else text


def p_value(value: float) -> str:
    """Print a p value with three decimals, never as 0.000 or 1.000.

    Examples
    --------
    >>> p_value(0.0402), p_value(0.00012), p_value(0.99961)
    ('0.040', '<0.001', '>0.999')
    """
    if value < 0.001:
        return "<0.001"
    if value > 0.999:
        return ">0.999"
    return number(value, 3)


def p_phrase(value: float) -> str:
    """Print a p value inside a sentence.

    Examples
    --------
    >>> p_phrase(0.0402), p_phrase(0.00012)
    ('p = 0.040', 'p < 0.001')
    """
    text = p_value(value)
    return f"p {text[0]} {text[1:]}" if text[0] in "<>" else f"p = {text}"


def percent(proportion: float, digits: int = 1) -> str:
    """Print a proportion as a percentage.

    Examples
    --------
    >>> percent(0.95625), percent(0.5, 0)
    ('95.6%', '50%')
    """
    text = number(hundredfold(proportion), digits)
    return text if text == MISSING else f"{text}%"


def points(proportion: float, digits: int = 1) -> str:
    """Print a difference of proportions in percentage points, without the unit.

    Examples
    --------
    >>> points(-0.1275)
    '−12.8'
    """
    return number(hundredfold(proportion), digits)


def points_estimate(row: Mapping[str, Any]) -> str:
    """Print estimate, conf_low and conf_high of a risk difference in percentage points.

    Examples
    --------
    >>> points_estimate({"estimate": -0.1275, "conf_low": -0.2, "conf_high": 0.015})
    '−12.8 (−20.0 to 1.5)'
    """
    return f"{points(row['estimate'])} ({points(row['conf_low'])} to {points(row['conf_high'])})"


def count(value: float) -> str:
    """Print a count.

    Examples
    --------
    >>> count(301.0)
    '301'
    """
    return number(value, 0)


def count_percent(value: float, total: float, digits: int = 1) -> str:
    """Print a count with its share of a total.

    Examples
    --------
    >>> count_percent(140, 196), count_percent(0, 0)
    ('140 (71.4%)', '0')
    """
    if math.isnan(value):
        return MISSING
    if not total > 0:
        return count(value)
    return f"{count(value)} ({percent(value / total, digits)})"


def estimate(value: float, conf_low: float, conf_high: float, digits: int) -> str:
    """Print an estimate with its interval in brackets.

    Examples
    --------
    >>> estimate(-4.7, -7.171, -2.229, 2)
    '−4.70 (−7.17 to −2.23)'
    """
    if math.isnan(value):
        return NOT_ESTIMATED
    return f"{number(value, digits)} ({interval(conf_low, conf_high, digits)})"


def with_error(value: float, std_error: float, digits: int) -> str:
    """Print a mean with its standard error or deviation in brackets.

    Examples
    --------
    >>> with_error(22.0912, 0.9134, 2)
    '22.09 (0.91)'
    """
    if math.isnan(value):
        return MISSING
    return f"{number(value, digits)} ({number(std_error, digits)})"


def df(value: float) -> str:
    """Print degrees of freedom with one decimal.

    Examples
    --------
    >>> df(297.36)
    '297.4'
    """
    return number(value, 1)


def level(conf_level: float) -> str:
    """Print a confidence level without needless decimals.

    Examples
    --------
    >>> level(0.95), level(0.975)
    ('95%', '97.5%')
    """
    text = percent(conf_level, 2).removesuffix("%")
    return text.rstrip("0").rstrip(".") + "%"


def plain(value: float) -> str:
    """Print a declared number as it was declared: a threshold, a margin, a day.

    Examples
    --------
    >>> plain(10.0), plain(-1.25)
    ('10', '−1.25')
    """
    digits = max(0, -int(Decimal(repr(float(value))).normalize().as_tuple().exponent))
    return number(value, digits)


def decimals(values: Iterable[float], limits: tuple[float, float] | None = None) -> int:
    """Decimals that estimates on a scale are printed with.

    A scale as wide as 2 gets three, up to 1000 two, up to 10 000 one, beyond none.

    Parameters
    ----------
    values : iterable of float
        Numbers to be printed; they decide where the scale has no declared limits.
    limits : tuple of float, optional
        Lowest and highest possible score.

    Examples
    --------
    >>> decimals([], (0, 100)), decimals([0.71, -0.2]), decimals([5400.0])
    (2, 3, 1)
    """
    if limits is not None:
        width = abs(limits[1] - limits[0])
    else:
        width = max((abs(value) for value in values if math.isfinite(value)), default=100.0)
    return next((digits for edge, digits in ((2, 3), (1000, 2), (10_000, 1)) if width <= edge), 0)


def hundredfold(proportion: float) -> float:
    """Shift the decimal point of the printed float by two places.

    Examples
    --------
    >>> hundredfold(0.285), 0.285 * 100
    (28.5, 28.499999999999996)
    """
    value = float(proportion)
    if not math.isfinite(value):
        return value
    return float(Decimal(repr(value)).scaleb(2, context=_EXACT))
