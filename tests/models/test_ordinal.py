"""Proportional odds, its score test and ranks against R and publications, and refusals."""

import tomllib

import numpy as np
import pandas as pd
import pytest
from scipy.stats import mannwhitneyu, norm

from outcomes.errors import DataError, NotEstimableError, SchemaError, SpecificationError
from outcomes.models.ordinal import ordinal_comparison
from outcomes.stats import ordinal as stats
from tests.conftest import ROOT

FOLDER = ROOT / "tests" / "reference" / "analyses"
REFERENCE = tomllib.loads((FOLDER / "ordinal.toml").read_text(encoding="utf-8"))
ACTT = tomllib.loads((FOLDER / "win_ratio.toml").read_text(encoding="utf-8"))["actt1"]
BEST_LAST = (5, 4, 3, 2, 1)
KEYS = {"outcome": "y", "arm": "arm", "reference": "0", "worst_to_best": BEST_LAST}


def as_in_r() -> pd.DataFrame:
    """The data that ordinal.R writes down."""
    i = np.arange(1, 121)
    arm, age, site = i % 2, 30 + (i * 7) % 41, np.array(list("abc"))[(i * 5) % 3]
    u = ((i * 37) % 101) / 101 + 0.004 * (age - 50) - 0.18 * arm + 0.1 * (site == "b")
    y = np.searchsorted([0.1, 0.3, 0.55, 0.8], u) + 1
    return pd.DataFrame({"arm": arm.astype(str), "age": age, "site": site, "y": y})


def design(data) -> np.ndarray:
    dummies = pd.get_dummies(data["site"], drop_first=True)
    return np.column_stack([data["arm"] == "1", data["age"], dummies]).astype(float)


def from_counts(counts) -> np.ndarray:
    return np.repeat(np.arange(len(counts)), counts)


def test_the_fit_agrees_with_polr():
    case, data = REFERENCE["made"], as_in_r()
    fit = stats.fit_proportional_odds((data["y"] - 1).to_numpy(), design(data))
    assert -fit.coefficients == pytest.approx(case["coefficients"], rel=1e-5)
    assert fit.thresholds == pytest.approx(case["thresholds"], rel=1e-5)
    errors = np.sqrt(np.diag(fit.covariance))[4:]
    assert errors == pytest.approx(case["std_errors"], rel=1e-5)
    assert -2 * fit.log_likelihood == pytest.approx(case["minus_two_log_likelihood"], rel=1e-9)


def test_the_score_test_agrees_with_numerical_derivatives():
    case, data = REFERENCE["made"], as_in_r()
    y, x = (data["y"] - 1).to_numpy(), design(data)
    fit = stats.fit_proportional_odds(y, x)
    for columns, expected in ((None, case["score_test_all"]), ([0], case["score_test_arm"])):
        found = stats.proportional_odds_test(y, x, fit, columns=columns)
        assert [found.statistic, found.df] == pytest.approx(expected, rel=1e-5)


def test_a_published_fit():
    case = REFERENCE["race"]
    y = np.concatenate([from_counts(case["white"]), from_counts(case["black"])])
    x = np.repeat([0.0, 1.0], [sum(case["white"]), sum(case["black"])])[:, None]
    fit = stats.fit_proportional_odds(y, x)
    # There the odds are those of a worse grade, here of a better one.
    assert -fit.coefficients[0] == pytest.approx(case["coefficient"], abs=1.1e-4)
    assert -fit.thresholds == pytest.approx(case["thresholds"], abs=1.1e-4)
    assert np.sqrt(fit.covariance[-1, -1]) == pytest.approx(case["std_error"], abs=1.1e-4)


def test_the_score_test_of_groups_is_pearsons_chi_squared():
    counts = np.array([[5, 9, 12, 6], [11, 7, 3, 2], [4, 4, 9, 12]])
    y = np.concatenate([from_counts(row) for row in counts])
    groups = np.repeat(np.arange(3), counts.sum(axis=1))
    x = np.eye(3)[groups][:, 1:]
    fit = stats.fit_proportional_odds(y, x)
    eta = np.array([0.0, *fit.coefficients])
    cumulative = 1 / (1 + np.exp(-(fit.thresholds[None, :] + eta[:, None])))
    cells = np.diff(np.column_stack([np.zeros(3), cumulative, np.ones(3)]), axis=1)
    expected = cells * counts.sum(axis=1, keepdims=True)
    found = stats.proportional_odds_test(y, x, fit)
    assert found.statistic == pytest.approx(((counts - expected) ** 2 / expected).sum())
    assert found.df == 4


def test_two_categories_are_a_logistic_model():
    data = as_in_r().assign(y=lambda d: np.where(d["y"] <= 2, 1, 2))
    fit = ordinal_comparison(data, **(KEYS | {"worst_to_best": (2, 1)}))
    table = pd.crosstab(data["arm"], data["y"]).to_numpy()
    ratio = table[1, 0] * table[0, 1] / (table[1, 1] * table[0, 0])
    row = fit.table().iloc[0]
    assert row["estimate"] == pytest.approx(ratio)
    assert row["std_error"] == pytest.approx(np.sqrt((1 / table).sum()))
    assert fit.cut_odds_ratios["estimate"].tolist() == pytest.approx([ratio])
    assert fit.assumption["df"].tolist() == [0]


