"""Imputed outcomes against the textbook formula, subject by subject."""

from dataclasses import replace

import numpy as np
import pytest

from outcomes.errors import NotConvergedError
from outcomes.stats.imputation import STRATEGIES, Marginal, Parameters
from outcomes.stats.imputation.conditional import completed, kinds_of
from outcomes.stats.imputation.imputer import one_data_set
from outcomes.stats.imputation.model import refit, require_few_failures
from outcomes.stats.mmrm import fit_rows, structure_named
from tests.stats.imputation.panels import imputer, panel


def by_hand(data, beta, covariances, i):
    """Conditional mean and covariance of one subject's missing outcomes."""

    def at(X, arm):
        return Marginal(mean=(X[i] @ beta)[None], covariance=covariances[arm % len(covariances)])

    own, reference = at(data.X, data.arm[i]), at(data.X_reference, 0)
    rule = data.strategies[data.strategy[i]].rule
    found = rule(own, reference, int(data.first[i]))
    mu, S, gone = found.mean[0], found.covariance, np.isnan(data.y[i])
    seen = ~gone
    gain = S[np.ix_(gone, seen)] @ np.linalg.inv(S[np.ix_(seen, seen)])
    mean = mu[gone] + gain @ (data.y[i, seen] - mu[seen])
    return mean, S[np.ix_(gone, gone)] - gain @ S[np.ix_(seen, gone)]


@pytest.mark.parametrize("name", ["jump_to_reference", "copy_reference", "copy_increments"])
@pytest.mark.parametrize("by_arm", [False, True])
def test_every_missing_outcome_is_the_conditional_mean(name, by_arm):
    data = panel(3, n=60, missing=0.5, strategy=STRATEGIES[name])
    made = imputer(data, by_arm=by_arm)
    parameters = made.model.parameters
    covariances = [S[0] for S in parameters.covariances]
    values = made.conditional_means(parameters)[0]
    assert values[data.seen] == pytest.approx(data.y[data.seen])
    assert (~data.seen).sum() > 10
    for i in np.flatnonzero(~data.seen.all(axis=1)):
        mean, _ = by_hand(data, parameters.beta[0], covariances, i)
        assert values[i][np.isnan(data.y[i])] == pytest.approx(mean)


def test_outcomes_seen_after_an_event_stay_and_inform_the_imputation_but_not_the_model():
    data = panel(5, n=60, missing=0.4)
    i = int(np.flatnonzero((data.strategy == 1) & (data.first == 1))[0])
    back = data.y.copy()
    back[i, 2] = 99.0
    returned = replace(data, y=back)
    before, after = imputer(data), imputer(returned)
    assert after.model.parameters.beta == pytest.approx(before.model.parameters.beta)
    values = after.conditional_means(after.model.parameters)[0]
    assert values[i, 2] == 99.0
    mean, _ = by_hand(returned, after.model.parameters.beta[0], [after.model.fit.covariances[0]], i)
    assert values[i, 1] == pytest.approx(mean[0])


def test_random_imputations_have_the_conditional_mean_and_covariance():
    data = panel(7, n=60, missing=0.6)
    made = imputer(data)
    i = int(np.flatnonzero((~data.seen).sum(axis=1) == 2)[0])
    one = made.model.parameters
    B = 4000
    many = Parameters(
        beta=np.repeat(one.beta, B, axis=0),
        covariances=tuple(np.repeat(S, B, axis=0) for S in one.covariances),
    )
    values = made.random(many, np.arange(B))[:, i][:, np.isnan(data.y[i])]
    mean, covariance = by_hand(data, one.beta[0], [one.covariances[0][0]], i)
    error = np.sqrt(np.diag(covariance) / B)
    assert np.abs(values.mean(axis=0) - mean).max() < 4 * error.max()
    # The largest of three elements of a Wishart matrix of 4,000 lies within 4 of its own errors.
    spread = np.sqrt((covariance**2 + np.outer(*2 * [np.diag(covariance)])) / B)
    assert np.abs(np.cov(values.T) - covariance).max() < 4 * spread.max()


def test_the_mean_of_copies_has_their_smaller_variance():
    data = panel(7, n=60, missing=0.6)
    made = imputer(data)
    one = made.model.parameters
    noise = np.ones((1, made.n_cells))
    single = completed(data, kinds_of(data), one, noise)
    copies = np.full((1, data.n_subjects), 4.0)
    four = completed(data, kinds_of(data), one, noise, copies)
    centre = made.conditional_means(one)
    assert four - centre == pytest.approx((single - centre) / 2)


def test_copies_of_subjects_are_imputed_one_by_one():
    data = panel(9, missing=0.5)
    made = imputer(data)
    i = int(np.flatnonzero(~data.seen.all(axis=1))[0])
    taken = data.take(np.array([i, i]))
    noise = made.noise(0, 0, 2 * data.n_visits)
    values = one_data_set(taken, made.model.parameters, noise)
    gone = np.isnan(data.y[i])
    assert (values[0][gone] != values[1][gone]).all()
    assert values[0][~gone] == pytest.approx(values[1][~gone])


def test_leaving_a_subject_out_is_fitting_without_it():
    data = panel(11, missing=0.4)
    made = imputer(data)
    for i in (0, 7):
        found = made.leave_out(np.array([i]))
        rows, _ = data.take(np.delete(np.arange(data.n_subjects), i)).rows(by_arm=False)
        alone = fit_rows(rows, (structure_named("unstructured"),), reml=True)
        beta = alone.problem.original(alone.optimum.at.beta)
        assert found.beta[0] == pytest.approx(beta, rel=1e-6, abs=1e-6)


def test_samples_that_cannot_be_fitted_are_told_apart():
    data = panel(13, missing=0.4)
    model = imputer(data).model
    counts = np.ones((3, data.n_subjects))
    counts[1, data.arm == 1] = 0.0
    counts[2, 4:] = 0.0
    found, good = refit(model, counts)
    assert good.tolist() == [True, False, False]
    assert np.isnan(found.beta[1:]).all()
    assert np.isfinite(found.beta[0]).all()
    require_few_failures(10, 1000)
    with pytest.raises(NotConvergedError, match="at most 10 may"):
        require_few_failures(11, 1000)
