import numpy as np
import pandas as pd
import pytest

from outcomes.errors import (
    DataError,
    DuplicateRecordError,
    NotEstimableError,
    SchemaError,
    SpecificationError,
    UnsupportedCombinationError,
)
from outcomes.models.mmrm import fit_mmrm

VISITS = ["V1", "V2", "V3"]


def trial(n=60, seed=3):
    """Two arms, three visits, dropout at the end; a baseline covariate."""
    rng = np.random.default_rng(seed)
    subject = np.repeat(np.arange(n), 3)
    frame = pd.DataFrame(
        {
            "subject": subject,
            "visit": np.tile(VISITS, n),
            "arm": np.where(subject % 2, "active", "control"),
            "site": np.array(["a", "b", "c"])[subject % 3],
            "baseline": rng.normal(size=n)[subject],
        }
    )
    frame["pain"] = 5 + frame["baseline"] + rng.normal(size=n)[subject] + rng.normal(size=3 * n)
    frame.loc[(frame["subject"] % 5 == 0) & (frame["visit"] == "V3"), "pain"] = np.nan
    return frame


def fit(data, formula="pain ~ baseline + arm * visit", **options):
    return fit_mmrm(formula, data, visit="visit", subject="subject", **options)


def test_counts_say_what_the_fit_rests_on():
    found = fit(trial())
    assert (found.n_subjects, found.n_observations, found.n_missing_outcome) == (60, 168, 12)
    assert found.visits == ("V1", "V2", "V3")


def test_row_order_changes_nothing():
    data = trial()
    shuffled = data.sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(
        fit(data).contrasts("arm", by="visit", reference="control"),
        fit(shuffled).contrasts("arm", by="visit", reference="control"),
        rtol=1e-8,
    )


def test_units_of_the_outcome_scale_estimates_and_leave_degrees_of_freedom():
    data = trial()
    large = data.assign(pain=data["pain"] * 1e6)
    small, big = fit(data).coefficients, fit(large).coefficients
    assert np.allclose(big["estimate"], 1e6 * small["estimate"], rtol=1e-8, atol=1e-3)
    assert np.allclose(big["std_error"], 1e6 * small["std_error"], rtol=1e-8)
    assert np.allclose(big["df"], small["df"], rtol=1e-7)


def test_one_visit_is_least_squares():
    data = trial().query("visit == 'V1'")
    found = fit(data, "pain ~ baseline + arm").coefficients
    X = np.column_stack([np.ones(60), data["arm"] == "control", data["baseline"]]).astype(float)
    beta, rss, *_ = np.linalg.lstsq(X, data["pain"], rcond=None)
    error = np.sqrt(np.diag(np.linalg.inv(X.T @ X)) * rss[0] / 57)
    assert found.loc[["Intercept", "arm[T.control]", "baseline"], "estimate"].to_numpy() == (
        pytest.approx(beta, rel=1e-10)
    )
    assert found.loc[["Intercept", "arm[T.control]", "baseline"], "std_error"].to_numpy() == (
        pytest.approx(error, rel=1e-9)
    )
    assert found["df"].to_numpy() == pytest.approx(57, rel=1e-8)


def test_balanced_saturated_comparison_at_each_visit_is_the_exact_t_test():
    data = trial().assign(pain=lambda d: d["pain"].fillna(5.0))
    found = fit(data, "pain ~ arm * visit").contrasts("arm", by="visit", reference="control")
    for row in found.itertuples():
        at = data[data["visit"] == row.visit]
        a, c = (at.loc[at["arm"] == arm, "pain"] for arm in ("active", "control"))
        pooled = (a.var() * 29 + c.var() * 29) / 58
        assert row.estimate == pytest.approx(a.mean() - c.mean(), rel=1e-9)
        assert row.std_error == pytest.approx(np.sqrt(pooled * 2 / 30), rel=1e-8)
        assert row.df == pytest.approx(58, rel=1e-7)


def test_means_average_other_factors_equally_and_hold_covariates_at_their_row_mean():
    data = trial()
    found = fit(data, "pain ~ site + baseline + arm * visit")
    beta = found.coefficients["estimate"]
    analysed = data.dropna(subset=["pain"])
    expected = (
        beta["Intercept"]
        + (beta["site[T.b]"] + beta["site[T.c]"]) / 3
        + beta["baseline"] * analysed["baseline"].mean()
        + beta["arm[T.control]"]
    )
    means = found.ls_means("arm", by="visit").set_index(["arm", "visit"])
    assert means.loc[("control", "V1"), "estimate"] == pytest.approx(expected, rel=1e-12)


