"""Joint tests, residuals and predictions agree with R; see tests_and_predictions.R."""

import json
import pickle
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from outcomes.errors import (
    DataError,
    NotEstimableError,
    SpecificationError,
    UnknownVisitError,
    UnsupportedCombinationError,
)
from outcomes.models.likelihood_ratio import likelihood_ratio_test
from outcomes.models.mmrm import fit_mmrm
from tests.public_data import fev

FOLDER = Path(__file__).parents[1] / "reference" / "mmrm"
EXPECTED = json.loads((FOLDER / "tests_and_predictions.json").read_text())
DATA = fev()
USUAL = "FEV1 ~ RACE + SEX + ARMCD * AVISIT"


def fit(formula=USUAL, data=DATA, **options):
    return fit_mmrm(formula, data, visit="AVISIT", subject="USUBJID", **options)


@pytest.fixture(scope="module")
def usual():
    return fit()


@pytest.mark.parametrize(("kind", "key"), [("II", "type_two"), ("III", "type_three")])
def test_terms_agree_with_mmrm(kind, key):
    found = fit("FEV1 ~ RACE + SEX * FEV1_BL + ARMCD * AVISIT").term_tests(kind)
    expected = pd.DataFrame(EXPECTED[key]).set_index("term")
    assert list(found.index) == list(expected.index)
    for column in ("num_df", "denom_df", "statistic", "p_value"):
        assert found[column].to_numpy() == pytest.approx(expected[column].to_numpy(), rel=1e-4)


def test_type_three_is_refused_with_an_empty_cell():
    data = DATA.copy()
    data.loc[(data["ARMCD"] == "TRT") & (data["AVISIT"] == "VIS4"), "FEV1"] = np.nan
    with pytest.raises(NotEstimableError, match="need every cell"):
        fit(data=data).term_tests("III")


def test_tests_of_terms_need_an_intercept():
    with pytest.raises(UnsupportedCombinationError, match="intercept"):
        fit("FEV1 ~ 0 + AVISIT + ARMCD").term_tests("III")


def test_fit_travels_between_processes(usual):
    again = pickle.loads(pickle.dumps(usual))  # noqa: S301
    pd.testing.assert_frame_equal(again.ls_means("ARMCD"), usual.ls_means("ARMCD"))
    pd.testing.assert_frame_equal(again.predict(DATA.head(8)), usual.predict(DATA.head(8)))


def test_joint_test_of_one_row_is_the_square_of_its_t_test(usual):
    row = usual.coefficients.loc["SEX[T.Male]"]
    test = usual.joint_test([{"SEX[T.Male]": 1.0}])
    assert test["statistic"] == pytest.approx(row["statistic"] ** 2)
    assert test["denom_df"] == pytest.approx(row["df"])
    assert test["p_value"] == pytest.approx(row["p_value"])


def test_custom_contrast_of_the_last_visits(usual):
    by_arm = usual.contrasts("ARMCD", by="AVISIT", reference="PBO").set_index("AVISIT")
    late = usual.custom_contrasts(
        "AVISIT", {"late": {"VIS3": 0.5, "VIS4": 0.5}}, by="ARMCD"
    ).set_index("ARMCD")
    difference = late.loc["TRT", "estimate"] - late.loc["PBO", "estimate"]
    assert difference == pytest.approx(by_arm.loc[["VIS3", "VIS4"], "estimate"].mean())


def test_contrast_of_an_unknown_level_is_refused(usual):
    with pytest.raises(SpecificationError, match="'VIS9' is no level"):
        usual.custom_contrasts("AVISIT", {"late": {"VIS9": 1.0}})


def in_their_order(residuals):
    """R's mmrm sorts rows by subject as text, then visit."""
    order = DATA.loc[residuals.index].sort_values(["USUBJID", "AVISIT"]).index
    return residuals.loc[order].to_numpy()


@pytest.mark.parametrize("kind", ["raw", "pearson", "normalised"])
def test_residuals_agree_with_mmrm(usual, kind):
    assert in_their_order(usual.residuals(kind)) == pytest.approx(
        EXPECTED["residuals"][kind], rel=1e-4, abs=1e-5
    )


