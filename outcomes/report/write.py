"""Writing a finished run: the only place of this room that touches files."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from outcomes.report.block import Cell
from outcomes.report.render import Rendered


def write_run(
    folder: Path, rendered: Rendered, executed_notebook: NotebookNode, run: Mapping[str, Any]
) -> None:
    """Write report, executed notebook, numbers, figures and run record into `folder`.

    Parameters
    ----------
    folder : Path
        An empty temporary folder; renaming it when all is written makes a run whole or absent.
    rendered : Rendered
        The report.
    executed_notebook : NotebookNode
        The notebook as it ran.
    run : mapping
        Times, versions, inputs and run key; plain values.
    """
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "report.html", rendered.html)
    notebook = nbformat.writes(executed_notebook) + "\n"  # type: ignore[no-untyped-call]
    _write(folder / "executed.ipynb", notebook)
    _write(folder / "ard.json", json_text(list(rendered.ard)))
    _write(folder / "ard.csv", csv_text(rendered.ard))
    _write(folder / "run.json", json_text(dict(run)))
    (folder / "figures").mkdir(exist_ok=True)
    for name, svg in rendered.figures.items():
        _write(folder / "figures" / f"{name}.svg", svg + "\n")


def json_text(value: Any) -> str:
    """Plain values as JSON, readable and the same each time; NaN is refused."""
    return json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def csv_text(rows: Sequence[Mapping[str, Cell]]) -> str:
    """Rows as CSV; a missing value is an empty field, numbers have all their digits.

    Examples
    --------
    >>> print(csv_text([{"stat_name": "estimate", "stat": -4.7}, {"stat_name": "p", "stat": None}]))
    stat_name,stat
    estimate,-4.7
    p,
    <BLANKLINE>
    """
    columns = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=columns, lineterminator="\n", restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
