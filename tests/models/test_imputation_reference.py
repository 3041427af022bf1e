"""Conditional means with the jackknife against R rbmi, case by case."""

import json

import pytest

from outcomes.models.imputation_analysis import analyse_imputations
from tests.conftest import ROOT
from tests.models.imputation_trials import BASELINE, imputed

REFERENCE = json.loads(
    (ROOT / "tests/reference/imputation/conditional_mean.json").read_text(encoding="utf-8")
)
OPTIONS = {
    "acupuncture_by_arm": {"shared_covariance": False},
    "fev_ml_toeplitz": {"covariance": "heterogeneous_toeplitz", "reml": False},
}
QUANTITIES = {"trt": ("difference", -1), "lsm_ref": ("mean", 0), "lsm_alt": ("mean", -1)}
TOLERANCE = REFERENCE["provenance"]["tolerance"]


def named(row, found):
    """Our row for a parameter such as ``lsm_ref_VIS3`` or, with three arms, ``mean_2_12``."""
    parameter, visit = row["parameter"].rsplit("_", 1)
    here = found[found["visit"].astype(str) == visit]
    if parameter in QUANTITIES:
        quantity, place = QUANTITIES[parameter]
        return here[here["quantity"] == quantity].iloc[place]
    quantity, arm = parameter.split("_")
    (row,) = here[(here["quantity"] == quantity) & (here["arm"].astype(str) == arm)].index
    return here.loc[row]


@pytest.mark.parametrize(
    "case", REFERENCE["cases"], ids=lambda case: f"{case['case']} {case['strategy']}"
)
def test_estimates_and_standard_errors_are_those_of_rbmi(case):
    imputations = imputed(case["case"], case["strategy"], **OPTIONS.get(case["case"], {}))
    baseline = BASELINE[case["case"].split("_")[0]]
    found = analyse_imputations(imputations, covariates=baseline, resampling="jackknife")
    assert len(case["pooled"]) == len(found)
    for row in case["pooled"]:
        ours = named(row, found)
        assert ours["estimate"] == pytest.approx(row["est"], abs=TOLERANCE), row["parameter"]
        assert ours["std_error"] == pytest.approx(row["se"], abs=TOLERANCE), row["parameter"]
        assert ours["conf_low"] == pytest.approx(row["lci"], abs=3 * TOLERANCE)
        assert ours["p_value"] == pytest.approx(row["pval"], abs=TOLERANCE)
