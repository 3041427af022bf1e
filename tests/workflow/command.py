"""Running the command line as people do, and looking at what it leaves behind."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from outcomes.workflow.cli import main

OUTCOMES = Path(sys.executable).with_name("outcomes")


def outcomes(*arguments, cwd):
    """Run ``outcomes`` to its end."""
    command = [OUTCOMES, *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


def refusal(monkeypatch, capsys, *arguments, cwd):
    """Exit status and message of a command that is refused, without a process of its own."""
    monkeypatch.chdir(cwd)
    monkeypatch.setattr(sys, "argv", ["outcomes", *map(str, arguments)])
    with pytest.raises(SystemExit) as ended:
        main()
    return ended.value.code, capsys.readouterr().err


def start(*arguments, cwd):
    """Start ``outcomes`` and go on."""
    command = [OUTCOMES, *map(str, arguments)]
    return subprocess.Popen(command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def events(folder, name):
    """Runs named by the events of this name in a batch's log."""
    path = folder / "batch.log.jsonl"
    lines = path.read_text().splitlines() if path.exists() else []
    return [e.get("run") for e in map(json.loads, lines) if e["event"] == name]


def wait_until(condition, seconds=60):
    """Wait until `condition()` holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def processes_in(folder):
    """Command lines of living processes whose current folder is in `folder` (Linux)."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "cwd").resolve().is_relative_to(folder):
                found.append((process / "cmdline").read_text().replace("\0", " "))
        except OSError:
            continue
    return found


def everything(folder):
    """Content of every file below `folder`."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
