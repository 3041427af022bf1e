"""What each strategy says, against the formulas of Carpenter, Roger and Kenward (2013)."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outcomes.errors import SpecificationError, UnsupportedCombinationError
from outcomes.stats.imputation.strategies import (
    MAR,
    STRATEGIES,
    Marginal,
    user_strategy,
)


def marginals(seed: int, m: int = 4, n: int = 3) -> tuple[Marginal, Marginal]:
    """Own and reference distributions of n subjects."""
    rng = np.random.default_rng(seed)

    def one() -> Marginal:
        root = rng.normal(size=(m, m)) + 2 * np.eye(m)
        return Marginal(mean=rng.normal(size=(n, m)), covariance=root @ root.T)

    return one(), one()


def test_means_are_those_of_the_paper():
    own, reference = marginals(1)
    mu, ref = own.mean, reference.mean
    expected = {
        "mar": mu,
        "jump_to_reference": np.c_[mu[:, :2], ref[:, 2:]],
        "copy_reference": ref,
        "copy_increments": np.c_[mu[:, :2], mu[:, 1:2] + ref[:, 2:] - ref[:, 1:2]],
        "last_mean_carried_forward": np.c_[mu[:, :2], mu[:, 1], mu[:, 1]],
    }
    assert expected.keys() == STRATEGIES.keys()
    for name, mean in expected.items():
        assert STRATEGIES[name].rule(own, reference, 2).mean == pytest.approx(mean), name


@pytest.mark.parametrize("name", ["jump_to_reference", "copy_increments"])
@given(seed=st.integers(0, 2**32), first=st.integers(1, 3))
@settings(max_examples=25, deadline=None)
def test_the_past_is_the_own_arm_s_and_the_future_given_the_past_the_reference_s(name, seed, first):
    own, reference = marginals(seed)
    S = STRATEGIES[name].rule(own, reference, first).covariance
    R, past, future = reference.covariance, slice(first), slice(first, None)
    assert S[past, past] == pytest.approx(own.covariance[past, past])

    def slope(C):
        return np.linalg.solve(C[past, past], C[past, future]).T

    assert slope(S) == pytest.approx(slope(R), rel=1e-6, abs=1e-8)
    left = S[future, future] - slope(S) @ S[past, future]
    expected = R[future, future] - slope(R) @ R[past, future]
    assert left == pytest.approx(expected, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("name", ["jump_to_reference", "copy_reference", "copy_increments"])
def test_an_event_at_the_first_visit_leaves_the_reference_alone(name):
    own, reference = marginals(3)
    found = STRATEGIES[name].rule(own, reference, 0)
    assert found.mean == pytest.approx(reference.mean)
    assert found.covariance == pytest.approx(reference.covariance)


def test_no_mean_can_be_carried_from_before_the_first_visit():
    own, reference = marginals(4)
    with pytest.raises(UnsupportedCombinationError, match="no mean to carry"):
        STRATEGIES["last_mean_carried_forward"].rule(own, reference, 0)


@pytest.mark.parametrize("name", STRATEGIES)
def test_a_shared_distribution_is_kept_by_every_strategy_but_the_last_mean(name):
    own, _ = marginals(5)
    found = STRATEGIES[name].rule(own, own, 2)
    assert found.covariance == pytest.approx(own.covariance)
    if name != "last_mean_carried_forward":
        assert found.mean == pytest.approx(own.mean)


def test_a_user_strategy_must_have_a_name_of_its_own_and_return_what_it_got():
    with pytest.raises(SpecificationError, match="built-in"):
        user_strategy("mar", MAR.rule)
    with pytest.raises(SpecificationError, match="must be a function"):
        user_strategy("mine", 3)
    own, reference = marginals(6)
    short = user_strategy(
        "short", lambda own, *_: Marginal(mean=own.mean[:, :1], covariance=own.covariance)
    )
    with pytest.raises(SpecificationError, match="must return a Marginal"):
        short.rule(own, reference, 1)
