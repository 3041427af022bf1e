"""A hierarchy of a trial's outcomes: levels by hand, treatment groups, and what is refused."""

from dataclasses import replace

import pytest

import outcomes as oc
from outcomes.analyses.composite import Composite
from outcomes.analyses.composite_levels import CompositeLevel
from outcomes.errors import SpecificationError
from outcomes.models.win_levels import BinaryLevel, ContinuousLevel
from outcomes.models.win_ratio import win_ratio
from tests.conftest import ROOT

STUDY = ROOT / "data" / "sample" / "study.yaml"
LEFT = CompositeLevel(withdrawal=True)
PAIN = CompositeLevel(instrument="nrs", visit="week26", margin=1)


@pytest.fixture(scope="module")
def trial():
    return oc.read_trial(STUDY)


@pytest.fixture(scope="module")
def result(trial):
    return oc.analyse(trial, Composite(id="pair", levels=(LEFT, PAIN)))


def by_hand(trial):
    """Subjects with the values of both levels."""
    pain = trial.scores.query("instrument == 'nrs'").pivot(
        index="subject", columns="visit", values="score"
    )
    change = pain["week26"] - pain["baseline"]
    subjects = trial.subjects
    return subjects.assign(
        left=subjects["withdrawal_reason"].notna(), change=subjects["subject"].map(change)
    )


def test_levels_are_taken_from_the_trial(trial, result):
    fit = win_ratio(
        by_hand(trial),
        arm="arm",
        reference="medication",
        levels=[
            BinaryLevel("left", event_is="worse"),
            ContinuousLevel("change", higher_is="worse", margin=1),
        ],
        missing="tie",
        cluster="class_id",
    )
    columns = ["wins", "losses", "ties", "missing"]
    assert result.levels[columns].values.tolist() == fit.levels[columns].values.tolist()
    numbers = ["estimate", "std_error", "conf_low", "conf_high"]
    assert result.table()[numbers].to_numpy() == pytest.approx(fit.table()[numbers].to_numpy())


def test_treatment_groups_are_in_the_variance_and_missing_values_are_told(result):
    assert "clusters" in result.method
    assert "therapy class" in " ".join(result.methods)
    [missing] = [note for note in result.notes if note.kind == "warning"]
    n = result.levels.loc[1, "missing"]
    assert missing.text.startswith(f"{n} of ")
    assert result.headlines[0].quantity == "win ratio"
    assert result.variable.startswith("Hierarchy: leaving the trial; then change in pain")


def test_every_number_is_data(result):
    rows = result.to_ard()
    assert {"win_ratio", "win_odds", "net_benefit", "levels"} <= set(rows["context"])
    assert rows.loc[rows["stat"].isna(), "error"].notna().all()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"levels": ()}, "needs levels"),
        ({"levels": (CompositeLevel(),)}, "names an instrument"),
        ({"levels": (replace(PAIN, instrument="nsr"),)}, "did you mean 'nrs'"),
        ({"levels": (replace(PAIN, visit="week27"),)}, "follow-up visit"),
        ({"levels": (replace(PAIN, margin=-1),)}, "margin is -1"),
        ({"strata": ("sito",)}, "did you mean 'site'"),
    ],
)
def test_what_is_refused(trial, changes, says):
    with pytest.raises(SpecificationError, match=says):
        oc.analyse(trial, replace(Composite(id="pair", levels=(LEFT, PAIN)), **changes))


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (("{withdrawal: true}", "{withdrawal: true, instrument: odi}"), "is either withdrawal"),
        (("{withdrawal: true}", "{instrument: oid}"), "'oid' is not collected"),
        (("{withdrawal: true}", "{instrument: odi, visit: week27}"), "no follow-up visit"),
        (("{withdrawal: true}", "{instrument: odi, margin: -1}"), "a margin is 0 or more"),
        (("{withdrawal: true}", "{instrument: odi, margn: 1}"), "did you mean margin"),
    ],
)
def test_what_a_study_file_may_not_say(tmp_path, change, complaint):
    text = STUDY.read_text(encoding="utf-8")
    assert text.count(change[0]) == 1
    spoilt = tmp_path / "study.yaml"
    spoilt.write_text(text.replace(*change), encoding="utf-8")
    with pytest.raises(SpecificationError) as error:
        oc.read_trial(spoilt)
    assert complaint in str(error.value)
