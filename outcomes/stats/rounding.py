"""Equality of computed numbers, whose last binary digits depend on how they came about."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

#: Share of the largest value below which differences are rounding: a change in score carries the
#: rounding of both scores, and differences that mean something are larger by far.
_SHARE = 1e-12


def rounding_noise(values: Array) -> float:
    """Difference up to which two of these values are one number to a reader.

    Parameters
    ----------
    values : array
        In any unit; NaN and infinite values are left aside.

    Returns
    -------
    float

    Examples
    --------
    >>> changes = np.array([7.3 - 4.2, 4.4 - 1.3])  # both 3.1
    >>> bool(changes[0] == changes[1]), bool(abs(np.ptp(changes)) <= rounding_noise(changes))
    (False, True)
    """
    known = np.abs(values[np.isfinite(values)])
    return _SHARE * float(known.max()) if known.size else 0.0


def distinct_levels(values: Array) -> NDArray[np.int64]:
    """Count distinct values up from 0 for the lowest; those equal but for rounding count as one.

    Parameters
    ----------
    values : (n,) array
        No NaN; −inf and inf are allowed.

    Returns
    -------
    (n,) array of int

    Examples
    --------
    >>> distinct_levels(np.array([4.4 - 1.3, 2.0, 7.3 - 4.2])).tolist()
    [1, 0, 1]
    """
    order = np.argsort(values, kind="stable")
    with np.errstate(invalid="ignore"):
        steps = np.diff(values[order]) > rounding_noise(values)
    levels = np.empty(len(values), dtype=np.int64)
    levels[order] = np.concatenate([[0], np.cumsum(steps)])[: len(values)]
    return levels


def one_value(values: Array) -> Array:
    """Give values that are equal but for rounding the lowest among them.

    Parameters
    ----------
    values : (n,) array
        No NaN. Times made by arithmetic, such as age plus follow-up, would else not count as tied.

    Returns
    -------
    (n,) array

    References
    ----------
    Therneau T. Roundoff error and tied times. Vignette of the R package survival, which does the
    same by default (``timefix``), with a wider tolerance.

    Examples
    --------
    >>> one_value(np.array([0.3, 0.1 + 0.2, 0.5])).tolist()
    [0.3, 0.3, 0.5]
    """
    levels = distinct_levels(values)
    lowest = np.full(int(levels.max(initial=-1)) + 1, np.inf)
    np.minimum.at(lowest, levels, values)
    return np.asarray(lowest[levels], dtype=float)
