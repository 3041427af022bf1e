"""Making one report: execute the notebook, render it, write its folder.

Nothing written here is seen as a result before whoever started the process has put the folder in
its place.
"""

from __future__ import annotations

import re
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import papermill
from nbclient.exceptions import DeadKernelError
from papermill.exceptions import PapermillExecutionError

from outcomes.report.provenance import Provenance
from outcomes.report.render import Rendered, render_report
from outcomes.report.write import write_run
from outcomes.trial.trial import InputFile
from outcomes.workflow.folder import FAILURE, write_json
from outcomes.workflow.machine import machine

EXECUTED = "executed.ipynb"


def make_report(request: dict[str, Any]) -> bool:
    """Make the report `request` asks for, or write why that failed; say whether it was made."""
    folder = Path(request["folder"])
    try:
        _make(request, folder)
    except PapermillExecutionError as error:
        failure = {"cause": f"{error.ename}: {error.evalue}", "cell": error.cell_index}
        trace = _plain("\n".join(error.traceback))
        write_json(folder / FAILURE, {**failure, "source": error.source, "traceback": trace})
    except DeadKernelError:
        cause = "The kernel died. Often the machine was out of memory."
        write_json(folder / FAILURE, {"cause": cause})
    except Exception as error:
        write_json(folder / FAILURE, {"cause": f"{type(error).__name__}: {error}"})
        sys.excepthook(*sys.exc_info())
    else:
        return True
    return False


def _make(request: dict[str, Any], folder: Path) -> None:
    started = datetime.now(UTC)
    executed = papermill.execute_notebook(
        request["notebook"],
        str(folder / EXECUTED),
        parameters=request["parameters"],
        engine_name="outcomes",
        progress_bar=False,
        request_save_on_cell_execute=False,
    )
    rendered = render_report(executed, provenance=_provenance(request["provenance"]))
    write_run(folder, rendered, executed, _record(request, rendered, started))


def _provenance(fields: dict[str, Any]) -> Provenance:
    return Provenance(**{**fields, "inputs": tuple(InputFile(**i) for i in fields["inputs"])})


def _record(request: dict[str, Any], rendered: Rendered, started: datetime) -> dict[str, Any]:
    ended = datetime.now(UTC)
    return {
        "status": "ok",
        **request["provenance"],
        "started": started.isoformat(timespec="seconds"),
        "ended": ended.isoformat(timespec="seconds"),
        "seconds": round((ended - started).total_seconds(), 2),
        "machine": machine(),
        "summary": rendered.summary,
    }


def _plain(text: str) -> str:
    """Remove the colours of a terminal."""
    return re.sub(r"\x1b\[[0-9;]*m", "", text)
