"""Public data sets that are not distributed with the project."""

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels


def _distributed_apart(name: str) -> pd.DataFrame:
    folder = os.environ.get("OUTCOMES_TRIAL_DATA")
    if not folder:
        pytest.skip(
            f"OUTCOMES_TRIAL_DATA is not set: it names the folder of {name}",
            allow_module_level=True,
        )
    return pd.read_csv(Path(folder) / name)


def _of_statsmodels(place: str) -> pd.DataFrame:
    return pd.read_csv(Path(statsmodels.__file__).parent / place)


def fev() -> pd.DataFrame:
    """Example data of R's mmrm (200 patients, 4 visits); skips, saying why, where they are not."""
    return _distributed_apart("fev_mmrm.csv")


def acupuncture() -> pd.DataFrame:
    """Headache scores of 401 patients at 3 and 12 months (Vickers AJ. Trials 2006;7:15)."""
    data = _distributed_apart("acupuncture_headache_trial.csv")
    return data.assign(arm=data["treat"].astype(str), visit=pd.Categorical(data["time"]))


def epil() -> pd.DataFrame:
    """Log seizure counts of 59 patients, 4 periods (Thall PF, Vail SC. Biometrics 1990;46:657)."""
    data = _of_statsmodels("genmod/tests/results/epil.csv")
    return data.assign(rate=np.log1p(data["y"]), visit=pd.Categorical(data["period"]))


def dietox() -> pd.DataFrame:
    """Weights of 72 pigs in 12 weeks, three of them seen in 11 (Lauridsen C, et al. 1999)."""
    data = _of_statsmodels("regression/tests/results/dietox.csv")
    return data.assign(Cu=data["Cu"].astype(str), visit=pd.Categorical(data["Time"]))
