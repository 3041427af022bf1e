"""Rank tests of two groups, within strata or without."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm, rankdata

from outcomes.stats.rounding import distinct_levels

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class RankTest:
    """Result of a stratified rank-sum test.

    Parameters
    ----------
    probability : float
        Probability that a subject of the first group has the higher value, ties counted half; over
        strata the average weighted by n₁n₀/(N + 1). NaN where no stratum holds both groups.
    statistic, p_value : float
        Standard normal, positive where the first group tends to higher values; NaN where no value
        differs from another.
    n_strata : int
        Strata that hold both groups, and so count.
    n_uninformative : int
        Subjects of strata that hold one group only.
    """

    probability: float
    statistic: float
    p_value: float
    n_strata: int
    n_uninformative: int


def van_elteren(values: Array, first: NDArray[np.bool_], strata: NDArray[np.intp]) -> RankTest:
    """Compare two groups by ranks within strata (Wilcoxon's rank-sum test where there is one).

    Parameters
    ----------
    values : (n,) array
        No NaN; −inf ranks lowest. Values that differ by rounding alone are tied.
    first : (n,) array of bool
        Whether a subject belongs to the first group.
    strata : (n,) array of int
        Stratum of each subject.

    Returns
    -------
    RankTest

    Notes
    -----
    With W the rank sum of the first group in a stratum of N subjects, n₁ and n₀ of each group, and
    t tied values each, E W = n₁(N + 1)/2 and var W = n₁n₀/12 [N + 1 − Σ(t³ − t)/(N(N − 1))]. The
    statistic is Σ (W − E W)/(N + 1) over its standard error, without continuity correction.

    References
    ----------
    van Elteren PH. On the combination of independent two-sample tests of Wilcoxon. Bull Int Stat
    Inst 1960;37:351-361. Lehmann EL. Nonparametrics: statistical methods based on ranks. San
    Francisco: Holden-Day; 1975, chapter 3.

    Examples
    --------
    >>> values = np.array([50.0, 30, 10, 40, 20, -np.inf])
    >>> first = np.array([True, True, True, False, False, False])
    >>> found = van_elteren(values, first, np.zeros(6, dtype=int))
    >>> round(found.probability, 4), round(found.statistic, 4)
    (0.6667, 0.6547)
    """
    excess = variance = pairs = wins = 0.0
    n_strata = n_uninformative = 0
    levels = distinct_levels(values)
    for stratum in np.unique(strata):
        inside = strata == stratum
        n, n1 = int(inside.sum()), int(first[inside].sum())
        n0 = n - n1
        if not n1 or not n0:
            n_uninformative += n
            continue
        n_strata += 1
        ranks = rankdata(levels[inside])
        w = float(ranks[first[inside]].sum())
        _, tied = np.unique(levels[inside], return_counts=True)
        ties = float((tied**3.0 - tied).sum()) / (n * (n - 1))
        excess += (w - n1 * (n + 1) / 2) / (n + 1)
        variance += n1 * n0 / 12 * (n + 1 - ties) / (n + 1) ** 2
        wins += (w - n1 * (n1 + 1) / 2) / (n + 1)
        pairs += n1 * n0 / (n + 1)
    statistic = excess / np.sqrt(variance) if variance > 1e-12 else float("nan")
    return RankTest(
        probability=wins / pairs if pairs else float("nan"),
        statistic=float(statistic),
        p_value=float(2 * norm.sf(abs(statistic))),
        n_strata=n_strata,
        n_uninformative=n_uninformative,
    )
