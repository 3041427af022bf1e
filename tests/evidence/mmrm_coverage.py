"""Coverage of the MMRM contrast in small trials with dropout that depends on observed scores.

Two arms of 20, four visits, a true difference of 1.5 at the last visit; from the second visit on a
patient leaves with a probability that rises with the last observed score, faster in one arm (about
a third leave): missing at random. Unstructured REML, linear Kenward-Roger, 95 % interval.
"""

import numpy as np
import pandas as pd

from outcomes.models.mmrm import fit_mmrm

COVERS = (
    "outcomes/stats/mmrm",
    "outcomes/models/mmrm.py",
    "outcomes/models/mmrm_fit.py",
    "outcomes/models/fitted_means.py",
    "outcomes/models/mmrm_rows.py",
    "outcomes/models/design.py",
    "outcomes/models/reference_grid.py",
    "outcomes/models/linear_functions.py",
    "outcomes/models/tidy.py",
    "outcomes/models/visits.py",
)
N_CHUNKS = 10
CHUNK_SIZE = 200

TRUTH = 1.5
SIGMA = np.array(
    [[4.0, 2.6, 2.2, 1.8], [2.6, 5.0, 3.2, 2.6], [2.2, 3.2, 6.0, 3.9], [1.8, 2.6, 3.9, 7.0]]
)
EFFECT = np.array([0.3, 0.8, 1.2, TRUTH])


def trial(rng: np.random.Generator, per_arm: int = 20) -> pd.DataFrame:
    """One trial in long form, outcome missing after dropout."""
    active = np.repeat([0, 1], per_arm)
    n = 2 * per_arm
    baseline = rng.normal(size=n)
    errors = rng.multivariate_normal(np.zeros(4), SIGMA, size=n)
    scores = 10 + 0.8 * baseline[:, None] + active[:, None] * EFFECT + errors
    here = np.ones((n, 4), dtype=bool)
    for visit in range(1, 4):
        logit = -2.6 + (0.25 + 0.15 * active) * (scores[:, visit - 1] - 10)
        leaves = rng.random(n) < 1 / (1 + np.exp(-logit))
        here[:, visit] = here[:, visit - 1] & ~leaves
    return pd.DataFrame(
        {
            "subject": np.repeat(np.arange(n), 4),
            "visit": np.tile(np.arange(1, 5), n),
            "arm": np.where(np.repeat(active, 4), "active", "control"),
            "baseline": np.repeat(baseline, 4),
            "score": np.where(here, scores, np.nan).ravel(),
        }
    )


def chunk(rng: np.random.Generator, size: int) -> dict[str, list[float]]:
    """Estimate, standard error and whether the interval covers, for each replicate."""
    rows = [last_visit(trial(rng)) for _ in range(size)]
    return {
        "estimate": [row["estimate"] for row in rows],
        "std_error": [row["std_error"] for row in rows],
        "covered": [row["conf_low"] <= TRUTH <= row["conf_high"] for row in rows],
    }


def last_visit(data: pd.DataFrame) -> pd.Series:
    """Contrast at the last visit."""
    fit = fit_mmrm(
        "score ~ baseline * C(visit) + arm * C(visit)", data, visit="visit", subject="subject"
    )
    return fit.contrasts("arm", by="visit", reference="control").iloc[-1]


def summarise(replicates: dict[str, list[float]]) -> dict[str, float]:
    """Coverage, bias and the standard error against the spread of the estimates."""
    estimate = np.array(replicates["estimate"])
    n = len(estimate)
    return {
        "n": n,
        "coverage": float(np.mean(replicates["covered"])),
        "bias": float(estimate.mean() - TRUTH),
        "bias_std_error": float(estimate.std(ddof=1) / np.sqrt(n)),
        "mean_variance_over_empirical": float(
            np.mean(np.square(replicates["std_error"])) / estimate.var(ddof=1)
        ),
    }


def complaints(summary: dict[str, float]) -> list[str]:
    """Coverage within 3 binomial standard errors of 95 %, bias within 3 standard errors of 0."""
    margin = 3 * np.sqrt(0.95 * 0.05 / summary["n"])
    found = []
    if abs(summary["coverage"] - 0.95) > margin:
        found.append(f"coverage {summary['coverage']:.4f}, expected 0.95 ± {margin:.4f}")
    if abs(summary["bias"]) > 3 * summary["bias_std_error"]:
        found.append(f"bias {summary['bias']:.4f} (SE {summary['bias_std_error']:.4f})")
    return found