def test_contrast_is_the_difference_of_the_means():
    found = fit(trial())
    means = found.ls_means("arm", by="visit").pivot_table("estimate", "visit", "arm")
    contrast = found.contrasts("arm", by="visit", reference="control").set_index("visit")
    assert contrast["estimate"].to_numpy() == pytest.approx(
        (means["active"] - means["control"]).to_numpy(), rel=1e-10
    )


def test_all_pairs_without_a_reference():
    assert list(fit(trial(), "pain ~ site + visit").contrasts("site")["contrast"]) == [
        "b - a",
        "c - a",
        "c - b",
    ]


def test_numeric_visits_and_arms_are_levels_of_a_table():
    data = trial().assign(visit=lambda d: d["visit"].str[1].astype(int))
    table = fit(data, "pain ~ arm * C(visit)").contrasts("arm", by="visit", reference="control")
    assert list(table["visit"]) == [1, 2, 3]


def test_level_of_the_interval_is_an_argument():
    found = fit(trial())
    wide = found.ls_means("arm", conf_level=0.99)
    narrow = found.ls_means("arm")
    assert (wide["conf_low"] < narrow["conf_low"]).all()


@pytest.mark.parametrize("level", [0, 1, 95])
def test_level_that_is_no_proportion_is_refused(level):
    with pytest.raises(SpecificationError, match="between 0 and 1"):
        fit(trial()).ls_means("arm", conf_level=level)


def test_visits_that_sort_differently_as_text_are_refused():
    data = trial().replace({"visit": {"V3": "V10"}})
    with pytest.raises(SpecificationError, match="order of the visits"):
        fit(data)


def test_declared_order_settles_visits_that_sort_differently_as_text():
    data = trial().replace({"visit": {"V3": "V10"}})
    data["visit"] = pd.Categorical(data["visit"], ["V1", "V2", "V10"], ordered=True)
    assert fit(data).visits == ("V1", "V2", "V10")


def test_repeated_visit_is_refused_by_name():
    data = pd.concat([trial(), trial().iloc[[4]]], ignore_index=True)
    with pytest.raises(DuplicateRecordError, match="1 at V2"):
        fit(data)


def test_infinite_outcome_is_refused():
    data = trial()
    data.loc[7, "pain"] = np.inf
    with pytest.raises(DataError, match="1 of 168 rows have the outcome that is not a finite"):
        fit(data)


def test_missing_covariate_is_refused_and_dropped_only_when_asked():
    data = trial()
    data.loc[3, "baseline"] = np.nan
    with pytest.raises(DataError, match="1 of 168 rows with an outcome lack a covariate"):
        fit(data)
    found = fit(data, missing_covariates="drop")
    assert (found.n_observations, found.n_missing_covariates) == (167, 1)


def test_one_arm_is_refused():
    with pytest.raises(DataError, match="arm \\(only 'active'\\)"):
        fit(trial().query("arm == 'active'"))


def test_unknown_columns_are_named_together():
    with pytest.raises(SchemaError, match=r"'nope'.*'ward'"):
        fit_mmrm("pain ~ nope", trial(), visit="visit", subject="ward")


def test_two_columns_of_one_name_are_refused():
    data = trial()
    with pytest.raises(SchemaError, match="more than once: 'baseline'"):
        fit(pd.concat([data, data[["baseline"]]], axis=1))


@pytest.mark.parametrize(
    "formula",
    ["pain", "~ arm", "pain ~ (arm", "arm ~ visit", "pain ~ us(visit | subject)", "pain ~ 0"],
)
def test_formula_that_is_no_model_is_refused(formula):
    with pytest.raises((SpecificationError, SchemaError)):
        fit(trial(), formula)


def test_unknown_covariance_and_method_list_what_is_allowed():
    with pytest.raises(SpecificationError, match="unstructured"):
        fit(trial(), covariance="banded")
    with pytest.raises(UnsupportedCombinationError, match="kenward_roger_linear"):
        fit(trial(), df_method="containment")


