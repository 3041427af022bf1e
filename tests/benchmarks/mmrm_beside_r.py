"""Time whole calls of `fit_mmrm` on simulated trials, and R mmrm beside them where R is at hand.

Seconds are those of the clock: run it on a quiet machine.

Usage: python mmrm_beside_r.py FOLDER [--r RSCRIPT]. Writes the trials and two tables into FOLDER.
"""

import argparse
import resource
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from outcomes.models.design import build_design, parse_formula
from outcomes.models.mmrm import fit_mmrm

USUAL = "y ~ base + sex + arm * visit"
CASES = {
    "1000x10": (1000, 10, USUAL),
    "1000x10_time_varying": (1000, 10, "y ~ base + sex + x + arm * visit"),
    "200x4": (200, 4, USUAL),
}


def trial(n: int, m: int, seed: int = 1, patterns_from: pd.DataFrame | None = None) -> pd.DataFrame:
    """One row per subject and visit; about a hundred patterns of missing visits at 1000 x 10."""
    rng = np.random.default_rng(seed)
    lag = np.abs(np.subtract.outer(np.arange(m), np.arange(m)))
    sd = 1 + np.arange(m) / m
    y = rng.multivariate_normal(np.zeros(m), 0.6**lag * np.outer(sd, sd), n)
    arm, base, sex = rng.integers(0, 2, n), rng.normal(50, 10, n), rng.integers(0, 2, n)
    y += 0.1 * base[:, None] + arm[:, None] * np.linspace(0, 1, m)
    seen = np.arange(m) < np.minimum(rng.geometric(0.04, n), m)[:, None]
    seen &= rng.random((n, m)) > 0.04
    if patterns_from is not None:
        known = patterns_from["y"].notna().to_numpy().reshape(-1, m)
        seen = known[rng.integers(0, len(known), n)]
    return pd.DataFrame(
        {
            "subject": np.repeat(np.arange(n), m),
            "visit": np.tile([f"V{j:02d}" for j in range(m)], n),
            "arm": np.repeat(np.where(arm, "active", "control"), m),
            "sex": np.repeat(np.where(sex, "F", "M"), m),
            "base": np.repeat(base, m),
            "x": rng.normal(size=n * m),
            "y": np.where(seen, y, np.nan).ravel(),
        }
    )


def call(formula: str, data: pd.DataFrame) -> object:
    """The whole of what a report needs: fit, means and contrasts by visit."""
    fit = fit_mmrm(formula, data, visit="visit", subject="subject")
    fit.ls_means("arm", by="visit")
    return fit.contrasts("arm", by="visit", reference="control")


def seconds(action: Callable[[], object], repeats: int = 7) -> float:
    """Median over repeats, after one call to warm up."""
    action()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return float(np.median(times))


def parsing(formula: str, data: pd.DataFrame) -> float:
    """Seconds for reading the formula and building the design."""
    rows = data.dropna(subset=["y"])
    return seconds(lambda: build_design(rows, parse_formula(formula), formula, visit="visit"))


def ours(folder: Path) -> pd.DataFrame:
    """Seconds of each case."""
    table = []
    for name, (n, m, formula) in CASES.items():
        data = trial(n, m)
        data.to_csv(folder / f"{name}.csv", index=False)
        total = seconds(lambda f=formula, d=data: call(f, d))
        table.append({"case": name, "ours": total, "formula_part": parsing(formula, data)})
    return pd.DataFrame(table)


def growth() -> dict[str, float]:
    """Seconds of the optimiser alone for 1,000 and 100,000 subjects with the same patterns."""
    from outcomes.stats.mmrm.fit import start_values
    from outcomes.stats.mmrm.optimise import minimise

    small = trial(1000, 10)
    found = {}
    for n, data in ((1000, small), (100_000, trial(100_000, 10, seed=2, patterns_from=small))):
        start = time.perf_counter()
        fit = fit_mmrm(USUAL, data, visit="visit", subject="subject")
        found[f"{n} whole call"] = time.perf_counter() - start
        problem = fit.fit.problem
        found[f"{n} after the data pass"] = seconds(
            lambda p=problem: minimise(p, start_values(p), reml=True)
        )
        found[f"{n} patterns"] = len(problem.blocks[0].moments.seen)
        found[f"{n} design, MB"] = fit.rows.X.nbytes / 2**20
        found[f"{n} peak memory, MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return found


def main() -> None:
    """Run everything and print the tables."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--r", default=None)
    arguments = parser.parse_args()
    arguments.folder.mkdir(exist_ok=True)
    table = ours(arguments.folder)
    if arguments.r:
        script = Path(__file__).with_name("mmrm_beside_r.R")
        subprocess.run([arguments.r, str(script), str(arguments.folder)], check=True)
        table = table.merge(pd.read_csv(arguments.folder / "r_seconds.csv"), on="case")
        table["ratio"] = table["r"] / table["ours"]
    print(table.to_string())
    print(pd.Series(growth()).to_string())


if __name__ == "__main__":
    main()
