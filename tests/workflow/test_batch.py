import json
import os
import signal
import sys

import pytest

from tests.workflow import tiny
from tests.workflow.command import (
    events,
    everything,
    outcomes,
    processes_in,
    refusal,
    start,
    wait_until,
)

THREE = "  - {notebook: show, matrix: {arm: ['1', '2', '3']}}\n"
NAMES = ["show-arm-1", "show-arm-2", "show-arm-3"]

linux = pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")


@pytest.fixture
def project(tmp_path):
    return tiny.project(tmp_path, THREE, show=["print(arm)"])


@pytest.fixture
def slow(tmp_path):
    """Three runs, each of which waits until a file of its name is there."""
    wait = "import pathlib, time\nwhile not pathlib.Path(f'go-{arm}').exists(): time.sleep(0.05)"
    return tiny.project(tmp_path, THREE, show=[wait])


def batch(project, *options):
    return outcomes("batch", "run", "study.yaml", *options, cwd=project)


def made(project):
    return project / "reports" / "tiny-trial"


def modified(project):
    return {name: (made(project) / name / "run.json").stat().st_mtime_ns for name in NAMES}


def test_a_batch_writes_whole_folders_and_running_it_again_executes_only_what_changed(project):
    first = batch(project, "-j", "2")
    assert first.returncode == 0, first.stdout + first.stderr
    assert first.stdout.splitlines()[-1] == "reports/tiny-trial/index.html"
    for name in NAMES:
        files = {path.name for path in (made(project) / name).iterdir()}
        assert files == {
            *("report.html", "executed.ipynb", "ard.json", "ard.csv", "run.json", "figures"),
        }
    before = modified(project)

    again = batch(project)
    assert again.returncode == 0
    assert "Nothing to run: 3 of 3 reports are up to date." in again.stdout
    assert modified(project) == before
    assert len(events(made(project), "started")) == 3

    study = project / "study.yaml"
    study.write_text(f"# a comment\n{study.read_text()}  - {{notebook: show}}\n")
    extended = batch(project)
    assert "1 of 4 reports to make" in extended.stdout
    assert modified(project) == before

    subjects = project / "subjects.csv"
    subjects.write_text(subjects.read_text() + "008,yoga\n")
    status = outcomes("batch", "status", "study.yaml", cwd=project)
    assert status.returncode == 1
    assert "0 of 4 reports are done" in status.stdout


def test_a_failed_run_has_a_page_and_the_others_go_on(tmp_path):
    reports = "  - {notebook: sometimes, matrix: {arm: ['1', '2']}}\n"
    project = tiny.project(tmp_path, reports, sometimes=["x = 1", "1 / (int(arm) - 1)"])
    done = batch(project, "-j", "2")
    assert done.returncode == 1
    page = (made(project) / "sometimes-arm-1" / "report.html").read_text()
    for said in ("ZeroDivisionError", "cell 4", "1 / (int(arm) - 1)", "outcomes run notebooks/"):
        assert said in page
    record = json.loads((made(project) / "sometimes-arm-1" / "run.json").read_text())
    assert record["status"] == "failed"
    assert record["error"] == {"cause": "ZeroDivisionError: division by zero", "cell": 3}
    index = json.loads((made(project) / "index.json").read_text())
    assert [report["state"] for report in index["reports"]] == ["failed", "done"]
    assert "ZeroDivisionError" in (made(project) / "index.html").read_text()

    retried = batch(project, "--failed")
    assert "1 of 2 reports to make" in retried.stdout
    assert events(made(project), "started").count("sometimes-arm-2") == 1


def test_fail_fast_starts_nothing_after_a_failure(tmp_path):
    project = tiny.project(tmp_path, THREE, show=["1 / 0"])
    assert batch(project, "--fail-fast").returncode == 1
    assert events(made(project), "started") == ["show-arm-1"]


def test_only_runs_what_is_named(project):
    assert batch(project, "--only", "arm=2").returncode == 0
    assert events(made(project), "started") == ["show-arm-2"]
    assert "not run yet" in (made(project) / "index.html").read_text()
    refused = batch(project, "--only", "arms=2")
    assert refused.returncode == 2
    assert "did you mean arm?" in refused.stderr


@linux
def test_a_run_that_takes_too_long_is_stopped_with_its_kernel(slow):
    (slow / "notebooks" / "go-1").touch()
    (slow / "notebooks" / "go-3").touch()
    done = batch(slow, "-j", "3", "--timeout", "25")
    assert done.returncode == 1
    assert events(made(slow), "failed") == ["show-arm-2"]
    assert "stopped after 25 seconds" in (made(slow) / "show-arm-2" / "report.html").read_text()
    assert processes_in(slow) == []


