"""One run in one process of its own, which ends when its lease ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from outcomes.workflow.environment import FIXED_ENVIRONMENT

#: How long a run may take to end its kernel and itself when asked.
GRACE_SECONDS = 5.0


@dataclass(frozen=True, kw_only=True, slots=True)
class RunProcess:
    """A run under way, writing into `folder`. Its standard input is its lease."""

    process: subprocess.Popen[bytes]
    folder: Path
    started: float

    @property
    def ended(self) -> bool:
        """Whether the process has ended by itself."""
        return self.process.poll() is not None

    @property
    def seconds(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self.started

    def stop(self) -> None:
        """End the process and its kernel, and wait until both are gone."""
        if self.process.stdin:
            self.process.stdin.close()
        try:
            self.process.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            _kill_group(self.process)
            self.process.wait()


def start_run(request: Mapping[str, Any], folder: Path, shared: Path) -> RunProcess:
    """Start the process of one run.

    Parameters
    ----------
    request : mapping
        What `outcomes.workflow.worker` is to do, in plain values.
    folder : Path
        Empty folder the run writes into.
    shared : Path
        Folder from `shared_folder`.
    """
    with (folder / "run.log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 this interpreter, this package
            [sys.executable, "-m", "outcomes.workflow.worker", json.dumps(dict(request))],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=_environment(shared),
            start_new_session=True,
        )
    return RunProcess(process=process, folder=folder, started=time.monotonic())


@contextmanager
def shared_folder() -> Iterator[Path]:
    """Make what the runs of a batch share: a folder for sockets, and a warm cache of fonts.

    Without it eight kernels would look through the machine's fonts and write one cache at once.
    """
    with tempfile.TemporaryDirectory(prefix="oc-", ignore_cleanup_errors=True) as name:
        shared = Path(name)
        subprocess.run(
            [sys.executable, "-c", "import matplotlib.font_manager"],
            env=_environment(shared),
            stderr=subprocess.DEVNULL,
            check=False,  # a figure will say what is wrong, if it is
        )
        yield shared


def _environment(shared: Path) -> dict[str, str]:
    return {
        **os.environ,
        **FIXED_ENVIRONMENT,
        "TMPDIR": str(shared),
        "MPLCONFIGDIR": str(shared / "matplotlib"),
    }


if sys.platform == "win32":

    def _kill_group(process: subprocess.Popen[bytes]) -> None:
        process.kill()

else:

    def _kill_group(process: subprocess.Popen[bytes]) -> None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
