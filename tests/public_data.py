"""Public data sets that are not distributed with the project."""

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray


def fev() -> pd.DataFrame:
    """Example data of R's mmrm (200 patients, 4 visits); skips, saying why, where they are not."""
    folder = os.environ.get("OUTCOMES_TRIAL_DATA")
    if not folder:
        pytest.skip(
            "OUTCOMES_TRIAL_DATA is not set: it names the folder of fev_mmrm.csv",
            allow_module_level=True,
        )
    return pd.read_csv(Path(folder) / "fev_mmrm.csv")


def mic_example() -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Changes and anchor of the example data of R's MIC and MiCT; skips, saying why, without."""
    path = Path(os.environ.get("OUTCOMES_TRIAL_DATA", "")) / "mic_example.csv"
    if not path.exists():
        pytest.skip(
            "OUTCOMES_TRIAL_DATA names no folder with mic_example.csv: change (second sum minus "
            "first) and improved (0 or 1) of the example data of R's MiCT"
        )
    frame = pd.read_csv(path)
    return frame["change"].to_numpy(dtype=float), frame["improved"].to_numpy() == 1
