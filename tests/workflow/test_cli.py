import pytest

from tests.workflow import tiny
from tests.workflow.command import everything, outcomes, refusal


@pytest.fixture
def project(tmp_path):
    return tiny.project(tmp_path, "  - {notebook: show}\n", show=["print(study, alpha)"])


def test_check_sums_up_a_study(project):
    done = outcomes("check", "study.yaml", cwd=project)
    assert done.returncode == 0
    for said in ("A tiny trial", "Yoga 4", "16 of 16", "subjects.csv: 8 rows"):
        assert said in done.stdout


def test_params_lists_what_a_notebook_takes(project):
    done = outcomes("params", "notebooks/show.ipynb", cwd=project)
    assert "alpha: float = 0.05\n    two-sided level; allowed: above 0 and below 1" in done.stdout


def test_run_makes_one_report_and_prints_its_path(project):
    options = ["--study", "study.yaml", "-p", "alpha", "0.1"]
    done = outcomes("run", "notebooks/show.ipynb", *options, cwd=project)
    assert done.returncode == 0, done.stdout + done.stderr
    path = project / done.stdout.splitlines()[-1]
    assert "../study.yaml 0.1" in path.read_text()
    assert path.parent == project / "reports" / "tiny-trial" / "show-alpha-0.1"


def test_without_a_study_the_notebooks_own_is_read(project):
    (project / "study.yaml").rename(project / "notebooks" / "study.yaml")
    for name in ("subjects.csv", "measures.csv"):
        (project / name).rename(project / "notebooks" / name)
    assert outcomes("run", "notebooks/show.ipynb", cwd=project).returncode == 0


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["-p", "alhpa", "0.1"], "did you mean alpha?"),
        (["-p", "arm", "007"], "use -r arm 007"),
        (["-p", "alpha", "5"], "above 0 and below 1"),
        (["-p", "analysis", "mian"], "did you mean main?"),
        (["--study", "nowhere.yaml"], "nowhere.yaml"),
        (["-p", "alpha"], "a value is missing"),
    ],
)
def test_a_refused_run_writes_nothing(project, monkeypatch, capsys, options, message):
    before = everything(project)
    study = [] if "--study" in options else ["--study", "study.yaml"]
    command = ("run", "notebooks/show.ipynb", *study, *options)
    status, said = refusal(monkeypatch, capsys, *command, cwd=project)
    assert (status, said.count("Error: ")) == (2, 1)
    assert message in said
    assert everything(project) == before


def test_version_and_help_say_what_there_is(tmp_path):
    assert outcomes("--version", cwd=tmp_path).stdout == "outcomes 0.1.0\n"
    said = outcomes("--help", cwd=tmp_path).stdout
    assert all(command in said for command in ("check", "simulate", "params", "run", "batch"))
