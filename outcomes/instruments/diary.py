"""Daily ratings to a weekly mean."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from outcomes.errors import ResponseError, SpecificationError


def weekly_mean(
    ratings: ArrayLike, *, min_days: int = 4, highest: float = 10
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Mean of the daily ratings of a fixed seven-day window.

    Parameters
    ----------
    ratings : (n_records, 7) array
        One rating per calendar day, 0 to `highest`; NaN where the diary is blank.
    min_days : int
        Fewest rated days. No developer's rule exists: four of seven is the project's default and
        the protocol's to choose.
    highest : float
        Upper end of the rating scale: 10 for the NRS, 100 for a VAS in millimetres.

    Returns
    -------
    means : (n_records,) array
        In units of the rating; NaN with fewer than `min_days` rated days.
    n_days : (n_records,) array
        Rated days.

    Raises
    ------
    SpecificationError
        If `min_days` is not 1 to 7, or there are not seven columns.
    ResponseError
        If a rating lies outside 0 to `highest`.

    Notes
    -----
    A weekly-recall rating is not the mean of daily ratings and must not be mixed with it.

    Examples
    --------
    >>> weekly_mean([[5, 6, np.nan, 4, np.nan, 7, 5]])
    (array([5.4]), array([5]))
    """
    days = np.atleast_2d(np.asarray(ratings, dtype=np.float64))
    if not 1 <= min_days <= 7 or days.shape[1] != 7:
        raise SpecificationError(
            f"min_days is {min_days} and the window has {days.shape[1]} days; "
            "a week has 7 columns and min_days lies between 1 and 7"
        )
    rated = ~np.isnan(days)
    wrong = rated & ~((days >= 0) & (days <= highest))
    if wrong.any():
        rows, places = np.nonzero(wrong)
        first = ", ".join(
            f"{days[row, place]:g} in row {row}, day {place + 1}"
            for row, place in zip(rows[:3], places[:3], strict=True)
        )
        raise ResponseError(
            f"{len(rows)} daily ratings are outside 0 to {highest:g}: {first}. "
            "Correct them, or set codes that mean 'no rating' to NaN."
        )
    n_days = rated.sum(axis=1)
    total = np.where(rated, days, 0.0).sum(axis=1)
    means = np.where(n_days >= min_days, total / np.maximum(n_days, 1), np.nan)
    return means, n_days.astype(np.int64)
