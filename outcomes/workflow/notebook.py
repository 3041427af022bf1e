"""Reading a notebook's file: its cells, and what identifies its content."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from outcomes.errors import SpecificationError


def read_notebook(path: Path) -> NotebookNode:
    """Read a notebook file.

    Raises
    ------
    SpecificationError
        If there is no such file or it is not a notebook.
    """
    if not path.is_file():
        raise SpecificationError(f"There is no notebook at {path}.")
    try:
        notebook: NotebookNode = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    except (ValueError, AttributeError, KeyError) as error:
        raise SpecificationError(f"{path} is not a Jupyter notebook: {error}") from error
    return notebook


def tagged(notebook: NotebookNode, tag: str) -> list[NotebookNode]:
    """Code cells that carry `tag`."""
    return [cell for cell in code_cells(notebook) if tag in cell.metadata.get("tags", [])]


def code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    """Code cells in their order."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def content_hash(notebook: NotebookNode) -> str:
    """SHA-256 of what a notebook says: types, sources and tags of its cells, no outputs."""
    cells = [
        (cell.cell_type, cell.source, cell.metadata.get("tags", [])) for cell in notebook.cells
    ]
    return hashlib.sha256(json.dumps(cells).encode()).hexdigest()
