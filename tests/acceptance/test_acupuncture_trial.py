"""The acupuncture trial runs through the same batch as the sample, and its numbers hold."""

import json
import re
import tomllib

import pytest

from tests.conftest import ROOT
from tests.workflow.command import outcomes

REFERENCE = tomllib.loads((ROOT / "tests/reference/acupuncture_headache.toml").read_text())
#: Degrees of freedom are stated to one decimal, all else to three.
TOLERANCE = {"df": 0.05}


@pytest.fixture(scope="module")
def batch(trial_data, tmp_path_factory):
    """Folder of the batch; `trial_data` makes the tests skip, saying why, without the file."""
    assert (trial_data / "acupuncture_headache_trial.csv").is_file()
    output = tmp_path_factory.mktemp("acupuncture")
    study = "data/acupuncture_headache/study.yaml"
    done = outcomes("batch", "run", study, "-j", "2", "--output", output, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    return output / "acupuncture_headache"


def rows(batch, report, context):
    """Rows of a report's ARD in one context."""
    ard = json.loads((batch / report / "ard.json").read_text())
    return [row for row in ard if row["context"] == context]


@pytest.mark.parametrize(
    "expected", REFERENCE["contrast"], ids=lambda each: f"{each['report']} {each['visit']}"
)
def test_the_difference_is_the_known_one(batch, expected):
    found = {
        row["stat_name"]: row["stat"]
        for row in rows(batch, expected["report"], "contrasts")
        if row["group1_level"] == "acupuncture" and row["group2_level"] == expected["visit"]
    }
    for name in expected.keys() - {"report", "visit"}:
        tolerance = TOLERANCE.get(name, REFERENCE["provenance"]["tolerance"])
        assert found[name] == pytest.approx(expected[name], abs=tolerance), name


@pytest.mark.parametrize("report", ["03_primary_mmrm", "03_ancova"])
def test_the_counts_are_the_published_ones(batch, report):
    flow = rows(batch, report, "flow")
    randomised = {
        row["group1_level"]: row["stat"] for row in flow if row["group2_level"] == "Randomised"
    }
    assert randomised == REFERENCE["counts"]["randomised"]
    seen = [
        row["stat"]
        for row in rows(batch, report, "observed")
        if row["group2_level"] == "month_12" and row["stat_name"] == "n_observed"
    ]
    assert sum(seen) == REFERENCE["counts"]["observed_month_12"]


def test_the_reports_say_so_to_a_reader(batch):
    html = (batch / "03_primary_mmrm" / "report.html").read_text()
    for text in ("−4.70", "−7.17 to −2.23", "297.4", "324.4", "301"):
        assert text in html


def test_visits_an_analysis_does_not_use_are_not_counted(batch):
    levels = {row["group2_level"] for row in rows(batch, "03_ancova", "observed")}
    assert levels == {"baseline", "month_12"}


def test_the_diagram_holds_the_published_numbers_and_they_add_up(batch):
    folder = batch / "02_flow_and_baseline"
    drawn = re.findall(r">([^<>]+)</text>", (folder / "figures/patient-flow.svg").read_text())
    counts = REFERENCE["counts"]
    for n in (sum(counts["randomised"].values()), *counts["randomised"].values()):
        assert f"n = {n}" in drawn
    seen = {
        row["group2_level"]: row["stat"]
        for row in rows(batch, "02_flow_and_baseline", "patients_visit")
        if row["group1_level"] == "month_12" and row["variable_level"] == "seen"
    }
    assert sum(seen.values()) == counts["observed_month_12"]
    assert {str(int(n)) for n in seen.values()} <= set(drawn)


def statistics_of(batch, report, context):
    """Statistics of the acupuncture arm in one context of a responder report."""
    found = rows(batch, f"04_responders-analysis-{report}", context)
    return {row["stat_name"]: row["stat"] for row in found if row["group1_level"] == "acupuncture"}


@pytest.mark.parametrize(
    "expected",
    REFERENCE["responders"]["value"],
    ids=lambda each: f"{each['report']} {each['context']}",
)
def test_responders_are_compared_as_in_r(batch, expected):
    found = statistics_of(batch, expected["report"], expected["context"])
    tolerance = REFERENCE["responders"]["provenance"]["tolerance"]
    for name in expected.keys() - {"report", "context"}:
        assert found[name] == pytest.approx(expected[name], rel=tolerance), name


@pytest.mark.parametrize("report", REFERENCE["responders"]["counts"])
def test_responders_are_counted_as_in_r(batch, report):
    found = rows(batch, f"04_responders-analysis-{report}", "counts")
    by_arm = {
        arm: [
            next(r["stat"] for r in found if (r["group1_level"], r["stat_name"]) == (arm, name))
            for name in ("responders", "n")
        ]
        for arm in ("usual_care", "acupuncture")
    }
    assert by_arm == REFERENCE["responders"]["counts"][report]


def test_a_responder_report_says_what_its_number_needed_to_treat_means(batch):
    html = (batch / "04_responders-analysis-response_30" / "report.html").read_text()
    assert "For one more patient to respond, 5.6 patients have to be treated" in html
    assert "(95% CI 3.7 to 11.7)" in html
    assert "28.6% with usual care" in html


@pytest.mark.parametrize("expected", REFERENCE["assumption"], ids=lambda each: each["name"])
def test_reference_based_imputation_agrees_with_rbmi(batch, expected):
    report = "06_missing_data_and_sensitivity"
    found = {
        row["stat_name"]: row["stat"]
        for row in rows(batch, report, "estimate_by_assumption")
        if row["method"] == expected["name"]
    }
    # rbmi's mmrm stops about 1e-5 short of the optimum.
    for name in ("estimate", "std_error"):
        assert found[name] == pytest.approx(expected[name], abs=1e-4), name
