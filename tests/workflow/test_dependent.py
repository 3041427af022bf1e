"""Reports on a batch: they run last, and again when another report changes."""

import json

import nbformat

from tests.workflow import tiny
from tests.workflow.command import events, outcomes

REPORTS = "  - {notebook: over}\n  - {notebook: show, matrix: {arm: ['1', '2']}}\n"
OVER = tiny.PARAMETERS + 'batch: str = "../reports/tiny-trial"\n'
READ = "import outcomes as oc\nr = oc.read_reports(batch).reports\nprint(*r['report'], *r['state'])"
SHOW = "import pathlib\nprint(arm)\nassert not pathlib.Path(f'broken-{arm}').exists()"


def project(folder):
    made = tiny.project(folder, REPORTS, show=[SHOW])
    tiny.write(made / "notebooks" / "over.ipynb", READ, parameters=OVER)
    return made


def batch(folder, *options):
    return outcomes("batch", "run", "study.yaml", *options, cwd=folder)


def made(folder):
    return folder / "reports" / "tiny-trial"


def read(folder):
    executed = nbformat.read(made(folder) / "over" / "executed.ipynb", as_version=4)
    return tiny.printed(executed).split()


def started(folder):
    return events(made(folder), "started")


def test_a_report_on_the_batch_runs_last_and_again_only_when_another_report_changes(tmp_path):
    folder = project(tmp_path)
    assert batch(folder).returncode == 0
    assert started(folder) == ["show-arm-1", "show-arm-2", "over"]
    assert read(folder) == ["show-arm-1", "show-arm-2", "done", "done"]

    assert batch(folder).returncode == 0
    assert len(started(folder)) == 3
    status = outcomes("batch", "status", "study.yaml", cwd=folder)
    assert status.stdout.splitlines()[-1] == "3 of 3 reports are done."

    (folder / "notebooks" / "broken-2").touch()
    failed = batch(folder, "--force", "--only", "arm=2")
    assert failed.returncode == 1
    # `over` has the parameter arm too, with another value: it was not chosen, so it is outdated.
    status = outcomes("batch", "status", "study.yaml", cwd=folder)
    assert "outdated  over" in status.stdout

    assert batch(folder).returncode == 1
    assert started(folder)[-2:] == ["show-arm-2", "over"]
    assert read(folder) == ["show-arm-1", "show-arm-2", "done", "failed"]

    index = json.loads((made(folder) / "index.json").read_text())
    assert [(r["folder"], r["state"]) for r in index["reports"]] == [
        ("over", "done"),
        ("show-arm-1", "done"),
        ("show-arm-2", "failed"),
    ]


def test_a_single_report_on_a_batch_reads_what_is_there_or_says_that_there_is_none(tmp_path):
    folder = project(tmp_path)
    alone = outcomes("run", "notebooks/over.ipynb", "--study", "study.yaml", cwd=folder)
    assert alone.returncode != 0
    assert "Run the batch first" in alone.stderr
    assert not made(folder).exists()
