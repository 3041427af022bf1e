"""What is added to outcomes after imputation, to depart from its assumption.

Cro S, Morris TP, Kenward MG, Carpenter JR. Statistics in Medicine 2020;39:2815-42.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from outcomes.errors import SpecificationError

Array = NDArray[np.float64]
Index = NDArray[np.intp]


def accumulated(delta: Array, lag: Array, first: Index) -> Array:
    """(n, m): shifts that add up from each subject's event on.

    Parameters
    ----------
    delta : (m,), by visit
    lag : (m,), by visits since the event: the share of each visit's delta that is added
    first : (n,), first affected visit; m where there is no event

    Raises
    ------
    SpecificationError
        If delta and lag do not have one finite number per visit.

    Notes
    -----
    As ``delta_template`` of R's rbmi, after the five macros of Roger: with an event at the second
    of four visits and delta (5, 6, 7, 8), lag (1, 1, 1, 1) shifts by (0, 6, 13, 21) and lag
    (1, 0, 0, 0) by (0, 6, 6, 6).

    Examples
    --------
    >>> import numpy as np
    >>> ones, event = np.ones(4), np.array([1])
    >>> accumulated(np.array([5.0, 6, 7, 8]), ones, event).tolist()
    [[0.0, 6.0, 13.0, 21.0]]
    """
    if delta.shape != lag.shape or not np.isfinite(delta).all() or not np.isfinite(lag).all():
        raise SpecificationError(
            f"delta has {delta.size} and lag {lag.size} numbers; each needs one finite number per "
            "visit."
        )
    visits = np.arange(len(delta))
    since = visits - first[:, None]
    weight = np.where(since >= 0, lag[np.maximum(since, 0)], 0.0)
    return np.asarray(np.cumsum(weight * delta, axis=1))
