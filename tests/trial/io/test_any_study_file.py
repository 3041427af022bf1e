"""Whatever stands in a study file, it is read or refused, and never fails otherwise."""

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from outcomes.errors import SpecificationError
from outcomes.trial.io.study_file import read_study
from outcomes.trial.study import Study
from tests.trial.studies import KINDS, STUDY

VALUES = st.sampled_from(
    [
        None,
        True,
        0,
        -1,
        1.5,
        10**30,
        "",
        " ",
        "x",
        "a/b",
        "arm",
        [],
        [[]],
        {},
        {"x": 1},
        [None],
        "/",
    ]
)


def _places(content, place=()):
    yield place
    if isinstance(content, (dict, list)):
        pairs = content.items() if isinstance(content, dict) else enumerate(content)
        for key, value in pairs:
            yield from _places(value, (*place, key))


def _replaced(content, place, value):
    if not place:
        return value
    copy = dict(content) if isinstance(content, dict) else list(content)
    copy[place[0]] = _replaced(copy[place[0]], place[1:], value)
    return copy


PLAIN = YAML(typ="safe").load(STUDY)
PLACES = list(_places(PLAIN))


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(place=st.sampled_from(PLACES), value=VALUES)
def test_a_value_of_any_type_anywhere_is_read_or_refused(tmp_path, place, value):
    path = tmp_path / "study.yaml"
    path.write_text(json.dumps(_replaced(PLAIN, place, value)), encoding="utf-8")
    try:
        study = read_study(path, KINDS)
    except SpecificationError as error:
        message = str(error)
    else:
        assert isinstance(study, Study)
        return
    assert "study.yaml:1:" in message