@linux
def test_after_a_kill_nothing_is_left_running_and_only_what_was_missing_is_run(slow):
    (slow / "notebooks" / "go-1").touch()
    running = start("batch", "run", "study.yaml", "-j", "2", cwd=slow)
    wait_until(lambda: len(events(made(slow), "started")) == 3)
    assert outcomes("batch", "run", "study.yaml", cwd=slow).returncode == 3
    os.kill(running.pid, signal.SIGKILL)
    running.communicate()
    wait_until(lambda: processes_in(slow) == [], seconds=5)
    plan = outcomes("batch", "plan", "study.yaml", cwd=slow).stdout.split()
    assert [plan.count("done"), plan.count("(missing)")] == [1, 2]

    for arm in (2, 3):
        (slow / "notebooks" / f"go-{arm}").touch()
    assert batch(slow, "-j", "2").returncode == 0
    assert sorted(events(made(slow), "ok")) == NAMES
    assert [path.name for path in made(slow).glob(".*")] == [".lock"]


@linux
def test_an_interruption_keeps_what_is_done_and_stops_the_rest(slow):
    (slow / "notebooks" / "go-1").touch()
    running = start("batch", "run", "study.yaml", "-j", "2", cwd=slow)
    wait_until(lambda: len(events(made(slow), "started")) == 3)
    os.kill(running.pid, signal.SIGINT)
    said, _ = running.communicate()
    assert running.returncode == 130
    assert b"run again to go on" in said
    assert processes_in(slow) == []
    assert sorted(path.name for path in made(slow).iterdir()) == [
        *(".lock", "batch.log.jsonl", "index.html", "index.json", "show-arm-1"),
    ]


def test_reports_that_left_the_plan_are_left_alone_and_not_listed(project):
    batch(project)
    study = project / "study.yaml"
    study.write_text(study.read_text().replace("'1', '2', '3'", "'1', '2'"))
    again = batch(project)
    assert again.returncode == 0
    assert "no longer in the plan: show-arm-3" in again.stdout
    assert (made(project) / "show-arm-3" / "report.html").exists()
    assert "show-arm-3" not in (made(project) / "index.html").read_text()


def test_a_failure_keeps_the_last_good_report_aside(project):
    batch(project, "--only", "arm=1")
    good = (made(project) / "show-arm-1" / "report.html").read_bytes()
    tiny.write(project / "notebooks" / "show.ipynb", "1 / 0")
    assert batch(project, "--only", "arm=1").returncode == 1
    run = made(project) / "show-arm-1"
    assert (run / "previous" / "report.html").read_bytes() == good
    assert "previous/report.html" in (run / "report.html").read_text()
    assert not (run / "ard.json").exists()


def replace(name, old, new):
    def change(project):
        path = project / name
        assert old in path.read_text()
        path.write_text(path.read_text().replace(old, new))

    return change


BAD_INPUT = {
    "study file with a misspelt key": (replace("study.yaml", "seed:", "sede:"), "seed"),
    "arm not in data": (replace("subjects.csv", "yoga", "swimming"), "swimming"),
    "duplicate subject-visit": (replace("measures.csv", "001,start", "000,start"), "000"),
    "measure out of range": (replace("measures.csv", "000,start,0", "000,start,77"), "77"),
    "empty file": (lambda project: (project / "subjects.csv").write_text(""), "subjects.csv"),
    "misspelt parameter": (replace("study.yaml", "{arm:", "{amr:"), "did you mean arm"),
    "number for text": (replace("study.yaml", "['1', '2', '3']", "[7]"), "arm"),
    "unknown analysis": (
        replace("study.yaml", "{arm: ['1', '2', '3']}", "{analysis: [mian]}"),
        "main",
    ),
    "unknown notebook": (replace("study.yaml", "notebook: show", "notebook: shwo"), "shwo"),
    "a value twice": (replace("study.yaml", "'1', '2'", "'1', '1'"), "twice"),
    "the same report twice": (
        lambda project: (project / "study.yaml").write_text(
            f"{tiny.STUDY}reports:\n{THREE}  - {{notebook: show, parameters: {{arm: '2'}}}}\n"
        ),
        "show-arm-2 is listed 2 times",
    ),
}


@pytest.mark.parametrize("case", BAD_INPUT)
def test_bad_input_is_refused_before_anything_is_written(project, monkeypatch, capsys, case):
    change, message = BAD_INPUT[case]
    change(project)
    before = everything(project)
    status, said = refusal(monkeypatch, capsys, "batch", "run", "study.yaml", cwd=project)
    assert (status, said.count("Error: ")) == (2, 1)
    assert message in said
    assert everything(project) == before


def test_eight_at_once_all_succeed(tmp_path):
    """Kernels that share sockets, ports or a history fail here more often than not."""
    reports = f"  - {{notebook: show, matrix: {{arm: {[str(i) for i in range(8)]}}}}}\n"
    project = tiny.project(tmp_path, reports, show=["print(arm)"])
    done = batch(project, "-j", "8")
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(events(made(project), "ok")) == 8
