"""The data files of a study: where they are, and each read once."""

from __future__ import annotations

import os
from pathlib import Path

from outcomes.errors import SchemaError, SpecificationError
from outcomes.instruments.columns import suggestion
from outcomes.trial.checks.data import ROLES
from outcomes.trial.io.columns import Records, named_records
from outcomes.trial.io.csv import CsvFile, read_csv
from outcomes.trial.problems import Problems, first_of
from outcomes.trial.study import DataFile, DataFiles
from outcomes.trial.trial import InputFile

MAY_BE_EMPTY = ("medication", "events", "adherence", "diary")


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
        role: named_records(role, file, files[file.file].frame, problems)
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
