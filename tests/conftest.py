"""Shared by all tests: where the checkout is, and what becomes of skips in CI."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parent.parent

# The same examples in every run, so that a change alone makes a test fail. New ones are looked for
# with --hypothesis-profile=explore; what fails there is kept as an @example.
settings.register_profile("fixed", derandomize=True)
settings.register_profile("explore", derandomize=False)
settings.load_profile("fixed")


@pytest.fixture(scope="session")
def root() -> Path:
    """Folder of the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def trial_data() -> Path:
    """Folder with the public trial data; skips, saying why, where there is none."""
    folder = os.environ.get("OUTCOMES_TRIAL_DATA")
    if not folder:
        pytest.skip("OUTCOMES_TRIAL_DATA is not set: it names the folder of the public trial data")
    return Path(folder)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport():
    """With OUTCOMES_NO_SKIPS a skipped test fails, so that CI cannot pass by skipping."""
    report = yield
    if report.skipped and os.environ.get("OUTCOMES_NO_SKIPS") and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, and OUTCOMES_NO_SKIPS is set: {report.longrepr}"
    return report
