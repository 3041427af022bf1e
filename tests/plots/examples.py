"""Small frames to draw: two to four arms, one to eight visits, awkward labels and values."""

from __future__ import annotations

import numpy as np
import pandas as pd

from outcomes.trial.study import Arm, Visit

LABELS = (
    "Medication only",
    "Integrative care with weekly group classes",
    "Yoga",
    "Cognitive behavioural therapy by telephone",
)
WEEKS = (1, 2, 4, 8, 12, 26, 39, 52)


def arms(n: int) -> tuple[Arm, ...]:
    """The first `n` arms, the reference first."""
    return tuple(
        Arm(id=f"arm{i}", label=label, reference=i == 0) for i, label in enumerate(LABELS[:n])
    )


def visits(n: int) -> tuple[Visit, ...]:
    """A baseline and the last `n` weeks with a visit."""
    follow_up = (Visit(id=f"w{w}", label=f"Week {w}", day=7 * w) for w in WEEKS[-n:])
    return (Visit(id="bl", label="Baseline", day=0, baseline=True), *follow_up)


def estimates(
    n_arms: int, n_visits: int, *, level: float = 40.0, apart: float = 0.4, half: float = 3.0
) -> pd.DataFrame:
    """Means that fall over time, the arms `apart` from each other, intervals of ± `half`."""
    rows = [
        {
            "arm": arm.id,
            "visit": visit.id,
            "estimate": level - apart * i - 2 * half * np.log1p(visit.day / 7),
        }
        for i, arm in enumerate(arms(n_arms))
        for visit in visits(n_visits)[1:]
    ]
    frame = pd.DataFrame(rows)
    return frame.assign(conf_low=frame["estimate"] - half, conf_high=frame["estimate"] + half)


def contrasts(n_arms: int, n_visits: int, **options: float) -> pd.DataFrame:
    """Differences of `estimates` from the reference arm."""
    means = estimates(n_arms, n_visits, **options)
    reference = means[means["arm"] == "arm0"].set_index("visit")["estimate"]
    active = means[means["arm"] != "arm0"]
    columns = ["estimate", "conf_low", "conf_high"]
    shifted = active[columns].sub(active["visit"].map(reference), axis=0)
    return active.assign(**{name: shifted[name] for name in columns})


def survival(n_arms: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Steps at days 28, 84 and 364 and what stands under the axis."""
    steps, counts = [], []
    for i, arm in enumerate(arms(n_arms)):
        for time, left in ((28, 0.9 - 0.01 * i), (84, 0.7 - 0.01 * i), (364, 0.5 - 0.01 * i)):
            steps.append((arm.id, time, left, left - 0.1, left + 0.08))
        counts += [(arm.id, 0, 120, 0, 0), (arm.id, 28, 118, 2, 0), (arm.id, 84, 102, 4, 14)]
        counts.append((arm.id, 364, 80, 6, 34))
    return (
        pd.DataFrame(steps, columns=["arm", "time", "survival", "conf_low", "conf_high"]),
        pd.DataFrame(counts, columns=["arm", "time", "at_risk", "censored", "events"]),
    )


def responder_curve(n_arms: int) -> pd.DataFrame:
    """Shares at every tenth percent, falling, higher in later arms."""
    percent = np.arange(0, 101, 10.0)
    return pd.concat(
        pd.DataFrame(
            {
                "arm": arm.id,
                "percent": percent,
                "proportion": 0.8 / (1 + np.exp((percent - 30 - 12 * i) / 12)),
            }
        )
        for i, arm in enumerate(arms(n_arms))
    )


def responder_counts(n_arms: int) -> pd.DataFrame:
    """Shares with intervals."""
    rows = [(a.id, 50, 20 + 5 * i, 3, 0.4 + 0.1 * i) for i, a in enumerate(arms(n_arms))]
    frame = pd.DataFrame(rows, columns=["arm", "n", "responders", "missing", "proportion"])
    return frame.assign(conf_low=frame["proportion"] - 0.1, conf_high=frame["proportion"] + 0.1)


def residual_quantiles(n: int = 500) -> pd.DataFrame:
    """Observed quantiles twice as wide as the normal ones, shifted by one."""
    theoretical = np.linspace(-2.5, 2.5, n)
    return pd.DataFrame({"theoretical": theoretical, "observed": 1 + 2 * theoretical})
