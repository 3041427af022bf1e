import json
import os
import signal
import subprocess
import sys

import pytest

from outcomes.workflow.folder import LockedError, locked, new_folder, publish, state


def write(folder, status="ok", key="k", text="report"):
    folder.mkdir(exist_ok=True, parents=True)
    (folder / "run.json").write_text(json.dumps({"status": status, "run_key": key}))
    (folder / "report.html").write_text(text)
    (folder / "ard.json").write_text("[]")
    return folder


def test_states(tmp_path):
    assert state(tmp_path / "none", "k") == "missing"
    assert state(write(tmp_path / "a"), "k") == "done"
    assert state(write(tmp_path / "a"), "other") == "outdated"
    assert state(write(tmp_path / "b", status="failed"), "k") == "failed"
    (tmp_path / "a" / "report.html").unlink()
    assert state(tmp_path / "a", "k") == "failed"
    (tmp_path / "a" / "run.json").write_text("{")
    assert state(tmp_path / "a", "k") == "missing"


def test_a_new_report_replaces_the_old_one(tmp_path):
    target = write(tmp_path / "run", text="old")
    publish(write(new_folder(target), text="new"), target)
    assert (target / "report.html").read_text() == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_a_failure_keeps_the_older_good_report_and_a_second_failure_too(tmp_path):
    target = write(tmp_path / "run", text="good")
    for text in ("failure", "second failure"):
        publish(write(new_folder(target), status="failed", text=text), target)
        assert (target / "report.html").read_text() == text
        assert (target / "previous" / "report.html").read_text() == "good"
    publish(write(new_folder(target), text="better"), target)
    assert not (target / "previous").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_what_a_killed_process_left_is_undone_or_finished(tmp_path):
    write(tmp_path / ".old-first", text="good")
    write(tmp_path / ".old-second", text="good")
    write(tmp_path / "second", status="failed")
    write(tmp_path / ".new-third-abc")
    with locked(tmp_path):
        found = sorted(path.name for path in tmp_path.iterdir())
    assert found == [".lock", "first", "second"]
    assert (tmp_path / "second" / "previous" / "report.html").read_text() == "good"


HOLD = """
import sys, time
from pathlib import Path
from outcomes.workflow.folder import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_lock_ends_with_its_holder_however_that_ends(tmp_path):
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as holder:
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(LockedError, match=f"process {holder.pid}"), locked(tmp_path):
            pass
        os.kill(holder.pid, signal.SIGKILL)
        holder.wait()
        with locked(tmp_path):
            assert (tmp_path / ".lock").read_text() == f"process {os.getpid()}"
