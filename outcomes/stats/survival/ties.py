"""Times that are the same but for rounding."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

# Of the mean distance from zero: the square root of the spacing of floating-point numbers.
TIED_WITHIN = float(np.sqrt(np.finfo(float).eps))


def one_value(times: Array) -> Array:
    """Give times that differ by rounding alone the earliest value among them.

    Parameters
    ----------
    times : (n,) array
        Finite, in any unit. Where they were made by arithmetic, such as age plus follow-up, equal
        ones can differ in their last digits and would not count as tied.

    Returns
    -------
    (n,) array
        Neighbours closer than about 1.5e-8 of the mean absolute time are joined, as R's survival
        does by default (``timefix``).

    References
    ----------
    Therneau T. Roundoff error and tied times. Vignette of the R package survival.

    Examples
    --------
    >>> one_value(np.array([0.3, 0.1 + 0.2, 0.5])).tolist()
    [0.3, 0.3, 0.5]
    """
    distinct = np.unique(times)
    gaps = np.diff(distinct)
    apart = gaps > TIED_WITHIN * np.abs(distinct).mean()
    kept = distinct[np.concatenate([[True], apart])[: len(distinct)]]
    return np.asarray(kept[np.searchsorted(kept, times, side="right") - 1], dtype=float)
