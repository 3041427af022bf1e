"""The partially nested model beside an MMRM: which rows, which numbers, and what is said."""

import re
from dataclasses import replace
from html import unescape

import numpy as np
import pandas as pd
import pytest

from outcomes import report
from outcomes.analyses.clustered import clustered_checks
from outcomes.analyses.plan import analyse
from outcomes.analyses.setting import setting_of
from outcomes.errors import NotConvergedError
from outcomes.models.partially_nested import fit_partially_nested
from outcomes.trial.study import Arm, Clusters, Hypothesis
from tests.analyses.made import DESIGN, PRIMARY, clustered, scores, subjects, trial

HOSTILE = "<script>alert(1)</script>"
FOUND = ("estimate", "std_error", "df", "statistic", "p_value", "conf_low", "conf_high")


def by_hand(visit: str = "w26", level: float = 0.95, people: pd.DataFrame | None = None):
    """The same model written out, on rows put together without the package."""
    people = subjects() if people is None else people
    wide = scores().pivot_table(index="subject", columns="visit", values="score")
    rows = people.merge(
        wide[["start", visit]].reset_index().rename(columns={"start": "base", visit: "pain"}),
        on="subject",
    )
    rows = rows[rows["arm"].isin(["usual", "yoga"])].dropna(subset=["base", "pain"])
    fit = fit_partially_nested(
        "pain ~ base + arm + site",
        rows.sample(frac=1, random_state=3),
        arm="arm",
        clustered="yoga",
        cluster="class_id",
        unassigned="singleton",
        conf_level=level,
    )
    return fit, fit.contrasts("arm", reference="usual").iloc[0], rows


def made(specification=PRIMARY, **changes):
    design = changes.pop("design", clustered())
    return analyse(trial(specification, design=design, **changes), specification)


@pytest.mark.parametrize(("visit", "alpha"), [("w26", 0.05), ("w4", 0.1)])
def test_the_check_is_the_model_called_by_hand_on_the_scores_of_the_visit(visit, alpha):
    (check,) = made(replace(PRIMARY, visit=visit, alpha=alpha)).clustered
    fit, row, rows = by_hand(visit, 1 - alpha)
    assert [getattr(check, name) for name in FOUND] == pytest.approx(
        [row[name] for name in FOUND], rel=1e-6
    )
    icc = fit.intraclass_correlation
    assert (check.icc, check.icc_conf_low, check.icc_conf_high) == pytest.approx(
        tuple(icc), rel=1e-6
    )
    assert (check.arm, check.visit, check.clustered) == ("yoga", visit, "yoga")
    assert check.n == len(rows) < len(subjects())
    assert check.n_clusters == rows["class_id"].nunique()
    assert check.fitted


def test_estimate_is_active_minus_reference():
    points = scores()
    yoga = subjects().query("arm == 'yoga'")["subject"]
    points.loc[points["subject"].isin(yoga) & (points["visit"] == "w26"), "score"] -= 5
    before, after = made().clustered[0], made(points=points).clustered[0]
    assert after.estimate - before.estimate == pytest.approx(-5, abs=1e-6)


def test_patients_outside_the_population_or_without_baseline_are_left_out():
    points = scores()
    points = points[~((points["subject"] == "1") & (points["visit"] == "start"))]
    (check,) = made(replace(PRIMARY, population="adherent"), points=points).clustered
    adherent = subjects().query("adherent == 'yes' and subject != '1'")
    _, row, rows = by_hand(people=adherent)
    assert check.n == len(rows)
    assert check.estimate == pytest.approx(row["estimate"], rel=1e-6)


def test_patients_without_a_class_are_counted_as_classes_of_one():
    people = subjects()
    people.loc[people["class_id"] == "class 1", "class_id"] = None
    result = made(people=people)
    (check,) = result.clustered
    fit, row, rows = by_hand(people=people)
    alone = int(rows.query("arm == 'yoga'")["class_id"].isna().sum())
    assert check.n_unassigned == fit.n_unassigned == alone > 0
    assert check.n_clusters == fit.n_clusters - alone
    assert check.std_error == pytest.approx(row["std_error"], rel=1e-6)
    (note,) = [note for note in result.notes if note.title == "Treated in groups"]
    assert f"{alone} patients without one count as groups of one" in note.text


