"""Two proportions estimated under a fixed difference, ratio or odds ratio, in closed form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Quantity = Literal["difference", "ratio", "odds_ratio"]
Pair = tuple[Array, Array]


def restricted(quantity: Quantity, value: float, x1: Array, n1: int, x2: Array, n2: int) -> Pair:
    """Maximum-likelihood estimates of two proportions whose contrast is held at `value`.

    Parameters
    ----------
    quantity : {"difference", "ratio", "odds_ratio"}
        Contrast of the first with the second.
    value : float
        A difference between −1 and 1; a ratio or odds ratio above zero.
    x1, x2 : array
        Events, of any shapes that broadcast.
    n1, n2 : int
        Subjects.

    Returns
    -------
    p1, p2 : array

    References
    ----------
    Miettinen O, Nurminen M. Comparative analysis of two rates. Stat Med 1985;4:213-226, appendix
    I. Farrington CP, Manning G. Test statistics and sample size formulae for comparative binomial
    trials with null hypothesis of non-zero risk difference or non-unity relative risk. Stat Med
    1990;9:1447-1454, for the root of the cubic.
    """
    return _CLOSED_FORMS[quantity](value, x1, n1, x2, n2)


def _difference(value: float, x1: Array, n1: int, x2: Array, n2: int) -> Pair:
    theta, p1, p2 = n2 / n1, x1 / n1, x2 / n2
    a = 1 + theta
    b = -(a + p1 + theta * p2 + value * (theta + 2))
    c = value * value + value * (2 * p1 + a) + p1 + theta * p2
    d = -p1 * value * (1 + value)
    # Products, because powers of arrays are slow.
    v = b * b * b / (27 * a * a * a) - b * c / (6 * a * a) + d / (2 * a)
    u = np.copysign(np.sqrt(np.maximum(b * b / (9 * a * a) - c / (3 * a), 0)), v)
    cubed = np.where(u == 0, 1.0, u * u * u)
    w = (np.pi + np.arccos(np.clip(v / cubed, -1, 1))) / 3
    q1 = np.clip(2 * u * np.cos(w) - b / (3 * a), max(0.0, value), min(1.0, 1 + value))
    return q1, np.clip(q1 - value, 0, 1)


def _ratio(value: float, x1: Array, n1: int, x2: Array, n2: int) -> Pair:
    b = value * (n1 + x2) + x1 + n2
    root = np.sqrt(np.maximum(b * b - 4 * value * (n1 + n2) * (x1 + x2), 0))
    q2 = np.clip(2 * (x1 + x2) / (b + root), 0, min(1.0, 1 / value))
    return np.clip(value * q2, 0, 1), q2


def _odds_ratio(value: float, x1: Array, n1: int, x2: Array, n2: int) -> Pair:
    events = x1 + x2
    a = n2 * (value - 1)
    b = n1 * value + n2 - events * (value - 1)
    q2 = np.clip(2 * events / (b + np.sqrt(np.maximum(b * b + 4 * a * events, 0))), 0, 1)
    return value * q2 / (1 + q2 * (value - 1)), q2


_CLOSED_FORMS: Mapping[str, Callable[[float, Array, int, Array, int], Pair]] = {
    "difference": _difference,
    "ratio": _ratio,
    "odds_ratio": _odds_ratio,
}
