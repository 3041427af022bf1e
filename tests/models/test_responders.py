"""Responder contrasts against Newcombe's example and an R sandwich, and what is refused."""

import tomllib

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm, t

from outcomes.errors import (
    NotEstimableError,
    SchemaError,
    SpecificationError,
    UnsupportedCombinationError,
)
from outcomes.models.responders import responder_difference
from outcomes.stats.proportions import exact_interval, newcombe, score_interval
from tests.conftest import ROOT

REFERENCE = tomllib.loads(
    (ROOT / "tests" / "reference" / "analyses" / "responders.toml").read_text(encoding="utf-8")
)
KEYS = {"response": "better", "arm": "arm", "reference": "usual"}


def two_arms(x1: int, n1: int, x2: int, n2: int) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "arm": ["yoga"] * n1 + ["usual"] * n2,
            "better": [True] * x1 + [False] * (n1 - x1) + [True] * x2 + [False] * (n2 - x2),
        }
    )


def as_in_r() -> pd.DataFrame:
    """The data that responders.R writes down."""
    i = np.arange(1, 61)
    arm = i % 2
    age = 30 + (i * 7) % 41
    return pd.DataFrame(
        {
            "arm": np.where(arm == 1, "yoga", "usual"),
            "age": age,
            "site": np.array(["a", "b", "c"])[(i * 5) % 3],
            "better": ((i * 13) % 10) + 2 * arm + (age > 50) > 6,
            "class_id": [f"k{k // 8}" if k % 2 else None for k in i],
        }
    )


def row(fit, quantity):
    return fit.contrasts.set_index("quantity").loc[quantity]


def test_newcombes_published_example():
    published = REFERENCE["difference"]
    found = row(responder_difference(two_arms(*published["counts"]), **KEYS), "risk_difference")
    tolerance = published["provenance"]["tolerance"]
    assert found["estimate"] == pytest.approx(published["estimate"], abs=1e-12)
    assert [found["conf_low"], found["conf_high"]] == pytest.approx(
        published["limits"], abs=tolerance
    )


@pytest.mark.parametrize(
    ("which", "options"),
    [
        ("independent", {"covariates": ["age", "site"]}),
        ("clustered", {"covariates": ["age", "site"], "cluster": "class_id"}),
        ("without_covariates", {"cluster": "class_id"}),
    ],
)
def test_standardisation_agrees_with_stacked_equations_in_r(which, options):
    expected, provenance = REFERENCE["standardised"][which], REFERENCE["standardised"]["provenance"]
    fit = responder_difference(as_in_r(), **KEYS, **options)
    tolerance = provenance["tolerance"]
    assert fit.risks["estimate"].tolist() == pytest.approx(expected["risks"][::-1], abs=tolerance)
    for quantity in ("risk_difference", "risk_ratio", "odds_ratio"):
        for name, value in expected.get(quantity, {}).items():
            assert row(fit, quantity)[name] == pytest.approx(value, rel=tolerance), (quantity, name)
    clusters = expected.get("n_clusters")
    assert (None if fit.n_clusters is None else fit.n_clusters["n_clusters"].tolist()) == clusters
    assert "g-computation" in fit.method
    assert ("robust to clusters" in fit.method) == ("cluster" in options)


def test_standardised_intervals_are_walds_on_the_scale_of_their_standard_error():
    fit = responder_difference(as_in_r(), **KEYS, covariates=["age"], cluster="class_id")
    for quantity, scale in (("risk_difference", float), ("risk_ratio", np.log)):
        found = row(fit, quantity)
        half = t.isf(0.025, found["df"]) * found["std_error"]
        limits = [scale(found["conf_low"]), scale(found["conf_high"])]
        middle = scale(found["estimate"])
        assert limits == pytest.approx([middle - half, middle + half], rel=1e-10)
        assert found["p_value"] == pytest.approx(
            2 * t.sf(abs(middle) / found["std_error"], found["df"])
        )


def test_origin_and_unit_of_a_covariate_change_nothing():
    data = as_in_r()
    far = data.assign(age=1e9 + 1e-3 * data["age"])
    found = [
        responder_difference(each, **KEYS, covariates=["age"]).contrasts.iloc[0]["std_error"]
        for each in (data, far)
    ]
    assert found[1] == pytest.approx(found[0], rel=1e-4)


