"""Families judged over the data of a batch: what counts as evidence, gates, and what is missing."""

from dataclasses import replace

import numpy as np
import pytest

from outcomes.analyses.ard import COLUMNS
from outcomes.analyses.batch_ard import summary_ard
from outcomes.analyses.batch_results import batch_results
from outcomes.analyses.families import adjusted_by_report, judge_families
from outcomes.trial.families import family_of, hypotheses_of
from outcomes.trial.study import (
    About,
    Arm,
    DataFile,
    DataFiles,
    Design,
    Family,
    FamilyHypothesis,
    OutcomeAnalysis,
    Study,
    Visit,
)

ARMS = (Arm(id="usual", label="usual care", reference=True), Arm(id="yoga", label="yoga"))


def study(*families: Family, **analyses: str) -> Study:
    """A study whose analyses have the given roles."""
    return Study(
        about=About(id="made", title="Made up"),
        design=Design(
            arms=ARMS,
            visits=(
                Visit(id="b", label="Baseline", day=0, baseline=True),
                Visit(id="w", label="Week 4", day=28),
            ),
        ),
        data=DataFiles(subjects=DataFile(file="subjects.csv")),
        seed=1,
        analyses=tuple(
            OutcomeAnalysis(id=name, role=role, instrument="peg") for name, role in analyses.items()
        ),
        multiplicity=families,
    )


def family(*names: str, **changes) -> Family:
    hypotheses = tuple(FamilyHypothesis(analysis=name) for name in names)
    made = Family(id="main", procedure="holm", hypotheses=hypotheses)
    return replace(made, **changes)


def row(analysis, context, stat, value, **about):
    return {
        "analysis_id": analysis,
        "context": context,
        "group1_level": "yoga",
        "group2_level": "w",
        "stat_name": stat,
        "stat": value,
    } | about


def report(
    analysis, p, *, role="primary", estimate=-1.0, margin_p=None, kind="superiority", **row_of
):
    """A line of the index and the data behind it."""
    headline = {
        "active": {"id": "yoga", "label": "yoga"},
        "reference": {"id": "usual", "label": "usual care"},
        "quantity": "adjusted mean difference",
        "unit": "points",
        "outcome": "pain",
        "null": 0.0,
        "favours_active": "lower",
        "hypothesis": {"kind": kind, "side": None},
        "digits": 2,
    }
    line = {
        "folder": f"report-{analysis}",
        "state": "done",
        "title": analysis,
        "role": role,
        "analysis": analysis,
        "parameters": {"analysis": analysis},
        "run_key": "k",
        "summary": {
            "title": f"Title of {analysis}",
            "role": role,
            "analysis": analysis,
            "short": "MMRM",
            "headlines": [headline],
            "notes": [{"kind": "warning"}, {"kind": "information"}],
        },
    } | row_of
    numbers = [
        row(analysis, "headline", "estimate", estimate),
        row(analysis, "headline", "conf_low", estimate - 1),
        row(analysis, "headline", "conf_high", estimate + 1),
        row(analysis, "headline", "conf_level", 0.95),
        row(analysis, "headline", "p_value", p),
        row(analysis, "contrasts", "p_value", 0.9),
    ]
    if margin_p is not None:
        numbers.append(row(analysis, "judgement", "p_value", 0.9, group2_level="earlier"))
        numbers.append(row(analysis, "judgement", "p_value", margin_p))
    return line, numbers


def results(*reports):
    index = {"trial": "made", "reports": [line for line, _ in reports]}
    return batch_results(index, {line["folder"]: numbers for line, numbers in reports})


def verdicts(judged):
    return judged.hypotheses.set_index("hypothesis")


def test_numbers_come_from_the_data_and_words_from_the_summary():
    found = results(report("a", 0.01))
    [estimate] = found.estimates.to_dict("records")
    assert (estimate["p_value"], estimate["tested_p_value"]) == (0.01, 0.01)
    assert (estimate["estimate"], estimate["active"]) == (-1.0, "yoga")
    [line] = found.reports.to_dict("records")
    assert (line["title"], line["warnings"], line["as_planned"]) == ("Title of a", 1, True)


def test_holm_over_a_batch():
    plan = study(family("a", "b"), a="primary", b="primary")
    [judged] = judge_families(plan, results(report("a", 0.03), report("b", 0.02)))
    found = verdicts(judged)
    assert found["adjusted_p_value"].to_dict() == pytest.approx({"a": 0.04, "b": 0.04})
    assert found["rejected"].all()
    assert found["favours"].tolist() == ["active", "active"]
    assert adjusted_by_report([judged]) == pytest.approx(
        {("report-a", "yoga"): 0.04, ("report-b", "yoga"): 0.04}
    )


def test_non_inferiority_enters_with_twice_its_one_sided_p_at_the_visit():
    plan = study(family("a", procedure="fixed_sequence"), a="primary")
    tested = report("a", 0.7, margin_p=0.01, kind="non_inferiority")
    [judged] = judge_families(plan, results(tested))
    assert verdicts(judged).loc["a", "p_value"] == pytest.approx(0.02)
    hopeless = report("a", 0.7, margin_p=0.8, kind="equivalence")
    [judged] = judge_families(plan, results(hopeless))
    assert verdicts(judged).loc["a", "p_value"] == 1.0


