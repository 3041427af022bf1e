"""What must hold of every repeated-measures fit, over generated trials."""

from unittest.mock import patch

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from outcomes.models.mmrm import fit_mmrm
from outcomes.stats.mmrm import STRUCTURES

FORMULA = "y ~ baseline + arm * visit"
SETTINGS = settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def trial(seed, n=60, m=3, missing=0.15):
    rng = np.random.default_rng(seed)
    root = np.eye(m) + 0.5 * np.tri(m)
    y = rng.normal(size=(n, m)) @ root.T
    y[rng.random((n, m)) < missing] = np.nan
    subject = np.repeat(np.arange(n), m)
    return pd.DataFrame(
        {
            "subject": subject,
            "visit": np.tile([f"V{j:02d}" for j in range(m)], n),
            "arm": np.where(subject % 2, "b", "a"),
            "baseline": np.repeat(rng.normal(size=n), m),
            "weight": rng.uniform(0.5, 2.0, n * m),
            "y": y.ravel(),
        }
    )


def fit(data, formula=FORMULA, **options):
    return fit_mmrm(formula, data, visit="visit", subject="subject", **options)


def numbers(found):
    return found.coefficients[["estimate", "std_error", "df"]].to_numpy()


seeds = st.integers(0, 10**6)
structures = st.sampled_from([name for name in STRUCTURES if name != "spatial_exponential"])


@SETTINGS
@given(seeds, structures)
def test_order_of_rows_and_names_of_subjects_change_nothing(seed, covariance):
    data = trial(seed)
    renamed = data.assign(subject=1000 - data["subject"]).sample(frac=1, random_state=seed % 1000)
    first, second = fit(data, covariance=covariance), fit(renamed, covariance=covariance)
    assert numbers(second) == pytest.approx(numbers(first), rel=1e-5, abs=1e-7)


@SETTINGS
@given(seeds, st.floats(0.01, 1e6), st.floats(-1e3, 1e3))
def test_units_of_the_outcome(seed, scale, shift):
    data = trial(seed)
    first = fit(data)
    second = fit(data.assign(y=shift + scale * data["y"]))
    expected = numbers(first)
    expected[:, :2] *= scale
    expected[0, 0] += shift
    assert numbers(second) == pytest.approx(expected, rel=1e-5, abs=1e-6 * scale)
    assert second.covariance.to_numpy() == pytest.approx(
        scale**2 * first.covariance.to_numpy(), rel=1e-5
    )


@SETTINGS
@given(seeds, structures, st.floats(0.1, 10))
def test_weights_times_a_constant_scale_sigma_alone(seed, covariance, factor):
    data = trial(seed)
    first = fit(data, covariance=covariance, weights="weight")
    second = fit(
        data.assign(weight=factor * data["weight"]), covariance=covariance, weights="weight"
    )
    assert numbers(second) == pytest.approx(numbers(first), rel=1e-5, abs=1e-7)
    assert second.minus_two_log_likelihood == pytest.approx(first.minus_two_log_likelihood)
    assert second.covariance.to_numpy() == pytest.approx(
        factor * first.covariance.to_numpy(), rel=1e-5
    )


@SETTINGS
@given(seeds)
def test_a_richer_structure_never_has_a_higher_deviance(seed):
    data = trial(seed, m=4, n=80)
    chain = ("compound_symmetry", "toeplitz", "heterogeneous_toeplitz", "unstructured")
    deviance = [fit(data, covariance=name).minus_two_log_likelihood for name in chain]
    assert (np.diff(deviance) <= 1e-7).all()


@SETTINGS
@given(seeds)
def test_rows_kept_whole_give_the_numbers_of_short_subject_vectors(seed):
    data = trial(seed)
    short = fit(data)
    with patch("outcomes.stats.mmrm.compression.subject_vectors", return_value=None):
        whole = fit(data)
    kinds = [type(one.fit.problem.blocks[0].moments).__name__ for one in (short, whole)]
    assert kinds == ["SharedDesign", "RowDesign"]
    assert numbers(whole) == pytest.approx(numbers(short), rel=1e-7, abs=1e-9)


@SETTINGS
@given(seeds)
def test_balanced_compound_symmetry_has_its_closed_form(seed):
    data = trial(seed, missing=0.0)
    found = fit(data, "y ~ visit", covariance="compound_symmetry").covariance.to_numpy()
    y = data["y"].to_numpy().reshape(60, 3)
    r = y - y.mean(axis=0)
    S = r.T @ r / 59
    between, within = S.sum() / 3, (np.trace(S) - S.sum() / 3) / 2
    assert found[0, 0] == pytest.approx((between + 2 * within) / 3, rel=1e-6)
    assert found[0, 1] == pytest.approx((between - within) / 3, rel=1e-5, abs=1e-8)


@SETTINGS
@given(seeds)
def test_groups_that_are_copies_share_the_ungrouped_covariance(seed):
    data = trial(seed)
    copy = data.assign(subject=data["subject"] + 1000, group="second")
    both = pd.concat([data.assign(group="first"), copy], ignore_index=True)
    grouped = fit(both, reml=False, df_method="satterthwaite", group="group")
    plain = fit(both, reml=False, df_method="satterthwaite")
    for Sigma in grouped.covariance.values():
        assert Sigma.to_numpy() == pytest.approx(plain.covariance.to_numpy(), rel=1e-5, abs=1e-7)
    assert grouped.minus_two_log_likelihood == pytest.approx(plain.minus_two_log_likelihood)


def test_forty_visits_of_compound_symmetry():
    found = fit(trial(1, n=100, m=40), "y ~ arm", covariance="compound_symmetry")
    assert len(found.visits) == 40
    assert np.isfinite(found.coefficients.to_numpy()).all()


def test_constant_times_a_million_keeps_the_test():
    data = trial(2)
    heavy = data.assign(y=1e6 * np.sign(data["y"]) * data["y"] ** 2)
    light = data.assign(y=np.sign(data["y"]) * data["y"] ** 2)
    assert fit(heavy).coefficients["p_value"].to_numpy() == pytest.approx(
        fit(light).coefficients["p_value"].to_numpy(), rel=1e-5
    )


@pytest.mark.parametrize("far", [1e3, 1e6])
def test_covariate_far_from_zero_keeps_its_digits(far):
    data = trial(4)
    near, away = fit(data), fit(data.assign(baseline=data["baseline"] + far))
    columns = ["std_error", "df"]
    assert away.coefficients.loc["baseline", columns].to_numpy(dtype=float) == pytest.approx(
        near.coefficients.loc["baseline", columns].to_numpy(dtype=float), rel=1e-8
    )
    assert away.minus_two_log_likelihood == pytest.approx(near.minus_two_log_likelihood, rel=1e-11)
