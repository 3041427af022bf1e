"""Coverage of the partially nested model, and of ordinary least squares that ignores the classes.

Ten classes of eight in one arm and eighty single patients in the other; intraclass correlation 0.1
in the clustered arm, residual variances 0.9 and 1.2, a true difference of 0.3. REML, residual
variance by arm, covariance within classes not held above zero, Satterthwaite, 95 % interval.
"""

import numpy as np
import pandas as pd

from outcomes.models.partially_nested import fit_partially_nested

COVERS = (
    "outcomes/stats/mixed",
    "outcomes/stats/mmrm",
    "outcomes/models/partially_nested.py",
    "outcomes/models/partially_nested_fit.py",
    "outcomes/models/fitted_means.py",
    "outcomes/models/design.py",
    "outcomes/models/tidy.py",
)
N_CHUNKS = 10
CHUNK_SIZE = 200

TRUTH = 0.3
N_CLASSES, CLASS_SIZE, N_SINGLE = 10, 8, 80


def trial(rng: np.random.Generator) -> pd.DataFrame:
    """One trial, a row per patient."""
    classes = np.repeat(np.arange(N_CLASSES), CLASS_SIZE)
    in_class = (
        TRUTH
        + rng.normal(scale=np.sqrt(0.1), size=N_CLASSES)[classes]
        + rng.normal(scale=np.sqrt(0.9), size=len(classes))
    )
    single = rng.normal(scale=np.sqrt(1.2), size=N_SINGLE)
    return pd.DataFrame(
        {
            "score": np.concatenate([single, in_class]),
            "arm": ["a_control"] * N_SINGLE + ["class"] * len(classes),
            "class_id": [None] * N_SINGLE + [f"C{each}" for each in classes],
        }
    )


def naive_interval(data: pd.DataFrame) -> tuple[float, float]:
    """95 % interval of the difference in means that takes patients as independent (Welch)."""
    groups = [data.loc[data["arm"] == arm, "score"] for arm in ("a_control", "class")]
    difference = groups[1].mean() - groups[0].mean()
    half = 1.96 * np.sqrt(sum(each.var() / len(each) for each in groups))
    return difference - half, difference + half


def chunk(rng: np.random.Generator, size: int) -> dict[str, list[float]]:
    """Estimate and whether each interval covers, for each replicate."""
    found: dict[str, list[float]] = {"estimate": [], "covered": [], "naive_covered": []}
    for _ in range(size):
        data = trial(rng)
        fit = fit_partially_nested(
            "score ~ arm", data, arm="arm", clustered="class", cluster="class_id"
        )
        row = fit.coefficients.iloc[1]
        low, high = naive_interval(data)
        found["estimate"].append(row["estimate"])
        found["covered"].append(row["conf_low"] <= TRUTH <= row["conf_high"])
        found["naive_covered"].append(low <= TRUTH <= high)
    return found


def summarise(replicates: dict[str, list[float]]) -> dict[str, float]:
    """Coverage of both intervals and the bias."""
    estimate = np.array(replicates["estimate"])
    return {
        "n": len(estimate),
        "coverage": float(np.mean(replicates["covered"])),
        "naive_coverage": float(np.mean(replicates["naive_covered"])),
        "bias": float(estimate.mean() - TRUTH),
        "bias_std_error": float(estimate.std(ddof=1) / np.sqrt(len(estimate))),
    }


def complaints(summary: dict[str, float]) -> list[str]:
    """Coverage within 3 binomial standard errors of 95 %, bias within 3 of 0, naive below ours."""
    margin = 3 * np.sqrt(0.95 * 0.05 / summary["n"])
    found = []
    if abs(summary["coverage"] - 0.95) > margin:
        found.append(f"coverage {summary['coverage']:.4f}, expected 0.95 ± {margin:.4f}")
    if abs(summary["bias"]) > 3 * summary["bias_std_error"]:
        found.append(f"bias {summary['bias']:.4f} (SE {summary['bias_std_error']:.4f})")
    # A few replicates cannot tell the two intervals apart.
    if summary["n"] >= 1000 and summary["naive_coverage"] >= summary["coverage"]:
        found.append(f"naive coverage {summary['naive_coverage']:.4f} is no worse")
    return found