@pytest.mark.parametrize("kind", ["raw", "pearson", "normalised"])
def test_weighted_residuals_agree_with_mmrm(kind):
    weighted = fit(covariance="heterogeneous_ar1", weights="WEIGHT")
    assert in_their_order(weighted.residuals(kind)) == pytest.approx(
        EXPECTED["weighted_residuals"][kind], rel=1e-4, abs=1e-5
    )


def test_conditional_predictions_agree_with_mmrm(usual):
    found = usual.predict(DATA)
    assert found["estimate"].to_numpy() == pytest.approx(EXPECTED["conditional_mean"], rel=1e-6)
    assert found["std_error"].to_numpy() == pytest.approx(
        EXPECTED["conditional_std_error"], rel=1e-4, abs=1e-12
    )


def test_prediction_without_outcomes_is_the_mean_of_the_model(usual):
    found = usual.predict(DATA.drop(columns="FEV1"))
    rows = DATA["FEV1"].notna()
    fitted = DATA.loc[rows, "FEV1"] - usual.residuals()
    assert found.loc[rows, "estimate"].to_numpy() == pytest.approx(fitted.to_numpy())
    sd = np.sqrt(np.diag(usual.covariance))
    least = found["AVISIT"].map(dict(zip(usual.visits, sd, strict=True)))
    assert (found["std_prediction"] > least).all()


def test_prediction_at_an_unknown_visit_or_without_covariates_is_refused(usual):
    with pytest.raises(UnknownVisitError, match="1 of 1 rows"):
        usual.predict(DATA.head(1).assign(AVISIT="VIS9"))
    with pytest.raises(DataError, match="lack a covariate"):
        usual.predict(DATA.head(1).assign(SEX=None))


def test_simulated_outcomes_have_the_fitted_moments(usual):
    drawn = usual.simulate(4000, np.random.default_rng(11))
    error = drawn.sub(drawn.mean(axis=1), axis=0)
    who = DATA.loc[drawn.index]
    one = who.index[who["USUBJID"] == "PT2"]
    covariance = error.loc[one].to_numpy() @ error.loc[one].to_numpy().T / 3999
    at = list(who.loc[one, "AVISIT"])
    truth = usual.covariance.loc[at, at].to_numpy()
    sd = np.sqrt(np.diag(truth))
    # A sample covariance of normal draws has standard error sqrt((1 + rho^2) / n) on this scale.
    assert np.abs((covariance - truth) / np.outer(sd, sd)).max() < 5 * np.sqrt(2 / 4000)


def test_standardised_effect_is_the_difference_over_the_standard_deviation(usual):
    plain = usual.contrasts("ARMCD", by="AVISIT", reference="PBO")
    found = usual.standardised_effects("ARMCD", reference="PBO")
    sd = np.sqrt(np.diag(usual.covariance))
    assert found["estimate"].to_numpy() == pytest.approx(plain["estimate"].to_numpy() / sd)
    assert (found["std_error"] > plain["std_error"] / sd).all()
    with pytest.raises(UnsupportedCombinationError, match="own standard deviation"):
        fit(group="ARMCD").standardised_effects("ARMCD", reference="PBO")


def test_likelihood_ratio_of_nested_covariances(usual):
    smaller = fit(covariance="heterogeneous_toeplitz")
    found = likelihood_ratio_test(smaller, usual)
    gain = smaller.minus_two_log_likelihood - usual.minus_two_log_likelihood
    assert (found.statistic, found.df) == (pytest.approx(gain), 3)
    assert found.p_value == pytest.approx(stats.chi2.sf(gain, 3))


def test_likelihood_ratio_of_fits_that_are_not_comparable_is_refused(usual):
    spatial = fit(covariance="compound_symmetry")
    with pytest.raises(SpecificationError, match="not nested"):
        likelihood_ratio_test(fit(covariance="ar1"), spatial)
    with pytest.raises(UnsupportedCombinationError, match="different terms"):
        likelihood_ratio_test(fit("FEV1 ~ SEX + ARMCD * AVISIT"), usual)
    ml = fit(reml=False, df_method="satterthwaite")
    with pytest.raises(UnsupportedCombinationError, match="other ML"):
        likelihood_ratio_test(ml, usual)
