"""Pairs of patients within strata: their verdicts, and what each level decided."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from outcomes.errors import NotEstimableError
from outcomes.models.win_levels import ReadLevel
from outcomes.stats.pair_verdicts import cascade
from outcomes.stats.win_ratio import Stratum


def strata_labels(data: pd.DataFrame, strata: tuple[str, ...]) -> pd.Series[str]:
    """Label of each row's stratum, empty without strata."""
    labels = pd.Series("", index=data.index)
    for name in strata:
        labels = labels + (labels != "").map({True: " / ", False: ""}) + data[name].astype(str)
    return labels


def cluster_codes(data: pd.DataFrame, cluster: str | None) -> NDArray[np.int64]:
    """Count clusters up from 0, by row; a row without one is a cluster of its own."""
    if cluster is None:
        return np.arange(len(data), dtype=np.int64)
    codes, names = pd.factorize(data[cluster], use_na_sentinel=True)
    alone = codes < 0
    return np.where(alone, len(names) + np.cumsum(alone) - 1, codes).astype(np.int64)


def compared_pairs(
    arm: pd.Series[str],
    active: str,
    reference: str,
    read: Sequence[ReadLevel],
    in_stratum: pd.Series[str],
    clusters: NDArray[np.int64],
) -> tuple[list[Stratum], pd.DataFrame]:
    """Verdicts of one arm against the reference in each stratum, and what each level decided."""
    blocks, counts = [], np.zeros((len(read), 4), dtype=np.int64)
    for label in dict.fromkeys(in_stratum):
        here = (in_stratum == label).to_numpy()
        rows = [np.flatnonzero(here & (arm == name).to_numpy()) for name in (active, reference)]
        _refuse_few(label, (active, reference), [len(each) for each in rows])
        levels = [level.compare(*rows) for level in read]
        lacking = [(level.missing[rows[0]], level.missing[rows[1]]) for level in read]
        found = cascade(levels, lacking)
        blocks.append(
            Stratum(verdicts=found.verdicts, active=clusters[rows[0]], reference=clusters[rows[1]])
        )
        counts += found.counts
    return blocks, _tally(active, read, counts)


def _refuse_few(stratum: str, arms: tuple[str, str], n: list[int]) -> None:
    few = [f"{arm} has {count or 'none'}" for arm, count in zip(arms, n, strict=True) if count < 2]
    if few:
        where = f"stratum {stratum}: " if stratum else ""
        raise NotEstimableError(
            f"{where}{' and '.join(few)}; a variance needs two patients of each arm"
            f"{' in each stratum: merge strata or leave them out' if stratum else ''}."
        )


def _tally(active: str, read: Sequence[ReadLevel], counts: NDArray[np.int64]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "arm": active,
            "level": range(1, len(read) + 1),
            "label": [level.label for level in read],
            "compared": counts[:, :3].sum(axis=1),
            "wins": counts[:, 0],
            "losses": counts[:, 1],
            "ties": counts[:, 2],
            "missing": counts[:, 3],
        }
    )


def patients_by_stratum(
    arm: pd.Series[str], arms: list[str], in_stratum: pd.Series[str]
) -> pd.DataFrame:
    """Count the patients of each arm in each stratum: arm, stratum, n."""
    return pd.DataFrame(
        [
            {"arm": one, "stratum": label, "n": int(((arm == one) & (in_stratum == label)).sum())}
            for label in dict.fromkeys(in_stratum)
            for one in arms
        ]
    )
