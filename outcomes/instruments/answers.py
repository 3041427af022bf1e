"""Reading answers: numbers the item allows, or an error that names every other one."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from outcomes.errors import OutcomesWarning, ResponseError, SpecificationError
from outcomes.instruments.columns import Located, known_items
from outcomes.instruments.spec import Instrument, Item, Responses

Code = float | str
MissingCodes = Collection[Code] | Mapping[str, Collection[Code]]
_NUMERIC_KINDS = ("integer", "floating", "mixed-integer-float", "empty")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Wrong:
    """Answers of one item that are not allowed: where they are and what is wrong."""

    rows: NDArray[np.int64]
    message: str


def read_answers(
    responses: pd.DataFrame,
    instrument: Instrument,
    located: Located,
    id_columns: Sequence[str],
    missing_codes: MissingCodes | None = None,
) -> NDArray[np.float64]:
    """All answers as numbers, NaN where unanswered.

    Parameters
    ----------
    responses : DataFrame
        One row per administration.
    instrument : Instrument
        Says which answers each item allows.
    located : dict
        Item key to column name, from `outcomes.instruments.columns.locate`.
    id_columns : sequence of str
        Columns by which an error names a row.
    missing_codes : collection, or mapping of item key to collection, optional
        Codes that mean "no answer", of all items or of each named item.

    Returns
    -------
    (n_records, n_items) array
        In response units, in the order of ``instrument.items``.

    Raises
    ------
    ResponseError
        Naming every item with an answer it does not allow, the rows, and what it allows.
    SpecificationError
        If a missing code is an answer that its item allows.
    """
    codes = _codes_by_item(instrument, missing_codes)
    answers = np.empty((len(responses), len(instrument.items)), order="F")
    complaints = []
    for position, item in enumerate(instrument.items):
        column = responses[located[item.key]]
        answers[:, position], wrong = _read(column, item, codes[item.key])
        if wrong is not None:
            complaints.append(_describe(item, located, wrong, responses[list(id_columns)]))
    if complaints:
        raise ResponseError(
            "\n".join(complaints) + "\nNothing was scored. Correct the data, "
            "or declare codes that mean 'no answer' with missing_codes=."
        )
    return answers


def warn_of_implausible(instrument: Instrument, answers: NDArray[np.float64]) -> None:
    """Warn of answers that are possible but very unlikely; they are scored all the same."""
    for check in instrument.checks:
        doubtful = int(check.function(answers).sum())
        if doubtful:
            warnings.warn(
                f"{instrument.key}: {doubtful} of {len(answers)} records {check.message}.",
                OutcomesWarning,
                stacklevel=3,
            )


def _codes_by_item(
    instrument: Instrument, missing_codes: MissingCodes | None
) -> dict[str, tuple[Code, ...]]:
    """List the codes of each item, refused where they are answers it allows."""
    codes: dict[str, tuple[Code, ...]] = {item.key: () for item in instrument.items}
    if isinstance(missing_codes, Mapping):
        spellings = known_items(instrument)
        unknown = [str(key) for key in missing_codes if key not in spellings]
        if unknown:
            raise SpecificationError(
                f"{instrument.key}: missing_codes names unknown item(s) {', '.join(unknown)}; "
                f"its items are {', '.join(codes)}."
            )
        codes |= {spellings[key]: _stated(stated) for key, stated in missing_codes.items()}
    elif missing_codes is not None:
        codes = dict.fromkeys(codes, _stated(missing_codes))
    clashes = [
        f"{item.key} allows {code:g}"
        for item in instrument.items
        for code in codes[item.key]
        if not isinstance(code, str) and _allowed(np.array([float(code)]), item.responses)[0]
    ]
    if clashes:
        raise SpecificationError(
            f"{instrument.key}: a missing code is also a possible answer ({'; '.join(clashes)}). "
            "Give codes per item, missing_codes={item: [code]}, or recode the data."
        )
    return codes


def _stated(codes: Collection[Code]) -> tuple[Code, ...]:
    """Leave out empty codes: an empty cell is missing anyway."""
    if isinstance(codes, str) or not isinstance(codes, Iterable):
        raise SpecificationError(f"missing_codes must be collections, as in [{codes!r}].")
    return tuple(code for code in codes if not pd.isna(code))


def _read(
    column: pd.Series[float], item: Item, codes: tuple[Code, ...]
) -> tuple[NDArray[np.float64], _Wrong | None]:
    """One item's answers, and what is wrong with them if anything."""
    if codes:
        column = column.mask(column.isin(list(codes)))
    not_numbers = _not_numbers(column)
    if not_numbers.any():
        rows = np.flatnonzero(not_numbers)
        found = _first(column.iloc[rows].map(repr))
        message = f"are not numbers but {found}; answers must be numbers, not text or true/false"
        return np.full(len(column), np.nan), _Wrong(rows=rows, message=message)
    answers = np.asarray(column.to_numpy(dtype=np.float64, na_value=np.nan), dtype=np.float64)
    rows = np.flatnonzero(~(_allowed(answers, item.responses) | np.isnan(answers)))
    if not len(rows):
        return answers, None
    found = _first(pd.Series(np.sort(answers[rows])).map("{:.17g}".format))
    return answers, _Wrong(rows=rows, message=f"are not among {item.responses} (found {found})")


def _not_numbers(column: pd.Series[float]) -> NDArray[np.bool_]:
    """Which entries are answered with something else than a number."""
    if pd.api.types.is_numeric_dtype(column.dtype) and column.dtype.kind in "iuf":
        return np.zeros(len(column), dtype=bool)
    if pd.api.types.infer_dtype(column, skipna=True) in _NUMERIC_KINDS:
        return np.zeros(len(column), dtype=bool)
    given = np.asarray(column.notna(), dtype=bool)
    numbers = [
        isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool)
        for value in column
    ]
    return np.asarray(given & ~np.array(numbers, dtype=bool))


def _allowed(answers: NDArray[np.float64], responses: Responses) -> NDArray[np.bool_]:
    """Which answers are in the response set; NaN is not."""
    inside = (answers >= responses.lowest) & (answers <= responses.highest)
    if responses.values is None:
        return np.asarray(inside)
    if responses.are_consecutive:
        return np.asarray(inside & (answers == np.floor(answers)))
    return np.isin(answers, responses.values)


def _first(found: pd.Series[str]) -> str:
    """First three distinct texts."""
    return ", ".join(found.drop_duplicates().iloc[:3])


def _describe(item: Item, located: Located, wrong: _Wrong, ids: pd.DataFrame) -> str:
    """One line: the item, how many, what was found, which rows."""
    column = located[item.key]
    name = item.key if column == item.key else f"{item.key} (column {column})"
    rows = "; ".join(
        ", ".join(f"{column} {value}" for column, value in ids.iloc[row].items())
        for row in wrong.rows[:3]
    )
    allowed = "" if "not among" in wrong.message else f"; allowed {item.responses}"
    return (
        f"{name}: {len(wrong.rows)} of {len(ids)} answers {wrong.message}{allowed}; "
        f"first rows: {rows}."
    )
