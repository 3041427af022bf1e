"""Coverage of response probabilities at scheduled visits, and of medians of the Weibull model.

A hundred and fifty patients in each arm; times to response are Weibull (shape 1.2, scales 220 and
130 days). Visits at days 28, 56, 84, 182 and 364 are missed at random with probability 0.2, and
3 % leave after each. A response is known to lie between the last visit without it and the first
with it. 95 % intervals. Beside them the naive median: of Kaplan-Meier at the visit's day.
"""

import numpy as np
import pandas as pd

from outcomes.models.survival import (
    fit_interval_censored,
    interval_censored_response,
    kaplan_meier,
)

COVERS = (
    "outcomes/stats/survival/turnbull.py",
    "outcomes/stats/survival/location_scale.py",
    "outcomes/models/survival/intervals.py",
    "outcomes/models/survival/visit_response.py",
    "outcomes/models/survival/interval_model.py",
    "outcomes/models/survival/covariates.py",
    "outcomes/models/survival/columns.py",
    "outcomes/models/survival/contrasts.py",
)
N_CHUNKS = 10
CHUNK_SIZE = 200

N = 150
DAYS = np.array([28.0, 56, 84, 182, 364])
SHAPE = 1.2
SCALES = {"medication": 220.0, "integrative": 130.0}
MEDIANS = {arm: scale * np.log(2) ** (1 / SHAPE) for arm, scale in SCALES.items()}


def truth(arm: str) -> np.ndarray:
    """Probability of a response by each visit."""
    return 1 - np.exp(-((DAYS / SCALES[arm]) ** SHAPE))


def trial(rng: np.random.Generator) -> pd.DataFrame:
    """One trial, a row per patient."""
    arms = np.repeat(list(SCALES), N)
    time = rng.weibull(SHAPE, size=2 * N) * np.array([SCALES[arm] for arm in arms])
    stays = np.cumprod(rng.random((2 * N, 5)) > 0.03, axis=1).astype(bool)
    seen = stays & (rng.random((2 * N, 5)) > 0.2)
    without = np.where(seen & (time[:, None] > DAYS), DAYS, 0.0)
    with_response = np.where(seen & (time[:, None] <= DAYS), DAYS, np.inf)
    return pd.DataFrame(
        {"arm": arms, "lower": without.max(axis=1), "upper": with_response.min(axis=1)}
    )


def chunk(rng: np.random.Generator, size: int) -> dict[str, list[float]]:
    """Whether each interval covers, and estimates, for each replicate; arms one after the other."""
    found: dict[str, list[float]] = {}
    columns = {"lower": "lower", "upper": "upper", "arm": "arm"}
    for _ in range(size):
        data = trial(rng)
        visits = interval_censored_response(data, **columns, visits=DAYS).table()
        fit = fit_interval_censored(data, **columns, reference="medication")
        naive = _naive_medians(data)
        medians = fit.medians.set_index("arm")
        for arm in SCALES:
            mine = visits[visits["arm"] == arm]
            inside = (mine["conf_low"] <= truth(arm)) & (truth(arm) <= mine["conf_high"])
            for day, covered, error in zip(
                DAYS, inside, mine["estimate"] - truth(arm), strict=True
            ):
                found.setdefault(f"covered_{day:g}", []).append(covered)
                found.setdefault(f"error_{day:g}", []).append(error)
            row = medians.loc[arm]
            covered = row["conf_low"] <= MEDIANS[arm] <= row["conf_high"]
            found.setdefault("median_covered", []).append(covered)
            found.setdefault("median_error", []).append(np.log(row["estimate"] / MEDIANS[arm]))
            found.setdefault("naive_error", []).append(np.log(naive[arm] / MEDIANS[arm]))
    return found


def _naive_medians(data: pd.DataFrame) -> pd.Series:
    """Medians that take the visit's day for the time; the last visit where they are not reached."""
    event = np.isfinite(data["upper"])
    days = data.assign(time=np.where(event, data["upper"], data["lower"]), event=event)
    curves = kaplan_meier(days, time="time", event="event", arm="arm")
    return curves.medians.set_index("arm")["median"].fillna(DAYS[-1])


def summarise(replicates: dict[str, list[float]]) -> dict[str, float]:
    """Coverage of each interval over both arms, and biases."""
    covered = {
        name: float(np.mean(values))
        for name, values in replicates.items()
        if name.startswith("covered") or name == "median_covered"
    }
    errors = {
        name: float(np.mean(values)) for name, values in replicates.items() if "error" in name
    }
    spread = {
        f"{name}_std_error": float(
            np.std(replicates[name], ddof=1) / np.sqrt(len(replicates[name]))
        )
        for name in errors
    }
    return {"n": len(replicates["median_covered"]), **covered, **errors, **spread}


def complaints(summary: dict[str, float]) -> list[str]:
    """Coverage within 3 binomial standard errors of 95 %; the naive median off by over 5 %."""
    margin = 3 * np.sqrt(0.95 * 0.05 / summary["n"])
    found = [
        f"{name} {summary[name]:.4f}, expected 0.95 ± {margin:.4f}"
        for name in summary
        if "covered" in name and abs(summary[name] - 0.95) > margin
    ]
    if summary["n"] >= 1000 and summary["naive_error"] < 0.05:
        found.append(f"the naive median is off by {summary['naive_error']:.3f} only")
    return found
