"""CSV files as text, every cell as it stands; numbers only where they are asked for."""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from outcomes.errors import SchemaError
from outcomes.trial.problems import first_of, rows

_NUMBER = re.compile(r"\s*[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?\s*")


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class CsvFile:
    """A file as it was read.

    `frame` has a text column for each column of the file (object dtype, ``""`` for an empty
    cell); its index is the line of the file on which a record starts, the header being line 1.
    """

    name: str
    sha256: str
    frame: pd.DataFrame


def read_csv(
    path: Path,
    *,
    name: str,
    encoding: str = "utf-8",
    separator: str = ",",
    may_be_empty: bool = False,
) -> CsvFile:
    """Read a file with one header row.

    Parameters
    ----------
    path : Path
        An existing file.
    name : str
        What messages call it.
    encoding : str
        Used unless the file starts with a byte-order mark, which says its encoding.
    separator : str
        Between cells; cells may be quoted with ``"``.
    may_be_empty : bool
        Whether a header without records is allowed.

    Returns
    -------
    CsvFile
        Every cell as text: an id ``007`` stays ``007``.

    Raises
    ------
    SchemaError
        If the file is empty or not in `encoding`, a header is empty or repeated, a record has
        more or fewer cells than the header, or a quote is not closed; with the lines concerned.
    """
    content = path.read_bytes()
    lines, records = _records(_decoded(content, name, encoding), name, separator)
    if not records:
        raise SchemaError(f"{name}: the file is empty. It needs a header row and records.")
    header, records, lines = records[0], records[1:], lines[1:]
    _refuse_header(header, name, separator)
    if not records and not may_be_empty:
        raise SchemaError(f"{name}: the file has a header but no records.")
    _refuse_ragged(records, lines, len(header), name)
    frame = pd.DataFrame(
        records, columns=pd.Index(header), index=pd.Index(lines, dtype="int64"), dtype=object
    )
    return CsvFile(name=name, sha256=hashlib.sha256(content).hexdigest(), frame=frame)


def numbers(column: pd.Series[str]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Read a text column as numbers.

    Parameters
    ----------
    column : (n,) Series of text
        NaN where nothing was recorded.

    Returns
    -------
    values : (n,) array
        NaN where nothing was recorded or the text is not a finite decimal number.
    wrong : (n,) array of bool
        Where the text is not a number.

    Examples
    --------
    >>> values, wrong = numbers(pd.Series(["1.5", "-3e2", None, "1,5", "inf", "0x1F"]))
    >>> values[:2], wrong
    (array([   1.5, -300. ]), array([False, False, False,  True,  True,  True]))
    """
    codes, texts = pd.factorize(column)
    parsed = np.array([float(t) if _NUMBER.fullmatch(str(t)) else np.nan for t in texts])
    parsed[~np.isfinite(parsed)] = np.nan
    values = np.append(parsed, np.nan)[codes]
    return values, (codes >= 0) & np.isnan(values)


def _decoded(content: bytes, name: str, encoding: str) -> str:
    if content.startswith(codecs.BOM_UTF8):
        encoding = "utf-8-sig"
    elif content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise SchemaError(
            f"{name}, line {line}: byte {error.start} is not {encoding}. Save the file as "
            "UTF-8, or declare its encoding in the study file (older spreadsheets: cp1252)."
        ) from error


def _records(text: str, name: str, separator: str) -> tuple[list[int], list[list[str]]]:
    """Split into records, with the line each starts on and without blank lines."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    lines: list[int] = []
    records: list[list[str]] = []
    start = 1
    try:
        for record in reader:
            if record:
                lines.append(start)
                records.append(record)
            start = reader.line_num + 1
    except csv.Error as error:
        raise SchemaError(
            f"{name}, line {start}: the record cannot be read ({error}). Check its quotes."
        ) from error
    return lines, records


def _refuse_header(header: list[str], name: str, separator: str) -> None:
    unnamed = [position for position, column in enumerate(header, start=1) if not column.strip()]
    if unnamed:
        raise SchemaError(
            f"{name}: {len(unnamed)} of {len(header)} columns have no name (positions "
            f"{first_of(unnamed)}). Name them in the first line, or remove them."
        )
    repeated = [column for column, count in Counter(header).items() if count > 1]
    if repeated:
        raise SchemaError(
            f"{name}: {len(repeated)} column names are repeated ({first_of(repeated)}). "
            "Each needs a name of its own."
        )
    if len(header) == 1 and any(other in header[0] for other in ",;\t"):
        raise SchemaError(
            f"{name}: the only column is {header[0]!r}; cells seem not to be separated by "
            f"{separator!r}. Declare the separator in the study file."
        )


def _refuse_ragged(records: list[list[str]], lines: list[int], width: int, name: str) -> None:
    ragged = [
        f"line {line} has {len(record)}"
        for line, record in zip(lines, records, strict=True)
        if len(record) != width
    ]
    if ragged:
        raise SchemaError(
            f"{name}: {rows(len(ragged))} without exactly {width} cells, the number of columns in "
            f"the header ({first_of(ragged)}). Quote cells that contain the separator."
        )