@pytest.mark.parametrize(
    ("design", "active"), [(DESIGN, None), (clustered(), ("qigong",))], ids=["none", "other arm"]
)
def test_there_is_none_where_no_compared_arm_has_classes(design, active):
    result = made(replace(PRIMARY, active=active), design=design)
    assert result.clustered == ()
    assert "Treated in groups" not in [note.title for note in result.notes]
    assert "partially_nested" not in set(result.to_ard()["context"])
    assert not any("partially nested" in paragraph for paragraph in result.methods)
    assert "No sensitivity analysis is part" in report.headline(trial(), result).html
    assert "Partially nested" not in report.results(trial(), result).html


def test_an_arm_without_classes_is_compared_with_a_reference_that_has_them():
    clusters = Clusters(column="class_id", arms=("usual",), label="class")
    people = subjects()
    named = people["arm"].map({"yoga": "usual", "usual": "yoga", "qigong": "qigong"})
    people = people.assign(arm=named)
    specification = replace(PRIMARY, active=("yoga",))
    (check,) = made(
        specification, design=replace(DESIGN, clusters=clusters), people=people
    ).clustered
    _, row, _ = by_hand()
    assert check.clustered == "usual"
    assert check.estimate == pytest.approx(-row["estimate"], rel=1e-6)
    assert check.std_error == pytest.approx(row["std_error"], rel=1e-6)


def test_two_arms_with_classes_cannot_be_compared_and_say_so():
    clusters = Clusters(column="class_id", arms=("usual", "yoga"), label="class")
    result = made(design=replace(DESIGN, clusters=clusters), people=_everybody_in_classes())
    reasons = {check.arm: check.reason for check in result.clustered}
    assert "Both arms are treated in groups" in reasons["yoga"]
    assert "have a cluster" in reasons["qigong"]


