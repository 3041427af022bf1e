import numpy as np
import pytest

from outcomes.errors import SpecificationError
from outcomes.stats.mmrm.structures import STRUCTURES, structure_named

NAMES = list(STRUCTURES)


def lags(m=4):
    return np.abs(np.subtract.outer(np.arange(m), np.arange(m))).astype(float)


def example(form, seed=0):
    """Parameters of a positive definite matrix well inside the structure's space."""
    root = np.eye(4) + 0.3 * np.tri(4)
    start = form.start(root @ root.T, lags())
    return start + 0.1 * np.random.default_rng(seed).normal(size=len(start))


def derivative(function, theta, step=1e-5):
    moves = step * np.eye(len(theta))
    return np.stack([(function(theta + e) - function(theta - e)) / (2 * step) for e in moves])


FORMS = [(name, use) for name in NAMES for use in ("minimised_in", "adjusted_in")]


@pytest.mark.parametrize(("name", "use"), FORMS)
def test_first_derivatives_agree_with_differences(name, use):
    form = getattr(STRUCTURES[name], use)
    theta = example(form)
    expected = derivative(lambda t: form.sigma(t, lags()), theta)
    assert form.first(theta, lags()) == pytest.approx(expected, abs=1e-8)


@pytest.mark.parametrize(("name", "use"), FORMS)
def test_second_derivatives_agree_with_differences_of_first_ones(name, use):
    form = getattr(STRUCTURES[name], use)
    theta = example(form)
    expected = derivative(lambda t: form.first(t, lags()), theta)
    found = np.zeros_like(expected) if form.second is None else form.second(theta, lags())
    assert found == pytest.approx(expected, abs=1e-7)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("m", [1, 2, 5])
def test_number_of_parameters_is_what_the_start_has(name, m):
    structure = STRUCTURES[name]
    start = structure.minimised_in.start(np.eye(m) + 0.5, lags(m))
    assert len(start) == structure.n_parameters(m)
    assert structure.minimised_in.sigma(start, lags(m)).shape == (m, m)
    assert structure.minimised_in.first(start, lags(m)).shape == (len(start), m, m)


@pytest.mark.parametrize("name", NAMES)
def test_start_is_positive_definite_even_from_a_hostile_moment_matrix(name):
    form = STRUCTURES[name].minimised_in
    hostile = np.eye(6) + 0.99 * np.where(lags(6) % 2 == 1, -1, 1) * (lags(6) > 0)
    hostile += 0.05 * np.eye(6)
    Sigma = form.sigma(form.start(hostile, lags(6)), lags(6))
    assert np.linalg.eigvalsh(Sigma).min() > 0


def test_full_cholesky_parameters_represent_any_matrix():
    form = STRUCTURES["unstructured"].adjusted_in
    Sigma = np.array([[4.0, 1.0, 0.5], [1.0, 3.0, -1.0], [0.5, -1.0, 2.0]])
    assert form.sigma(form.start(Sigma, lags(3)), lags(3)) == pytest.approx(Sigma, rel=1e-12)


def test_spatial_correlation_falls_with_distance():
    form = STRUCTURES["spatial_exponential"].minimised_in
    distance = np.array([[0.0, 2.0], [2.0, 0.0]])
    theta = np.array([np.log(9.0), 0.0])
    assert form.sigma(theta, distance) == pytest.approx(np.array([[9.0, 2.25], [2.25, 9.0]]))


def test_unknown_structure_lists_the_known_ones():
    with pytest.raises(SpecificationError, match="heterogeneous_toeplitz"):
        structure_named("banded")