@pytest.mark.parametrize("term", ["poly(baseline, 2)", "center(baseline)", "np.exp(baseline)"])
def test_columns_inside_functions_are_found(term):
    found = fit(trial(), f"pain ~ {term} + arm * visit")
    assert found.design.covariates == ("arm", "baseline", "visit")
    assert np.isfinite(found.ls_means("arm")["estimate"]).all()
    with pytest.raises(SchemaError, match="'baseline'"):
        fit(trial().drop(columns="baseline"), f"pain ~ {term} + arm * visit")


def test_text_in_the_string_type_of_pandas_is_text():
    data = trial()
    typed = data.astype({"arm": "string", "visit": "string"})
    pd.testing.assert_frame_equal(
        fit(typed).contrasts("arm", by="visit", reference="control"),
        fit(data).contrasts("arm", by="visit", reference="control"),
        check_dtype=False,
    )


def test_aliased_column_is_named_and_the_rest_is_unchanged():
    data = trial().assign(twice=lambda d: 2 * d["baseline"])
    found = fit(data, "pain ~ baseline + twice + arm * visit")
    assert found.design.aliased == ("twice",)
    assert np.isnan(found.coefficients.loc["twice", "estimate"])
    assert found.minus_two_log_likelihood == pytest.approx(
        fit(data).minus_two_log_likelihood, rel=1e-12
    )
    assert "twice" in found.notes[0]


def test_empty_cell_is_not_estimable_and_the_others_are():
    data = trial()
    data.loc[(data["arm"] == "active") & (data["visit"] == "V3"), "pain"] = np.nan
    table = fit(data).contrasts("arm", by="visit", reference="control").set_index("visit")
    assert np.isnan(table.loc["V3", "estimate"])
    assert np.isfinite(table.loc[["V1", "V2"], "estimate"]).all()


def test_visit_without_any_outcome_is_left_out_and_named():
    data = trial()
    data["visit"] = pd.Categorical(data["visit"], VISITS, ordered=True)
    data.loc[data["visit"] == "V2", "pain"] = np.nan
    found = fit(data)
    assert found.visits == ("V1", "V3")
    assert any("V2" in note for note in found.notes)


def test_visits_never_seen_together_have_no_unstructured_covariance():
    data = trial()
    data.loc[(data["subject"] % 2 == 0) & (data["visit"] == "V1"), "pain"] = np.nan
    data.loc[(data["subject"] % 2 == 1) & (data["visit"] == "V3"), "pain"] = np.nan
    with pytest.raises(NotEstimableError, match="V1 and V3"):
        fit(data, "pain ~ visit")


def test_input_frame_is_not_modified():
    data = trial()
    before = data.copy()
    fit(data).ls_means("arm", by="visit")
    pd.testing.assert_frame_equal(data, before)


def test_acupuncture_trial_gives_its_known_values(trial_data):
    data = pd.read_csv(trial_data / "acupuncture_headache_trial.csv")
    data["time"] = pd.Categorical(data["time"], ordered=True)
    found = fit_mmrm("head ~ head_base * time + treat * time", data, visit="time", subject="id")
    table = found.contrasts("treat", by="time", reference=1).set_index("time")
    assert found.minus_two_log_likelihood == pytest.approx(4727.011134, abs=5e-7)
    expected = {3: (-4.156899, 1.2291475, 324.3784), 12: (-4.700328, 1.2538554, 297.35)}
    for month, values in expected.items():
        row = table.loc[month, ["estimate", "std_error", "df"]].to_numpy(dtype=float)
        assert row == pytest.approx(values, rel=1e-6)


@pytest.mark.parametrize("spread", [1.0, 1e-1, 1e-2])
def test_covariance_near_a_singular_one_is_that_of_the_closed_form(spread):
    n, rng = 60, np.random.default_rng(12)
    data = trial(n).drop(columns="pain")
    data["pain"] = 10 * rng.normal(size=n)[data["subject"]] + spread * rng.normal(size=3 * n)
    found = fit(data, "pain ~ arm * visit")
    within = data.groupby(["arm", "visit"])["pain"].transform("mean")
    wide = (data["pain"] - within).to_numpy().reshape(n, 3)
    closed = wide.T @ wide / (n - 2)
    assert found.covariance.to_numpy() == pytest.approx(closed, rel=1e-9)
    # At the smallest spread this is a millionth of the elements, and loses as many digits as they.
    smallest = np.linalg.eigvalsh(closed)[0]
    assert np.linalg.eigvalsh(found.covariance)[0] == pytest.approx(smallest, rel=1e-5)
