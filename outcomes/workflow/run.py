"""One run from start to its published folder."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from outcomes.report.index import Failure, render_failure
from outcomes.trial.trial import Trial
from outcomes.workflow.dependent import batch_as_seen
from outcomes.workflow.folder import (
    FAILURE,
    new_folder,
    publish,
    read_run,
    write_json,
)
from outcomes.workflow.machine import machine
from outcomes.workflow.plan import PlannedRun
from outcomes.workflow.process import RunProcess, start_run

Result = Literal["ok", "failed"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Running:
    """A planned run under way: what, by which process, for which folder."""

    run: PlannedRun
    process: RunProcess
    started: datetime
    target: Path
    provenance: Mapping[str, Any]


def start(run: PlannedRun, trial: Trial, batch: Path, shared: Path) -> Running:
    """Start `run`; what it writes is seen in `batch` only after `finish`."""
    target = batch / run.slug
    folder = new_folder(target)
    provenance = _provenance(run, trial)
    read = {"batch": batch_as_seen(run, batch)} if run.reads_batch else {}
    request = {
        "notebook": str(run.notebook),
        "folder": str(folder),
        "parameters": {**read, **run.parameters, "study": os.path.relpath(run.study)},
        "provenance": provenance,
    }
    process = start_run(request, folder, shared)
    return Running(
        run=run, process=process, started=datetime.now(UTC), target=target, provenance=provenance
    )


def finish(running: Running, *, timed_out_after: float | None = None) -> Result:
    """Put what an ended run wrote in its place: its report, or a page that says why it failed."""
    folder = running.process.folder
    record = read_run(folder)
    if running.process.process.returncode == 0 and record and timed_out_after is None:
        (folder / "run.log").unlink()
        publish(folder, running.target)
        return "ok"
    failure = _failure(running, timed_out_after)
    _write_failure(running, failure)
    publish(folder, running.target)
    return "failed"


def abandon(running: Running) -> None:
    """Stop a run and forget what it wrote."""
    running.process.stop()
    shutil.rmtree(running.process.folder, ignore_errors=True)


def _provenance(run: PlannedRun, trial: Trial) -> dict[str, Any]:
    return {
        "notebook": run.notebook.name,
        "parameters": dict(run.filled),
        "run_key": run.key,
        "package_version": run.software.package_version,
        "rerun": run.rerun,
        "inputs": [asdict(source) for source in trial.sources],
        "seed": trial.study.seed,
        "commit": run.software.commit,
        "lock_sha256": run.software.lock_sha256,
        "libraries": dict(run.software.libraries),
    }


def _failure(running: Running, timed_out_after: float | None) -> dict[str, Any]:
    if timed_out_after is not None:
        return {"cause": f"The run was stopped after {timed_out_after:g} seconds (--timeout)."}
    try:
        failure: dict[str, Any] = json.loads(
            (running.process.folder / FAILURE).read_text(encoding="utf-8")
        )
    except (OSError, ValueError):
        code = running.process.process.returncode
        return {"cause": f"The run's process ended with status {code}; run.log may say why."}
    return failure


def _write_failure(running: Running, failure: dict[str, Any]) -> None:
    """Write the page and the record of a run that failed; an older good report stays beside it."""
    folder, run = running.process.folder, running.run
    page = Failure(
        title=run.title,
        notebook=run.notebook.name,
        parameters=run.filled,
        rerun=run.rerun,
        **{**failure, "cause": f"{failure['cause']}{_kept(running.target)}"},
    )
    record = {
        "status": "failed",
        "error": {"cause": failure["cause"], "cell": failure.get("cell")},
        "started": running.started.isoformat(timespec="seconds"),
        "seconds": round(running.process.seconds, 2),
        "machine": machine(),
        **running.provenance,
    }
    (folder / "report.html").write_text(render_failure(page), encoding="utf-8", newline="\n")
    write_json(folder / "run.json", record)
    (folder / FAILURE).unlink(missing_ok=True)


def _kept(target: Path) -> str:
    """Say where the older good report will be, if there is one."""
    older = (read_run(target) or {}).get("status") == "ok" or (target / "previous").exists()
    return (
        "\nThe last report that was made is kept in previous/report.html; it is not of the "
        "present inputs, plan and code unless its run key says so."
        if older
        else ""
    )
