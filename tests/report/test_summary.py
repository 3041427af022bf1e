"""The summary of a batch: failures first, verdicts, hostile labels, no families."""

from dataclasses import replace

import pandas as pd

from outcomes.analyses.families import judge_families
from outcomes.report import multiplicity, not_made, overview, summary_header
from outcomes.report.sections.multiplicity import family_line
from tests.analyses.test_families import failed, family, report, results, study
from tests.report import made

HOSTILE = "<script>alert('x')</script>"


def trial(plan):
    return replace(made.trial(), study=plan, subjects=pd.DataFrame({"subject": ["1", "2"]}))


def pages(plan, found):
    """Markup of the four sections."""
    families = judge_families(plan, found)
    at = trial(plan)
    blocks = (
        summary_header(at, found),
        not_made(at, found),
        overview(at, found, families),
        multiplicity(at, found, families),
    )
    return [block.html for block in blocks]


def test_what_is_not_made_comes_first_with_its_cause():
    plan = study(family("a", "b", procedure="fixed_sequence"), a="primary", b="secondary")
    header, absent, table, judged = pages(plan, results(failed("a"), report("b", 0.01)))
    assert "1 of 2 made" in header
    assert "a failed" in absent
    assert "It broke." in absent
    assert "never shown" in absent
    assert "its report failed" in judged
    assert 'href="../report-b/report.html"' in table


def test_a_verdict_names_what_was_shown_and_whom_it_favours():
    plan = study(
        family("a", "b", "c", procedure="fixed_sequence"), a="primary", b="primary", c="primary"
    )
    found = results(
        report("a", 0.01),
        report("b", 0.9, margin_p=0.001, kind="non_inferiority"),
        report("c", 0.3),
    )
    _, _, table, judged = pages(plan, found)
    for text in (table, judged):
        assert "difference shown, favours yoga" in text
        assert "non-inferiority shown" in text
        assert "difference not shown" in text
    assert "<svg" in judged


def test_without_families_it_says_that_nothing_is_adjusted():
    plan = study(a="primary")
    _, _, table, judged = pages(plan, results(report("a", 0.01)))
    assert "No p value is adjusted" in table
    assert "declares no family" in judged
    assert "in no family; interval excludes no difference" not in table


def test_labels_are_shown_and_not_obeyed():
    plan = study(family("a"), a="primary")
    line, numbers = report("a", 0.01)
    line["summary"]["title"] = HOSTILE
    line["summary"]["headlines"][0]["active"]["label"] = HOSTILE
    cause = failed("b")[0] | {"error": {"cause": HOSTILE}}
    for text in pages(plan, results((line, numbers), (cause, []))):
        assert "<script" not in text


def test_a_report_says_which_family_its_analysis_is_in():
    gated = family("b", id="second", procedure="hommel", after="main")
    plan = study(family("a"), gated, a="primary", b="secondary", c="exploratory", d="secondary")
    assert "family main (Holm’s procedure, two-sided level 0.05)" in family_line(
        plan, "a", "primary"
    )
    assert "only after the family main" in family_line(plan, "b", "secondary")
    assert "is exploratory" in family_line(plan, "c", "exploratory")
    assert "not in a declared family" in family_line(plan, "d", "secondary")
