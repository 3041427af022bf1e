"""From the answers of many records to one score each: arrays only.

Answers come as an (n_records, n_items) array of float64 in response units, NaN where unanswered,
already checked against the item's responses.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from outcomes.instruments.spec import Algorithm, Item, RawSumTable, Scale

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]


def item_values(item: Item, answers: Floats) -> Floats:
    """Count the answers to one item: as themselves, reversed or recoded."""
    if item.reverse:
        return item.responses.lowest + item.responses.highest - answers
    if item.recode is None:
        return answers
    known = np.asarray(item.responses.values)
    position = np.searchsorted(known, np.nan_to_num(answers, nan=known[0]))
    return np.where(np.isnan(answers), np.nan, np.asarray(item.recode)[position])


def combine(scale: Scale, answers: Floats, min_answered: int | None) -> tuple[Floats, Counts]:
    """Score each record by the declaration of `scale`.

    Parameters
    ----------
    scale : Scale
        Its items are the columns of `answers`, in order.
    answers : (n_records, n_items) array
        Allowed answers in response units; NaN marks an omitted item.
    min_answered : int or None
        Fewest answered items for which a score is defined; None means all.

    Returns
    -------
    scores : (n_records,) array
        In the scale's unit, unrounded; NaN where too few items were answered.
    n_answered : (n_records,) array
        Answered items among those of the scale.

    Examples
    --------
    >>> from outcomes.instruments.registry import find
    >>> answers = np.array([[6.0, 5, 7], [6, np.nan, 7]])
    >>> combine(find("peg").scale(), answers, None)
    (array([ 6., nan]), array([3, 2]))
    """
    columns = [item_values(item, answers[:, position]) for position, item in enumerate(scale.items)]
    n_answered = np.zeros(len(answers), dtype=np.int64)
    for column in columns:
        n_answered += ~np.isnan(column)
    enough = n_answered >= (len(columns) if min_answered is None else min_answered)
    if isinstance(scale.combine, Algorithm):
        return _run(scale.combine, columns, enough), n_answered
    return _plain(scale, columns, n_answered, enough), n_answered


def _run(algorithm: Algorithm, columns: list[Floats], enough: NDArray[np.bool_]) -> Floats:
    """Apply the algorithm to the records with enough answers."""
    scores = np.full(len(enough), np.nan)
    if enough.any():
        scores[enough] = algorithm.function(np.column_stack([column[enough] for column in columns]))
    return scores


def _plain(
    scale: Scale, columns: list[Floats], n_answered: Counts, enough: NDArray[np.bool_]
) -> Floats:
    """Sum or mean of the answered items, then the linear rescaling or the table.

    Totals of whole answers are exact, so a complete record gets the published number exactly.
    """
    total = np.zeros(len(enough))
    for column in columns:
        total += np.nan_to_num(column)
    total[~enough] = np.nan
    if scale.combine == "mean" and scale.rescale_to is None:
        return np.asarray(total / np.maximum(n_answered, 1))
    if scale.prorates:
        total = total * len(columns) / np.maximum(n_answered, 1)
    if scale.table is not None:
        return look_up(scale.table, total)
    if scale.rescale_to is not None:
        (low, high), (start, end) = scale.raw_range, scale.rescale_to
        total = start + (total - low) * (end - start) / (high - low)
    return np.asarray(total)


def look_up(table: RawSumTable, total: Floats) -> Floats:
    """Look up the published score of each complete raw sum; NaN stays NaN."""
    position = np.nan_to_num(total, nan=table.first).astype(np.int64) - table.first
    return np.where(np.isnan(total), np.nan, np.asarray(table.scores)[position])
