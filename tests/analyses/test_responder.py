"""Responder analysis: the response it counts, both comparisons, and what it says."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from outcomes.analyses.plan import analyse
from outcomes.analyses.responder import ResponderDifference
from outcomes.errors import UnsupportedCombinationError
from outcomes.models.responder_curves import compare_responder_curves
from outcomes.models.responders import responder_difference
from outcomes.trial.study import Clusters, DeclaredThreshold, Hypothesis
from tests.analyses.made import DESIGN, clustered, scores, subjects, trial

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


def robust_by_hand(design_arms=("yoga",), **options):
    """The comparison with classes of the clustered arm as clusters, straight from the scores."""
    data = responses(20.0)
    data["class_id"] = data["class_id"].where(data["arm"].isin(design_arms))
    options = {"missing": "non_responder", "cluster": "class_id"} | options
    fit = responder_difference(data, response="response", arm="arm", reference="usual", **options)
    return fit.contrasts.query("quantity == 'risk_difference'").set_index("arm")


@pytest.mark.parametrize("covariates", [(), ("age",)])
def test_classes_have_a_robust_comparison_beside_the_headline(covariates):
    specification = replace(RESPONSE, covariates=covariates)
    result = analyse(trial(specification, design=clustered()), specification)
    adjusters = ["site", *covariates] if covariates else []
    expected = robust_by_hand(covariates=adjusters).loc["yoga"]
    (row,) = result.cluster_robust.to_dict("records")
    assert row["arm"] == "yoga"
    assert row["n_clusters"] == subjects().query("arm == 'yoga'")["class_id"].nunique()
    assert (row["n_alone"], row["reason"]) == (0, "")
    for name in ("estimate", "std_error", "df", "conf_low", "conf_high", "p_value"):
        assert row[name] == pytest.approx(expected[name], rel=1e-9)
    robust, ignored = (note for note in result.notes if note.beside_headline)
    assert (robust.title, ignored.title) == ("Treated in groups", "Clustering is ignored")
    assert "Yoga minus Usual care" in robust.text
    assert "intervals" in robust.text
    assert result.examined.startswith("A comparison robust to treatment")
    ard = result.to_ard()
    stored = ard[(ard["context"] == "cluster_robust") & (ard["stat_name"] == "conf_low")]
    assert stored["stat"].tolist() == [row["conf_low"]]


def test_a_robust_comparison_that_cannot_be_made_says_why():
    people = subjects().assign(class_id="one class")
    result = analyse(trial(RESPONSE, design=clustered(), people=people), RESPONSE)
    (row,) = result.cluster_robust.to_dict("records")
    assert np.isnan(row["estimate"])
    assert "treated in one cluster" in row["reason"]
    note = next(note for note in result.notes if note.title == "Treated in groups")
    assert note.kind == "warning"
    assert "could not be made: all patients of arm 'yoga'" in note.text
    assert "robust" not in result.examined
    ard = result.to_ard()
    absent = ard[(ard["context"] == "cluster_robust") & (ard["stat_name"] == "estimate")]
    assert absent["error"].str.contains("treated in one cluster").all()


def test_each_arm_with_classes_has_its_comparison():
    people = subjects()
    classes = [f"{arm} {i // 24}" for i, arm in enumerate(people["arm"])]
    people["class_id"] = pd.Series(classes).where(people["arm"] != "usual")
    design = replace(DESIGN, clusters=Clusters(column="class_id", arms=("yoga", "qigong")))
    result = analyse(trial(RESPONSE, design=design, people=people), RESPONSE)
    assert result.cluster_robust["arm"].tolist() == ["yoga", "qigong"]
    assert result.cluster_robust["n_clusters"].tolist() == [5, 5]
    assert (result.cluster_robust["reason"] == "").all()


def test_without_classes_there_is_nothing_to_be_robust_to():
    assert analyse(trial(RESPONSE), RESPONSE).cluster_robust.empty


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


NON_INFERIOR = Hypothesis(kind="non_inferiority", margin=0.1, side="lower")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"hypothesis": NON_INFERIOR}, "miettinen_nurminen"),
        (
            {"hypothesis": replace(NON_INFERIOR, side="upper"), "method": "miettinen_nurminen"},
            "side: lower",
        ),
        ({"hypothesis": Hypothesis(kind="equivalence", margin=0.1)}, "superiority or non-inf"),
        (
            {"threshold": DeclaredThreshold(value=2, kind="MCID", source="somewhere")},
            "threshold in points",
        ),
        ({"method": "exact", "test": "fisher", "covariates": ("age",)}, "compare counts"),
    ],
)
def test_what_cannot_be_judged_is_refused(options, message):
    specification = replace(RESPONSE, **options)
    with pytest.raises(UnsupportedCombinationError, match=message):
        analyse(trial(specification), specification)


@pytest.mark.parametrize(
    "options", [{"method": "miettinen_nurminen"}, {"covariates": ("age",)}], ids=["counts", "model"]
)
@pytest.mark.parametrize("margin", [0.02, 0.2, 0.6])
def test_non_inferiority_agrees_with_the_interval(options, margin):
    hypothesis = replace(NON_INFERIOR, margin=margin)
    specification = replace(RESPONSE, hypothesis=hypothesis, **options)
    result = analyse(trial(specification), specification)
    assert result.judgements["arm"].tolist() == ["yoga", "qigong"]
    lows = result.contrasts.query("quantity == 'risk_difference'").set_index("arm")["conf_low"]
    for judged in result.judgements.itertuples():
        assert (judged.conclusion == "shown") == (lows[judged.arm] > -margin)


def test_the_method_declared_is_the_one_used():
    specification = replace(RESPONSE, method="exact", test="barnard")
    result = analyse(trial(specification), specification)
    assert "Barnard" in result.method
    assert "Suissa and Shuster" in " ".join(result.methods)


def test_curves_are_compared_within_strata_of_the_factors():
    result = analyse(trial(RESPONSE), RESPONSE)
    data = responses(20.0)
    wide = scores().pivot_table(index="subject", columns="visit", values="score")
    better_by = 100 * (wide["start"] - wide["w26"]) / wide["start"]
    expected = compare_responder_curves(
        data.assign(better_by=data["subject"].map(better_by)),
        improvement="better_by",
        arm="arm",
        reference="usual",
        strata=["site"],
        missing="non_responder",
    ).contrasts.set_index(["arm", "quantity"])
    found = result.curves_compared.set_index(["arm", "quantity"])
    assert "van Elteren" in result.rank_test
    for name in ("estimate", "conf_low", "p_value"):
        assert found[name].to_dict() == pytest.approx(
            expected.loc[found.index, name].to_dict(), nan_ok=True
        )


def test_missing_responses_are_counted_in_other_ways():
    result = analyse(trial(RESPONSE), RESPONSE)
    data = responses(20.0)
    usual = data["arm"] == "usual"
    filled = {
        "non_responder": data.assign(response=data["response"].fillna(0.0)),
        "exclude": data.dropna(subset="response"),
        "worst_case": data.assign(response=data["response"].fillna(usual.astype(float))),
        "best_case": data.assign(response=data["response"].fillna((~usual).astype(float))),
    }
    found = result.missing_otherwise.set_index(["rule", "arm"])
    for rule, counted in filled.items():
        fit = responder_difference(counted, response="response", arm="arm", reference="usual")
        expected = fit.contrasts.query("quantity == 'risk_difference'").set_index("arm")
        for arm in ("yoga", "qigong"):
            for name in ("estimate", "conf_low", "conf_high", "p_value"):
                assert found.loc[(rule, arm), name] == pytest.approx(expected.loc[arm, name])
    shown = result.contrasts.query("quantity == 'risk_difference'").set_index("arm")["estimate"]
    assert found.loc["non_responder", "estimate"].to_dict() == shown.to_dict()
    ard = result.to_ard()
    assert (ard["context"] == "missing_counted_otherwise").sum() == 8 * 5


def test_where_nothing_is_missing_nothing_is_counted_otherwise():
    points = scores().merge(subjects()[["subject"]])
    last = points[points["visit"] == "w12"].assign(visit="w26")
    points = points[points["visit"] != "w26"]
    people = subjects()[subjects()["subject"].isin(last["subject"])].reset_index(drop=True)
    points = pd.concat([points, last]).query("subject in @people.subject")
    result = analyse(trial(RESPONSE, people=people, points=points), RESPONSE)
    assert result.missing_otherwise.empty
    assert result.examined == ""


def test_groups_of_improvement_hold_everybody_who_is_counted():
    result = analyse(trial(RESPONSE), RESPONSE)
    total = result.groups.groupby("arm")["n"].sum()
    assert total.to_dict() == result.counts.set_index("arm")["n"].to_dict()
    scored = result.groups[result.groups["group"] != "no score at the visit"]["n"].sum()
    assert len(result.improvements) == scored
    assert "subject" not in result.improvements
    assert "improvements" not in set(result.to_ard()["context"])
