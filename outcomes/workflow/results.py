"""Reading the results of a batch back: its index and the analysis results data of each report."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from outcomes.analyses.batch_results import BatchResults, batch_results
from outcomes.errors import ReportError
from outcomes.workflow.dependent import read_index


def read_reports(batch: str | Path) -> BatchResults:
    """Read what the reports of a batch found.

    Parameters
    ----------
    batch : str or path
        Folder of the batch, with its ``index.json``.

    Returns
    -------
    BatchResults
        Reports in the order of the plan, failed and missing ones among them, and the headline
        estimates of those that are done.

    Raises
    ------
    ReportError
        There is no batch in this folder, or a report changed since the index was written.
    """
    folder = Path(batch)
    index = read_index(folder)
    return batch_results(index, read_numbers(folder, index))


def read_numbers(folder: Path, index: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Read the analysis results data of every report that is done, by its folder.

    Raises
    ------
    ReportError
        Its data are missing, or of another run than the index says.
    """
    found = {}
    for each in index["reports"]:
        if each["state"] == "done" and not each.get("reads_batch"):
            found[each["folder"]] = _numbers(folder / each["folder"], each["run_key"])
    return found


def _numbers(report: Path, run_key: str) -> list[dict[str, Any]]:
    try:
        rows: list[dict[str, Any]] = json.loads((report / "ard.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ReportError(
            f"The data of the report {report.name} cannot be read: {error}. Run the batch again."
        ) from error
    if any(row["run_key"] != run_key for row in rows):
        raise ReportError(
            f"The report {report.name} was made again since the batch's index was written. Run the "
            "batch again, so that its pages agree."
        )
    return rows
