"""Optima at a singular covariance, against a dense likelihood minimised without its constraints.

The dense one takes Sigma = B B' with any B, square (every covariance, singular ones included) or of
lower rank, subject by subject; it shares nothing with the package.
"""

import pickle
import warnings

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize

from outcomes.analyses.mmrm_notes import fit_notes
from outcomes.errors import NotConvergedError, NotEstimableError, OutcomesWarning
from outcomes.models.mmrm import fit_mmrm

M = 4


@pytest.fixture(scope="module")
def trial():
    """Each of 40 subjects seen at two of four visits, so that no pattern sees the null space."""
    rng = np.random.default_rng(3)
    n = 40
    y = rng.multivariate_normal(np.zeros(M), 0.8 + 0.2 * np.eye(M), size=n)
    seen = rng.permuted(np.tile([True, True, False, False], (n, 1)), axis=1)
    return pd.DataFrame(
        {
            "subject": np.repeat(np.arange(n), M),
            "visit": np.tile([f"V{j}" for j in range(M)], n),
            "arm": np.repeat(np.where(np.arange(n) % 2, "active", "control"), M),
            "y": np.where(seen, y, np.nan).ravel(),
        }
    )


@pytest.fixture(scope="module")
def found(trial):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", OutcomesWarning)
        return fit(trial)


def fit(trial, **options):
    return fit_mmrm("y ~ arm * visit", trial, visit="visit", subject="subject", **options)


def subjects(trial):
    """Visits, design and outcomes of each subject: intercept and arm at each visit."""
    for _, rows in trial.dropna().groupby("subject"):
        j = rows["visit"].str[1:].astype(int).to_numpy()
        X = np.zeros((len(j), 2 * M))
        X[np.arange(len(j)), j] = 1.0
        X[np.arange(len(j)), M + j] = rows["arm"].eq("active")
        yield j, X, rows["y"].to_numpy()


def restricted(each, Sigma):
    """Minus two log restricted likelihood, and the covariance of the coefficients."""
    A, b, c, N = np.zeros((2 * M, 2 * M)), np.zeros(2 * M), 0.0, 0
    for j, X, y in each:
        S = Sigma[np.ix_(j, j)]
        W = np.linalg.inv(S)
        A, b = A + X.T @ W @ X, b + X.T @ W @ y
        c, N = c + y @ W @ y + np.linalg.slogdet(S)[1], N + len(y)
    beta = np.linalg.solve(A, b)
    value = c - b @ beta + np.linalg.slogdet(A)[1] + (N - 2 * M) * np.log(2 * np.pi)
    return value, np.linalg.inv(A)


def test_no_covariance_has_a_lower_deviance(trial, found):
    assert found.at_boundary
    assert np.linalg.eigvalsh(found.covariance.to_numpy())[0] == pytest.approx(0, abs=1e-12)
    each = list(subjects(trial))
    start = np.tril(0.8 + np.random.default_rng(1).normal(0, 0.2, (M, M)))
    walk = minimize(
        lambda b: restricted(each, b.reshape(M, M) @ b.reshape(M, M).T)[0], start.ravel()
    )
    assert found.minus_two_log_likelihood <= walk.fun + 1e-9
    assert found.minus_two_log_likelihood == pytest.approx(walk.fun, abs=1e-5)


def test_degrees_of_freedom_are_those_of_numerical_derivatives_along_the_rank(trial, found):
    """Any B of the rank will do: what only rotates B changes neither deviance nor variance."""
    each = list(subjects(trial))
    values, vectors = np.linalg.eigh(found.covariance.to_numpy())
    rank = int((values > 1e-9).sum())
    B = (vectors[:, -rank:] * np.sqrt(values[-rank:])).ravel()

    def at(b):
        B = b.reshape(M, rank)
        value, V = restricted(each, B @ B.T)
        return np.array([value, V[M, M]])

    K, h = len(B), 1e-4
    steps = h * np.eye(K)
    gradient = np.array([(at(B + s) - at(B - s)) / (2 * h) for s in steps])
    hessian = np.empty((K, K))
    for k in range(K):
        for i in range(k + 1):
            corners = at(B + steps[k] + steps[i])[0] + at(B - steps[k] - steps[i])[0]
            corners -= at(B + steps[k] - steps[i])[0] + at(B - steps[k] + steps[i])[0]
            hessian[k, i] = hessian[i, k] = corners / (4 * h**2)
    assert np.abs(gradient[:, 0]).max() < 1e-4
    C = np.linalg.pinv(hessian / 2, rcond=1e-5, hermitian=True)
    variance, g = restricted(each, found.covariance.to_numpy())[1][M, M], gradient[:, 1]
    first = found.contrasts("arm", by="visit", reference="control").iloc[0]
    assert first["df"] == pytest.approx(2 * variance**2 / (g @ C @ g), rel=1e-3)
    with pytest.warns(OutcomesWarning):
        plain = fit(trial, df_method="satterthwaite")
    error = plain.contrasts("arm", by="visit", reference="control")["std_error"].iloc[0]
    assert error == pytest.approx(np.sqrt(variance), rel=1e-6)


def test_it_warns_and_notes(trial):
    with pytest.warns(OutcomesWarning, match="singular covariance"):
        told = fit(trial)
    assert "singular covariance" in told.notes[0]
    assert told.attempts[-1].reason.startswith("least at a singular covariance")
    assert told.fit.n_covariance_parameters == M * (M + 1) // 2


def test_a_report_says_so_beside_the_headline(found):
    first = fit_notes(found)[0]
    assert (first.title, first.beside_headline) == ("Singular covariance", True)


def test_a_ladder_goes_on_to_its_next_covariance(trial):
    ladder = fit(trial, covariance=("unstructured", "compound_symmetry"))
    assert not ladder.at_boundary
    assert ladder.covariance_used == "compound_symmetry"
    assert "at a singular covariance" in ladder.attempts[0].reason


def test_full_kenward_roger_does_not_exist_there(trial):
    with pytest.raises(NotEstimableError, match="kenward_roger_linear"):
        fit(trial, df_method="kenward_roger")


def test_residuals_predictions_and_simulation_exist(trial, found):
    assert np.isfinite(found.residuals("normalised")).all()
    assert np.isfinite(found.predict(trial)[["estimate", "std_error", "std_prediction"]]).all(None)
    assert np.isfinite(found.simulate(2, np.random.default_rng(1))).all(None)
    copy = pickle.loads(pickle.dumps(found))  # noqa: S301
    assert copy.minus_two_log_likelihood == found.minus_two_log_likelihood


def test_units_and_order_of_rows_do_not_matter(trial, found):
    other = trial.sample(frac=1, random_state=1).assign(y=lambda d: 1e6 * d["y"] - 3)
    with pytest.warns(OutcomesWarning):
        scaled = fit(other)
    ours = found.contrasts("arm", by="visit", reference="control")
    theirs = scaled.contrasts("arm", by="visit", reference="control")
    np.testing.assert_allclose(theirs["std_error"], 1e6 * ours["std_error"], rtol=1e-6)
    np.testing.assert_allclose(theirs["df"], ours["df"], rtol=1e-5)


def test_imputation_still_needs_a_positive_definite_covariance(trial):
    from outcomes.models.imputation import impute_reference_based

    with pytest.raises(NotConvergedError, match="at a singular covariance"):
        impute_reference_based(
            trial,
            outcome="y",
            visit="visit",
            subject="subject",
            arm="arm",
            reference="control",
            covariates=["arm:visit"],
            method="conditional_mean",
        )