def _everybody_in_classes() -> pd.DataFrame:
    people = subjects()
    return people.assign(class_id=people["arm"] + (np.arange(120) // 12).astype(str))


def test_a_class_in_an_arm_that_should_have_none_is_said_and_stops_nothing():
    people = subjects()
    people.loc[people["arm"] == "usual", "class_id"] = "class 1"
    result = made(people=people)
    assert "patients of arms other than 'yoga' have a cluster" in result.clustered[0].reason
    plain = made(design=DESIGN)
    pd.testing.assert_frame_equal(result.contrasts, plain.contrasts)


def test_why_a_model_could_not_be_fitted_stands_beside_the_headline_and_in_the_data():
    people = subjects()
    people["class_id"] = np.where(people["arm"] == "yoga", people["subject"], None)
    result = made(people=people)
    (check,) = result.clustered
    assert not check.fitted
    assert np.isnan(check.estimate)
    assert "None of the" in check.reason
    (note,) = [note for note in result.notes if note.title == "Treated in groups"]
    assert note.kind == "warning"
    assert note.beside_headline
    assert check.reason in note.text
    rows = result.to_ard().query("context == 'partially_nested'").set_index("stat_name")
    assert rows.loc["estimate", "stat"] is None
    assert rows.loc["estimate", "error"] == check.reason
    assert rows.loc["n", "stat"] == check.n
    page = report.results(trial(), result).html
    assert "not estimated" in page
    assert "None of the" in page
    assert "No sensitivity analysis is part" in report.headline(trial(), result).html


def test_a_fit_without_an_optimum_leaves_the_design_effects_beside_the_headline(monkeypatch):
    def stops(*_args, **_options):
        raise NotConvergedError("no optimum inside")

    monkeypatch.setattr("outcomes.analyses.clustered.fit_partially_nested", stops)
    result = made()
    assert result.clustered[0].reason == "no optimum inside"
    beside = [note.title for note in result.notes if note.beside_headline]
    assert beside == ["Treated in groups", "Clustering is ignored"]
    assert any("could not be fitted" in paragraph for paragraph in result.methods)


def test_rows_of_the_results_data_equal_the_result():
    result = made()
    (check,) = result.clustered
    rows = result.to_ard().query("context == 'partially_nested'")
    assert set(zip(rows["group1_level"], rows["group2_level"], strict=True)) == {("yoga", "w26")}
    stats = dict(zip(rows["stat_name"], rows["stat"], strict=True))
    names = ("n", "n_clusters", "n_unassigned", *FOUND, "icc", "icc_conf_low", "icc_conf_high")
    assert stats == {name: getattr(check, name) for name in names}
    assert set(rows.loc[rows["stat_name"].isin(["estimate", "conf_low"]), "unit"]) == {"points"}


def test_the_headline_stays_the_mixed_model_with_nested_model_and_design_effects_beside_it():
    result, plain = made(), made(design=DESIGN)
    assert result.headlines == plain.headlines
    pd.testing.assert_frame_equal(result.contrasts, plain.contrasts)
    beside = [note.title for note in result.notes if note.beside_headline]
    assert beside == ["Treated in groups", "Clustering is ignored"]
    (moved,) = [note for note in result.notes if note.title == "Clustering is ignored"]
    assert "design effect on the variance" in moved.text
    assert moved.text in re.sub(r"\s+", " ", unescape(report.warnings(trial(), result).html))
    assert not result.design_effects.empty
    assert any("Clinical Trials 2005;2:152-162" in text for text in result.methods)


def _shift(by: float) -> pd.DataFrame:
    points = scores()
    yoga = subjects().query("arm == 'yoga'")["subject"]
    points.loc[points["subject"].isin(yoga) & (points["visit"] == "w26"), "score"] -= by
    return points


def test_note_says_whether_both_models_lead_to_the_same_conclusion():
    far = made(points=_shift(5.0))
    (note,) = [note for note in far.notes if note.title == "Treated in groups"]
    assert (note.kind, "Both intervals leave out zero." in note.text) == ("information", True)
    margin = Hypothesis(kind="non_inferiority", margin=2.0)
    for by, said in ((5.0, "Both models show non-inferiority."), (-9.0, "Neither model shows")):
        result = made(replace(PRIMARY, hypothesis=margin), points=_shift(by))
        (note,) = [note for note in result.notes if note.title == "Treated in groups"]
        assert said in note.text


def test_models_that_disagree_are_a_warning():
    """Some shift lies between the two limits: there, only one interval leaves out zero."""
    result = made()
    (check,) = result.clustered
    mixed = result.contrasts.query("arm == 'yoga' and visit == 'w26'").iloc[0]
    between = (check.conf_high + mixed["conf_high"]) / 2
    moved = made(points=_shift(between))
    (check,) = moved.clustered
    mixed = moved.contrasts.query("arm == 'yoga' and visit == 'w26'").iloc[0]
    only = "partially nested" if check.conf_high < 0 else "mixed"
    assert (check.conf_high < 0) != (mixed["conf_high"] < 0)
    (note,) = [note for note in moved.notes if note.title == "Treated in groups"]
    assert note.kind == "warning"
    assert f"only that of the {only} model leaves out zero" in note.text


def test_the_report_shows_both_models_and_no_longer_says_there_is_no_sensitivity_analysis():
    result = made()
    head, table = report.headline(trial(), result).html, report.results(trial(), result).html
    assert "No sensitivity analysis" not in head
    assert "examined by a partially nested model" in head
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", table))
    assert "Sensitivity to treatment in groups" in text
    assert "Mixed model (headline)" in text
    assert f"Partially nested model {result.clustered[0].n}" in text


def test_labels_are_escaped():
    clusters = Clusters(column="class_id", arms=("yoga",), label=HOSTILE)
    arms = (DESIGN.arms[0], Arm(id="yoga", label=f"Yoga {HOSTILE}"), DESIGN.arms[2])
    design = replace(DESIGN, arms=arms, clusters=clusters)
    result = made(design=design)
    for section in (report.headline, report.results, report.warnings, report.methods):
        page = section(trial(design=design), result).html
        assert "<script" not in page
        assert "&lt;script&gt;" in page


def test_checks_can_be_asked_for_by_themselves():
    study = trial(design=clustered())
    (check,) = clustered_checks(setting_of(study, PRIMARY), conf_level=0.95)
    assert check == made().clustered[0]
