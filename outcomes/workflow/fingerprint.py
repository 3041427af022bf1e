"""What a result rests on besides its data: this package's code, the lock and the libraries."""

from __future__ import annotations

import hashlib
import json
import platform
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

from outcomes.trial.study import Study
from outcomes.trial.trial import InputFile

LIBRARIES = (
    "formulaic",
    "lifelines",
    "matplotlib",
    "numpy",
    "pandas",
    "pingouin",
    "scipy",
    "statsmodels",
)
LOCK = "requirements.lock"


@dataclass(frozen=True, kw_only=True, slots=True)
class Fingerprint:
    """The software a result is made with. `lock_sha256` and `commit` None: not found."""

    package_version: str
    package_sha256: str
    libraries: Mapping[str, str]
    lock_sha256: str | None
    commit: str | None


@cache
def fingerprint(folder: Path) -> Fingerprint:
    """Identify the software as seen from `folder`: the lock and commit are of its checkout."""
    lock = next((p / LOCK for p in (folder, *folder.parents) if (p / LOCK).is_file()), None)
    return Fingerprint(
        package_version=version("outcomes-toolkit"),
        package_sha256=_package_sha256(),
        libraries={"python": platform.python_version(), **{n: version(n) for n in LIBRARIES}},
        lock_sha256=_sha256(lock) if lock else None,
        commit=_commit(folder),
    )


def run_key(
    *,
    notebook_sha256: str,
    study: Study,
    parameters: Mapping[str, Any],
    inputs: tuple[InputFile, ...],
    software: Fingerprint,
) -> str:
    """Identify a run by everything its numbers and its text rest on.

    Not part of it: where files are, the list of reports in the study file, the study file's
    comments, and the commit, since the hash of the package's files says more.

    Returns
    -------
    str
        SHA-256 in hexadecimal.
    """
    content = {
        "notebook": notebook_sha256,
        "plan": repr(replace(study, reports=())),
        "parameters": dict(parameters),
        "inputs": [(each.role, each.sha256) for each in inputs if each.role != "study"],
        "package": software.package_sha256,
        "lock": software.lock_sha256,
        "libraries": dict(software.libraries),
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _package_sha256() -> str:
    root = Path(str(files("outcomes")))
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(f"{path.relative_to(root).as_posix()} {_sha256(path)}\n".encode())
    return digest.hexdigest()


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _commit(folder: Path) -> str | None:
    """Commit of the checkout `folder` is in, marked where files differ from it."""
    git = shutil.which("git")
    head = _git(git, folder, "rev-parse", "HEAD") if git else None
    if not git or not head:
        return None
    changed = _git(git, folder, "status", "--porcelain", "--untracked-files=no")
    return f"{head} with local changes" if changed else head


def _git(git: str, folder: Path, *arguments: str) -> str | None:
    command = [git, "-C", str(folder), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    return done.stdout.strip() if done.returncode == 0 else None