def test_the_published_odds_ratio_of_actt1():
    case = REFERENCE["actt1"]
    data = pd.concat(
        pd.DataFrame({"arm": arm, "y": from_counts(ACTT[arm]) + 1})
        for arm in ("remdesivir", "placebo")
    ).reset_index(drop=True)
    fit = ordinal_comparison(
        data, outcome="y", arm="arm", reference="placebo", worst_to_best=tuple(range(8, 0, -1))
    )
    row = fit.table().iloc[0]
    for name in ("conf_low", "conf_high"):
        assert row[name] == pytest.approx(case[name], abs=0.06)
    assert row["estimate"] == pytest.approx(case["odds_ratio"], abs=0.06)
    assert fit.table().loc[1, "estimate"] == pytest.approx(ACTT["win_probability"])
    assert fit.categories.query("arm == 'remdesivir'")["n"].tolist() == ACTT["remdesivir"]


def test_ranks_agree_with_r_and_scipy():
    case, data = REFERENCE["made"], as_in_r()
    plain = ordinal_comparison(data, **KEYS).table().iloc[1]
    assert plain["estimate"] == pytest.approx(case["superiority"])
    assert plain["p_value"] == pytest.approx(case["wilcoxon_p"])
    better, worse = (-data.loc[data["arm"] == arm, "y"] for arm in ("1", "0"))
    scipy = mannwhitneyu(better, worse, use_continuity=False, method="asymptotic")
    assert plain["p_value"] == pytest.approx(scipy.pvalue)
    by_site = ordinal_comparison(data, strata="site", **KEYS).table().iloc[1]
    assert by_site["p_value"] == pytest.approx(case["van_elteren"][1])
    assert 2 * norm.sf(case["van_elteren"][0]) == pytest.approx(by_site["p_value"])


def test_an_adjusted_comparison_turns_the_sign_towards_better():
    case = REFERENCE["made"]
    fit = ordinal_comparison(as_in_r(), covariates=["age", "site"], **KEYS)
    row = fit.table().iloc[0]
    # polr's coefficient is towards higher, here worse, categories.
    assert np.log(row["estimate"]) == pytest.approx(-case["coefficients"][0], rel=1e-5)
    assert row["std_error"] == pytest.approx(case["std_errors"][0], rel=1e-5)
    assert fit.assumption.set_index("term").loc["arm", "statistic"] == pytest.approx(
        case["score_test_arm"][0], rel=1e-5
    )


def test_swapping_arms_turns_everything_round():
    there = ordinal_comparison(as_in_r(), **KEYS).table()
    back = ordinal_comparison(as_in_r(), **(KEYS | {"reference": "1"})).table()
    assert back.loc[0, "estimate"] == pytest.approx(1 / there.loc[0, "estimate"])
    assert back.loc[1, "estimate"] == pytest.approx(1 - there.loc[1, "estimate"])
    assert back["p_value"].tolist() == pytest.approx(there["p_value"].tolist())


def test_missing_categories_are_a_choice():
    data = as_in_r().astype({"y": float})
    data.loc[[0, 1, 2], "y"] = np.nan
    with pytest.raises(SchemaError, match=r"3 of 120 subjects have no category.*missing='exclude'"):
        ordinal_comparison(data, **KEYS)
    left_out = ordinal_comparison(data, missing="exclude", **KEYS)
    assert left_out.counts["missing"].tolist() == [1, 2]
    assert left_out.categories["n"].sum() == 117
    worst = ordinal_comparison(data, missing="worst", **KEYS)
    filled = ordinal_comparison(data.fillna({"y": 5}), **KEYS)
    pd.testing.assert_frame_equal(worst.table(), filled.table())


def test_a_cut_with_an_empty_side_says_so():
    data = pd.DataFrame({"arm": list("aaaabbbb"), "y": [1, 1, 2, 3, 2, 2, 3, 3]})
    fit = ordinal_comparison(
        data, outcome="y", arm="arm", reference="b", worst_to_best=(4, 3, 2, 1)
    )
    first, second, third = fit.cut_odds_ratios.to_dict("records")
    assert np.isnan(first["estimate"])
    assert "nobody" in first["reason"]
    assert second["reason"] == ""
    assert "everybody" in third["reason"]
    assert fit.categories.query("category == 4")["n"].tolist() == [0, 0]


@pytest.mark.parametrize(
    ("changes", "error", "says"),
    [
        ({"worst_to_best": (4, 3, 2, 1)}, DataError, "values are no category"),
        ({"worst_to_best": (5, 5, 4, 3, 2, 1)}, SpecificationError, "each once"),
        ({"reference": "2"}, SpecificationError, "the arms are 0, 1"),
        ({"outcome": "z"}, SchemaError, "'z' .outcome=."),
        ({"missing": "drop"}, SpecificationError, "allowed are 'exclude' and 'worst'"),
        ({"conf_level": 2}, SpecificationError, "conf_level"),
    ],
)
def test_what_is_refused(changes, error, says):
    with pytest.raises(error, match=says):
        ordinal_comparison(as_in_r(), **(KEYS | changes))


def test_one_category_or_separated_arms_have_no_odds_ratio():
    data = pd.DataFrame({"arm": list("aabb"), "y": [1, 1, 1, 1]})
    options = {"outcome": "y", "arm": "arm", "reference": "b", "worst_to_best": (2, 1)}
    with pytest.raises(NotEstimableError, match="one category"):
        ordinal_comparison(data, **options)
    with pytest.raises(NotEstimableError, match="no finite or no unique"):
        ordinal_comparison(data.assign(y=[1, 1, 2, 2]), **options)


def test_labels_of_rows_that_repeat_change_nothing():
    data = as_in_r()
    plain = ordinal_comparison(data, **KEYS, strata="site", covariates=["age"])
    repeated = data.set_index(np.zeros(len(data), dtype=int))
    found = ordinal_comparison(repeated, **KEYS, strata="site", covariates=["age"])
    pd.testing.assert_frame_equal(found.table(), plain.table())
    pd.testing.assert_frame_equal(found.counts, plain.counts)
