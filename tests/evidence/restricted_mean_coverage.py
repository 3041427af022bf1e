"""Coverage of the restricted mean difference and ratio, without proportional hazards.

A hundred patients in each arm, followed for 8 to 16 units of time (uniform). Times without the
event are exponential with mean 10 in one arm; in the other the hazard is the same for 4 units and
half as large afterwards. The mean up to 8 is compared; 95 % intervals.
"""

import numpy as np
import pandas as pd

from outcomes.models.survival import restricted_mean_difference

COVERS = (
    "outcomes/stats/survival/restricted_mean.py",
    "outcomes/stats/survival/risk_sets.py",
    "outcomes/stats/survival/at_risk.py",
    "outcomes/models/survival/restricted_mean.py",
    "outcomes/models/survival/columns.py",
    "outcomes/models/survival/estimable.py",
    "outcomes/models/survival/contrasts.py",
)
N_CHUNKS = 10
CHUNK_SIZE = 400

N, RATE, CHANGE, TAU = 100, 0.1, 4.0, 8.0


def area(rate: float, length: float) -> float:
    """Area under an exponential curve from 0 to `length`."""
    return (1 - np.exp(-rate * length)) / rate


REFERENCE = area(RATE, TAU)
ACTIVE = area(RATE, CHANGE) + np.exp(-RATE * CHANGE) * area(RATE / 2, TAU - CHANGE)
DIFFERENCE, RATIO = ACTIVE - REFERENCE, ACTIVE / REFERENCE


def trial(rng: np.random.Generator) -> pd.DataFrame:
    """One trial, a row per patient."""
    reference, active = rng.exponential(1 / RATE, size=(2, N))
    active = np.where(active > CHANGE, CHANGE + 2 * (active - CHANGE), active)
    time, followed = np.concatenate([reference, active]), rng.uniform(8, 16, size=2 * N)
    return pd.DataFrame(
        {
            "arm": ["reference"] * N + ["active"] * N,
            "time": np.minimum(time, followed),
            "event": time <= followed,
        }
    )


def chunk(rng: np.random.Generator, size: int) -> dict[str, list[float]]:
    """Estimate, standard error and whether each interval covers, for each replicate."""
    names = ("estimate", "std_error", "covered", "ratio_covered")
    found: dict[str, list[float]] = {name: [] for name in names}
    for _ in range(size):
        fit = restricted_mean_difference(
            trial(rng), time="time", event="event", arm="arm", reference="reference", tau=TAU
        )
        (difference,), (ratio,) = (
            table.to_dict("records") for table in (fit.differences, fit.ratios)
        )
        found["estimate"].append(difference["estimate"])
        found["std_error"].append(difference["std_error"])
        found["covered"].append(difference["conf_low"] <= DIFFERENCE <= difference["conf_high"])
        found["ratio_covered"].append(ratio["conf_low"] <= RATIO <= ratio["conf_high"])
    return found


def summarise(replicates: dict[str, list[float]]) -> dict[str, float]:
    """Coverage, bias, and the average standard error against the spread of estimates."""
    estimate = np.array(replicates["estimate"])
    return {
        "n": len(estimate),
        "truth": DIFFERENCE,
        "coverage": float(np.mean(replicates["covered"])),
        "ratio_coverage": float(np.mean(replicates["ratio_covered"])),
        "bias": float(estimate.mean() - DIFFERENCE),
        "bias_std_error": float(estimate.std(ddof=1) / np.sqrt(len(estimate))),
        "std_error_over_spread": float(np.mean(replicates["std_error"]) / estimate.std(ddof=1)),
    }


def complaints(summary: dict[str, float]) -> list[str]:
    """Coverage within 3 binomial standard errors of 95 %, bias within 3 of its own of 0."""
    margin = 3 * np.sqrt(0.95 * 0.05 / summary["n"])
    found = [
        f"{name} {summary[name]:.4f}, expected 0.95 ± {margin:.4f}"
        for name in ("coverage", "ratio_coverage")
        if abs(summary[name] - 0.95) > margin
    ]
    if abs(summary["bias"]) > 3 * summary["bias_std_error"]:
        found.append(f"bias {summary['bias']:.4f} (SE {summary['bias_std_error']:.4f})")
    return found
