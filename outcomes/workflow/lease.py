"""The lease of a run's process: it lives as long as somebody holds its standard input open.

Whoever starts a run holds the other end. When that process ends, however it ends, the operating
system closes the pipe, and the run ends with its kernel: nothing is left behind.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from contextlib import suppress

#: Process ids of kernels this process has started; each leads a process group.
kernels: set[int] = set()


def end_with_lease() -> None:
    """Wait until nobody holds this process's lease, then end it and its kernels."""
    while os.read(0, 1):
        pass
    for kernel in tuple(kernels):
        _kill(kernel)
    shutil.rmtree(os.environ["TMPDIR"], ignore_errors=True)
    os._exit(1)


if sys.platform == "win32":

    def _kill(kernel: int) -> None:
        with suppress(OSError):
            os.kill(kernel, signal.SIGTERM)
else:

    def _kill(kernel: int) -> None:
        with suppress(ProcessLookupError):
            os.killpg(kernel, signal.SIGKILL)
