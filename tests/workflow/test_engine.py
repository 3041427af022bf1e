import os
import subprocess
import sys
from pathlib import Path

import nbformat
import papermill
import pytest

from outcomes.errors import SpecificationError
from outcomes.workflow.environment import FIXED_ENVIRONMENT
from outcomes.workflow.kernel import LONGEST_SOCKET_PATH, kernel_folder
from tests.workflow import tiny

PAPERMILL = Path(sys.executable).with_name("papermill")

SHOW = """
import json, os, sys
print(json.dumps({"study": study, "alpha": alpha, "arm": arm, "cwd": os.getcwd(),
                  "python": sys.executable, "environment": dict(os.environ),
                  "history": get_ipython().history_manager.enabled}))
"""


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A caller's folder with a study file and, below it, a folder with a notebook."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "study.yaml").write_text("about: {}\n")
    tiny.write(tmp_path / "notebooks" / "show.ipynb", SHOW)
    return tmp_path


def execute(**parameters):
    return papermill.execute_notebook(
        "notebooks/show.ipynb",
        "out.ipynb",
        parameters=parameters,
        engine_name="outcomes",
        progress_bar=False,
    )


def test_a_run_gets_its_parameters_folder_interpreter_and_environment(project):
    import json

    seen = json.loads(tiny.printed(execute(study="study.yaml", alpha=0.1)))
    assert (seen["study"], seen["alpha"], seen["arm"]) == ("../study.yaml", 0.1, "007")
    assert seen["cwd"] == str(project / "notebooks")
    assert seen["python"] == sys.executable
    assert FIXED_ENVIRONMENT.items() <= seen["environment"].items()
    assert seen["history"] is False
    assert nbformat.read("out.ipynb", 4).metadata.papermill.parameters.study == "../study.yaml"


@pytest.mark.usefixtures("project")
def test_sockets_are_gone_afterwards(monkeypatch, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    execute()
    assert list(tmp_path.glob("oc-*")) == []


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"alhpa": 0.1}, "did you mean alpha"),
        ({"arm": 7}, "use -r arm 7"),
        ({"study": "nowhere.yaml"}, "no file nowhere.yaml"),
    ],
)
def test_a_refused_run_starts_no_kernel_and_writes_nothing(
    project, monkeypatch, parameters, message
):
    monkeypatch.setattr("outcomes.workflow.execution.start_kernel", None)
    before = sorted(project.rglob("*"))
    with pytest.raises(SpecificationError, match=message):
        execute(**parameters)
    assert sorted(project.rglob("*")) == before


def test_a_notebook_in_another_language_is_refused(project):
    tiny.write(project / "notebooks" / "show.ipynb", language="R")
    with pytest.raises(SpecificationError, match="this is R"):
        execute(alpha=0.1)


@pytest.mark.parametrize(
    ("options", "status", "message"),
    [
        (["-p", "alhpa", "0.1"], 1, "Error: Parameters of show.ipynb: alhpa is not a parameter"),
        (["-p", "arm", "007"], 1, "use -r arm 007 "),
        (["-r", "arm", "007"], 0, ""),
    ],
)
def test_who_types_papermill_gets_one_clear_error(project, options, status, message):
    command = [PAPERMILL, "--engine", "outcomes", "notebooks/show.ipynb", "out.ipynb", *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == status
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert (project / "out.ipynb").exists() is (status == 0)


def test_a_long_folder_for_temporary_files_does_not_break_sockets(monkeypatch, tmp_path):
    long = tmp_path / ("x" * 100)
    long.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(long))
    with kernel_folder() as folder:
        assert len(os.fsencode(folder / "s-1")) < LONGEST_SOCKET_PATH
        assert folder.is_dir()
    assert not folder.exists()


@pytest.mark.parametrize("first", ["outcomes.workflow.engine", "outcomes.workflow.execution"])
def test_the_engine_is_registered_whichever_is_imported_first(first):
    """papermill imports its engines while it is being imported."""
    code = f"import {first}; from papermill.engines import papermill_engines as known; "
    code += "print(known.get_engine('outcomes').__name__)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout == "OutcomesEngine\n", done.stderr