@pytest.mark.parametrize("method", ["newcombe", "miettinen_nurminen", "exact"])
def test_every_method_for_counts_is_named_and_compares_the_same_proportions(method):
    test = "boschloo" if method == "exact" else None
    fit = responder_difference(two_arms(9, 10, 3, 10), **KEYS, method=method, test=test, margin=0.1)
    names = {"newcombe": "Newcombe", "miettinen_nurminen": "Miettinen-Nurminen", "exact": "Exact"}
    assert fit.method.startswith(names[method])
    assert row(fit, "risk_difference")["estimate"] == pytest.approx(0.6)
    assert row(fit, "risk_ratio")["estimate"] == pytest.approx(3.0)
    assert row(fit, "odds_ratio")["estimate"] == pytest.approx(21.0)
    intervals = {
        "newcombe": newcombe(9, 10, 3, 10),
        "miettinen_nurminen": score_interval("difference", 9, 10, 3, 10, corrected=True),
        "exact": exact_interval("difference", 9, 10, 3, 10),
    }
    found = row(fit, "risk_difference")
    assert (found["conf_low"], found["conf_high"]) == intervals[method]
    (tested,) = fit.margin_tests.to_dict("records")
    assert tested["p_value"] < 0.01
    assert np.isnan(tested["statistic"]) == (method == "exact")


def test_a_margin_test_after_standardisation_is_walds():
    fit = responder_difference(as_in_r(), **KEYS, covariates=["age"], margin=0.1)
    difference = row(fit, "risk_difference")
    (tested,) = fit.margin_tests.to_dict("records")
    assert tested["statistic"] == pytest.approx(
        (difference["estimate"] + 0.1) / difference["std_error"]
    )
    assert tested["p_value"] == pytest.approx(norm.sf(tested["statistic"]))


@pytest.mark.parametrize(
    ("counts", "undefined"),
    [
        ((0, 10, 0, 20), {"risk_ratio": "nobody", "odds_ratio": "nobody"}),
        ((10, 10, 20, 20), {"odds_ratio": "everybody"}),
        ((10, 10, 0, 20), {}),
        ((1, 1, 0, 1), {}),
    ],
)
def test_an_estimate_is_missing_with_its_reason_only(counts, undefined):
    contrasts = responder_difference(two_arms(*counts), **KEYS).contrasts.set_index("quantity")
    for quantity, found in contrasts.iterrows():
        assert np.isnan(found["estimate"]) == (quantity in undefined)
        assert found["reason"].startswith(undefined.get(quantity, ""))
        assert bool(found["reason"]) == (quantity in undefined)


def test_standardising_over_a_balanced_covariate_gives_the_raw_difference():
    data = two_arms(12, 20, 6, 20).assign(sex=["f", "m"] * 20)
    raw = row(responder_difference(data, **KEYS), "risk_difference")
    adjusted = row(responder_difference(data, **KEYS, covariates=["sex"]), "risk_difference")
    assert adjusted["estimate"] == pytest.approx(raw["estimate"], abs=0.01)


def test_number_needed_to_treat_has_no_plain_interval():
    found = row(responder_difference(two_arms(56, 70, 48, 80), **KEYS), "number_needed_to_treat")
    assert found["estimate"] == pytest.approx(5.0)
    assert found[["conf_low", "conf_high"]].isna().all()
    assert found["benefit_low"] == pytest.approx(1 / 0.33387, rel=1e-3)
    assert found["benefit_high"] == pytest.approx(1 / 0.05244, rel=1e-3)
    assert not found["crosses_infinity"]


def test_three_arms_give_four_rows_for_each_active_one_and_keep_their_order():
    data = pd.concat(
        [two_arms(5, 10, 3, 10), pd.DataFrame({"arm": ["qigong"] * 4, "better": [1, 0, 1, 0]})]
    )
    data["arm"] = pd.Categorical(data["arm"], categories=["usual", "yoga", "qigong"], ordered=True)
    fit = responder_difference(data.reset_index(drop=True), **KEYS)
    assert fit.counts["arm"].tolist() == ["usual", "yoga", "qigong"]
    assert fit.contrasts["arm"].tolist() == ["yoga"] * 4 + ["qigong"] * 4
    assert fit.table()["method"].str.contains("Newcombe").all()


def test_missing_responses_are_refused_counted_as_failures_or_left_out():
    data = two_arms(6, 10, 3, 10)
    data["better"] = data["better"].astype("boolean")
    data.loc[[0, 19], "better"] = pd.NA
    with pytest.raises(SchemaError, match=r"2 of 20 responses are missing \(first rows 0, 19\)"):
        responder_difference(data, **KEYS)
    failures = responder_difference(data, **KEYS, missing="non_responder").counts
    assert failures[["n", "responders", "missing"]].to_numpy().tolist() == [[10, 3, 1], [10, 5, 1]]
    left_out = responder_difference(data, **KEYS, missing="exclude").counts
    assert left_out[["n", "responders", "missing"]].to_numpy().tolist() == [[9, 3, 1], [9, 5, 1]]


