"""Stacked refits are the fits one would make one by one."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from outcomes.models.mmrm import fit_mmrm
from outcomes.stats.mmrm.fit import fit_rows
from outcomes.stats.mmrm.many import jackknife_counts, refit_with_counts, refit_with_outcomes
from outcomes.stats.mmrm.structures import structure_named


def made(n=172, visits=4):
    """A trial with dropout, and days that differ between patients."""
    rng = np.random.default_rng(20261124)
    therapy, base = rng.integers(2, size=n), rng.normal(18, 5, size=n)
    noise = rng.normal(size=(n, 1)) * 4 + np.cumsum(rng.normal(scale=2.5, size=(n, visits)), axis=1)
    change = -0.3 * base[:, None] - therapy[:, None] * np.arange(visits) + noise
    last = np.minimum(rng.geometric(0.12, size=n), visits)
    seen = np.arange(visits) < last[:, None]
    day = 14 * np.arange(1, visits + 1) + rng.integers(-3, 4, size=(n, visits))
    data = pd.DataFrame(
        {
            "PATIENT": np.repeat(np.arange(n), visits),
            "VISIT": pd.Categorical(np.tile(np.arange(4, 4 + visits), n)),
            "THERAPY": np.repeat(np.where(therapy, "DRUG", "PLACEBO"), visits),
            "BASVAL": np.repeat(base, visits),
            "RELDAYS": day.ravel(),
            "CHANGE": change.ravel(),
        }
    )
    return data[seen.ravel()].reset_index(drop=True)


DATA = made()
USUAL = "CHANGE ~ BASVAL + THERAPY * VISIT"


def fit(formula=USUAL, covariance="unstructured", **options):
    return fit_mmrm(
        formula, DATA, visit="VISIT", subject="PATIENT", covariance=covariance, **options
    )


def without(found, subject):
    """The fit to all rows but one subject's, made from scratch."""
    rows = found.rows
    keep = rows.subject != subject
    _, codes = np.unique(rows.subject[keep], return_inverse=True)
    group = None if rows.group is None else np.delete(rows.group, subject)
    fewer = replace(
        rows, X=rows.X[keep], y=rows.y[keep], subject=codes, visit=rows.visit[keep], group=group
    )
    return fit_rows(fewer, (structure_named(found.covariance_used),), reml=found.reml)


OPTIONS = [
    {},
    {"reml": False, "df_method": "satterthwaite"},
    {"covariance": "heterogeneous_toeplitz"},
    {"group": "THERAPY"},
    {"formula": "CHANGE ~ BASVAL + RELDAYS + THERAPY * VISIT"},
]


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_jackknife_is_leaving_each_subject_out(options):
    found = fit(**options)
    subjects = [0, 17, 101]
    many = refit_with_counts(
        found.fit, jackknife_counts(found.n_subjects)[subjects], reml=found.reml
    )
    assert many.converged.all()
    for b, subject in enumerate(subjects):
        alone = without(found, subject)
        assert many.minus_two_log_likelihood[b] == pytest.approx(
            alone.minus_two_log_likelihood, rel=1e-9
        )
        beta = alone.problem.original(alone.optimum.at.beta)
        assert many.beta[b] == pytest.approx(beta, rel=1e-5, abs=1e-5)
        for ours, theirs in zip(many.covariances, alone.covariances, strict=True):
            assert ours[b] == pytest.approx(theirs, rel=1e-4)


def test_counting_everybody_twice_keeps_ml_estimates():
    found = fit(reml=False, df_method="satterthwaite")
    many = refit_with_counts(found.fit, np.full((1, found.n_subjects), 2.0), reml=False)
    assert many.beta[0] == pytest.approx(found.inference.beta, rel=1e-7)
    assert many.minus_two_log_likelihood[0] == pytest.approx(
        2 * found.minus_two_log_likelihood, rel=1e-10
    )


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_other_outcomes_are_fitted_as_if_they_were_the_data(options):
    found = fit(**options)
    drawn = found.simulate(3, np.random.default_rng(4)).to_numpy().T
    many = refit_with_outcomes(found.fit, found.rows, drawn, reml=found.reml)
    assert many.converged.all()
    alone = fit_rows(
        replace(found.rows, y=drawn[2]), (structure_named(found.covariance_used),), reml=found.reml
    )
    assert many.minus_two_log_likelihood[2] == pytest.approx(
        alone.minus_two_log_likelihood, rel=1e-9
    )
    for ours, theirs in zip(many.covariances, alone.covariances, strict=True):
        assert ours[2] == pytest.approx(theirs, rel=1e-4, abs=1e-5)
