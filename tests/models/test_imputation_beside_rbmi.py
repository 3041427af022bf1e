"""Random imputation against R rbmi, within three Monte Carlo standard errors of both runs."""

import json

import numpy as np
import pytest

from outcomes.models.imputation_analysis import analyse_imputations
from tests.conftest import ROOT
from tests.models.imputation_trials import BASELINE, imputed

REFERENCE = json.loads(
    (ROOT / "tests/reference/imputation/random_imputation.json").read_text(encoding="utf-8")
)
LIMIT = REFERENCE["provenance"]["tolerance"]
RUNS = {run["method"]: run for run in REFERENCE["runs"]}
# Our runs are so many times as long, which leaves mostly the error of the other.
LONGER = 5
OPTIONS = {
    "approximate_bayesian": {"method": "approximate_bayesian"},
    "bayesian": {"method": "bayesian"},
    "bootstrap": {"method": "conditional_mean"},
    "bootstrap_ml": {"method": "bootstrap_ml", "imputations_per_sample": 2},
}


def monte_carlo_errors(method, ours, theirs):
    """Of estimate and standard error, over both runs."""
    both = np.sqrt(1 + 1 / LONGER)
    if method == "bootstrap":  # the estimate is not random; a standard deviation of B numbers is
        return 1e-3, both * theirs["se"] / np.sqrt(2 * RUNS[method]["size"])
    if method == "bootstrap_ml":  # a variance with df degrees of freedom, which grow with samples
        alone = np.sqrt(LONGER) * ours["monte_carlo_error"]
        return both * alone, both * theirs["se"] / np.sqrt(2 * ours["df"] / LONGER)
    return both * theirs["est_mcse"], both * theirs["se_mcse"]


@pytest.mark.parametrize("strategy", ["JR", "MAR"])
@pytest.mark.parametrize("method", OPTIONS)
def test_random_imputation_agrees_within_its_monte_carlo_error(method, strategy):
    run = RUNS[method]
    n = run["size"] - (method == "bootstrap")  # rbmi counts the estimate of all data as well
    imputations = imputed(
        "acupuncture", strategy, n_imputations=LONGER * n, rng=8, **OPTIONS[method]
    )
    resampling = "bootstrap" if method == "bootstrap" else None
    found = analyse_imputations(
        imputations, covariates=BASELINE["acupuncture"], resampling=resampling
    )
    found = found[found["quantity"] == "difference"].set_index("visit")
    assert len(run["strategies"][strategy]) == len(found) == 2
    for theirs in run["strategies"][strategy]:
        ours = found.loc[int(theirs["parameter"].removeprefix("trt_"))]
        of_estimate, of_error = monte_carlo_errors(method, ours, theirs)
        assert abs(ours["estimate"] - theirs["est"]) < LIMIT * of_estimate
        assert abs(ours["std_error"] - theirs["se"]) < LIMIT * of_error
