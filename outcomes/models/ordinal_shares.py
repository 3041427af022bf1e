"""Ordered categories by arm as they are counted: shares, and the odds ratio of each cut."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import norm

Category = str | int | float


def category_counts(arm: pd.Series[str], ranks: pd.Series[float], arms: list[str]) -> pd.DataFrame:
    """Count subjects with and without a category in each arm: arm, n, missing."""
    return pd.DataFrame(
        [
            {
                "arm": one,
                "n": int((ranks[arm == one]).notna().sum()),
                "missing": int(ranks[arm == one].isna().sum()),
            }
            for one in arms
        ]
    )


def category_shares(
    arm: pd.Series[str], ranks: pd.Series[float], arms: list[str], order: tuple[Category, ...]
) -> pd.DataFrame:
    """Share of each category, and of it or a better one, in each arm, from best to worst.

    `ranks` number the categories of `order`, from 0 for the worst.
    """
    rows = []
    for one in arms:
        mine = ranks[arm == one]
        reached = 0
        for rank in range(len(order) - 1, -1, -1):
            n = int((mine == rank).sum())
            reached += n
            rows.append(
                {
                    "arm": one,
                    "category": order[rank],
                    "n": n,
                    "proportion": n / len(mine),
                    "cumulative": reached / len(mine),
                }
            )
    return pd.DataFrame(rows)


def cut_odds_ratios(
    arm: pd.Series[str],
    ranks: pd.Series[float],
    arms: list[str],
    order: tuple[Category, ...],
    conf_level: float,
) -> pd.DataFrame:
    """Odds ratio of reaching each category or a better one, with Woolf's interval."""
    z = norm.isf((1 - conf_level) / 2)
    rows: list[dict[str, object]] = []
    for one in arms[1:]:
        for rank in range(len(order) - 1, 0, -1):
            reached = [(ranks[arm == name] >= rank).sum() for name in (one, arms[0])]
            others = [(ranks[arm == name] < rank).sum() for name in (one, arms[0])]
            table = np.array([*reached, *others], dtype=float)
            row: dict[str, object] = {"arm": one, "category": order[rank]}
            if (table == 0).any():
                told = "an arm has nobody, or everybody, on one side of this cut"
                nothing = dict.fromkeys(("estimate", "conf_low", "conf_high"), np.nan)
                rows.append(row | nothing | {"reason": told})
                continue
            log_ratio = np.log(table[0] * table[3] / (table[1] * table[2]))
            half = z * np.sqrt((1 / table).sum())
            limits = np.exp([log_ratio, log_ratio - half, log_ratio + half])
            named = dict(zip(("estimate", "conf_low", "conf_high"), limits, strict=True))
            rows.append(row | named | {"reason": ""})
    return pd.DataFrame(rows)
