"""Public data sets that are not distributed with the project."""

import os
from pathlib import Path

import pandas as pd
import pytest


def fev() -> pd.DataFrame:
    """Example data of R's mmrm (200 patients, 4 visits); skips, saying why, where they are not."""
    folder = os.environ.get("OUTCOMES_TRIAL_DATA")
    if not folder:
        pytest.skip(
            "OUTCOMES_TRIAL_DATA is not set: it names the folder of fev_mmrm.csv",
            allow_module_level=True,
        )
    return pd.read_csv(Path(folder) / "fev_mmrm.csv")
