"""The sentences beside the estimate say what the numbers say."""

import re

import pytest
from markupsafe import Markup

from outcomes.analyses.result import Note, Planned, ThresholdUsed
from outcomes.report.quantities import quantity_of
from outcomes.report.readings import clinical, direction, lead, robustness
from outcomes.trial.study import Hypothesis
from tests.report.made import headline, outcome


def words(markup: Markup) -> str:
    return re.sub(r"<[^>]+>", "", str(markup)).replace("&lt;", "<")


def test_a_difference_is_said_with_its_direction_and_its_interval():
    said = lead(headline(), outcome())
    assert words(said) == (
        "At month 12, headache severity was 4.70 points lower with Acupuncture than with Usual "
        "care (adjusted mean difference −4.70, 95% CI −7.17 to −2.23; p < 0.001)."
    )
    assert "<strong>4.70 points lower</strong>" in said
    assert '<strong class="nw">−4.70</strong>' in said


def test_a_difference_that_prints_as_zero_is_neither_lower_nor_higher():
    said = words(lead(headline(estimate=-0.001, conf_low=-1, conf_high=1), outcome()))
    assert "differed by 0.00 points between Acupuncture and Usual care" in said
    assert "lower" not in said


def test_percentages_differ_by_percentage_points():
    said = words(lead(headline(unit="percent"), outcome(unit="percent")))
    assert "4.70 percentage points lower" in said


def test_a_risk_difference_is_in_percentage_points():
    risk = headline(
        quantity="risk difference",
        outcome="a 30% response",
        estimate=0.171,
        conf_low=0.05,
        conf_high=0.29,
        unit="proportion",
        favours_active="higher",
        reference_value=0.412,
        active_value=0.583,
    )
    said = words(lead(risk, outcome()))
    assert "a 30% response was 17.1 percentage points more frequent with Acupuncture" in said
    assert "(risk difference 17.1, 95% CI 5.0 to 29.0; p < 0.001)" in said
    assert quantity_of(risk).size(risk, outcome(), 1) == (
        "58.3% with Acupuncture against 41.2% with Usual care. "
        "The interval runs from 5.0 to 29.0 percentage points."
    )


def test_a_standardised_difference_is_in_standard_deviations_and_not_read_on_the_scale():
    g = headline(quantity="standardised mean difference (Hedges’ g)", estimate=-0.49, unit="")
    assert "0.49 standard deviations lower with Acupuncture" in words(lead(g, outcome()))
    assert "scale" not in quantity_of(g).size(g, outcome(), 2)


def test_a_hazard_ratio_is_a_rate_and_not_a_difference():
    ratio = headline(
        quantity="hazard ratio",
        outcome="confirmed response",
        visit=None,
        estimate=1.45,
        conf_low=1.1,
        conf_high=1.91,
        null=1.0,
        favours_active="higher",
        p_value=0.008,
    )
    assert words(lead(ratio, None)) == (
        "Over the follow-up, the rate of confirmed response was 1.45 times as high with "
        "Acupuncture as with Usual care (hazard ratio 1.45, 95% CI 1.10 to 1.91; p = 0.008)."
    )
    assert "A rate 45% higher than with Usual care" in quantity_of(ratio).size(ratio, None, 2)
    assert "the interval runs from 10% higher to 91% higher" in quantity_of(ratio).size(
        ratio, None, 2
    )


@pytest.mark.parametrize(
    ("side", "low", "high", "verdict"),
    [
        ("upper", -1.0, 2.9, "was shown: the upper limit of the interval, 2.90, is below"),
        ("upper", -1.0, 3.0, "was not shown: the upper limit of the interval, 3.00, is not below"),
        ("lower", -2.9, 9.0, "was shown: the lower limit of the interval, −2.90, is above"),
        ("lower", -3.1, 9.0, "was not shown: the lower limit of the interval, −3.10, is not above"),
    ],
)
def test_non_inferiority_looks_at_one_limit_only(side, low, high, verdict):
    hypothesis = Hypothesis(kind="non_inferiority", margin=3.0, side=side)
    said = words(lead(headline(conf_low=low, conf_high=high, hypothesis=hypothesis), outcome()))
    assert (
        f"Non-inferiority {verdict} the margin of {'−' if side == 'lower' else ''}3 points" in said
    )


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [(-2.9, 2.9, "was shown"), (-3.1, 1.0, "was not shown"), (-1.0, 3.1, "was not shown")],
)
def test_equivalence_looks_at_both_limits(low, high, verdict):
    hypothesis = Hypothesis(kind="equivalence", margin=3.0)
    said = words(lead(headline(conf_low=low, conf_high=high, hypothesis=hypothesis), outcome()))
    assert f"Equivalence {verdict}: " in said
    assert "within the margins of −3 and 3 points" in said


def test_superiority_says_nothing_of_margins():
    assert "margin" not in lead(headline(), outcome())


@pytest.mark.parametrize(
    ("limits", "favours", "said"),
    [
        ((-7.0, -2.0), "lower", "The whole interval is on the side of Acupuncture."),
        ((-7.0, -2.0), "higher", "The whole interval is on the side of Usual care."),
        ((2.0, 7.0), "lower", "The whole interval is on the side of Usual care."),
        ((-1.0, 1.0), "lower", "The interval includes no difference, and"),
    ],
)
def test_direction_follows_what_is_better(limits, favours, said):
    low, high = limits
    text = direction(headline(conf_low=low, conf_high=high, favours_active=favours), outcome())
    assert said in text


def test_no_side_is_better_for_a_neutral_score():
    text = direction(headline(), outcome(higher_is="neutral"))
    assert "favour" not in text
    assert "leaves out no difference" in text


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (2.0, "The whole interval reaches"),
        (4.0, "The estimate reaches"),
        (6.0, "The estimate falls short of"),
        (8.0, "The whole interval falls short of"),
    ],
)
def test_the_clinical_reading_weighs_the_whole_interval(value, said):
    threshold = ThresholdUsed(value=value, kind="MCID", source="Somebody 2001.")
    text = clinical(headline(threshold=threshold))
    assert text.startswith(f"{said} the declared threshold of {value:g} points (MCID)")
    assert text.endswith("Source: Somebody 2001.")


def test_a_harm_as_large_as_the_threshold_does_not_reach_it():
    threshold = ThresholdUsed(value=2.0, kind="MCID", source="s")
    text = clinical(headline(estimate=4.7, conf_low=2.2, conf_high=7.2, threshold=threshold))
    assert text.startswith("The whole interval falls short")


def test_without_a_threshold_none_is_invented():
    assert clinical(headline()).startswith("The plan declares no threshold")


def test_size_is_relative_only_where_zero_means_nothing():
    size = quantity_of(headline()).size
    assert "21% lower than the mean with Usual care (22.09)" in size(headline(), outcome(), 2)
    assert "%" not in size(headline(), outcome(range=(20, 80)), 2)
    assert "%" not in size(headline(), outcome(range=None), 2)


def test_robustness_counts_departures_and_warnings():
    kept = Planned(choice="c", planned="a", used="a", reason="")
    changed = Planned(choice="c", planned="a", used="b", reason="")
    warning = Note(kind="warning", title="", text="")
    assert robustness([kept], [], "not examined.") == "Not examined. Every choice is as planned."
    assert robustness([kept, changed], [warning], "Not examined.") == (
        "Not examined. 1 of 2 choices differ from the plan. One warning is given below."
    )
