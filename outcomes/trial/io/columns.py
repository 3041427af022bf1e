"""Columns of a data file: canonical names, nothing where nothing was recorded, numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from outcomes.errors import DataError, SchemaError
from outcomes.instruments.columns import suggestion
from outcomes.trial.io.csv import numbers
from outcomes.trial.problems import Problems, first_of, rows
from outcomes.trial.study import DataFile

ALWAYS_NUMBERS = ("day",)
NUMBERS_OF_A_ROLE = {"diary": ("value", "recorded")}


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Records:
    """The records of one role, by canonical column names.

    `raw` has every cell as text, ``""`` where empty; `frame` has NaN where nothing was recorded,
    and numbers where the study file says so. The index of both is the line in the file.
    """

    role: str
    declared: DataFile
    raw: pd.DataFrame
    frame: pd.DataFrame

    @property
    def name(self) -> str:
        """The file, as messages call it."""
        return self.declared.file


def named_records(role: str, file: DataFile, text: pd.DataFrame, problems: Problems) -> Records:
    """Give columns their canonical names, blanks and codes a NaN, numbers their type.

    Parameters
    ----------
    role : str
        Such as ``"subjects"``.
    file : DataFile
        What the study file declares.
    text : DataFrame
        The file as it was read.
    problems : Problems
        Grows by columns that are absent and by text where numbers are declared.
    """
    ours = {column: name for name, column in file.columns.items()}
    _check_columns(role, file, list(text.columns), problems)
    raw = text.drop(columns=[column for column in file.ignore if column in text.columns])
    raw = raw.rename(columns=ours)
    raw = raw.loc[:, ~raw.columns.duplicated()]
    frame = without(raw, ("", *file.missing_codes))
    of_role = NUMBERS_OF_A_ROLE.get(role, ())
    for column in dict.fromkeys((*ALWAYS_NUMBERS, *of_role, *file.numbers)):
        if column in frame.columns:
            frame[column] = as_numbers(frame[column], file.file, problems)
    return Records(role=role, declared=file, raw=raw, frame=frame)


def without(frame: pd.DataFrame, codes: tuple[str, ...]) -> pd.DataFrame:
    """Copy a text frame with NaN for each of these texts, and for cells of blanks."""
    cells = frame.to_numpy(dtype=object, copy=True)
    blank = [text for text in pd.unique(cells.ravel()) if text.isspace()]
    cells[frame.isin([*codes, *blank]).to_numpy()] = np.nan
    return pd.DataFrame(cells, columns=frame.columns, index=frame.index, dtype=object)


def as_numbers(
    column: pd.Series[str],
    file: str,
    problems: Problems,
    error: type[DataError] = SchemaError,
) -> pd.Series[float]:
    """Read a text column as numbers; what is not a number becomes a problem."""
    values, wrong = numbers(column)
    if wrong.any():
        found = [f"{column.loc[line]!r} on line {line}" for line in column.index[wrong]]
        comma = column[wrong].str.contains(",").any()
        hint = "Decimals need a point, not a comma. " if comma else ""
        problems.add(
            error,
            f"{file}: {rows(len(found))} where {column.name} is not a number "
            f"({first_of(found)}). {hint}Correct the data, or list what means 'not recorded' "
            "under missing_codes.",
        )
    return pd.Series(values, index=column.index, name=column.name)


def _check_columns(role: str, file: DataFile, columns: list[str], problems: Problems) -> None:
    """Refuse names in the study file that the data file does not have."""
    place = f"data.{role}"
    for key, name, column in (
        *(("columns", name, column) for name, column in file.columns.items()),
        *(("ignore", None, column) for column in file.ignore),
    ):
        if column not in columns:
            what = f"{key} says that {name} is {column!r}" if name else f"{key} lists {column!r}"
            problems.add(SchemaError, _absent(file.file, f"{place}.{what}", column, columns))
        elif name in columns and name not in file.columns.values() and name not in file.ignore:
            problems.add(
                SchemaError,
                f"{file.file}: {place}.columns says that {name} is {column!r}, but the file also "
                f"has a column {name!r}. List that one under ignore, or map it to another name.",
            )
    ours = {column: name for name, column in file.columns.items()}
    given = {ours.get(column, column) for column in columns if column not in file.ignore}
    for name in _needed(role, file):
        if name not in given | set(file.columns):
            problems.add(SchemaError, _absent(file.file, f"{place} needs {name!r}", name, columns))


def _needed(role: str, file: DataFile) -> tuple[str, ...]:
    more = {
        "subjects": ("arm",),
        "responses": ("visit",),
        "measures": ("visit",),
        "diary": ("day", "value"),
    }
    return ("subject", *more.get(role, ()), *file.numbers)


def _absent(file: str, what: str, column: str, columns: list[str]) -> str:
    return (
        f"{file}: {what}, but there is no such column{suggestion(column, columns)}. The file has "
        f"{', '.join(columns[:12])}{' …' if len(columns) > 12 else ''}. "
        "Correct the name, or map ours to the file's under columns."
    )
