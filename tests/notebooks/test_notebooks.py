"""Every notebook runs as it is on the sample trial, and twice the same."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from outcomes.workflow.parameters import read_parameters
from tests.workflow.command import everything, outcomes

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))

#: Hold times and machines, and are not promised to be the same.
VARYING = {"run.json", "executed.ipynb"}


def report(notebook, output):
    """Make a notebook's report with its own defaults; returns its folder.

    A report on a batch has one other report to read; the rest of the plan is not made.
    """
    if "batch" in read_parameters(notebook).names:
        study = ROOT / "data" / "sample" / "study.yaml"
        outcomes(
            "batch", "run", study, "--only", "notebook=03_ancova", "--output", output, cwd=ROOT
        )
    done = outcomes("run", notebook.relative_to(ROOT), "--output", output, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    return Path(done.stdout.splitlines()[-1]).parent


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_as_it_is_and_two_runs_give_the_same_bytes(notebook, tmp_path):
    first = report(notebook, tmp_path / "first")
    second = report(notebook, tmp_path / "second")
    once, twice = everything(first), everything(second)
    assert once.keys() == twice.keys()
    assert [name for name in once if name not in VARYING and once[name] != twice[name]] == []
    assert json.loads(once["ard.json"]), "a report without numbers"
    assert str(ROOT).encode() not in once["report.html"]
    executed = json.loads(once["executed.ipynb"])
    outputs = [o for cell in executed["cells"] for o in cell.get("outputs", [])]
    assert [o for o in outputs if o["output_type"] in ("stream", "error")] == []


def test_papermill_runs_a_notebook_with_a_parameter(tmp_path):
    papermill = Path(sys.executable).with_name("papermill")
    notebook, out = "notebooks/03_primary_mmrm.ipynb", tmp_path / "out.ipynb"
    command = [papermill, "--engine", "outcomes", notebook, out, "-p", "instrument", "odi"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    executed = json.loads(out.read_text())
    injected = [c for c in executed["cells"] if "injected-parameters" in c["metadata"]["tags"]]
    assert "".join(injected[0]["source"]) == '# Parameters\ninstrument = "odi"\n'


def test_what_the_plan_declares_is_checked_against_the_notebooks():
    done = outcomes("batch", "plan", "data/sample/study.yaml", cwd=ROOT)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) >= 12


@pytest.mark.parametrize(
    ("parameter", "message"),
    [
        (("instrument", "oid"), "did you mean odi?"),
        (("visit", "baseline"), "week26"),
        (("covariance", "unstructred"), "did you mean unstructured?"),
        (("analysis", "response_nrs_30"), "response_nrs_30"),
    ],
)
def test_what_the_study_does_not_declare_is_refused_before_a_kernel_starts(
    tmp_path, parameter, message
):
    notebook = "notebooks/03_primary_mmrm.ipynb"
    done = outcomes("run", notebook, "-p", *parameter, "--output", tmp_path, cwd=ROOT)
    assert done.returncode == 2, done.stdout + done.stderr
    assert message in done.stderr
    assert list(tmp_path.iterdir()) == []
