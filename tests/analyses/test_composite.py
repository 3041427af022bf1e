"""A hierarchy of a trial's outcomes: levels by hand, treatment groups, and what is refused."""

from dataclasses import replace

import pytest

import outcomes as oc
from outcomes.analyses.composite import Composite
from outcomes.analyses.composite_levels import CompositeLevel
from outcomes.errors import DataError, SpecificationError
from outcomes.models.win_levels import BinaryLevel, ContinuousLevel
from outcomes.models.win_ratio import win_ratio
from tests.conftest import ROOT

STUDY = ROOT / "data" / "sample" / "study.yaml"
LEVEL = "{withdrawal: true, visit: week26}"
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
        ({"levels": (replace(LEFT, instrument="nrs"),)}, "either withdrawal or a score"),
        ({"levels": (replace(LEFT, visit="week27"),)}, "follow-up visit"),
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
        ("{withdrawal: true, instrument: odi}", "is either withdrawal"),
        ("{withdrawal: true, visit: week27}", "no follow-up visit"),
        ("{withdrawal: true, margin: 1}", "is of a score; a withdrawal has none"),
        ("{instrument: oid}", "'oid' is not collected"),
        ("{instrument: odi, visit: week27}", "no follow-up visit"),
        ("{instrument: odi, margin: -1}", "a margin is 0 or more"),
        ("{instrument: odi, margn: 1}", "did you mean margin"),
    ],
)
def test_what_a_study_file_may_not_say(tmp_path, change, complaint):
    text = STUDY.read_text(encoding="utf-8")
    assert text.count(LEVEL) == 1
    spoilt = tmp_path / "study.yaml"
    spoilt.write_text(text.replace(LEVEL, change), encoding="utf-8")
    with pytest.raises(SpecificationError) as error:
        oc.read_trial(spoilt)
    assert complaint in str(error.value)


def with_subjects(trial, **columns):
    return replace(trial, subjects=trial.subjects.assign(**columns))


def left_by(trial, visit=None):
    """Wins and losses at a level of withdrawal alone."""
    level = replace(LEFT, visit=visit)
    found = oc.analyse(trial, Composite(id="left", levels=(level, PAIN))).levels.iloc[0]
    return found["label"], found["wins"], found["losses"]


def pairs_left(trial, left):
    of, n = trial.subjects["arm"], trial.subjects["arm"].value_counts()
    gone = {arm: int(left[of == arm].sum()) for arm in ("integrative", "medication")}
    wins = (n["integrative"] - gone["integrative"]) * gone["medication"]
    return wins, gone["integrative"] * (n["medication"] - gone["medication"])


def test_a_withdrawal_counts_by_the_day_of_the_visit_it_names(trial):
    days = trial.subjects["withdrawal_day"]
    assert (days > 182).any()  # the day of week 26
    assert left_by(trial) == ("leaving the trial", *pairs_left(trial, days.notna()))
    by_week_26 = pairs_left(trial, days <= 182)
    assert left_by(trial, "week26") == ("leaving the trial by week 26", *by_week_26)


def test_who_left_without_a_reason_left_too(trial):
    without = with_subjects(trial, withdrawal_reason=None)
    assert left_by(without) == left_by(trial)


def test_a_withdrawal_on_an_unknown_day_is_no_withdrawal_by_a_visit(trial):
    undated = with_subjects(trial, withdrawal_day=float("nan"))
    assert left_by(undated) == left_by(trial)
    with pytest.raises(DataError, match="42 of 42 patients who withdrew have no day"):
        left_by(undated, "week26")


def test_missing_values_are_counted_by_patients_too(trial, result):
    missing = by_hand(trial)["change"].isna()
    arm = trial.subjects["arm"]
    rows = result.lacking.set_index(["label", "arm"])["n_missing"]
    label = "change in pain intensity (NRS) at week 26, margin 1"
    for one in ("integrative", "medication"):
        assert rows["leaving the trial", one] == 0
        assert rows[label, one] == missing[arm == one].sum()
    assert f"{missing.sum()} of 240 patients have no value" in result.without_visits
