"""Where the data are said to be."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import PurePath

from outcomes.trial.checks.finding import Finding, repeated
from outcomes.trial.study import DataFile, DataFiles, Study

ROLES = ("subjects", "responses", "measures", "medication", "events", "adherence", "diary")


def about_data(study: Study) -> Iterator[Finding]:
    """Find data files that are needed but not declared, and declarations that cannot be read."""
    data = study.data
    if study.seed < 0:
        yield ("seed",), f"is {study.seed}; it must be 0 or more"
    if data.folder_variable is not None and data.folder != ".":
        yield ("data", "folder"), "give folder or folder_variable, not both"
    if study.instruments and data.responses is None:
        yield ("data",), "instruments are declared, but no responses file with their answers"
    if study.measures and data.measures is None:
        yield ("data",), "measures are declared, but no measures file that holds them"
    if (study.diary is None) != (data.diary is None):
        yield ("data",), "a diary needs both: diary with its rules, and data.diary with its file"
    withdrawal = study.design.withdrawal
    if withdrawal is not None and withdrawal.day not in (None, *data.subjects.numbers):
        text = f"{withdrawal.day!r} must be among the numbers of subjects"
        yield ("design", "withdrawal", "day"), text
    for role in ROLES:
        declared = getattr(data, role)
        if declared is not None:
            yield from _about_file(role, declared)
    yield from _about_shared(data)


def _about_shared(data: DataFiles) -> Iterator[Finding]:
    """Find roles that read one file in two ways."""
    first: dict[str, str] = {}
    for role in ROLES:
        declared = getattr(data, role)
        other = first.setdefault(declared.file, role) if declared is not None else role
        for key in ("encoding", "separator"):
            if other != role and getattr(declared, key) != getattr(getattr(data, other), key):
                yield ("data", role, key), f"differs from that of {other}, which is the same file"


def _about_file(role: str, file: DataFile) -> Iterator[Finding]:
    place = ("data", role)
    path = PurePath(file.file)
    if not file.file.strip() or path.is_absolute():
        yield (*place, "file"), "needs a file name relative to the data folder"
    by_column: dict[str, str] = {}
    for name, column in file.columns.items():
        owner = by_column.setdefault(column, name)
        if owner != name:
            text = f"the column {column!r} cannot be both {owner} and {name}"
            yield (*place, "columns", name), text
    for i, column in enumerate(file.ignore):
        if column in by_column:
            yield (*place, "ignore", i), f"{column!r} is also mapped to {by_column[column]}"
    for name in ("missing_codes", "numbers", "ignore"):
        yield from repeated(getattr(file, name), (*place, name), "entry")
    for i, name in enumerate(file.numbers):
        if name in ("subject", "arm", "visit"):
            yield (*place, "numbers", i), f"{name!r} is always text"
    if not _is_encoding(file.encoding):
        yield (*place, "encoding"), f"{file.encoding!r} is not an encoding, such as utf-8 or cp1252"


def _is_encoding(name: str) -> bool:
    try:
        codecs.lookup(name)
    except LookupError:
        return False
    return True