@pytest.mark.parametrize(
    ("change", "keywords", "error", "message"),
    [
        ({}, {"cluster": "arm"}, NotEstimableError, "treated in one cluster"),
        ({}, {"method": "wald"}, SpecificationError, "is one of newcombe, miettinen_nurminen"),
        ({}, {"method": "exact"}, SpecificationError, "needs test=, one of fisher, barnard"),
        ({}, {"test": "fisher"}, SpecificationError, "belongs to method='exact'"),
        ({}, {"margin": 10.0}, SpecificationError, "a proportion between 0 and 1"),
        ({}, {"conf_level": 95}, SpecificationError, "between 0 and 1"),
        (
            {"age": range(20)},
            {"covariates": ["age"], "method": "exact"},
            UnsupportedCombinationError,
            "compare counts",
        ),
        (
            {"start": pd.Timestamp("2020-01-01")},
            {"covariates": ["start"]},
            SchemaError,
            "start: a covariate holds numbers",
        ),
        ({"age": [np.inf] + [1.0] * 19}, {"covariates": ["age"]}, SchemaError, "infinite one"),
        (
            {"age": range(20), "years": range(20)},
            {"covariates": ["age", "years"]},
            NotEstimableError,
            "years follows from the rest",
        ),
        ({}, {"covariates": ["age"]}, SchemaError, r"'age' \(covariates=\)"),
        ({}, {"reference": "placebo"}, SpecificationError, "the arms are usual, yoga"),
        ({}, {"missing": "guess"}, SpecificationError, "allowed are 'non_responder'"),
        ({"better": 2}, {}, SchemaError, r"20 of 20 values are not True/False or 1/0"),
        ({"arm": "usual"}, {}, SpecificationError, "is the only arm"),
        ({"arm": None}, {}, SchemaError, "20 rows have no arm"),
        ({"age": [None] + [1.0] * 19}, {"covariates": ["age"]}, SchemaError, "1 of 20 subjects"),
        ({"age": 3.0}, {"covariates": ["age"]}, NotEstimableError, "cannot be told apart"),
    ],
)
def test_what_is_refused(change, keywords, error, message):
    data = two_arms(6, 10, 3, 10).assign(**change)
    with pytest.raises(error, match=message):
        responder_difference(data, **(KEYS | keywords))


def test_a_trial_of_one_patient_and_one_without_any_are_refused():
    with pytest.raises(SpecificationError, match="is the only arm"):
        responder_difference(two_arms(0, 0, 1, 1), **KEYS)
    with pytest.raises(SpecificationError, match="the arms are none"):
        responder_difference(two_arms(0, 0, 0, 0), **KEYS)


def test_labels_of_rows_and_arms_may_be_anything():
    data = two_arms(12, 20, 6, 20).assign(age=[7 * i % 11 for i in range(40)])
    odd = data.assign(arm=data["arm"].map({"yoga": 2, "usual": 1})).set_index(pd.Index([7] * 40))
    for covariates in ((), ("age",)):
        expected = responder_difference(data, **KEYS, covariates=covariates).contrasts
        found = responder_difference(
            odd, response="better", arm="arm", reference=1, covariates=covariates
        ).contrasts
        assert found["arm"].unique().tolist() == [2]
        pd.testing.assert_frame_equal(found.drop(columns="arm"), expected.drop(columns="arm"))


def test_equal_standardised_risks_need_infinitely_many_patients():
    data = pd.concat([two_arms(6, 12, 6, 12)] * 2, ignore_index=True)
    data["class_id"] = [f"c{i % 5}" if a == "yoga" else None for i, a in enumerate(data["arm"])]
    fit = responder_difference(data, **KEYS, cluster="class_id")
    assert np.isinf(row(fit, "number_needed_to_treat")["estimate"])


def test_a_cluster_with_patients_of_two_arms_makes_one_part_of_both():
    data = as_in_r()
    both = data.assign(class_id=[f"therapist {i % 7}" for i in range(60)])
    found = row(responder_difference(both, **KEYS, cluster="class_id"), "risk_difference")
    assert found["df"] < 7


def test_an_arm_without_responders_has_no_logistic_estimate():
    data = two_arms(6, 10, 0, 10).assign(age=range(20))
    with pytest.raises(NotEstimableError, match="separates responders"):
        responder_difference(data, **KEYS, covariates=["age"])


def test_an_arm_in_which_nobody_is_counted_is_refused():
    data = two_arms(6, 10, 3, 10)
    data["better"] = data["better"].astype("boolean").mask(data["arm"] == "yoga")
    with pytest.raises(NotEstimableError, match="nobody is counted in arm 'yoga'"):
        responder_difference(data, **KEYS, missing="exclude")


def test_a_category_of_a_covariate_that_nobody_has_changes_nothing():
    site = pd.Categorical(["north", "south"] * 20, categories=["east", "north", "south", "west"])
    data = pd.DataFrame(
        {"arm": ["usual"] * 20 + ["yoga"] * 20, "better": [1, 0, 0, 1, 1] * 8, "site": site}
    )
    named = data.assign(site=data["site"].astype(str))
    found, expected = (
        responder_difference(
            each, response="better", arm="arm", reference="usual", covariates=["site"]
        ).table()
        for each in (data, named)
    )
    pd.testing.assert_frame_equal(found, expected)
