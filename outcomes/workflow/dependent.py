"""Reports on the others of a batch: they run last, and their key holds those of the others."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from outcomes.errors import ReportError
from outcomes.workflow.folder import State, state
from outcomes.workflow.plan import PlannedRun

INDEX = "index.json"

Read = tuple[str, State, str]
"""What a report on a batch reads of another: its folder, what that holds, and its run key."""


def settled(runs: Sequence[PlannedRun], folder: Path) -> tuple[PlannedRun, ...]:
    """Give reports on the batch the key they would have now, with all others as they are.

    Parameters
    ----------
    runs : sequence of PlannedRun
        The whole plan.
    folder : Path
        Of the batch.
    """
    found = [(r.slug, state(folder / r.slug, r.key), r.key) for r in runs if not r.reads_batch]
    return tuple(with_key_over(run, found) if run.reads_batch else run for run in runs)


def with_key_over(run: PlannedRun, read: Iterable[Read]) -> PlannedRun:
    """Extend the key of a run by what it reads of other reports."""
    content = json.dumps([run.key, [list(each) for each in read]])
    return replace(run, key=hashlib.sha256(content.encode()).hexdigest())


def listed(folder: Path) -> list[Read]:
    """Read what the index of a batch lists, without reports on the batch.

    Raises
    ------
    ReportError
        There is no index.
    """
    rows = read_index(folder)["reports"]
    return [(r["folder"], r["state"], r["run_key"]) for r in rows if not r.get("reads_batch")]


def read_index(folder: Path) -> dict[str, Any]:
    """Read ``index.json`` of a batch.

    Raises
    ------
    ReportError
        There is none, or it cannot be read.
    """
    path = folder / INDEX
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ReportError(
            f"There is no {INDEX} in {folder.name}, so there is no batch to read. Run the batch "
            "first: outcomes batch run STUDY."
        ) from error
    except ValueError as error:
        raise ReportError(f"{INDEX} in {folder.name} cannot be read: {error}.") from error
    return content


def batch_as_seen(run: PlannedRun, folder: Path) -> str:
    """Say where the batch is: within the project relative to here, elsewhere in full."""
    project = run.notebook.resolve().parent.parent
    here = folder.resolve()
    return os.path.relpath(here) if here.is_relative_to(project) else str(here)
