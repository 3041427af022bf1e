"""Sections of a sensitivity analysis of three arms, with an intercurrent event."""

import re
from dataclasses import replace

import pandas as pd
import pytest

from outcomes import report
from outcomes.analyses.missing_data import MissingData
from outcomes.analyses.plan import analyse
from outcomes.assumptions import Assumption
from tests.analyses.made import PRIMARY, dated_scores, rescue_question, trial

PLAN = MissingData(
    id="missing",
    sensitivity_of="primary",
    instrument="pain",
    estimand="asked",
    assumptions=tuple(Assumption),
    percent=30.0,
    n_imputations=3,
)


@pytest.fixture(scope="module")
def made():
    start = trial(
        replace(PRIMARY, estimand="asked"),
        PLAN,
        points=dated_scores(),
        estimands=(rescue_question(),),
    )
    # Patients 2, 5 and 9, one of each arm; 9 before any score after baseline.
    events = pd.DataFrame({"subject": ["2", "5", "9"], "day": [100, 50, 3], "term": "rescue"})
    return replace(start, events=events)


@pytest.fixture(scope="module")
def result(made):
    return analyse(made, PLAN)


def words(block) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", block.html))


def test_the_estimand_says_that_its_strategy_was_carried_out(made, result):
    text = words(report.estimand(made, result))
    assert "Values after the event are set to missing (3 patients had the event" in text
    assert "Imputed as missing at random; beside it as jump to reference" in text


def test_results_show_every_table_for_each_active_arm(made, result):
    text = words(report.results(made, result))
    for part in (
        "Yoga minus Usual care",
        "Qigong minus Usual care",
        "Nothing imputed",
        "Convention: one value put in place",
        "BOCF: baseline observation carried forward",
        "NRI: non-responder imputation",
        "and then shifted in the active arm alone",
        "Lost from here on",
        "Rescue (hypothetical)",
        "Last mean carried forward: not estimated, because 1 patients have no score after",
    ):
        assert part in text
    assert "nan" not in text.lower().split()


def test_figures_are_a_forest_a_map_for_each_arm_and_the_patterns(made, result):
    block = report.figures(made, result)
    assert set(block.figures) == {"assumptions", "tipping-1", "tipping-2", "missing-patterns"}
    assert result.verdict["yoga"] in words(block).replace("&lt;", "<")


def test_checks_say_that_nothing_was_sampled_or_how_well_the_chains_met(made, result):
    assert "no chain" in words(report.checks(made, result))
    diagnostics = pd.DataFrame(
        {"parameter": ["arm"], "r_hat": [1.004], "effective_sample_size": [812.0]}
    )
    text = words(report.checks(made, replace(result, diagnostics=diagnostics)))
    assert "The largest split R-hat of the sampler is 1.004" in text
    assert "812" in text


def test_the_headline_carries_the_verdict(made, result):
    text = words(report.headline(made, result))
    assert "Under the 4 assumptions estimated the difference for Yoga lies between" in text
