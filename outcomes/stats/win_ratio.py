"""Win statistics and their variance, from the verdicts on all pairs of patients."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from outcomes.errors import NotEstimableError
from outcomes.stats.pair_verdicts import Verdicts

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Stratum:
    """Verdicts (n1, n0) of a stratum; `active` (n1,) and `reference` (n0,) number the clusters."""

    verdicts: Verdicts
    active: NDArray[np.int64]
    reference: NDArray[np.int64]

    @property
    def sizes(self) -> tuple[int, int]:
        """Patients of the active and of the reference arm."""
        n1, n0 = self.verdicts.shape
        return n1, n0

    @property
    def kernels(self) -> Array:
        """Win and loss of each pair, (2, n1, n0)."""
        return np.stack([self.verdicts == 1, self.verdicts == -1]).astype(float)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Shares:
    """Shares of pairs won and lost, (2,), and their covariance, (2, 2).

    `at` (2,) are the shares the delta method linearises at: those estimated, or equal ones under
    the hypothesis of no difference.
    """

    estimate: Array
    covariance: Array
    at: Array


def stratum_weights(strata: Sequence[Stratum]) -> Array:
    """Mantel-Haenszel weights of strata, n1 n0 / (n1 + n0), with sum 1.

    References
    ----------
    Dong G, Qiu J, Wang D, Vandemeulebroecke M. The stratified win ratio. J Biopharm Stat
    2018;28:778-796.
    """
    sizes = np.array([stratum.sizes for stratum in strata], dtype=float)
    weights = sizes.prod(axis=1) / sizes.sum(axis=1)
    return np.asarray(weights / weights.sum())


def u_statistic(strata: Sequence[Stratum], *, clustered: bool = False) -> Shares:
    """Estimate shares of wins and losses with the variance of two-sample U-statistics.

    Each patient's contribution is the share of pairs won and lost against the other arm; the
    variance is that of the contributions, with divisor n − 1 in each arm and stratum. Where
    patients come in clusters, contributions are summed within clusters first, with the factor
    G/(G − 1) for the G clusters of an arm (of both, where a cluster has patients of both).

    References
    ----------
    Bebu I, Lachin JM. Large sample inference for a win ratio analysis of a composite outcome based
    on prioritized components. Biostatistics 2016;17:178-187. DeLong ER, et al. Biometrics
    1988;44:837-845.
    """
    weights = stratum_weights(strata)
    means = [stratum.kernels.mean(axis=(1, 2)) for stratum in strata]
    estimate = np.asarray(weights @ np.array(means))
    parts = [
        _contributions(stratum, mean, weight)
        for stratum, mean, weight in zip(strata, means, weights, strict=True)
    ]
    covariance = _clustered(strata, parts) if clustered else _independent(parts)
    return Shares(estimate=estimate, covariance=covariance, at=estimate)


def _contributions(stratum: Stratum, mean: Array, weight: float) -> tuple[Array, Array]:
    """Influence of each patient on the pooled shares: (n1, 2) and (n0, 2)."""
    kernels = stratum.kernels
    n1, n0 = stratum.sizes
    active = weight * (kernels.mean(axis=2).T - mean) / n1
    reference = weight * (kernels.mean(axis=1).T - mean) / n0
    return active, reference


def _independent(parts: Sequence[tuple[Array, Array]]) -> Array:
    return np.asarray(
        sum(len(each) / (len(each) - 1) * each.T @ each for pair in parts for each in pair)
    )


def _clustered(strata: Sequence[Stratum], parts: Sequence[tuple[Array, Array]]) -> Array:
    sides = [
        (np.concatenate([s.active for s in strata]), np.concatenate([p[0] for p in parts])),
        (np.concatenate([s.reference for s in strata]), np.concatenate([p[1] for p in parts])),
    ]
    if set(sides[0][0].tolist()) & set(sides[1][0].tolist()):
        both = zip(*sides, strict=True)
        sides = [tuple(np.concatenate(each) for each in both)]  # type: ignore[list-item]
    total = np.zeros((2, 2))
    for clusters, contributions in sides:
        _, position = np.unique(clusters, return_inverse=True)
        sums = np.zeros((position.max() + 1, 2))
        np.add.at(sums, position, contributions)
        if len(sums) < 2:
            raise NotEstimableError(
                "An arm has one cluster only; a variance between clusters needs two."
            )
        total += len(sums) / (len(sums) - 1) * sums.T @ sums
    return total


def null_variance(strata: Sequence[Stratum]) -> Shares:
    """Estimate shares of wins and losses with the variance under no difference.

    Wins and losses have one expectation, their mean; the products of kernels leave out each pair
    with itself.

    References
    ----------
    Dong G, Li D, Ballerstedt S, Vandemeulebroecke M. A generalized analytic solution to the win
    ratio to analyze a composite endpoint considering the clinical importance order among
    components. Pharm Stat 2016;15:430-437.
    """
    weights = stratum_weights(strata)
    means = np.array([stratum.kernels.mean(axis=(1, 2)) for stratum in strata])
    covariance = sum(
        weight**2 * _null_covariance(stratum, float(mean.mean()))
        for stratum, mean, weight in zip(strata, means, weights, strict=True)
    )
    estimate = np.asarray(weights @ means)
    middle = float(weights @ means.mean(axis=1))
    return Shares(
        estimate=estimate, covariance=np.asarray(covariance), at=np.array([middle, middle])
    )


def _null_covariance(stratum: Stratum, expected: float) -> Array:
    centred = stratum.kernels - expected
    (n1, n0), total = stratum.sizes, np.zeros((2, 2))
    own = np.einsum("aij,bij->ab", centred, centred)
    for axis, n_own, n_other in ((2, n1, n0), (1, n0, n1)):
        sums = centred.sum(axis=axis)
        total += (sums @ sums.T - own) / (n1 * n0 * (n_other - 1)) / n_own
    return total


def resampled(strata: Sequence[Stratum], n_resamples: int, rng: np.random.Generator) -> Array:
    """Shares of wins and losses in samples drawn with replacement, (n_resamples, 2).

    Clusters are drawn within each arm of each stratum; a patient alone is a cluster. A cluster
    with patients of both arms is drawn as a whole.
    """
    weights, shares = np.empty((len(strata), n_resamples)), list[Array]()
    for number, stratum in enumerate(strata):
        active, reference = _drawn(stratum, n_resamples, rng)
        n1, n0 = active.sum(axis=1), reference.sum(axis=1)
        weights[number] = n1 * n0 / (n1 + n0)
        won = np.stack([((active @ kernel) * reference).sum(axis=1) for kernel in stratum.kernels])
        shares.append(won / (n1 * n0))
    pooled = (weights[:, None, :] * np.stack(shares)).sum(axis=0) / weights.sum(axis=0)
    return np.asarray(pooled.T)


def _drawn(stratum: Stratum, n: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """How often each patient of a stratum is drawn, (n, n1) and (n, n0)."""
    if set(stratum.active.tolist()) & set(stratum.reference.tolist()):
        both = _multiplicities(np.concatenate([stratum.active, stratum.reference]), n, rng)
        return both[:, : len(stratum.active)], both[:, len(stratum.active) :]
    return _multiplicities(stratum.active, n, rng), _multiplicities(stratum.reference, n, rng)


def _multiplicities(clusters: NDArray[np.int64], n: int, rng: np.random.Generator) -> Array:
    names, position = np.unique(clusters, return_inverse=True)
    drawn = rng.multinomial(len(names), np.full(len(names), 1 / len(names)), size=n)
    return np.asarray(drawn[:, position], dtype=float)


def log_win_ratio(shares: Shares) -> tuple[float, float]:
    """Logarithm of wins over losses and its standard error; NaN where one of them is zero."""
    if not (shares.estimate > 0).all():
        return np.nan, np.nan
    gradient = np.array([1.0, -1.0]) / shares.at
    return float(np.log(shares.estimate[0] / shares.estimate[1])), _error(shares, gradient)


def log_win_odds(shares: Shares) -> tuple[float, float]:
    """Logarithm of the win odds and its standard error; infinite where every pair is decided alike.

    The win odds count ties half on each side. Dong G, et al. The win ratio: on interpretation and
    handling of ties. Stat Biopharm Res 2020;12:99-106.
    """
    net = float(shares.estimate[0] - shares.estimate[1])
    at = float(shares.at[0] - shares.at[1])
    if abs(net) >= 1:
        return float(np.copysign(np.inf, net)), np.nan
    gradient = np.array([1.0, -1.0]) * (1 / (1 + at) + 1 / (1 - at))
    return float(2 * np.arctanh(net)), _error(shares, gradient)


def net_benefit(shares: Shares) -> tuple[float, float]:
    """Share of wins minus share of losses, and its standard error (Buyse, Stat Med 2010)."""
    gradient = np.array([1.0, -1.0])
    return float(shares.estimate @ gradient), _error(shares, gradient)


def _error(shares: Shares, gradient: Array) -> float:
    variance = float(gradient @ shares.covariance @ gradient)
    return float(np.sqrt(max(0.0, variance)))
