"""On random trials our deviance is never above that of R mmrm; random_trials.csv holds R's.

The file covers 1000 trials; a sample is fitted here. Where R reports convergence and we raise, the
likelihood grows towards a singular covariance and R stopped on the way: see docs/methods/mmrm.md.
"""

import sys
from pathlib import Path

import pandas as pd
import pytest

from outcomes.errors import NotConvergedError
from outcomes.models.mmrm import fit_mmrm

sys.path.insert(0, str(Path(__file__).parent))
from random_trials import random_trial

THEIRS = pd.read_csv(Path(__file__).with_name("random_trials.csv")).set_index("seed")
SEEDS = range(0, 1000, 25)


@pytest.mark.parametrize("seed", SEEDS)
def test_deviance_is_no_worse_than_that_of_r(seed):
    trial, identified = random_trial(seed)
    theirs = THEIRS.loc[seed]
    try:
        fit = fit_mmrm(
            "y ~ baseline + arm * visit",
            trial,
            visit="visit",
            subject="subject",
        )
    except NotConvergedError:
        assert not (identified and theirs["converged"])
        return
    if theirs["converged"]:
        assert fit.minus_two_log_likelihood <= float(theirs["deviance"]) + 1e-5
