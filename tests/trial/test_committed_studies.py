"""The study files of this repository are read with the analyses there are."""

import pytest

from outcomes.analyses.plan import read_trial
from outcomes.errors import SpecificationError


def test_the_acupuncture_trial_is_read(root, trial_data, monkeypatch):
    monkeypatch.setenv("OUTCOMES_TRIAL_DATA", str(trial_data))
    trial = read_trial(root / "data" / "acupuncture_headache" / "study.yaml")
    # Vickers et al. 2004: 205 to acupuncture, 196 to controls; 301 completed at 12 months.
    assert trial.subjects["arm"].value_counts().to_dict() == {"acupuncture": 205, "usual_care": 196}
    at_month_12 = trial.scores.query("visit == 'month_12'")
    assert at_month_12["score"].notna().sum() == 301
    assert trial.scores.query("visit == 'baseline'")["score"].notna().sum() == 401
    assert trial.sources[1].rows == 802


def test_without_its_data_the_acupuncture_study_says_what_to_do(root, monkeypatch):
    monkeypatch.delenv("OUTCOMES_TRIAL_DATA", raising=False)
    with pytest.raises(SpecificationError, match="OUTCOMES_TRIAL_DATA is not set"):
        read_trial(root / "data" / "acupuncture_headache" / "study.yaml")


def test_the_sample_trial_is_read(root):
    trial = read_trial(root / "data" / "sample" / "study.yaml")
    assert len(trial.subjects) == 240
    assert trial.study.about.synthetic
    assert set(trial.visit_scores["instrument"]) == set(trial.study.instruments)
    # Every record is either scored at its visit or listed as set aside.
    declared = next(source for source in trial.sources if source.role == "responses")
    assert len(trial.responses) + len(trial.set_aside) == declared.rows
    assert len(trial.set_aside) > 0
