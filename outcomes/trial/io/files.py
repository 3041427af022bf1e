"""The data files of a study: found, read as text, and their columns given canonical names."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from outcomes.errors import DataError, SchemaError, SpecificationError
from outcomes.instruments.columns import suggestion
from outcomes.trial.checks.data import ROLES
from outcomes.trial.io.csv import CsvFile, numbers, read_csv
from outcomes.trial.problems import Problems, first_of, rows
from outcomes.trial.study import DataFile, DataFiles
from outcomes.trial.trial import InputFile

MAY_BE_EMPTY = ("medication", "events", "adherence")
ALWAYS_NUMBERS = ("day",)


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


def read_files(data: DataFiles, home: Path) -> tuple[dict[str, Records], tuple[InputFile, ...]]:
    """Read every declared file once.

    Parameters
    ----------
    data : DataFiles
        What the study file declares.
    home : Path
        Folder of the study file.

    Returns
    -------
    records : dict
        By role.
    sources : tuple of InputFile
        By file, in order of first use.

    Raises
    ------
    SpecificationError
        If the folder or a file does not exist.
    SchemaError
        If a file cannot be read, lacks a column or holds text where numbers are declared; all
        files together.
    """
    declared = {role: getattr(data, role) for role in ROLES if getattr(data, role) is not None}
    paths = _paths(declared, data_folder(data, home, declared["subjects"].file))
    problems = Problems()
    files: dict[str, CsvFile] = {}
    broken: set[str] = set()
    for role, file in declared.items():
        if file.file not in files and file.file not in broken:
            try:
                files[file.file] = _read(role, file, paths[file.file])
            except SchemaError as error:
                broken.add(file.file)
                problems.add(SchemaError, str(error))
    records = {
        role: _records(role, file, files[file.file].frame, problems)
        for role, file in declared.items()
        if file.file in files
    }
    problems.refuse()
    return records, tuple(_source(name, file, declared) for name, file in files.items())


def data_folder(data: DataFiles, home: Path, example: str) -> Path:
    """Find the folder that holds the data.

    Raises
    ------
    SpecificationError
        If the environment variable that names it is not set, or there is no such folder.
    """
    variable = data.folder_variable
    if variable is not None and not os.environ.get(variable):
        raise SpecificationError(
            f"The environment variable {variable} is not set. It names the folder of the data: "
            f"set it to the folder that holds {example}, for instance with "
            f"export {variable}=/path/to/folder."
        )
    folder = Path(os.environ[variable]) if variable else home / data.folder
    if not folder.is_dir():
        named = f"the environment variable {variable}" if variable else "data.folder"
        raise SpecificationError(
            f"There is no folder {folder}, which {named} names. Correct it; a folder in the study "
            "file is relative to that file."
        )
    return folder


def _paths(declared: dict[str, DataFile], folder: Path) -> dict[str, Path]:
    paths = {file.file: folder / file.file for file in declared.values()}
    absent = [name for name, path in paths.items() if not path.is_file()]
    if absent:
        present = sorted(path.name for path in folder.iterdir() if path.is_file())
        named = first_of(f"{name}{suggestion(name, present)}" for name in absent)
        raise SpecificationError(
            f"{len(absent)} declared data file(s) do not exist in {folder}: {named}. "
            "Correct the names under data in the study file, or put the files there."
        )
    return paths


def _read(role: str, file: DataFile, path: Path) -> CsvFile:
    return read_csv(
        path,
        name=file.file,
        encoding=file.encoding,
        separator=file.separator,
        may_be_empty=role in MAY_BE_EMPTY,
    )


def _source(name: str, file: CsvFile, declared: dict[str, DataFile]) -> InputFile:
    roles = ", ".join(role for role, each in declared.items() if each.file == name)
    return InputFile(role=roles, name=name, sha256=file.sha256, rows=len(file.frame))


def _records(role: str, file: DataFile, text: pd.DataFrame, problems: Problems) -> Records:
    """Give columns their canonical names, blanks and codes a NaN, numbers their type."""
    ours = {column: name for name, column in file.columns.items()}
    _check_columns(role, file, list(text.columns), problems)
    raw = text.drop(columns=[column for column in file.ignore if column in text.columns])
    raw = raw.rename(columns=ours)
    raw = raw.loc[:, ~raw.columns.duplicated()]
    frame = without(raw, ("", *file.missing_codes))
    for column in dict.fromkeys((*ALWAYS_NUMBERS, *file.numbers)):
        if column in frame.columns:
            frame[column] = as_numbers(frame[column], file.file, problems)
    return Records(role=role, declared=file, raw=raw, frame=frame)


def without(frame: pd.DataFrame, codes: tuple[str, ...]) -> pd.DataFrame:
    """Copy a text frame with NaN for each of these texts."""
    cells = frame.to_numpy(dtype=object, copy=True)
    cells[frame.isin(list(codes)).to_numpy()] = np.nan
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
    more = {"subjects": ("arm",), "responses": ("visit",), "measures": ("visit",)}
    return ("subject", *more.get(role, ()), *file.numbers)


def _absent(file: str, what: str, column: str, columns: list[str]) -> str:
    return (
        f"{file}: {what}, but there is no such column{suggestion(column, columns)}. The file has "
        f"{', '.join(columns[:12])}{' …' if len(columns) > 12 else ''}. "
        "Correct the name, or map ours to the file's under columns."
    )
