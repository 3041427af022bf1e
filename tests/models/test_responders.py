"""Responder contrasts against Newcombe's example and an R sandwich, and what is refused."""

import tomllib

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.proportion import proportion_confint

from outcomes.errors import (
    NotEstimableError,
    SchemaError,
    SpecificationError,
    UnsupportedCombinationError,
)
from outcomes.models.responders import responder_difference
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


@pytest.mark.parametrize("counts", [(0, 10, 0, 20), (10, 10, 0, 20), (10, 10, 20, 20)])
def test_newcombe_is_made_of_wilson_limits_at_the_edges_too(counts):
    x1, n1, x2, n2 = counts
    p1, p2 = x1 / n1, x2 / n2
    (low1, high1), (low2, high2) = (
        proportion_confint(x, n, method="wilson") for x, n in ((x1, n1), (x2, n2))
    )
    found = row(responder_difference(two_arms(*counts), **KEYS), "risk_difference")
    assert found["conf_low"] == pytest.approx(p1 - p2 - np.hypot(p1 - low1, high2 - p2))
    assert found["conf_high"] == pytest.approx(p1 - p2 + np.hypot(high1 - p1, p2 - low2))


@pytest.mark.parametrize("which", ["independent", "clustered"])
def test_standardisation_agrees_with_stacked_equations_in_r(which):
    expected, provenance = REFERENCE["standardised"][which], REFERENCE["standardised"]["provenance"]
    cluster = "class_id" if which == "clustered" else None
    fit = responder_difference(as_in_r(), **KEYS, covariates=["age", "site"], cluster=cluster)
    tolerance = provenance["tolerance"]
    difference = row(fit, "risk_difference")
    assert fit.risks["estimate"].tolist() == pytest.approx(expected["risks"][::-1], abs=tolerance)
    assert difference["estimate"] == pytest.approx(expected["difference"], abs=tolerance)
    assert difference["std_error"] == pytest.approx(expected["std_error"], abs=tolerance)
    assert row(fit, "risk_ratio")["std_error"] == pytest.approx(
        expected["log_ratio_std_error"], abs=tolerance
    )
    assert fit.n_clusters == expected.get("n_clusters")
    assert "g-computation" in fit.method


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


def test_three_arms_give_three_rows_for_each_active_one_and_keep_their_order():
    data = pd.concat(
        [two_arms(5, 10, 3, 10), pd.DataFrame({"arm": ["qigong"] * 4, "better": [1, 0, 1, 0]})]
    )
    data["arm"] = pd.Categorical(data["arm"], categories=["usual", "yoga", "qigong"], ordered=True)
    fit = responder_difference(data.reset_index(drop=True), **KEYS)
    assert fit.counts["arm"].tolist() == ["usual", "yoga", "qigong"]
    assert fit.contrasts["arm"].tolist() == ["yoga"] * 3 + ["qigong"] * 3
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
        ({}, {"cluster": "arm"}, UnsupportedCombinationError, "cluster= needs covariates="),
        ({}, {"covariates": ["age"]}, SchemaError, "no column 'age'"),
        ({}, {"reference": "placebo"}, SpecificationError, "the arms are usual, yoga"),
        ({}, {"missing": "guess"}, SpecificationError, "allowed are 'non_responder'"),
        ({"better": 2}, {}, SchemaError, r"20 of 20 responses are not True/False or 1/0"),
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


def test_an_arm_without_responders_has_no_logistic_estimate():
    data = two_arms(6, 10, 0, 10).assign(age=range(20))
    with pytest.raises(NotEstimableError, match="separates responders"):
        responder_difference(data, **KEYS, covariates=["age"])


def test_an_arm_in_which_nobody_is_counted_is_refused():
    data = two_arms(6, 10, 3, 10)
    data["better"] = data["better"].astype("boolean").mask(data["arm"] == "yoga")
    with pytest.raises(NotEstimableError, match="nobody is counted in arm 'yoga'"):
        responder_difference(data, **KEYS, missing="exclude")
