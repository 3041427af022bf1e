"""Partially nested fits agree with R; see tests/reference/mixed/partially_nested.R."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from outcomes.errors import (
    DataError,
    NotConvergedError,
    NotEstimableError,
    SpecificationError,
    UnsupportedCombinationError,
)
from outcomes.models.partially_nested import fit_partially_nested

FOLDER = Path(__file__).parents[1] / "reference" / "mixed"
CASES = json.loads((FOLDER / "partially_nested.json").read_text())["cases"]


def fit(data, formula="y ~ arm + baseline", **options):
    return fit_partially_nested(
        formula, data, arm="arm", clustered="integrative", cluster="class_id", **options
    )


@pytest.fixture(params=CASES, ids=lambda case: case["name"])
def case(request):
    return request.param, pd.read_csv(FOLDER / f"{request.param['name']}.csv")


def test_residual_variance_by_arm_agrees_with_nlme(case):
    expected, data = case
    found, expected = fit(data), expected["by_arm"]
    theirs = expected["minus_two_log_likelihood"]
    assert found.minus_two_log_likelihood == pytest.approx(theirs, rel=1e-8)
    table = found.coefficients
    assert table["estimate"].to_numpy() == pytest.approx(expected["estimate"], rel=1e-5)
    assert table["std_error"].to_numpy() == pytest.approx(expected["std_error"], rel=1e-4)
    components = found.variances["estimate"].to_numpy()
    variances = [expected["residual"][arm] for arm in found.residual_arms]
    assert components == pytest.approx([*variances, expected["cluster"]], rel=1e-4)


@pytest.mark.parametrize(("method", "prefix"), [("satterthwaite", ""), ("kenward_roger", "kr_")])
def test_shared_residual_variance_agrees_with_lmertest_and_pbkrtest(case, method, prefix):
    expected, data = case
    found, expected = fit(data, residual="shared", df_method=method), expected["shared"]
    theirs = expected["minus_two_log_likelihood"]
    assert found.minus_two_log_likelihood == pytest.approx(theirs, rel=1e-8)
    table = found.coefficients
    assert table["estimate"].to_numpy() == pytest.approx(expected["estimate"], rel=1e-5)
    assert table["std_error"].to_numpy() == pytest.approx(expected[f"{prefix}std_error"], rel=1e-4)
    assert table["df"].to_numpy() == pytest.approx(expected[f"{prefix}df"], rel=1e-3)


@pytest.fixture
def trial():
    return pd.read_csv(FOLDER / "balanced_classes.csv")


def test_balanced_classes_without_covariates_are_a_welch_test_of_class_means(trial):
    found = fit(trial, "y ~ arm").contrasts("arm", reference="medication").iloc[0]
    taught = trial[trial["arm"] == "integrative"].groupby("class_id")["y"].mean()
    alone = trial.loc[trial["arm"] == "medication", "y"]
    parts = np.array([taught.var() / len(taught), alone.var() / len(alone)])
    df = parts.sum() ** 2 / (parts**2 / [len(taught) - 1, len(alone) - 1]).sum()
    assert found["estimate"] == pytest.approx(taught.mean() - alone.mean(), rel=1e-10)
    assert found["std_error"] == pytest.approx(np.sqrt(parts.sum()), rel=1e-8)
    assert found["df"] == pytest.approx(df, rel=1e-6)


def alternating(trial):
    """Class members more different than strangers: the covariance within classes is negative."""
    taught = trial["arm"] == "integrative"
    data = trial.copy()
    noise = np.random.default_rng(5).normal(size=int(taught.sum()))
    by_class = pd.Series(noise).groupby(trial.loc[taught, "class_id"].to_numpy())
    data.loc[taught, "y"] = (noise - 0.9 * by_class.transform("mean")).to_numpy()
    return data


def test_covariance_within_classes_may_be_negative(trial):
    found = fit(alternating(trial))
    assert found.fit.cluster_covariance < 0
    assert any("negative" in note for note in found.notes)


def test_negative_covariance_is_held_at_zero_on_request(trial):
    found = fit(alternating(trial), nonnegative=True)
    assert found.fit.cluster_covariance == 0
    assert "held at zero" in found.notes[0]
    assert np.isnan(found.intraclass_correlation["conf_low"])


def test_intraclass_correlation_lies_inside_its_interval(trial):
    rho = fit(trial).intraclass_correlation
    assert -1 / 7 < rho["conf_low"] < rho["estimate"] < rho["conf_high"] < 1


def test_patients_without_a_class_are_refused_or_counted_as_classes_of_one(trial):
    trial.loc[[0, 1], "class_id"] = np.nan
    with pytest.raises(DataError, match="2 of 64 patients of 'integrative' have no cluster"):
        fit(trial)
    found = fit(trial, unassigned="singleton")
    assert (found.n_unassigned, found.n_clusters) == (2, 10)


def test_class_in_another_arm_is_refused(trial):
    trial.loc[trial.index[-1], "class_id"] = 3
    with pytest.raises(DataError, match="only one arm has clusters"):
        fit(trial)


def test_unknown_arm_and_method_are_refused(trial):
    with pytest.raises(SpecificationError, match="no arm"):
        fit_partially_nested("y ~ arm", trial, arm="arm", clustered="yoga", cluster="class_id")
    with pytest.raises(UnsupportedCombinationError, match="satterthwaite"):
        fit(trial, df_method="residual")


def test_classes_of_one_cannot_inform_the_covariance(trial):
    trial["class_id"] = np.where(trial["arm"] == "integrative", np.arange(len(trial)), np.nan)
    with pytest.raises(NotEstimableError, match="two analysed rows"):
        fit(trial)


def opposed(unassigned=0):
    """Classes of 3, 4 and 9 whose members differ and whose means do not, and single patients."""
    rng = np.random.default_rng(5)
    members = [rng.normal(size=size) for size in (3, 4, 9, 4, 3)]
    taught = np.concatenate([own - own.mean() for own in members])
    labels = np.repeat(np.arange(5.0), [len(own) for own in members])
    y = np.concatenate([taught, rng.normal(size=unassigned + 30)])
    return pd.DataFrame(
        {
            "y": y,
            "class_id": np.r_[labels, np.full(unassigned + 30, np.nan)],
            "arm": np.where(
                np.arange(len(y)) < len(taught) + unassigned, "integrative", "medication"
            ),
        }
    )


@pytest.mark.parametrize("residual", ["by_arm", "shared"])
@pytest.mark.parametrize("unassigned", [0, 6])
def test_covariance_at_its_lower_limit_is_refused_and_told(residual, unassigned):
    with pytest.raises(NotConvergedError, match=r"lower limit.*largest cluster \(9 rows\)"):
        fit(opposed(unassigned), "y ~ arm", residual=residual, unassigned="singleton")


@pytest.mark.parametrize("unassigned", [0, 6])
def test_covariance_at_its_lower_limit_is_held_at_zero_on_request(unassigned):
    data = opposed(unassigned)
    found = fit(data, "y ~ arm", residual="shared", unassigned="singleton", nonnegative=True)
    assert found.fit.held_at_zero
    by_arm = data.groupby("arm")["y"]
    pooled = by_arm.apply(lambda y: ((y - y.mean()) ** 2).sum()).sum() / (len(data) - 2)
    assert found.variances["estimate"].tolist() == pytest.approx([pooled, 0.0], rel=1e-8)
