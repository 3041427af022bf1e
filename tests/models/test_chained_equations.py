"""Chained equations: known truth, donors, and pooling against figures worked out by hand."""

import numpy as np
import pandas as pd
import pytest

from outcomes.errors import DataError, NotEstimableError, SchemaError, SpecificationError
from outcomes.models.chained_equations import impute_columns, pool_estimates


def linear(n: int = 100, seed: int = 3) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    x = np.arange(float(n))
    return pd.DataFrame(
        {"x": x, "y": x + rng.normal(0, 0.01, n), "arm": np.where(x % 2 == 0, "usual", "yoga")}
    )


def test_a_mean_that_depends_on_who_is_missing_is_recovered():
    """Mean of y is 0; y is missing more often where x is high, so those seen have a lower one."""
    rng = np.random.default_rng(11)
    n, m = 3000, 10
    x = rng.normal(size=n)
    y = x + rng.normal(size=n)
    unseen = rng.random(n) < np.where(x > 0, 0.6, 0.1)
    data = pd.DataFrame({"x": x, "y": np.where(unseen, np.nan, y)})
    made = impute_columns(data, ["y"], predictors=["x"], rng=rng, n_imputations=m, n_cycles=1)
    means = [
        pd.DataFrame(
            {"what": ["mean"], "estimate": [d["y"].mean()], "std_error": [d["y"].std() / n**0.5]}
        ).assign(df=np.inf)
        for d in made
    ]
    pooled = pool_estimates(means, by=["what"]).iloc[0]
    assert data["y"].mean() < -0.2
    assert abs(pooled["estimate"]) < 3 * pooled["std_error"]
    # About a third of the scores is imputed: the error is larger than with all of them.
    assert 2**0.5 / n**0.5 < pooled["std_error"] < 2 * 2**0.5 / n**0.5


def test_what_was_seen_stays_and_what_is_filled_is_somebodys_value():
    data = linear()
    data.loc[[5, 50, 95], "y"] = np.nan
    before = data.copy()
    made = list(
        impute_columns(
            data, ["y"], predictors=["x", "arm"], rng=np.random.default_rng(1), n_imputations=3
        )
    )
    pd.testing.assert_frame_equal(data, before)
    seen = data["y"].notna()
    for each in made:
        assert (each.loc[seen, "y"] == data.loc[seen, "y"]).all()
        assert set(each.loc[~seen, "y"]) <= set(data.loc[seen, "y"])


def test_donors_are_the_five_nearest():
    """With 20 donors, as statsmodels has by default, values as far as 10 away would be taken."""
    data = linear()
    truth = data.loc[50, "y"]
    data.loc[50, "y"] = np.nan
    made = impute_columns(
        data, ["y"], predictors=["x"], rng=np.random.default_rng(2), n_imputations=60, n_cycles=1
    )
    values = np.array([each.loc[50, "y"] for each in made])
    assert np.abs(values - truth).max() < 3.5
    assert 3 <= len(set(values)) <= 6


def test_the_same_numbers_come_from_the_same_generator():
    data = linear()
    data.loc[[5, 50], "y"] = np.nan
    one, two = (
        next(impute_columns(data, ["y"], predictors=["x"], rng=np.random.default_rng(4)))
        for _ in range(2)
    )
    pd.testing.assert_frame_equal(one, two)


def test_a_complete_column_is_returned_as_it_is():
    data = linear()
    made = list(
        impute_columns(data, ["y"], predictors=["x"], rng=np.random.default_rng(1), n_imputations=2)
    )
    assert len(made) == 2
    pd.testing.assert_frame_equal(made[0], data)


@pytest.mark.parametrize(
    ("changes", "options", "error", "message"),
    [
        ({"x": np.nan}, {}, DataError, "predictors must be known for every row, but x lack 1"),
        ({}, {"columns": ["arm"]}, SchemaError, "arm: predictive mean matching completes numeric"),
        ({}, {"columns": ["z"]}, SchemaError, "z"),
        ({}, {"predictors": []}, SpecificationError, "something to predict it from"),
        ({}, {"n_imputations": 1}, SpecificationError, "n_imputations is 1; it must be 2 or more"),
        ({}, {"donors": 0}, SpecificationError, "donors is 0"),
        ({"same": 1}, {"predictors": ["x", "same"]}, NotEstimableError, "the same as each other"),
    ],
)
def test_what_cannot_be_imputed_is_refused(changes, options, error, message):
    data = linear()
    data.loc[50, "y"] = np.nan
    if "same" in changes:
        data["same"] = 2 * data["x"] + 1
    for name, value in changes.items():
        if name != "same":
            data.loc[3, name] = value
    asked = {"columns": ["y"], "predictors": ["x"], "rng": np.random.default_rng(1)} | options
    with pytest.raises(error, match=message):
        list(impute_columns(data, **asked))


def test_too_few_observed_values_are_refused():
    data = linear(12)
    data.loc[5:, "y"] = np.nan
    with pytest.raises(NotEstimableError, match=r"too few observed values to be predicted \(y 5\)"):
        list(impute_columns(data, ["y"], predictors=["x"], rng=np.random.default_rng(1)))


def test_pooling_by_hand():
    """Estimates 1, 2, 3 with standard errors 1 and 97 degrees of freedom.

    T = 1 + 4/3 = 7/3; lambda = (4/3) / (7/3) = 4/7; old = 2 / (16/49) = 6.125; observed = 98/100 x
    97 x 3/7 = 40.74; df = 1 / (1/6.125 + 1/40.74) = 5.32449 (Barnard and Rubin 1999, eq. 3).
    """
    frames = [
        pd.DataFrame({"arm": ["yoga"], "estimate": [e], "std_error": [1.0], "df": [97.0]})
        for e in (1.0, 2.0, 3.0)
    ]
    found = pool_estimates(frames, by=["arm"]).iloc[0]
    assert found["estimate"] == 2
    assert found["std_error"] ** 2 == pytest.approx(7 / 3)
    assert found["df"] == pytest.approx(1 / (1 / 6.125 + 1 / 40.74))
    assert found["statistic"] == pytest.approx(2 / (7 / 3) ** 0.5)
    assert found["monte_carlo_error"] == pytest.approx(1 / 3**0.5)


def test_rows_that_do_not_belong_together_are_not_pooled():
    frame = pd.DataFrame({"arm": ["yoga"], "estimate": [1.0], "std_error": [1.0], "df": [97.0]})
    with pytest.raises(SpecificationError, match="not about the same arm"):
        pool_estimates([frame, frame.assign(arm="tai chi")], by=["arm"])
    with pytest.raises(SpecificationError, match="at least 2"):
        pool_estimates([frame], by=["arm"])
