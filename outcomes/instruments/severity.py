"""Reading a score: its severity band, cut-offs, standard error and share of the range."""

from __future__ import annotations

import operator
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from outcomes.errors import SpecificationError
from outcomes.instruments.spec import Bands, Scale, Threshold

_OPERATORS = {">=": operator.ge, ">": operator.gt, "<=": operator.le, "<": operator.lt}


def severity(scores: ArrayLike, bands: Bands) -> NDArray[np.object_]:
    """Label of the band each unrounded score lies in.

    Parameters
    ----------
    scores : (n,) array
        In the scale's unit; NaN where missing.
    bands : Bands
        One of the scale's named schemes; there is no universal one.

    Returns
    -------
    (n,) array
        Labels; None where the score is missing.

    Raises
    ------
    SpecificationError
        If a score lies outside the scheme.

    Examples
    --------
    >>> from outcomes.instruments.registry import find
    >>> severity([20, 20.5, np.nan], find("odi").scale().bands[0])
    array(['minimal', 'moderate', None], dtype=object)
    """
    values = np.asarray(scores, dtype=np.float64)
    # Nine digits, so that 5/9 of something does not miss an edge by its last binary place.
    rounded = np.round(values, 9)
    low, high = bands.edges[0], bands.edges[-1]
    outside = (rounded < low) | (rounded > high)
    if outside.any():
        raise SpecificationError(
            f"bands {bands.name}: {outside.sum()} scores lie outside {low:g} to {high:g} "
            f"(first {rounded[outside][0]:g}); choose the bands of the same scale."
        )
    side: Literal["left", "right"] = "right" if bands.closed == "left" else "left"
    position = np.searchsorted(np.array(bands.edges[1:-1]), rounded, side=side)
    labels: NDArray[np.object_] = np.array([*bands.labels, None], dtype=object)
    return labels[np.where(np.isnan(values), len(bands.labels), position)]


def meets(scores: ArrayLike, cut_off: Threshold) -> NDArray[np.object_]:
    """Whether each unrounded score is on the named side of a cut-off.

    Parameters
    ----------
    scores : (n,) array
        In the scale's unit; NaN where missing.
    cut_off : Threshold
        One of the scale's thresholds of kind ``"cut-off"``, with its operator.

    Returns
    -------
    (n,) array
        True or False; None where the score is missing, which is neither.

    Raises
    ------
    SpecificationError
        If the threshold is for a change, not for a score.

    Examples
    --------
    >>> from outcomes.instruments.registry import find
    >>> (responder,) = find("pgic").scale().thresholds
    >>> meets([2, 3, np.nan], responder)
    array([True, False, None], dtype=object)
    """
    if cut_off.kind != "cut-off":
        raise SpecificationError(
            f"a threshold of kind {cut_off.kind!r} is for a change, not for a score; "
            "choose one of kind 'cut-off'."
        )
    values = np.asarray(scores, dtype=np.float64)
    # Nine digits, so that 9/7 of something does not miss its cut-off by its last binary place.
    met: NDArray[np.object_] = np.array(
        _OPERATORS[cut_off.operator](np.round(values, 9), cut_off.value), dtype=object
    )
    met[np.isnan(values)] = None
    return met


def percent_of_range(scores: ArrayLike, scale: Scale) -> NDArray[np.float64]:
    """Put each score between the ends of its scale, 0 to 100.

    Parameters
    ----------
    scores : (n,) array
        Scores of `scale`; NaN where missing.
    scale : Scale
        Gives the lowest and highest possible score.

    Returns
    -------
    (n,) array
        0 at the lowest score, 100 at the highest, as the LEFS percent of maximal function.

    Examples
    --------
    >>> from outcomes.instruments.registry import find
    >>> percent_of_range([42, np.nan], find("lefs").scale())
    array([52.5,  nan])
    """
    low, high = scale.range
    return 100 * (np.asarray(scores, dtype=np.float64) - low) / (high - low)


def std_error_of(scores: ArrayLike, scale: Scale) -> NDArray[np.float64]:
    """Look up the standard error of each score in the table that converted it.

    Parameters
    ----------
    scores : (n,) array
        Scores of `scale`, such as T-scores; NaN where missing.
    scale : Scale
        A scale converted by a raw-sum table that prints standard errors.

    Returns
    -------
    (n,) array
        In the unit of the score; NaN where the score is missing or not in the table.

    Raises
    ------
    SpecificationError
        If the scale has no standard errors.

    Examples
    --------
    >>> from outcomes.instruments.registry import find
    >>> std_error_of([61.2, np.nan], find("promis_pi_4a").scale())
    array([1.8, nan])
    """
    if scale.table is None or scale.table.std_errors is None:
        raise SpecificationError(f"scale {scale.key} has no published standard errors")
    values = np.asarray(scores, dtype=np.float64)
    known = np.asarray(scale.table.scores)
    position = np.abs(np.nan_to_num(values)[:, None] - known).argmin(axis=1)
    errors = np.asarray(scale.table.std_errors)[position]
    return np.where(np.isclose(values, known[position], rtol=0, atol=1e-9), errors, np.nan)
