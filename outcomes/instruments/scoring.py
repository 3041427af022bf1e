"""Scoring: item answers to scale scores, by declaration, or a refusal that says why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from outcomes.errors import SpecificationError
from outcomes.instruments.answers import MissingCodes, read_answers, warn_of_implausible
from outcomes.instruments.columns import locate
from outcomes.instruments.combine import columns_at, combine, values_of
from outcomes.instruments.ids import check_ids
from outcomes.instruments.long_form import administrations
from outcomes.instruments.registry import find
from outcomes.instruments.rules import Prorate, under_rule
from outcomes.instruments.spec import Algorithm, Instrument, Scale


def score(
    responses: pd.DataFrame,
    key: str | Instrument,
    id_columns: Sequence[str] = ("subject", "visit"),
    items: Mapping[str, str] | None = None,
    missing_codes: MissingCodes | None = None,
    rule: str | Prorate | None = None,
    *,
    long: tuple[str, str] | None = None,
    experimental: bool = False,
) -> pd.DataFrame:
    """Score every administration of one instrument.

    Parameters
    ----------
    responses : DataFrame
        One row per administration with the `id_columns` and a numeric column per item, named
        after the item (``odi_1`` or ``odi_01``). With `long`, one row per answer. Not modified.
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
    long : (str, str), optional
        Names of the columns with the item and with the answer, where `responses` has one row per
        answer. An administration without a row for an item has not answered it; rows of items
        that are not the instrument's are left alone.
    experimental : bool
        Allow an instrument whose rule has not been verified.

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
        If two rows are the same administration, or answer one item of it.
    ResponseError
        If any answer is not allowed, with items, rows and allowed values; nothing is scored.
    SpecificationError
        If the item map, the missing codes or the rule do not fit the instrument, or it is
        experimental and that was not asked for.

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
    instrument = key if isinstance(key, Instrument) else find(key)
    if instrument.experimental and not experimental:
        raise SpecificationError(
            f"{instrument.key} is experimental: {instrument.experimental}. "
            "Pass experimental=True to score it all the same, and say so where it is reported."
        )
    scales = under_rule(instrument, rule)
    if long is not None:
        responses = administrations(responses, instrument, id_columns, items, long)
    check_ids(responses, id_columns)
    located = locate(responses, instrument, id_columns, items)
    answers = read_answers(responses, instrument, located, id_columns, missing_codes)
    warn_of_implausible(instrument, answers)
    scored, why = [], []
    for scale in scales:
        own = _columns(answers, instrument, scale)
        scored.append(combine(scale, own))
        why.append(_reasons(scale, own))
    reasons = np.column_stack(why)
    reasons[np.isnan(answers).all(axis=1)] = "not_administered"
    labels = [scale.missing.label(len(scale.items)) for scale in scales]
    return _long(responses[list(id_columns)], instrument, scored, labels, reasons)


def _columns(
    answers: NDArray[np.float64], instrument: Instrument, scale: Scale
) -> NDArray[np.float64]:
    """Answers to the items of one scale, in its order."""
    keys = [item.key for item in instrument.items]
    return columns_at(answers, [keys.index(item.key) for item in scale.items])


def _long(
    ids: pd.DataFrame,
    instrument: Instrument,
    scored: Sequence[tuple[NDArray[np.float64], NDArray[np.int64]]],
    labels: Sequence[str],
    reasons: NDArray[np.object_],
) -> pd.DataFrame:
    """One row per administration and scale, scales within administrations.

    Texts are shared, and columns made once and not copied: there may be millions of rows.
    """
    n_records, n_scales = len(ids), len(scored)
    scores = np.column_stack([values for values, _ in scored]).ravel()
    missing = np.isnan(scores)

    def tiled(values: Sequence[object]) -> NDArray[np.object_]:
        return np.tile(np.array(values, dtype=object), n_records)

    record = np.repeat(np.arange(n_records), n_scales)
    columns: dict[str, object] = {name: ids[name].array.take(record) for name in ids.columns}
    columns |= {
        "instrument": tiled([instrument.key] * n_scales),
        "version": tiled([instrument.version] * n_scales),
        "scale": tiled([scale.key for scale in instrument.scales]),
        "score": scores,
        "n_answered": np.column_stack([counts for _, counts in scored]).ravel(),
        "n_items": np.tile([len(scale.items) for scale in instrument.scales], n_records),
        "status": np.array(["scored", "missing"], dtype=object)[missing.astype(np.intp)],
        "reason": np.where(missing, reasons.ravel(), np.array(None, dtype=object)),
        "rule": tiled(labels),
    }
    return pd.DataFrame(columns, copy=False)


def _reasons(scale: Scale, answers: NDArray[np.float64]) -> NDArray[np.object_]:
    """Why each record would have no score of this scale, though some item was answered."""
    if not isinstance(scale.combine, Algorithm):
        return np.full(len(answers), "too_few_answers", dtype=object)
    if scale.combine.why is None:
        return np.full(len(answers), scale.combine.reason, dtype=object)
    return scale.combine.why(values_of(scale, answers))
