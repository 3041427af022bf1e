"""Small panels of known shape."""

import numpy as np

from outcomes.stats.imputation import (
    MAR,
    STRATEGIES,
    Panel,
    Strategy,
    Streams,
    fit_imputation_model,
)
from outcomes.stats.imputation.imputer import Imputer, imputer_of
from outcomes.stats.mmrm import structure_named

SIGMA = np.array([[4.0, 2.4, 1.6], [2.4, 5.0, 2.8], [1.6, 2.8, 6.0]])


def saturated(arm: np.ndarray, base: np.ndarray, m: int) -> np.ndarray:
    """(n, m, 3 m): arm by visit and baseline by visit."""
    short = np.column_stack([np.ones(len(arm)), arm, base])
    return np.stack([np.kron(np.eye(m)[j], short) for j in range(m)], axis=1)


def panel(
    seed: int,
    *,
    n: int = 40,
    missing: float = 0.25,
    strategy: Strategy = STRATEGIES["jump_to_reference"],
    effect: tuple[float, ...] = (0.5, 1.0, 1.5),
) -> Panel:
    """Two arms with dropout; every dropout of the active arm has an event."""
    rng = np.random.default_rng(seed)
    m, arm = len(effect), np.arange(n) % 2
    base = rng.normal(size=n)
    y = rng.multivariate_normal(np.zeros(m), SIGMA[:m, :m], size=n)
    y += 10 + base[:, None] + arm[:, None] * np.array(effect)
    leaves = rng.random((n, m)) < missing / m
    first = np.where(leaves.any(axis=1), leaves.argmax(axis=1), m)
    y[np.arange(m) >= first[:, None]] = np.nan
    active = arm == 1
    return Panel(
        y=y,
        X=saturated(arm, base, m),
        X_reference=saturated(np.zeros(n), base, m),
        arm=arm.astype(np.intp),
        reference=0,
        first=np.where(active, first, m),
        strategies=(MAR, strategy),
        strategy=np.where(active & (first < m), 1, 0),
        visits=tuple("abc"[:m]),
        subjects=np.arange(n).astype(object),
    )


def imputer(data: Panel, *, by_arm: bool = False, seed: int = 1) -> Imputer:
    """Fit the model and prepare its imputation."""
    model = fit_imputation_model(data, structure_named("unstructured"), by_arm=by_arm, reml=True)
    return imputer_of(model, Streams(key=(seed, 0)), data.arm)
