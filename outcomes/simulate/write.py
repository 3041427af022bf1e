"""Writing a simulated trial, and what is true of it, as CSV."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from outcomes.simulate.design import SimulationDesign
from outcomes.simulate.trial import simulate_trial
from outcomes.simulate.truth import true_differences

FRAMES = ("subjects", "responses", "medication", "events", "adherence", "diary")


def write_trial(
    design: SimulationDesign, folder: str | Path, *, seed: int | None = None
) -> tuple[Path, ...]:
    """Simulate one trial and write its frames.

    Parameters
    ----------
    design : SimulationDesign
        What to simulate.
    folder : str or Path
        Where to; made if needed. Files of the same names are replaced.
    seed : int, optional
        Instead of the seed of the design.

    Returns
    -------
    tuple of Path
        subjects.csv, responses.csv, medication.csv, events.csv, adherence.csv and, of a design with
        a diary, diary.csv: UTF-8, comma, empty where missing. The same design and seed give the
        same bytes.
    """
    rng = np.random.default_rng(design.seed if seed is None else seed)
    trial = simulate_trial(design, rng)
    names = [name for name in FRAMES if name != "diary" or design.diary is not None]
    return tuple(_write(getattr(trial, name), Path(folder) / f"{name}.csv") for name in names)


def write_truth(design: SimulationDesign, folder: str | Path) -> Path:
    """Compute what is true of a design and write it as truth.csv.

    Parameters
    ----------
    design : SimulationDesign
        Its `truth` says how many pairs to simulate and from which seed.
    folder : str or Path
        Where to; made if needed.

    Returns
    -------
    Path
        With the columns of `true_differences`, rounded to six decimals, then n and seed.
    """
    truth = true_differences(design, n=design.truth.n, rng=np.random.default_rng(design.truth.seed))
    truth = truth.round(6).assign(n=design.truth.n, seed=design.truth.seed)
    return _write(truth, Path(folder) / "truth.csv")


def _write(frame: pd.DataFrame, path: Path) -> Path:
    """Write one frame, the same on every platform."""
    path.parent.mkdir(parents=True, exist_ok=True)
    frame.to_csv(path, index=False, float_format="%.10g", lineterminator="\n", encoding="utf-8")
    return path