def test_a_difference_the_other_way_says_whom_it_favours():
    plan = study(family("a"), a="primary")
    [judged] = judge_families(plan, results(report("a", 0.001, estimate=2.0)))
    assert verdicts(judged).loc["a", ["rejected", "favours"]].tolist() == [True, "reference"]


def test_roles_stand_for_their_analyses():
    plan = study(family(role="secondary", hypotheses=()), a="primary", b="secondary", c="secondary")
    assert [each.called for each in hypotheses_of(plan, plan.multiplicity[0])] == ["b", "c"]
    assert family_of(plan, "b").id == "main"
    assert family_of(plan, "a") is None


def failed(analysis):
    line, _ = report(analysis, 0.01)
    return line | {"state": "failed", "summary": None, "error": {"cause": "It broke."}}, []


def test_a_failed_report_is_never_rejected_and_frees_nothing():
    plan = study(family("a", "b", procedure="fixed_sequence"), a="primary", b="primary")
    found = results(failed("a"), report("b", 0.001))
    assert found.not_made["cause"].tolist() == ["It broke."]
    [judged] = judge_families(plan, found)
    assert not verdicts(judged)["rejected"].any()
    assert verdicts(judged)["reason"].tolist() == ["its report failed", ""]
    assert np.isnan(verdicts(judged).loc["a", "p_value"])


@pytest.mark.parametrize(
    ("state", "says"),
    [("missing", "its report was not made yet"), ("outdated", "its report is out of date")],
)
def test_reports_that_are_not_there_say_why(state, says):
    plan = study(family("a"), a="primary")
    line, _ = report("a", 0.01)
    [judged] = judge_families(plan, results((line | {"state": state, "summary": None}, [])))
    assert verdicts(judged).loc["a", "reason"] == says


def test_only_the_planned_report_of_an_analysis_counts():
    plan = study(family("a"), a="primary")
    other, numbers = report("a", 0.9, parameters={"analysis": "a", "visit": "x"}, folder="other")
    [judged] = judge_families(plan, results((other, numbers), report("a", 0.01)))
    assert verdicts(judged).loc["a", ["p_value", "report"]].tolist() == [0.01, "report-a"]
    changed, numbers = report("a", 0.01, role="exploratory", parameters={"visit": "x"})
    [judged] = judge_families(plan, results((changed, numbers)))
    assert verdicts(judged).loc["a", "reason"] == "the batch has no report of it as planned"
    twice = report("a", 0.01), report("a", 0.02, folder="again")
    [judged] = judge_families(plan, results(*twice))
    assert "2 reports answer its question" in verdicts(judged).loc["a", "reason"]


def test_a_report_without_a_p_value_says_so():
    plan = study(family("a"), a="primary")
    [judged] = judge_families(plan, results(report("a", None)))
    assert verdicts(judged).loc["a", "reason"] == "its report holds no p value"
    assert not verdicts(judged).loc["a", "rejected"]


@pytest.mark.parametrize(("first", "opens"), [(0.01, True), (0.2, False)])
def test_a_gate_opens_only_when_every_hypothesis_before_it_is_rejected(first, opens):
    gated = family("b", "c", id="second", after="main")
    plan = study(family("a"), gated, a="primary", b="secondary", c="secondary")
    found = results(report("a", first), report("b", 0.001), report("c", 0.3))
    _, judged = judge_families(plan, found)
    assert judged.open is opens
    assert verdicts(judged)["rejected"].tolist() == [opens, False]
    assert (verdicts(judged)["adjusted_p_value"] >= first).all()
    assert (verdicts(judged)["reason"] != "").all() == (not opens)


def test_a_gate_without_a_p_value_stays_shut():
    gated = family("b", id="second", after="main")
    plan = study(family("a"), gated, a="primary", b="secondary")
    _, judged = judge_families(plan, results(failed("a"), report("b", 0.001)))
    assert verdicts(judged).loc["b", "adjusted_p_value"] == 1.0
    assert not judged.open


def test_the_summary_has_every_verdict_as_data():
    plan = study(
        family("a", "b", procedure="fixed_sequence"),
        a="primary",
        b="primary",
    )
    found = results(report("a", 0.01), report("b", 0.2), failed("c"))
    rows = summary_ard(found, judge_families(plan, found))
    assert list(rows.columns) == list(COLUMNS)
    counts = rows[rows["context"] == "reports"].set_index("group1_level")["stat"]
    assert counts.to_dict() == {"done": 2, "failed": 1}
    verdict = rows[(rows["context"] == "multiplicity") & (rows["group2_level"] == "b")]
    assert verdict.set_index("stat_name").loc["adjusted_p_value", "stat"] == 0.2
    assert rows["n_rows"].isna().all()
    assert rows.loc[rows["stat"].isna(), "error"].notna().all()
