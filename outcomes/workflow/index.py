"""The index of a batch, from the records of its runs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from outcomes.analyses.batch_results import batch_results
from outcomes.analyses.families import adjusted_by_report, judge_families
from outcomes.report.index import IndexAbout, IndexEntry, done, render_index
from outcomes.trial.trial import Trial
from outcomes.workflow.folder import State, read_run, replace_text, state
from outcomes.workflow.plan import PlannedRun
from outcomes.workflow.results import read_numbers

_NOT_MADE = {
    "missing": "It was not run yet. Run the batch again.",
    "outdated": "The report behind this title is of other inputs, another plan or other code. "
    "Run the batch again.",
}


def write_index(folder: Path, trial: Trial, runs: tuple[PlannedRun, ...]) -> None:
    """Write ``index.html`` and ``index.json`` over the runs of the plan, and no others."""
    found = [(run, state(folder / run.slug, run.key)) for run in runs]
    about = trial.study.about
    reports = [_row(folder, run, each) for run, each in found]
    content = {"trial": about.id, "title": about.title, "reports": reports}
    adjusted = _adjusted(trial, folder, content)
    entries = [_entry(folder, run, each, adjusted) for run, each in found]
    page = render_index(
        entries,
        IndexAbout(
            title=about.title,
            status=about.status,
            synthetic=about.synthetic,
            data_cut=about.data_cut,
        ),
    )
    replace_text(folder / "index.html", page)
    replace_text(folder / "index.json", json.dumps(content, indent=1, ensure_ascii=False) + "\n")


def _adjusted(
    trial: Trial, folder: Path, content: Mapping[str, Any]
) -> dict[tuple[str, str], float]:
    """Adjust p values within the families that the study file declares, by report and arm."""
    if not trial.study.multiplicity:
        return {}
    results = batch_results(content, read_numbers(folder, content))
    return adjusted_by_report(judge_families(trial.study, results))


def _entry(
    folder: Path, run: PlannedRun, found: State, adjusted: Mapping[tuple[str, str], float]
) -> IndexEntry:
    record = read_run(folder / run.slug) or {}
    link = f"{run.slug}/report.html"
    if found == "done":
        summary = record["summary"]
        headlines = [
            {**each, "adjusted_p_value": adjusted.get((run.slug, each["active"]["id"]))}
            for each in summary.get("headlines", ())
        ]
        return done({**summary, "headlines": headlines}, link=link)
    return IndexEntry(
        status="failed",
        title=run.title,
        link="#failed" if found == "missing" else link,
        role=run.analysis.role if run.analysis else "exploratory",
        analysis=run.analysis.id if run.analysis else "",
        cause=_NOT_MADE.get(found) or record.get("error", {}).get("cause"),
    )


def _row(folder: Path, run: PlannedRun, found: State) -> dict[str, Any]:
    record = read_run(folder / run.slug) or {}
    return {
        "folder": run.slug,
        "state": found,
        "title": run.title,
        "role": run.analysis.role if run.analysis else "exploratory",
        "analysis": run.analysis.id if run.analysis else "",
        "reads_batch": run.reads_batch,
        "notebook": run.notebook.name,
        "parameters": dict(run.parameters),
        "run_key": run.key,
        "seconds": record.get("seconds"),
        "error": record.get("error"),
        "summary": record.get("summary") if found == "done" else None,
    }
