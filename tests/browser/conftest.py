"""Chromium, and pages made by a real batch run on the sample trial."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright
from ruamel.yaml import YAML

from outcomes.report.index import Failure, IndexAbout, IndexEntry, render_failure, render_index
from tests.conftest import ROOT

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NOTEBOOKS = tuple(sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb")))
LONG = "A-word-that-does-not-break-" * 6

# Without a sandbox it runs as root in containers; the rest keeps it from asking the network.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def browser():
    """Headless Chromium of this machine; skips, saying why, where there is none."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.skip(f"No Chromium on this machine (looked for {', '.join(NAMES)})")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def pages(root: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Pages to look at, by name: index, a failure, and one report of each notebook."""
    folder = tmp_path_factory.mktemp("pages")
    study = _one_report_of_each_notebook(root / "data" / "sample", folder)
    command = [Path(sys.executable).with_name("outcomes"), "batch", "run", study, "-j", "2"]
    where = ["--output", folder / "reports", "--notebooks", root / "notebooks"]
    run = subprocess.run([*command, *where], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    index = Path(run.stdout.strip().splitlines()[-1])
    found = {name: next(index.parent.glob(f"{name}*/report.html")) for name in NOTEBOOKS}
    return {"index": index, **found, **_failures(folder)}


def _one_report_of_each_notebook(sample: Path, folder: Path) -> Path:
    """Write the sample's study file with the first report of each notebook, and its path."""
    yaml = YAML()
    study = yaml.load(sample / "study.yaml")
    for entry in study["reports"]:
        if "matrix" in entry:
            entry["matrix"] = {name: values[:1] for name, values in entry["matrix"].items()}
    study["data"]["folder"] = str(sample)
    yaml.dump(study, folder / "study.yaml")
    return folder / "study.yaml"


def _failures(folder: Path) -> dict[str, Path]:
    """Write pages that a batch without failures does not have, with words that do not break."""
    failure = Failure(
        title=f"Report of {LONG}",
        notebook="03_primary_mmrm.ipynb",
        cause=f"SpecificationError: {LONG}",
        cell=3,
        source=f"result = analyse('{LONG}')",
        traceback=LONG,
        parameters={"study": LONG, "visit": None},
        rerun=f"outcomes run {LONG}",
    )
    entries = [
        IndexEntry(status="failed", title=LONG, link="failure.html", cause=LONG),
        IndexEntry(status="done", title=LONG, link="failure.html", warnings=1, draft=True),
    ]
    about = IndexAbout(title=LONG, status="final", synthetic=True, batch=LONG, data_cut=LONG)
    texts = {"failure": render_failure(failure), "failed_index": render_index(entries, about)}
    for name, text in texts.items():
        (folder / f"{name}.html").write_text(text, encoding="utf-8")
    return {name: folder / f"{name}.html" for name in texts}
