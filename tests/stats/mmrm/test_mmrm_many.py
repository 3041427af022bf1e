"""Stacked refits are the fits one would make one by one."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from outcomes.models.mmrm import fit_mmrm
from outcomes.stats.mmrm.fit import fit_rows
from outcomes.stats.mmrm.many import jackknife_counts, refit_with_counts, refit_with_outcomes
from outcomes.stats.mmrm.structures import structure_named

DATA = pd.read_csv(Path(__file__).parents[2] / "reference" / "mmrm" / "depression.csv")
DATA["VISIT"] = pd.Categorical(DATA["VISIT"])
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
