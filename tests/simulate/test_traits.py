"""Latent traits have the stated means, variances, correlations and class effects."""

import numpy as np
import pytest

from outcomes.simulate.patients import draw_subjects, trait_shifts
from outcomes.simulate.traits import (
    draw_traits,
    time_correlation,
    treatment_shift,
    untreated_traits,
)
from tests.simulate.designs import sample_design, with_patients

N = 40_000
# Standard error of a correlation is at most 1 / sqrt(n).
FOUR_ERRORS = 4 / np.sqrt(N)


@pytest.fixture(scope="module")
def traits():
    return untreated_traits(sample_design(), np.zeros(N), np.random.default_rng(11))


def test_means_follow_the_course_and_spread_the_visits(traits):
    design = sample_design()
    for d, trait in enumerate(design.traits):
        for j, visit in enumerate(design.visits):
            mean = (0.0, *trait.course)[j]
            assert traits[:, j, d].mean() == pytest.approx(mean, abs=visit.sd * FOUR_ERRORS)
            assert traits[:, j, d].std() == pytest.approx(visit.sd, abs=visit.sd * FOUR_ERRORS)


def test_traits_are_correlated_as_stated_at_each_visit(traits):
    stated = np.array(sample_design().association.between_traits)
    for j in range(traits.shape[1]):
        assert np.corrcoef(traits[:, j].T) == pytest.approx(stated, abs=FOUR_ERRORS)


def test_visits_are_correlated_by_the_stated_formula(traits):
    association, days = sample_design().association, sample_design().days
    assert (association.stable, association.fading_days) == (0.45, 120)
    found = np.corrcoef(traits[:, :, 0].T)
    for i, first in enumerate(days):
        for j, second in enumerate(days):
            stated = 0.45 + 0.55 * np.exp(-abs(first - second) / 120)
            assert found[i, j] == pytest.approx(stated, abs=FOUR_ERRORS)
    assert np.linalg.eigvalsh(time_correlation(association, days)).min() > 0


def test_treatment_adds_the_stated_effect_and_nothing_at_baseline():
    design = sample_design()
    added = treatment_shift(design, np.zeros(1))[0]
    assert (added[0] == 0).all()
    for d, trait in enumerate(design.traits):
        assert added[1:, d] == pytest.approx(trait.effect)


def test_classes_make_up_the_stated_share_of_variance_after_baseline():
    """One-way analysis of variance of what covariates leave, classes as groups."""
    design = with_patients(N)
    subjects = draw_subjects(design, np.random.default_rng(12))
    values = draw_traits(design, subjects, np.random.default_rng(13))
    values -= trait_shifts(subjects, design)[:, None, None]
    active = subjects["class_id"].notna().to_numpy()
    for visit, stated in ((0, 0.0), (1, 0.05), (5, 0.05)):
        groups = subjects.loc[active, "class_id"].to_numpy()
        icc, std_error = anova_icc(values[active, visit, 0], groups)
        assert icc == pytest.approx(stated, abs=4 * std_error)


def anova_icc(values, groups):
    """Intraclass correlation by analysis of variance and its large-sample standard error."""
    _, codes, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    means = np.bincount(codes, values) / sizes
    k, n = len(sizes), len(values)
    between = (sizes * (means - values.mean()) ** 2).sum() / (k - 1)
    within = ((values - means[codes]) ** 2).sum() / (n - k)
    m = (n - (sizes**2).sum() / n) / (k - 1)
    icc = (between - within) / (between + (m - 1) * within)
    # Fisher's variance for equal groups: 2 (1 - icc)^2 (1 + (m - 1) icc)^2 / (m (m - 1) (k - 1)).
    variance = 2 * (1 - icc) ** 2 * (1 + (m - 1) * icc) ** 2 / (m * (m - 1) * (k - 1))
    return icc, np.sqrt(variance)
