"""The machine a run was made on, for ``run.json`` and nowhere else."""

from __future__ import annotations

import platform


def machine() -> dict[str, str]:
    """Describe this machine in a few words."""
    return {
        "host": platform.node(),
        "system": platform.platform(),
        "processor": platform.machine(),
        "python": platform.python_version(),
    }
