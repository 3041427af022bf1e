"""Folders of runs: one writer at a time, whole or absent, never half written."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Literal

from outcomes.errors import ReportError

State = Literal["done", "failed", "outdated", "missing"]

LOCK = ".lock"
#: Where a run that failed says why, until its page is written.
FAILURE = "failure.json"
_NEW, _OLD = ".new-", ".old-"


class LockedError(ReportError):
    """Another process is writing this batch."""


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the lock of a batch folder, made if need be.

    The operating system drops the lock when its holder ends, however it ends.

    Raises
    ------
    LockedError
        If another process holds it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK).open("a+", encoding="utf-8") as handle:
        if not _take(handle):
            raise LockedError(
                f"{folder} is being written by another process ({_holder(folder)}). "
                "Wait until it has ended, or choose another folder with --output."
            )
        handle.seek(0)
        handle.truncate()
        handle.write(f"process {os.getpid()}")
        handle.flush()
        _recover(folder)
        yield


def new_folder(target: Path) -> Path:
    """Make an empty folder beside `target` to write into before `publish`."""
    return Path(tempfile.mkdtemp(prefix=f"{_NEW}{target.name}-", dir=target.parent))


def publish(new: Path, target: Path) -> None:
    """Put a finished folder in its place. A failed run keeps an older good one in `previous`."""
    old = target.with_name(f"{_OLD}{target.name}")
    new.chmod(0o755)  # temporary folders are made for their owner alone
    if target.exists():
        target.rename(old)
    new.rename(target)
    _settle(old, target)


def state(target: Path, key: str) -> State:
    """Say what the folder of a run holds, where the run would now have this key."""
    run = read_run(target)
    if run is None:
        return "missing"
    if run.get("run_key") != key:
        return "outdated"
    complete = run.get("status") == "ok" and (target / "report.html").is_file()
    return "done" if complete and (target / "ard.json").is_file() else "failed"


def read_run(target: Path) -> dict[str, Any] | None:
    """Read ``run.json`` of a run's folder; None where there is none that can be read."""
    try:
        content = json.loads((target / "run.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return content if isinstance(content, dict) else None


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write JSON for people and programs."""
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def replace_text(path: Path, text: str) -> None:
    """Write a file so that readers see the old one or the new one, never a part."""
    new = path.with_name(f"{_NEW}{path.name}")
    new.write_text(text, encoding="utf-8")
    new.replace(path)


def _settle(old: Path, target: Path) -> None:
    """Keep of `old` what is good and not replaced, and remove the rest."""
    if not old.exists():
        return
    if (read_run(target) or {}).get("status") != "ok" and not (target / "previous").exists():
        good = old if (read_run(old) or {}).get("status") == "ok" else old / "previous"
        if good.exists():
            good.rename(target / "previous")
    shutil.rmtree(old, ignore_errors=True)


def _recover(folder: Path) -> None:
    """Finish or undo what a killed process left behind."""
    for old in folder.glob(f"{_OLD}*"):
        target = old.with_name(old.name.removeprefix(_OLD))
        if target.exists():
            _settle(old, target)
        else:
            old.rename(target)
    for new in folder.glob(f"{_NEW}*"):
        shutil.rmtree(new, ignore_errors=True) if new.is_dir() else new.unlink()


def _holder(folder: Path) -> str:
    return (folder / LOCK).read_text(encoding="utf-8") or "unknown"


if sys.platform == "win32":
    import msvcrt

    def _take(handle: IO[str]) -> bool:
        handle.seek(1 << 20)  # a byte nobody reads: Windows forbids reading what is locked
        try:
            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def _take(handle: IO[str]) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
