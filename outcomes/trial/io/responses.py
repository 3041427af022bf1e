"""A CSV file of answers without a study file, ready for `outcomes.score`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from outcomes.trial.io.columns import without
from outcomes.trial.io.csv import numbers, read_csv


def read_responses(
    path: Path,
    id_columns: Sequence[str],
    *,
    codes: Sequence[str] = (),
    encoding: str = "utf-8",
    separator: str = ",",
) -> pd.DataFrame:
    """Read answers as numbers where they are numbers, ids as they stand.

    Parameters
    ----------
    path : Path
        An existing CSV file with one header row.
    id_columns : sequence of str
        Columns whose cells stay text: an id ``007`` stays ``007``.
    codes : sequence of str
        Cells that mean "no answer", as they are written in the file. Empty and blank cells always
        do.
    encoding, separator : str
        Of the file.

    Returns
    -------
    DataFrame
        The records of the file. A cell that is no number stays text, so that `score` refuses it by
        item and row where it is an answer.

    Raises
    ------
    SchemaError
        If the file cannot be read as such a table.
    """
    text = read_csv(path, name=path.name, encoding=encoding, separator=separator).frame
    text = text.reset_index(drop=True)
    ids = [column for column in text.columns if column in id_columns]
    cells = without(text.drop(columns=ids), ("", *codes))
    read = {column: _answers(cells[column]) for column in cells.columns}
    return pd.concat([text[ids], pd.DataFrame(read, index=text.index)], axis=1)


def _answers(column: pd.Series[str]) -> pd.Series[float]:
    """Numbers where all cells are numbers or empty; else the others stay as they are."""
    values, wrong = numbers(column)
    if not wrong.any():
        return pd.Series(values, index=column.index)
    mixed = pd.Series(values, index=column.index, dtype=object)
    mixed[wrong] = column[wrong]
    return mixed
