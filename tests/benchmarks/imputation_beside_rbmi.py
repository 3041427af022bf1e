"""Time whole imputation analyses of one trial, and R rbmi beside them where R is at hand.

Seconds by the clock and of the processor: on a quiet machine they agree, on a busy one only the
latter can be compared.

Usage: python imputation_beside_rbmi.py FOLDER [--r RSCRIPT] [--bayesian]. Writes the trial and the
table into FOLDER. A whole call goes from the data frame to the pooled table.
"""

import argparse
import os
import resource
import subprocess
import time
from pathlib import Path

import numpy as np
import pandas as pd

import outcomes as oc

METHODS = {
    "jackknife": {"method": "conditional_mean"},
    "approximate_bayesian": {"method": "approximate_bayesian", "n_imputations": 500, "rng": 1},
    "bayesian": {"method": "bayesian", "n_imputations": 500, "rng": 1},
    "bootstrap_ml": {"method": "bootstrap_ml", "n_imputations": 500, "rng": 1},
}


def trial(n: int = 172, m: int = 4, seed: int = 1) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Two arms, about a quarter of patients leave; every leaver of the active arm has an event."""
    rng = np.random.default_rng(seed)
    active, base = np.arange(n) % 2, rng.normal(50, 10, n)
    lag = np.abs(np.subtract.outer(np.arange(m), np.arange(m)))
    y = rng.multivariate_normal(np.zeros(m), 25 * 0.7**lag, n)
    y += 0.4 * base[:, None] - active[:, None] * np.arange(1, m + 1)
    first = np.minimum(rng.geometric(0.08, n), m)
    y[np.arange(m) >= first[:, None]] = np.nan
    subjects = np.array([f"P{i:05d}" for i in range(n)])
    visits = np.array([f"V{j}" for j in range(1, m + 1)])
    data = pd.DataFrame(
        {
            "subject": np.repeat(subjects, m),
            "visit": np.tile(visits, n),
            "arm": np.repeat(np.where(active, "active", "control"), m),
            "base": np.repeat(base, m),
            "y": y.ravel(),
        }
    )
    gone = (first < m) & (active == 1)
    return data, pd.DataFrame({"subject": subjects[gone], "visit": visits[first[gone]]})


def call(data: pd.DataFrame, events: pd.DataFrame, **options: object) -> pd.DataFrame:
    """Impute, analyse and pool."""
    imputed = oc.impute_reference_based(
        data,
        outcome="y",
        visit="visit",
        subject="subject",
        arm="arm",
        reference="control",
        covariates=["base * visit", "arm:visit"],
        intercurrent=events,
        strategy="jump_to_reference",
        **options,
    )
    return oc.analyse_imputations(imputed, covariates=["base"])


def seconds(
    data: pd.DataFrame, events: pd.DataFrame, repeats: int = 9, **options: object
) -> dict[str, float]:
    """Medians over repeats, after one call to warm up."""
    call(data, events, **options)
    times = []
    for _ in range(repeats):
        clock, processor = time.perf_counter(), time.process_time()
        call(data, events, **options)
        times.append((time.perf_counter() - clock, time.process_time() - processor))
    clock, processor = np.median(times, axis=0)
    return {"clock": float(clock), "processor": float(processor)}


def large() -> dict[str, float]:
    """Seconds by the clock and peak memory of 1,000 imputations of 10,000 subjects."""
    data, events = trial(n=10_000)
    start = time.perf_counter()
    call(data, events, method="approximate_bayesian", n_imputations=1000, rng=1)
    return {
        "1,000 imputations of 10,000 subjects, seconds": time.perf_counter() - start,
        "peak memory, MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def main() -> None:
    """Run everything and print the tables."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--r", default=None)
    parser.add_argument("--bayesian", action="store_true")
    arguments = parser.parse_args()
    arguments.folder.mkdir(exist_ok=True)
    data, events = trial()
    data.to_csv(arguments.folder / "trial.csv", index=False)
    events.to_csv(arguments.folder / "events.csv", index=False)
    rows = [
        {"method": name} | seconds(data, events, **options) for name, options in METHODS.items()
    ]
    table = pd.DataFrame(rows)
    if arguments.r:
        script = Path(__file__).with_name("imputation_beside_rbmi.R")
        more = ["bayesian"] if arguments.bayesian else []
        subprocess.run([arguments.r, str(script), str(arguments.folder), *more], check=True)
        table = table.merge(pd.read_csv(arguments.folder / "r_seconds.csv"), how="left")
        for kind in ("clock", "processor"):
            table[f"{kind}_ratio"] = table[f"r_{kind}"] / table[kind]
    print(f"mean number of programs that want a processor: {os.getloadavg()[0]:.1f}")
    print(table.to_string())
    print(pd.Series(large()).to_string())


if __name__ == "__main__":
    main()
