"""What single sections say of a result."""

import re

import pandas as pd
import pytest

from outcomes import report
from outcomes.errors import ReportError
from outcomes.estimands import Handling
from outcomes.report.kinds import KINDS, presentation_of
from outcomes.trial.study import Hypothesis
from tests.report.made import estimand, mmrm, trial

TITLE = "Headache severity at month 12: mixed model for repeated measures"


def words(block) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", block.html))


def test_a_draft_is_said_to_be_one_whatever_the_study_file_says():
    block = report.header(trial(), mmrm(), draft=True)
    assert '<span class="badge draft">DRAFT</span>' in block.html
    assert "FINAL" not in block.html
    assert '<span class="badge synthetic">SYNTHETIC DATA</span>' in block.html


def test_a_title_is_made_of_outcome_visit_and_kind_where_none_is_declared():
    assert report.header(trial(), mmrm()).title == TITLE


def test_a_strategy_that_is_not_carried_out_is_said_three_times():
    made = trial("t", estimand("Rescue", Handling.HYPOTHETICAL))
    for name in ("headline", "estimand", "warnings"):
        assert "not carried out" in words(getattr(report, name)(made, mmrm())).lower() or (
            "does not carry out" in words(getattr(report, name)(made, mmrm()))
        )


def test_a_treatment_policy_strategy_raises_no_such_warning():
    assert "carried out" not in words(report.headline(trial(), mmrm()))


def test_an_analysis_without_an_estimand_says_so():
    result = mmrm()
    unnamed = trial("t", estimand())
    other = type(result.specification)(id="x", instrument="head", visit="m12")
    block = report.estimand(unnamed, mmrm(specification=other))
    assert "declares no estimand" in words(block)
    assert "Not declared" in words(block)


def test_departures_from_the_plan_are_marked_in_words():
    assert "The one choice was made as planned." in words(report.planned_and_used(trial(), mmrm()))
    result = mmrm(planned=(mmrm("used").planned[0],))
    text = words(report.planned_and_used(trial(), result))
    assert "1 of 1 choices differs from the plan: used." in text
    assert "▲ differs: used" in text


def test_the_population_section_counts_from_randomised_to_the_last_stage():
    text = words(report.population(trial(), mmrm()))
    assert (
        "Of 40 patients randomised, 33 (82.5%) remain at the last step: score at month 12." in text
    )


def test_missing_data_are_said_overall_and_by_arm():
    text = words(report.missing_data(trial(), mmrm()))
    assert "At month 12, 17.5% of scores are missing: 20.0% with Usual care and 15.0%" in text


def test_records_set_aside_are_counted_and_listed_without_subjects():
    aside = pd.DataFrame(
        {
            "file": ["r.csv"] * 3,
            "subject": ["secret-1", "secret-2", "secret-3"],
            "visit": ["m12", "m3", "m12"],
            "day": [400, 120, 410],
            "first_day": [350, 80, 350],
            "last_day": [380, 100, 380],
        }
    )
    made = trial()
    made = type(made)(
        **{name: getattr(made, name) for name in made.__slots__} | {"set_aside": aside}
    )
    block = report.missing_data(made, mmrm())
    text = words(block)
    assert "3 records outside their visit windows were set aside." in text
    assert "Month 12 r.csv 2 400 to 410 350 to 380" in text
    assert text.index("120 80 to 100") < text.index("400 to 410")
    assert "secret" not in block.html


def test_an_analysis_without_visits_has_nothing_missing_by_visit():
    text = words(report.missing_data(trial(), mmrm(observed=mmrm().observed.iloc[:0])))
    assert "uses no scores by visit" in text


def test_results_show_every_visit_and_carry_the_numbers():
    block = report.results(trial(), mmrm())
    text = words(block)
    assert "−4.70 1.25 −7.17 to −2.23 297.4 −3.75 <0.001".replace("<", "&lt;") in text
    assert "leaves out zero for Acupuncture at month 3 and month 12" in text
    found = [row for row in block.ard or () if row["stat_name"] == "estimate"]
    assert {-4.7, 22.09} <= {row["stat"] for row in found}


def test_a_visit_that_was_not_estimated_is_said_to_be_so():
    result = mmrm(contrasts=mmrm().contrasts.iloc[1:], means=mmrm().means.iloc[1:])
    assert "not estimated" in words(report.results(trial(), result))


def test_margins_are_in_headline_figure_and_results():
    result = mmrm(hypothesis=Hypothesis(kind="non_inferiority", margin=2.5, side="upper"))
    assert "below the margin of 2.5 points" in words(report.headline(trial(), result))
    assert "margin 2.5" in report.headline(trial(), result).html
    assert "Tests of non-inferiority against the declared margin" in words(
        report.results(trial(), result)
    )


def test_no_note_is_said_to_be_none():
    assert "raised no warning" in words(report.warnings(trial(), mmrm(notes=())))


def test_every_kind_says_what_it_is_and_what_it_did_not_examine():
    for kind, shown in KINDS.items():
        assert shown.name, kind
        assert shown.robustness.endswith("."), kind


def test_a_kind_without_a_presentation_is_refused():
    class Odd:
        id = "odd"
        kind = "odd"

    result = mmrm(specification=Odd())
    with pytest.raises(ReportError, match="kind 'odd', which no report shows"):
        presentation_of(result)
