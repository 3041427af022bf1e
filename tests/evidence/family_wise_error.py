"""Family-wise error of multiple testing procedures over correlated tests, some of them false.

Four endpoints with normal test statistics, correlation 0.5, two-sided level 0.05: the graph of two
doses and two endpoints (Maurer et al. 2011), Holm, a fixed sequence and Hommel. Under every set of
true hypotheses listed, rejecting any of them is an error; taking each test at 0.05 by itself errs
far more often.
"""

import numpy as np
from scipy.stats import norm

from outcomes.models.multiplicity import adjust_p_values

COVERS = ("outcomes/stats/multiplicity.py", "outcomes/models/multiplicity.py")
N_CHUNKS = 10
CHUNK_SIZE = 400

ALPHA, RHO, EFFECT = 0.05, 0.5, 3.0
NAMES = ("H1", "H2", "H3", "H4")
#: True null hypotheses; the others have a noncentrality of EFFECT.
SCENARIOS = ((0, 1, 2, 3), (1, 3), (0, 2), (2, 3))
GRAPH = {
    "weights": {"H1": 0.5, "H2": 0.5},
    "transitions": {
        "H1": {"H2": 0.5, "H3": 0.5},
        "H2": {"H1": 0.5, "H4": 0.5},
        "H3": {"H2": 1.0},
        "H4": {"H1": 1.0},
    },
}
PROCEDURES = {
    "graph": ("graph", GRAPH),
    "holm": ("holm", {}),
    "fixed_sequence": ("fixed_sequence", {}),
    "hommel": ("hommel", {}),
}


def p_values(rng: np.random.Generator, true: tuple[int, ...]) -> np.ndarray:
    """Two-sided p values of four correlated tests."""
    shared, own = rng.normal(), rng.normal(size=4)
    z = np.sqrt(RHO) * shared + np.sqrt(1 - RHO) * own
    z += np.where(np.isin(np.arange(4), true), 0.0, EFFECT)
    return 2 * norm.sf(np.abs(z))


def chunk(rng: np.random.Generator, size: int) -> dict[str, list[float]]:
    """Whether any true hypothesis is rejected, by procedure and scenario."""
    found: dict[str, list[float]] = {}
    for _ in range(size):
        for number, true in enumerate(SCENARIOS):
            p = p_values(rng, true)
            named = dict(zip(NAMES, p, strict=True))
            for name, (procedure, options) in PROCEDURES.items():
                rejected = adjust_p_values(named, procedure, alpha=ALPHA, **options)
                wrong = rejected.hypotheses["rejected"].to_numpy()[list(true)].any()
                found.setdefault(f"{name}_{number}", []).append(float(wrong))
            found.setdefault(f"unadjusted_{number}", []).append(
                float((p[list(true)] <= ALPHA).any())
            )
    return found


def summarise(replicates: dict[str, list[float]]) -> dict[str, float]:
    """Share of trials with a false rejection."""
    n = len(replicates["graph_0"])
    return {"n": n} | {name: float(np.mean(values)) for name, values in replicates.items()}


def complaints(summary: dict[str, float]) -> list[str]:
    """At most alpha, up to three binomial standard errors; unadjusted tests err more."""
    limit = ALPHA + 3 * np.sqrt(ALPHA * (1 - ALPHA) / summary["n"])
    found = [
        f"{name}: {summary[f'{name}_{number}']:.4f} above {limit:.4f}"
        for name in PROCEDURES
        for number in range(len(SCENARIOS))
        if summary[f"{name}_{number}"] > limit
    ]
    if summary["n"] >= 1000 and summary["unadjusted_0"] <= limit:
        found.append(f"unadjusted tests err no more: {summary['unadjusted_0']:.4f}")
    return found
