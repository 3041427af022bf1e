"""What ignoring treatment groups costs: the design effect of the arms treated in groups."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd

from outcomes.analyses.result import Note
from outcomes.analyses.setting import Compared
from outcomes.tables.format import number

ICCS = (0.01, 0.02, 0.05)
COLUMNS = [
    *("arm", "n", "n_clusters", "mean_size", "largest", "icc"),
    *("design_effect", "std_error_factor"),
]


def no_design_effects() -> pd.DataFrame:
    """Make the frame of an analysis that ignores no clusters: no rows."""
    return pd.DataFrame(columns=COLUMNS)


def design_effects(who: Compared, analysed: pd.DataFrame) -> pd.DataFrame:
    """Design effect of each clustered arm for a range of intraclass correlations.

    Parameters
    ----------
    who : Compared
        Its design declares the clusters.
    analysed : DataFrame
        One row per subject the estimate rests on: arm and the cluster column. Without a cluster a
        subject was treated alone.

    Returns
    -------
    DataFrame
        arm, n, n_clusters, mean_size, largest, icc, design_effect and std_error_factor, by which
        the standard error of the difference from the reference arm grows where that arm's own
        variance does not. No rows where the design declares no clusters.

    Notes
    -----
    For unequal sizes m_j the factor on the variance of an arm's mean is 1 + (Σm_j² / Σm_j − 1) ICC,
    which equals 1 + ((cv² + 1) m̄ − 1) ICC.

    References
    ----------
    Eldridge SM, Ashby D, Kerry S. Sample size for cluster randomized trials: effect of coefficient
    of variation of cluster size and analysis method. Int J Epidemiol 2006;35:1292-1300.
    Roberts C, Roberts SA. Design and analysis of clinical trials with clustering effects due to
    treatment. Clin Trials 2005;2:152-162, for clustering in one arm only.
    """
    clusters = who.design.clusters
    if clusters is None or clusters.column not in analysed.columns:
        return no_design_effects()
    n = analysed["arm"].value_counts()
    sizes = {
        arm.id: _sizes(analysed.loc[analysed["arm"] == arm.id, clusters.column])
        for arm in who.arms
        if arm.id in clusters.arms
    }
    sizes = {arm: m for arm, m in sizes.items() if (m > 1).any()}
    rows = [
        _row(arm, m, icc, n=n, reference=who.reference.id, sizes=sizes)
        for arm, m in sizes.items()
        for icc in ICCS
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def _sizes(cluster: pd.Series[str]) -> pd.Series[int]:
    """Sizes of the groups, with a 1 for everybody treated alone."""
    alone = pd.Series(1, index=range(int(cluster.isna().sum())))
    return pd.concat([cluster.value_counts(), alone], ignore_index=True).astype(int)


def _effect(sizes: pd.Series[int], icc: float) -> float:
    return float(1 + ((sizes**2).sum() / sizes.sum() - 1) * icc)


def _row(
    arm: str,
    m: pd.Series[int],
    icc: float,
    *,
    n: pd.Series[int],
    reference: str,
    sizes: Mapping[str, pd.Series[int]],
) -> dict[str, object]:
    effect = _effect(m, icc)
    base = _effect(sizes[reference], icc) if reference in sizes else 1.0
    own, other = 1 / n[arm], 1 / n[reference] if n.get(reference, 0) else math.nan
    return {
        "arm": arm,
        "n": int(n[arm]),
        "n_clusters": int((m > 1).sum()),
        "mean_size": float(m[m > 1].mean()),
        "largest": int(m.max()),
        "icc": icc,
        "design_effect": effect,
        "std_error_factor": math.sqrt((effect * own + base * other) / (own + other)),
    }


def cluster_notes(who: Compared, effects: pd.DataFrame) -> list[Note]:
    """Say beside the headline what ignoring the clusters may cost."""
    clusters = who.design.clusters
    if clusters is None or effects.empty:
        return []
    labels = {arm.id: arm.label for arm in who.arms}
    told = [
        _told(labels[str(arm)], rows, clusters.label)
        for arm, rows in effects.groupby("arm", sort=False)
    ]
    return [
        Note(
            kind="warning",
            title="Clustering is ignored",
            text=" ".join(told)
            + " Formula for unequal sizes: 1 + (Σm² / Σm − 1) × ICC (Eldridge 2006).",
            beside_headline=True,
        )
    ]


def _told(arm: str, rows: pd.DataFrame, label: str) -> str:
    first, last = rows.iloc[0], rows.iloc[-1]
    return (
        f"Patients of {arm} were treated in groups ({label}: {first['n_clusters']}, "
        f"{number(first['mean_size'], 1)} patients on average), and this analysis takes them as "
        f"independent. For an intraclass correlation of {number(first['icc'], 2)} to "
        f"{number(last['icc'], 2)} the design effect on the variance of this arm’s estimate is "
        f"{number(first['design_effect'], 2)} to {number(last['design_effect'], 2)}. Only arms "
        "treated in groups have their variance inflated, so that with equal variances otherwise "
        "the standard error of the difference would be larger by a factor of "
        f"{number(first['std_error_factor'], 2)} to {number(last['std_error_factor'], 2)}."
    )
