"""Pairwise comparison of two arms: which patient of each pair wins.

A verdict is 1 where the patient of the active arm wins the pair, −1 where the patient of the
reference arm does, 0 where neither does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Verdicts = NDArray[np.int8]
Comparison = Callable[[slice], Verdicts]

_ROWS_AT_ONCE = 512


def compare_scores(
    active: Array, reference: Array, margin: float, *, noise: float = 0.0
) -> Verdicts:
    """Compare scores of which higher is better, pair by pair.

    Parameters
    ----------
    active : array, (n1,)
    reference : array, (n0,)
        NaN where missing: such a pair is not decided.
    margin : float
        Least difference that decides a pair; 0 is any difference.
    noise : float
        What the values may be off by rounding: they are equal where no further apart, and a
        difference that falls short of the margin by no more equals it.

    Returns
    -------
    array, (n1, n0)
    """
    difference = active[:, None] - reference[None, :]
    wins, losses = _decided(difference, margin, noise), _decided(-difference, margin, noise)
    return (wins.astype(np.int8) - losses.astype(np.int8)).astype(np.int8)


def _decided(difference: Array, margin: float, noise: float) -> NDArray[np.bool_]:
    return difference >= margin - noise if margin > 0 else difference > noise


def compare_times(
    active: tuple[Array, Array],
    reference: tuple[Array, Array],
    margin: float,
    *,
    event_is_worse: bool,
    noise: float = 0.0,
) -> Verdicts:
    """Compare times to an event, as far as both patients of a pair were followed.

    Parameters
    ----------
    active, reference : pair of arrays, (n,)
        Time, and 1 for an event at that time or 0 for the end of follow-up. NaN: missing.
    margin : float
        Least difference in time that decides a pair.
    event_is_worse : bool
        Whether who has the event later wins.
    noise : float
        As for `compare_scores`.

    Returns
    -------
    array, (n1, n0)
        A patient has the event later where the other's event is seen while the patient is still
        followed without one; follow-up that ends on the day of the other's event includes it
        (Pocock et al., Eur Heart J 2012;33:176-182, on shared follow-up).
    """
    first = _earlier(reference, active, margin, noise).T
    second = _earlier(active, reference, margin, noise)
    sign = 1 if event_is_worse else -1
    return (sign * (first.astype(np.int8) - second.astype(np.int8))).astype(np.int8)


def _earlier(
    one: tuple[Array, Array], other: tuple[Array, Array], margin: float, noise: float
) -> NDArray[np.bool_]:
    """Whether the event of `one` (rows) is known to come before that of `other` (columns)."""
    time, event = one[0][:, None], one[1][:, None] == 1
    later, its_event = other[0][None, :], other[1][None, :] == 1
    apart = later - time
    known = np.where(its_event, _decided(apart, margin, noise), apart >= margin - noise)
    return np.asarray(event & known & ~np.isnan(other[1][None, :]))


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Cascade:
    """Verdicts of a hierarchy of levels.

    `verdicts` (n1, n0) are final; `counts` (levels, 4) are wins, losses and pairs handed on at
    each level, and those among the last that lack a value.
    """

    verdicts: Verdicts
    counts: NDArray[np.int64]


def cascade(
    levels: Sequence[Comparison],
    lacking: Sequence[tuple[NDArray[np.bool_], NDArray[np.bool_]]],
) -> Cascade:
    """Decide each pair at the first level that tells its patients apart.

    Parameters
    ----------
    levels : sequence of callable
        Each compares some rows of the active arm with the whole reference arm.
    lacking : sequence of pair of array of bool, (n1,) and (n0,)
        Who lacks a value at each level.
    """
    n_active, n_reference = (len(each) for each in lacking[0])
    verdicts = np.zeros((n_active, n_reference), dtype=np.int8)
    counts = np.zeros((len(levels), 4), dtype=np.int64)
    for start in range(0, n_active, _ROWS_AT_ONCE):
        rows = slice(start, start + _ROWS_AT_ONCE)
        block = verdicts[rows]
        for number, (level, (active, reference)) in enumerate(zip(levels, lacking, strict=True)):
            open_pairs = block == 0
            here = np.where(open_pairs, level(rows), 0).astype(np.int8)
            block += here
            missing = open_pairs & (active[rows][:, None] | reference[None, :])
            wins, losses = int((here == 1).sum()), int((here == -1).sum())
            tied = int(open_pairs.sum()) - wins - losses
            counts[number] += (wins, losses, tied, int(missing.sum()))
    return Cascade(verdicts=verdicts, counts=counts)
