"""Win ratio, win odds and net benefit of a hierarchical composite."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from outcomes.errors import (
    NotEstimableError,
    SchemaError,
    SpecificationError,
    UnsupportedCombinationError,
)
from outcomes.models.records import require_columns, require_values
from outcomes.models.subjects import arms_of
from outcomes.models.win_levels import (
    Level,
    ReadLevel,
    check_level,
    columns_of,
    label_of,
    read_level,
)
from outcomes.models.win_pairs import (
    cluster_codes,
    compared_pairs,
    patients_by_stratum,
    strata_labels,
)
from outcomes.models.win_statistics import METHODS, Variance, statistics

_COLUMNS = [
    *("arm", "statistic", "estimate", "std_error", "conf_low", "conf_high", "p_value", "reason"),
]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class WinRatioFit:
    """Win statistics of each arm against the reference, and where pairs were decided.

    Parameters
    ----------
    statistics : DataFrame
        arm, statistic (``"win_ratio"``, ``"win_odds"``, ``"net_benefit"``), estimate, std_error (of
        the logarithm for both ratios), conf_low, conf_high, p_value, reason (why a value is
        missing; empty where none is).
    levels : DataFrame
        arm, level, label, compared (pairs that reached the level), wins, losses, ties, missing
        (of the pairs tied, those with a missing value).
    counts : DataFrame
        arm, n, stratum (empty without strata).
    method : str
        How the variance was estimated.
    conf_level : float
    n_clusters : int or None
        Clusters the variance rests on, single patients included.
    """

    statistics: pd.DataFrame
    levels: pd.DataFrame
    counts: pd.DataFrame
    method: str
    conf_level: float
    n_clusters: int | None = None

    def table(self) -> pd.DataFrame:
        """Win ratio, win odds and net benefit of each arm against the reference."""
        return self.statistics.assign(method=self.method)


def win_ratio(
    data: pd.DataFrame,
    *,
    arm: str,
    reference: str,
    levels: Sequence[Level],
    missing: Literal["tie"] | None = None,
    strata: str | Sequence[str] = (),
    cluster: str | None = None,
    variance: Variance = "u_statistic",
    n_resamples: int = 2000,
    rng: np.random.Generator | None = None,
    conf_level: float = 0.95,
) -> WinRatioFit:
    """Compare each patient of an arm with each of the reference arm, level by level.

    Parameters
    ----------
    data : DataFrame
        One row per subject.
    arm : str
        Column of arms.
    reference : str
        The arm others are compared with.
    levels : sequence of levels
        `ContinuousLevel`, `BinaryLevel`, `OrdinalLevel` and `TimeToEventLevel`, the most important
        first: a pair goes on to the next level only where one does not decide it.
    missing : {"tie"}, optional
        What becomes of a pair in which a patient lacks the value of a level: ``"tie"`` hands it on
        to the next. By default missing values are refused.
    strata : str or sequence of str
        Columns; pairs are made within strata, which are pooled with Mantel-Haenszel weights.
    cluster : str, optional
        Column of treatment groups; a missing value is a patient treated alone.
    variance : {"u_statistic", "null", "bootstrap"}
        ``"u_statistic"`` holds at any difference, ``"null"`` assumes none (as R's WINS does),
        ``"bootstrap"`` draws patients, or clusters, within arms and strata.
    n_resamples : int
        Of the bootstrap.
    rng : Generator, optional
        The bootstrap needs one.
    conf_level : float
        Level of the two-sided intervals.

    Returns
    -------
    WinRatioFit
        Intervals of the ratios are made on the log scale; that of the net benefit is that of the
        win odds, (odds − 1)/(odds + 1), so that both lead to one conclusion and one p value.

    Raises
    ------
    DataError
        Values are missing and `missing` is None, or are not what a level allows.
    NotEstimableError
        A stratum has fewer than two patients of an arm, or an arm one cluster.
    SpecificationError
        Levels, arms or options make no sense.

    References
    ----------
    Pocock SJ, et al. Eur Heart J 2012;33:176-182. Buyse M. Stat Med 2010;29:3245-3257. Bebu I,
    Lachin JM. Biostatistics 2016;17:178-187. Dong G, et al. Pharm Stat 2016;15:430-437; J Biopharm
    Stat 2018;28:778-796.

    Examples
    --------
    >>> from outcomes.models.win_levels import ContinuousLevel
    >>> changes = pd.DataFrame(
    ...     {
    ...         "arm": ["treated"] * 3 + ["control"] * 3,
    ...         "pain": [-4, -2, -1, -2, 0, -3],
    ...         "odi": [-12, -6, -2, -5, 0, -6],
    ...         "mme": [-60, -20, 0, -10, 0, 0],
    ...     }
    ... )
    >>> levels = [
    ...     ContinuousLevel("pain", higher_is="worse", margin=1),
    ...     ContinuousLevel("odi", higher_is="worse", margin=5),
    ...     ContinuousLevel("mme", higher_is="worse", margin=10),
    ... ]
    >>> fit = win_ratio(changes, arm="arm", reference="control", levels=levels)
    >>> fit.table()["estimate"].round(3).tolist()
    [2.0, 2.0, 0.333]
    >>> fit.levels[["wins", "losses", "ties"]].values.tolist()
    [[5, 3, 1], [0, 0, 1], [1, 0, 0]]
    """
    strata = (strata,) if isinstance(strata, str) else tuple(strata)
    _refuse(data, arm, levels, strata, cluster)
    _check_options(variance, rng, n_resamples, strata, cluster)
    arms = arms_of(data[arm], reference)
    read = [read_level(data, level) for level in levels]
    _refuse_missing(data, levels, read, missing)
    in_stratum = strata_labels(data, strata)
    clusters = cluster_codes(data, cluster)
    rows, decided = [], []
    for active in arms[1:]:
        blocks, tally = compared_pairs(data[arm], active, reference, read, in_stratum, clusters)
        decided.append(tally)
        found = statistics(blocks, variance, cluster is not None, n_resamples, rng, conf_level)
        rows += [{"arm": active, **row} for row in found]
    return WinRatioFit(
        statistics=pd.DataFrame(rows, columns=_COLUMNS),
        levels=pd.concat(decided, ignore_index=True),
        counts=patients_by_stratum(data[arm], arms, in_stratum),
        method=METHODS[variance] + (" with clusters" if cluster else ""),
        conf_level=conf_level,
        n_clusters=None if cluster is None else len(np.unique(clusters)),
    )


def _refuse(
    data: pd.DataFrame,
    arm: str,
    levels: Sequence[Level],
    strata: tuple[str, ...],
    cluster: str | None,
) -> None:
    if not levels:
        raise SpecificationError("levels is empty; a comparison needs at least one level.")
    wanted = {arm: "arm="} | dict.fromkeys(strata, "strata=")
    wanted |= {cluster: "cluster="} if cluster else {}
    for level in levels:
        check_level(level)
        wanted |= dict.fromkeys(columns_of(level), f"level {label_of(level)}")
    require_columns(data, wanted)
    require_values(data, [arm, *strata])
    labels = [label_of(level) for level in levels]
    if len(set(labels)) < len(labels):
        raise SpecificationError(
            f"Two levels are called alike among {', '.join(labels)}; give each a label of its own."
        )


def _check_options(
    variance: str,
    rng: np.random.Generator | None,
    n_resamples: int,
    strata: tuple[str, ...],
    cluster: str | None,
) -> None:
    if variance not in METHODS:
        raise SpecificationError(
            f"variance is {variance!r}; allowed are {', '.join(map(repr, METHODS))}."
        )
    if variance == "bootstrap" and rng is None:
        raise SpecificationError("The bootstrap needs rng=, such as numpy.random.default_rng(1).")
    if variance == "bootstrap" and n_resamples < 100:
        raise SpecificationError(f"n_resamples is {n_resamples}; percentiles need 100 or more.")
    if cluster and variance == "null":
        raise UnsupportedCombinationError(
            "variance='null' takes patients as independent. With cluster= choose 'u_statistic' or "
            "'bootstrap'."
        )
    if cluster and strata and variance == "bootstrap":
        raise UnsupportedCombinationError(
            "The bootstrap of clusters knows no strata. Choose variance='u_statistic', or leave "
            "strata out."
        )


def _refuse_missing(
    data: pd.DataFrame,
    levels: Sequence[Level],
    read: Sequence[ReadLevel],
    missing: str | None,
) -> None:
    if missing not in (None, "tie"):
        raise SpecificationError(f"missing is {missing!r}; allowed is 'tie'.")
    lacking = {level.label: int(level.missing.sum()) for level in read if level.missing.any()}
    if lacking and missing is None:
        told = "; ".join(f"{label}: {n} of {len(data)}" for label, n in lacking.items())
        first = next(level for level in read if level.missing.any())
        rows = ", ".join(map(str, data.index[first.missing][:3]))
        raise SchemaError(
            f"{len(lacking)} of {len(levels)} levels lack values ({told}; first rows of "
            f"{first.label}: {rows}). Say that such pairs go on to the next level with "
            "missing='tie', or complete the values."
        )
    empty = [level.label for level in read if level.missing.all()]
    if empty:
        raise NotEstimableError(
            f"{', '.join(empty)}: nobody has a value, so the level can decide nothing. Leave it "
            "out of levels."
        )
