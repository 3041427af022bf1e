"""Responder analysis: the response it counts, both comparisons, and what it says."""

from dataclasses import replace

import numpy as np
import pytest

from outcomes.analyses.plan import analyse
from outcomes.analyses.responder import ResponderDifference
from outcomes.errors import UnsupportedCombinationError
from outcomes.models.responders import responder_difference
from outcomes.trial.study import Hypothesis
from tests.analyses.made import clustered, scores, subjects, trial

RESPONSE = ResponderDifference(id="response", instrument="pain", percent=20.0)


def responses(percent):
    """Responses at the last visit, straight from the scores: 1, 0 or NaN by subject."""
    wide = scores().pivot_table(index="subject", columns="visit", values="score")
    improved = 100 * (wide["start"] - wide["w26"]) / wide["start"]
    reached = (improved >= percent).astype(float).where(wide["w26"].notna())
    return subjects().assign(response=subjects()["subject"].map(reached))


@pytest.mark.parametrize("missing", ["non_responder", "exclude"])
def test_unadjusted_comparison_is_that_of_the_responses_counted_by_hand(missing):
    specification = replace(RESPONSE, missing=missing)
    result = analyse(trial(specification), specification)
    data = responses(20.0)
    expected = responder_difference(
        data, response="response", arm="arm", reference="usual", missing=missing
    )
    found = result.counts.set_index("arm").loc[["usual", "yoga", "qigong"]]
    by_hand = expected.counts.set_index("arm").loc[["usual", "yoga", "qigong"]]
    assert found.to_numpy() == pytest.approx(by_hand.to_numpy())
    assert result.counts["missing"].sum() == data["response"].isna().sum()
    rows = result.contrasts.query("quantity == 'risk_difference'").set_index("arm")
    for each in result.headlines:
        assert each.estimate == rows.loc[each.active.id, "estimate"]
        assert each.active_value - each.reference_value == pytest.approx(each.estimate)
        assert (each.favours_active, each.unit) == ("higher", "proportion")


def test_the_curve_passes_through_the_proportions_of_the_comparison():
    result = analyse(trial(RESPONSE), RESPONSE)
    at = result.curve.query("percent == 20").set_index("arm")["proportion"]
    wanted = result.counts.set_index("arm")["proportion"]
    assert at.reindex(wanted.index).to_numpy() == pytest.approx(wanted.to_numpy())


def test_with_covariates_it_is_standardised_and_the_factors_enter():
    specification = replace(RESPONSE, covariates=("age",))
    result = analyse(trial(specification), specification)
    expected = responder_difference(
        responses(20.0),
        response="response",
        arm="arm",
        reference="usual",
        covariates=["site", "age"],
        missing="non_responder",
    ).contrasts.query("quantity == 'risk_difference'")
    found = result.contrasts.query("quantity == 'risk_difference'").set_index("arm")
    for arm, estimate, std_error in zip(
        expected["arm"], expected["estimate"], expected["std_error"], strict=True
    ):
        assert found.loc[arm, "estimate"] == pytest.approx(estimate, abs=1e-9)
        assert found.loc[arm, "std_error"] == pytest.approx(std_error, abs=1e-9)
    assert "g-computation" in result.method
    assert "the randomisation factors (site) and the covariates age" in " ".join(result.methods)


def test_unadjusted_says_that_the_factors_are_not_used():
    result = analyse(trial(RESPONSE), RESPONSE)
    assert any(note.title == "Unadjusted comparison" for note in result.notes)


def test_a_baseline_of_zero_is_left_out_and_counted():
    points = scores()
    points.loc[(points["subject"] == "5") & (points["visit"] == "start"), "score"] = 0.0
    result = analyse(trial(RESPONSE, points=points), RESPONSE)
    assert result.counts["n"].sum() == 119
    (note,) = [note for note in result.notes if note.title.startswith("Response undefined")]
    assert "For 1 of 120 patients" in note.text
    assert "baseline zero" in note.text
    n = result.flow.groupby("stage", sort=False)["n"].sum()
    assert (n["Response can be defined"], n["Counted in the comparison"]) == (119, 119)


def test_ignored_classes_are_said_beside_the_headline():
    result = analyse(trial(RESPONSE, design=clustered()), RESPONSE)
    assert [note.title for note in result.notes if note.beside_headline] == [
        "Clustering is ignored"
    ]


def test_number_needed_to_treat_reaches_the_results_data_without_a_plain_interval():
    ard = analyse(trial(RESPONSE), RESPONSE).to_ard()
    rows = ard[ard["context"] == "number_needed_to_treat"]
    assert rows["stat_name"].unique().tolist() == [
        "estimate",
        "benefit_low",
        "benefit_high",
        "crosses_infinity",
    ]
    assert not rows["error"].notna().any()
    assert np.isfinite(rows.query("stat_name == 'benefit_low'")["stat"].astype(float)).all()


def test_non_inferiority_of_a_risk_difference_is_refused():
    hypothesis = Hypothesis(kind="non_inferiority", margin=0.1)
    with pytest.raises(UnsupportedCombinationError, match="differences in means only"):
        analyse(trial(RESPONSE), replace(RESPONSE, hypothesis=hypothesis))
