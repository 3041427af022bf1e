"""Scoring: item answers to scale scores, by declaration, or a refusal that says why."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from outcomes.errors import (
    DuplicateRecordError,
    SchemaError,
    SpecificationError,
    UnsupportedCombinationError,
)
from outcomes.instruments.answers import MissingCodes, read_answers
from outcomes.instruments.columns import locate, suggestion
from outcomes.instruments.combine import combine
from outcomes.instruments.registry import find
from outcomes.instruments.spec import Algorithm, Instrument, Scale

SCORE_COLUMNS = (
    "instrument",
    "version",
    "scale",
    "score",
    "n_answered",
    "n_items",
    "status",
    "reason",
    "rule",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Prorate:
    """Score a scale with at least this share of its items, the person mean standing for others.

    An assumption of the analyst where no rule is published, so it is written into every score.
    """

    min_fraction: float

    def __post_init__(self) -> None:
        """Refuse a share that is not in (0, 1]."""
        if not 0 < self.min_fraction <= 1:
            raise SpecificationError(
                f"min_fraction is {self.min_fraction}; it must be above 0 and at most 1."
            )


def score(
    responses: pd.DataFrame,
    key: str | Instrument,
    id_columns: Sequence[str] = ("subject", "visit"),
    items: Mapping[str, str] | None = None,
    missing_codes: MissingCodes | None = None,
    rule: str | Prorate | None = None,
) -> pd.DataFrame:
    """Score every administration of one instrument.

    Parameters
    ----------
    responses : DataFrame
        One row per administration with the `id_columns` and a numeric column per item, named
        after the item (``odi_1`` or ``odi_01``). Not modified.
    key : str or Instrument
        Key of a registered instrument, or a declaration of your own.
    id_columns : sequence of str
        Columns that identify an administration; no two rows may share them.
    items : mapping, optional
        Item key to column name, for columns named otherwise.
    missing_codes : collection, or mapping of item key to collection, optional
        Codes that mean "no answer", such as ``[99]``. Empty cells always do. A code that is also
        a possible answer is refused.
    rule : str or Prorate, optional
        Missing-item rule in place of each scale's own: ``"strict"``, the name of a rule the
        instrument declares, or ``Prorate(min_fraction=...)``.

    Returns
    -------
    DataFrame
        One row per administration and scale: the id columns, instrument, version, scale, score
        (unrounded, in the scale's unit), n_answered, n_items, status (``"scored"`` or
        ``"missing"``), reason (None when scored; ``"too_few_answers"``, ``"not_administered"``
        where no item of the instrument was answered, or a reason of the scale) and rule.

    Raises
    ------
    UnknownInstrumentError
        If there is no such instrument.
    SchemaError
        If columns are missing, occur twice or are ambiguous, or an id is empty.
    DuplicateRecordError
        If two rows are the same administration.
    ResponseError
        If any answer is not allowed, with items, rows and allowed values; nothing is scored.
    SpecificationError
        If the item map, the missing codes or the rule do not fit the instrument.

    Notes
    -----
    Nothing is clipped, rounded or guessed: an answer outside its response set is never read as
    missing unless its code was declared. See ``docs/methods/scoring.md``.

    Examples
    --------
    >>> frame = pd.DataFrame(
    ...     {"subject": ["1", "2"], "visit": "week 4", "peg_1": [7, 7], "peg_2": [6, None],
    ...      "peg_3": [8, 8]}
    ... )
    >>> score(frame, "peg")[["subject", "score", "n_answered", "status", "reason"]]
      subject  score  n_answered   status           reason
    0       1    7.0           3   scored             None
    1       2    NaN           2  missing  too_few_answers
    """
    instrument = find(key) if isinstance(key, str) else key
    rules = chosen_rule(instrument, rule)
    check_ids(responses, id_columns)
    located = locate(responses, instrument, id_columns, items)
    answers = read_answers(responses, instrument, located, id_columns, missing_codes)
    scored = [
        combine(scale, _columns(answers, instrument, scale), rules[scale.key][0])
        for scale in instrument.scales
    ]
    administered = np.asarray(~np.isnan(answers).all(axis=1))
    labels = [label for _, label in rules.values()]
    return _long(responses[list(id_columns)], instrument, scored, labels, administered)


def _columns(
    answers: NDArray[np.float64], instrument: Instrument, scale: Scale
) -> NDArray[np.float64]:
    """Answers to the items of one scale, in its order, column-contiguous."""
    keys = [item.key for item in instrument.items]
    wanted = [keys.index(item.key) for item in scale.items]
    return answers if wanted == list(range(len(keys))) else answers.T[wanted].T


def chosen_rule(
    instrument: Instrument, rule: str | Prorate | None
) -> dict[str, tuple[int | None, str]]:
    """For each scale the fewest answered items and what the ``rule`` column says.

    A named rule applies to the scales that declare it and leaves the others with their own.
    """
    if isinstance(rule, Prorate):
        return {scale.key: _prorated(instrument, scale, rule) for scale in instrument.scales}
    chosen = {}
    known = {"strict"}
    for scale in instrument.scales:
        offered = {each.name: each for each in (scale.missing, *scale.other_rules)}
        known |= set(offered)
        used = offered.get(rule, scale.missing) if rule is not None else scale.missing
        chosen[scale.key] = (used.min_answered, used.label(len(scale.items)))
        if rule == "strict" and used.min_answered is not None:
            chosen[scale.key] = (None, f"strict: all {len(scale.items)} items (requested)")
    if rule is not None and rule not in known:
        raise SpecificationError(
            f"{instrument.key}: there is no missing-item rule {rule!r}"
            f"{suggestion(rule, sorted(known))}; it has {', '.join(sorted(known))}, and "
            "Prorate(min_fraction=...) for a rule of your own."
        )
    return chosen


def _prorated(instrument: Instrument, scale: Scale, rule: Prorate) -> tuple[int, str]:
    """Check a requested proration, where the declaration of the scale can bear one."""
    n_items = len(scale.items)
    if not scale.prorates or len({item.values for item in scale.items}) > 1:
        raise UnsupportedCombinationError(
            f"{instrument.key}, scale {scale.key}: it cannot be prorated, because its answers "
            "are converted by a table or algorithm or have different ranges. Leave rule out."
        )
    least = max(1, math.ceil(rule.min_fraction * n_items - 1e-9))
    return least, f"prorate: at least {least} of {n_items} items (requested, not published)"


def check_ids(responses: pd.DataFrame, id_columns: Sequence[str]) -> None:
    """Refuse absent, empty or repeated ids.

    Raises
    ------
    SpecificationError
        If no id column is named, or one would collide with a column of the result.
    SchemaError
        If an id column is absent or occurs twice, or an id is empty.
    DuplicateRecordError
        If two rows are the same administration.
    """
    if isinstance(id_columns, str) or not id_columns or set(id_columns) & set(SCORE_COLUMNS):
        raise SpecificationError(
            f"id_columns is {id_columns!r}; name at least one column, as a list, and none of "
            f"{', '.join(SCORE_COLUMNS)}."
        )
    columns = [str(column) for column in responses.columns]
    wrong = [name for name in id_columns if columns.count(name) != 1]
    if wrong:
        hints = ", ".join(f"{name}{suggestion(name, columns)}" for name in wrong)
        raise SchemaError(f"Each id column must occur once in the responses; check {hints}.")
    ids = responses[list(id_columns)]
    empty = np.flatnonzero(ids.isna().any(axis=1))
    if len(empty):
        raise SchemaError(
            f"{len(empty)} of {len(ids)} rows have an empty id "
            f"({', '.join(id_columns)}); first rows by position: "
            f"{', '.join(str(row) for row in empty[:3])}."
        )
    repeated = ids[ids.duplicated()]
    if len(repeated):
        first = "; ".join(", ".join(map(str, row)) for row in repeated.head(3).to_numpy())
        raise DuplicateRecordError(
            f"{len(repeated)} rows repeat an administration ({', '.join(id_columns)}): {first}. "
            "Keep one row of each, or add the column that tells them apart to id_columns."
        )


def _long(
    ids: pd.DataFrame,
    instrument: Instrument,
    scored: Sequence[tuple[NDArray[np.float64], NDArray[np.int64]]],
    labels: Sequence[str],
    administered: NDArray[np.bool_],
) -> pd.DataFrame:
    """One row per administration and scale, scales within administrations."""
    n_records, n_scales = len(ids), len(scored)
    scores = np.column_stack([values for values, _ in scored]).ravel()
    missing = np.isnan(scores)
    reasons = np.tile(np.array([_reason(s) for s in instrument.scales], dtype=object), n_records)
    reasons[np.repeat(~administered, n_scales)] = "not_administered"
    reasons[~missing] = None

    def tiled(values: Sequence[object]) -> NDArray[np.object_]:
        return np.tile(np.array(values, dtype=object), n_records)

    long = ids.iloc[np.repeat(np.arange(n_records), n_scales)].reset_index(drop=True)
    return long.assign(
        instrument=instrument.key,
        version=instrument.version,
        scale=tiled([scale.key for scale in instrument.scales]),
        score=scores,
        n_answered=np.column_stack([counts for _, counts in scored]).ravel(),
        n_items=np.tile([len(scale.items) for scale in instrument.scales], n_records),
        status=np.where(missing, "missing", "scored").astype(object),
        reason=reasons,
        rule=tiled(labels),
    )


def _reason(scale: Scale) -> str:
    """Why a score of this scale is missing where some item was answered."""
    return scale.combine.reason if isinstance(scale.combine, Algorithm) else "too_few_answers"
