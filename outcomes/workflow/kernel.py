"""The kernel a notebook runs in: this interpreter, one thread, no settings from elsewhere."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from jupyter_core.utils import run_sync

from outcomes.workflow.environment import FIXED_ENVIRONMENT

#: Unix allows a little more than 100 bytes for the path of a socket.
LONGEST_SOCKET_PATH = 100


class ThisInterpreter(KernelSpecManager):
    """Finds one kernel, whatever its name: the interpreter that runs this process.

    An installed kernel specification called ``python3`` may belong to another environment.
    """

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """Return the specification of this interpreter's kernel."""
        return KernelSpec(
            argv=[sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
            display_name=kernel_name,
            language="python",
        )


@contextmanager
def kernel_folder() -> Iterator[Path]:
    """Make a fresh folder for one kernel's sockets and settings, removed at the end.

    Sockets in one shared folder collide when several kernels start at once.
    """
    folder = Path(tempfile.mkdtemp(prefix="oc-"))
    if len(os.fsencode(folder / "s-1")) >= LONGEST_SOCKET_PATH:
        folder.rmdir()
        folder = Path(tempfile.mkdtemp(prefix="oc-", dir="/tmp"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def kernel_manager(folder: Path) -> AsyncKernelManager:
    """Make a manager whose kernel talks through sockets in `folder`; through TCP on Windows."""
    manager = AsyncKernelManager(
        kernel_spec_manager=ThisInterpreter(), connection_file=str(folder / "kernel.json")
    )
    if os.name != "nt":
        manager.transport = "ipc"
        manager.ip = str(folder / "s")
    return manager


def kernel_environment(folder: Path) -> dict[str, str]:
    """Set what a kernel must not take over from here; its IPython profile in `folder` is empty."""
    return {**os.environ, **FIXED_ENVIRONMENT, "IPYTHONDIR": str(folder / "ipython")}


def start_kernel(manager: AsyncKernelManager, *, cwd: Path, environment: dict[str, str]) -> None:
    """Start the kernel in folder `cwd`; it keeps no history, which kernels would share."""
    run_sync(manager.start_kernel)(
        cwd=str(cwd), env=environment, extra_arguments=["--HistoryManager.enabled=False"]
    )


def kernel_process(manager: AsyncKernelManager) -> int:
    """Return the process id of the started kernel, which leads its own process group."""
    return int(getattr(manager.provisioner, "pid"))  # noqa: B009 not part of the declared type
