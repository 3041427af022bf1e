"""Coverage of win ratio, win odds and net benefit, alone and with treatment groups.

Sixty patients an arm: survival to day 100, then a score with a margin of 1. The true values come
from two million pairs. In the second scenario the active arm is treated in twelve groups of five
that share part of the score; the interval that ignores the groups covers too seldom.
"""

import numpy as np
import pandas as pd

from outcomes.models.win_levels import BinaryLevel, ContinuousLevel
from outcomes.models.win_ratio import win_ratio

COVERS = (
    "outcomes/stats/pair_verdicts.py",
    "outcomes/stats/rounding.py",
    "outcomes/stats/win_ratio.py",
    "outcomes/models/win_levels.py",
    "outcomes/models/win_pairs.py",
    "outcomes/models/win_ratio.py",
    "outcomes/models/win_statistics.py",
)
N_CHUNKS = 10
CHUNK_SIZE = 200

N, GROUP = 60, 5
LEVELS = (
    BinaryLevel("died", event_is="worse"),
    ContinuousLevel("score", higher_is="better", margin=1),
)
STATISTICS = ("win_ratio", "win_odds", "net_benefit")
DEATH, SHIFT, SHARED = {"a": 0.10, "c": 0.18}, 0.8, 0.2


def patients(rng: np.random.Generator, arm: str, n: int, group: int = 1) -> pd.DataFrame:
    """Patients of an arm, `group` of whom share a part of their scores."""
    common = np.repeat(rng.normal(scale=np.sqrt(SHARED), size=n // group), group)
    own = rng.normal(scale=np.sqrt(1 - SHARED if group > 1 else 1), size=n)
    score = 2 * (common * (group > 1) + own) + (SHIFT if arm == "a" else 0)
    died = (rng.random(n) < DEATH[arm]).astype(int)
    return pd.DataFrame({"arm": arm, "died": died, "score": score})


def truth() -> dict[str, float]:
    """Win statistics of independent pairs, with their Monte Carlo error well below a coverage's."""
    rng = np.random.default_rng(1)
    one, other = (patients(rng, arm, 2_000_000) for arm in ("a", "c"))
    died = other["died"].to_numpy() - one["died"].to_numpy()
    apart = one["score"].to_numpy() - other["score"].to_numpy()
    verdict = np.where(died != 0, died, np.where(np.abs(apart) >= 1, np.sign(apart), 0))
    won, lost = (verdict > 0).mean(), (verdict < 0).mean()
    return {
        "win_ratio": won / lost,
        "win_odds": (1 + won - lost) / (1 - won + lost),
        "net_benefit": won - lost,
    }


def intervals(data: pd.DataFrame, cluster: str | None = None) -> pd.DataFrame:
    """Limits of the three statistics."""
    fit = win_ratio(data, arm="arm", reference="c", levels=LEVELS, cluster=cluster)
    return fit.table().set_index("statistic")[["conf_low", "conf_high"]]


def chunk(rng: np.random.Generator, size: int) -> dict[str, list[float]]:
    """Whether each interval covers, for each replicate."""
    true = truth()
    found: dict[str, list[float]] = {name: [] for name in (*STATISTICS, "clustered", "naive")}
    for _ in range(size):
        control = patients(rng, "c", N)
        alone = intervals(pd.concat([control, patients(rng, "a", N)], ignore_index=True))
        for name in STATISTICS:
            low, high = alone.loc[name]
            found[name].append(low <= true[name] <= high)
        grouped = patients(rng, "a", N, GROUP).assign(group=np.arange(N) // GROUP)
        data = pd.concat([control, grouped], ignore_index=True)
        for name, cluster in (("clustered", "group"), ("naive", None)):
            low, high = intervals(data, cluster).loc["win_odds"]
            found[name].append(low <= true["win_odds"] <= high)
    return found


def summarise(replicates: dict[str, list[float]]) -> dict[str, float]:
    """Coverage of each interval."""
    n = len(replicates["win_ratio"])
    return {"n": n} | {name: float(np.mean(values)) for name, values in replicates.items()}


def complaints(summary: dict[str, float]) -> list[str]:
    """Coverage near 95 %: three binomial standard errors, and 0.01 for a large-sample method.

    Twelve groups are few, so the clustered interval is allowed 0.03 below; it must still cover
    more often than the one that ignores the groups.
    """
    margin = 3 * np.sqrt(0.95 * 0.05 / summary["n"]) + 0.01
    found = [
        f"coverage of the {name} {summary[name]:.4f}, expected 0.95 ± {margin:.4f}"
        for name in STATISTICS
        if abs(summary[name] - 0.95) > margin
    ]
    if not 0.95 - margin - 0.02 <= summary["clustered"] <= 0.95 + margin:
        found.append(f"coverage with groups {summary['clustered']:.4f}")
    if summary["n"] >= 1000 and summary["naive"] >= summary["clustered"]:
        found.append(f"ignoring the groups covers as often: {summary['naive']:.4f}")
    return found
