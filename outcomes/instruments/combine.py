"""From the answers of many records to one score each: arrays only.

Answers come as an (n_records, n_items) array of float64 in response units, NaN where unanswered,
already checked against the item's responses.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from outcomes.instruments.spec import Algorithm, Composite, Item, RawSumTable, Scale

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


def values_of(scale: Scale, answers: Floats) -> Floats:
    """Count the answers to all items of a scale, in its order."""
    return np.column_stack(
        [item_values(item, answers[:, position]) for position, item in enumerate(scale.items)]
    )


def columns_at(answers: Floats, places: list[int]) -> Floats:
    """Columns at these places, each contiguous; not copied where they follow one another."""
    first = places[0]
    if places == list(range(first, first + len(places))):
        return answers[:, first : first + len(places)]
    return answers.T[places].T


def combine(scale: Scale, answers: Floats) -> tuple[Floats, Counts]:
    """Score each record by the declaration of `scale`, with its missing rule.

    Parameters
    ----------
    scale : Scale
        Its items are the columns of `answers`, in order.
    answers : (n_records, n_items) array
        Allowed answers in response units; NaN marks an omitted item.

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
    >>> combine(find("peg").scale(), answers)
    (array([ 6., nan]), array([3, 2]))
    """
    columns = [item_values(item, answers[:, position]) for position, item in enumerate(scale.items)]
    n_answered = np.zeros(len(answers), dtype=np.int64)
    for column in columns:
        n_answered += ~np.isnan(column)
    least = scale.missing.min_answered
    enough = n_answered >= (len(columns) if least is None else least)
    if isinstance(scale.combine, Composite):
        return np.where(enough, _weigh(scale, scale.combine, answers), np.nan), n_answered
    if isinstance(scale.combine, Algorithm):
        return _run(scale.combine, columns, enough), n_answered
    return _plain(scale, columns, n_answered, enough), n_answered


def _weigh(scale: Scale, composite: Composite, answers: Floats) -> Floats:
    """Weighted sum of the scores of the parts; NaN where one is."""
    keys = [item.key for item in scale.items]
    scores = np.full(len(answers), composite.constant)
    for part, weight in zip(composite.parts, composite.weights, strict=True):
        places = [keys.index(item.key) for item in part.items]
        scores += weight * combine(part, columns_at(answers, places))[0]
    return scores


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
    # Nine digits, so that 4 * 9 / 8 is not a last binary place below its half.
    return np.floor(np.round(total, 9) + 0.5) if scale.missing.rounded else np.asarray(total)


def look_up(table: RawSumTable, total: Floats) -> Floats:
    """Look up the published score of each complete raw sum; NaN stays NaN."""
    position = np.nan_to_num(total, nan=table.first).astype(np.int64) - table.first
    return np.where(np.isnan(total), np.nan, np.asarray(table.scores)[position])
