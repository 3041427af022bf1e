"""Coverage of the standardised risk difference, with independent patients and with classes.

Independent: 100 and 100 patients, a covariate that predicts response, a logistic model with it.
Classes: ten classes of eight in one arm, whose log odds differ with standard deviation 0.8, and
eighty single patients in the other; standard errors robust to classes, and for contrast those that
ignore them. 95 % intervals. The true differences are integrals over the covariate and the classes.
"""

import numpy as np
import pandas as pd
from numpy.polynomial.hermite_e import hermegauss
from scipy.special import expit

from outcomes.errors import NotEstimableError
from outcomes.models.responders import responder_difference

COVERS = (
    "outcomes/stats/standardisation.py",
    "outcomes/models/standardise.py",
    "outcomes/models/responders.py",
    "outcomes/models/responder_contrasts.py",
    "outcomes/models/responder_rows.py",
    "outcomes/models/subjects.py",
)
N_CHUNKS = 10
CHUNK_SIZE = 200

INTERCEPT, EFFECT, SLOPE, SPREAD = -0.4, 0.6, 0.8, 0.8
N_CLASSES, CLASS_SIZE, N_SINGLE, N_ARM = 10, 8, 80, 100
_NODES, _WEIGHTS = hermegauss(80)
_WEIGHTS = _WEIGHTS / _WEIGHTS.sum()


def risk(intercept: float, spread: float) -> float:
    """Mean response over the covariate and normal classes of standard deviation `spread`."""
    at = SLOPE * _NODES[:, None] + spread * _NODES[None, :]
    return float(_WEIGHTS @ expit(intercept + at) @ _WEIGHTS)


TRUTH = {
    "independent": risk(INTERCEPT + EFFECT, 0.0) - risk(INTERCEPT, 0.0),
    "clustered": risk(INTERCEPT + EFFECT, SPREAD) - risk(INTERCEPT, 0.0),
}


def trial(rng: np.random.Generator, which: str) -> pd.DataFrame:
    """One trial, a row per patient."""
    sizes = (N_ARM, N_ARM) if which == "independent" else (N_SINGLE, N_CLASSES * CLASS_SIZE)
    arm = np.repeat([0, 1], sizes)
    age = rng.normal(size=len(arm))
    log_odds = INTERCEPT + EFFECT * arm + SLOPE * age
    class_id = np.full(len(arm), None, dtype=object)
    if which == "clustered":
        classes = np.repeat(np.arange(N_CLASSES), CLASS_SIZE)
        log_odds[arm == 1] += rng.normal(scale=SPREAD, size=N_CLASSES)[classes]
        class_id[arm == 1] = [f"C{each}" for each in classes]
    return pd.DataFrame(
        {
            "arm": np.where(arm == 1, "integrative", "usual"),
            "age": age,
            "class_id": class_id,
            "better": rng.random(len(arm)) < expit(log_odds),
        }
    )


def difference(data: pd.DataFrame, cluster: str | None) -> pd.Series:
    """Row of the standardised risk difference."""
    fit = responder_difference(
        data,
        response="better",
        arm="arm",
        reference="usual",
        covariates=["age"],
        cluster=cluster,
    )
    return fit.contrasts.iloc[0]


def chunk(rng: np.random.Generator, size: int) -> dict[str, list[float]]:
    """Estimates, and whether each interval covers, for each replicate."""
    found: dict[str, list[float]] = {}
    for _ in range(size):
        data = {which: trial(rng, which) for which in TRUTH}
        try:
            rows = {
                "independent": difference(data["independent"], None),
                "clustered": difference(data["clustered"], "class_id"),
                "naive": difference(data["clustered"], None),
            }
        except NotEstimableError:
            rows = {}
        found.setdefault("failed", []).append(not rows)
        for name in ("independent", "clustered", "naive"):
            truth = TRUTH["clustered" if name == "naive" else name]
            row = rows.get(name, {"estimate": np.nan, "conf_low": np.nan, "conf_high": np.nan})
            found.setdefault(f"{name}_estimate", []).append(row["estimate"])
            covers = row["conf_low"] <= truth <= row["conf_high"]
            found.setdefault(f"{name}_covered", []).append(covers)
    return found


def summarise(replicates: dict[str, list[float]]) -> dict[str, float]:
    """Coverage, and bias with its Monte Carlo error, of each interval."""
    n = len(replicates["failed"])
    summary: dict[str, float] = {"n": n, "failed": float(np.sum(replicates["failed"]))}
    for name in ("independent", "clustered", "naive"):
        summary[f"{name}_coverage"] = float(np.mean(replicates[f"{name}_covered"]))
    for name, truth in TRUTH.items():
        estimate = np.array(replicates[f"{name}_estimate"])
        summary[f"{name}_truth"] = truth
        summary[f"{name}_bias"] = float(np.nanmean(estimate) - truth)
        summary[f"{name}_bias_std_error"] = float(np.nanstd(estimate, ddof=1) / np.sqrt(n))
    return summary


def complaints(summary: dict[str, float]) -> list[str]:
    """Coverage within 3 binomial standard errors of 95 %, bias within 3 of 0, naive below."""
    margin = 3 * np.sqrt(0.95 * 0.05 / summary["n"])
    found = []
    for name in TRUTH:
        coverage, bias = summary[f"{name}_coverage"], summary[f"{name}_bias"]
        if abs(coverage - 0.95) > margin:
            found.append(f"{name}: coverage {coverage:.4f}, expected 0.95 ± {margin:.4f}")
        if abs(bias) > 3 * summary[f"{name}_bias_std_error"]:
            found.append(f"{name}: bias {bias:.4f}")
    if summary["failed"] > 0.001 * summary["n"]:
        found.append(f"{summary['failed']:.0f} replicates without an estimate")
    # A few replicates cannot tell the two intervals apart.
    if summary["n"] >= 1000 and summary["naive_coverage"] >= summary["clustered_coverage"] - 0.02:
        found.append(f"naive coverage {summary['naive_coverage']:.4f} is hardly worse")
    return found
