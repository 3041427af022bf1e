"""The library on the terminal says what the declarations say."""

import json

import pytest

import outcomes as oc
from tests.conftest import ROOT
from tests.workflow.command import outcomes


def test_the_list_names_every_instrument():
    done = outcomes("instruments", "list", cwd=ROOT)
    assert done.returncode == 0, done.stderr
    words = set(done.stdout.split())
    assert {key for key in oc.instruments()["key"] if len(key) < 10} <= words


def test_a_topic_leaves_the_others_out():
    done = outcomes("instruments", "list", "--topic", "sleep", cwd=ROOT)
    assert "isi" in done.stdout.split()
    assert "odi" not in done.stdout.split()


def test_a_page_tells_columns_rule_threshold_and_rights():
    done = outcomes("instruments", "show", "bpi", cwd=ROOT)
    text = " ".join(done.stdout.split())
    for part in ("bpi_9a to bpi_9g", "at least 4 of 7 items", "MCID", "permission required"):
        assert part in text


@pytest.mark.parametrize(
    ("words", "message"),
    [(("show", "odix"), "did you mean odi?"), (("list", "--topic", "slep"), "topics are pain")],
)
def test_what_does_not_exist_is_refused(words, message):
    done = outcomes("instruments", *words, cwd=ROOT)
    assert done.returncode == 2
    assert message in done.stderr


@pytest.mark.parametrize(
    ("options", "expected"),
    [((), oc.instrument_specification), (("--fhir",), oc.fhir_questionnaire)],
)
def test_an_export_is_the_json_of_the_declaration(options, expected):
    done = outcomes("instruments", "export", "hit6", *options, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == expected("hit6")
