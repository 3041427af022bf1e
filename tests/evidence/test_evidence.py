"""The committed evidence is as old as its code, agrees with theory, and runs."""

import pytest

from tests.evidence import runner

STUDIES = runner.studies()


def test_there_is_evidence():
    assert STUDIES


@pytest.mark.parametrize("name", STUDIES)
def test_committed_evidence_belongs_to_this_code(name):
    result = runner.stored(name)
    assert result is not None, f"no result of {name}: run make evidence"
    assert result["code"] == runner.code_hash(name), f"{name} is older than its code: make evidence"


@pytest.mark.parametrize("name", STUDIES)
def test_committed_evidence_agrees_with_theory(name):
    assert runner.study(name).complaints(runner.stored(name)["summary"]) == []


@pytest.mark.parametrize("name", STUDIES)
def test_a_reduced_version_runs_and_agrees_with_theory(name):
    study = runner.study(name)
    replicates = runner.replicates(name, index=0, size=max(20, study.CHUNK_SIZE // 10))
    assert study.complaints(study.summarise(replicates)) == []
