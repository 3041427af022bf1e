"""Least-squares means agree with R's emmeans on mmrm fits; see reference_values.R."""

import json
from pathlib import Path

import pandas as pd
import pytest

from outcomes.models.mmrm import fit_mmrm
from tests.public_data import fev

FOLDER = Path(__file__).parents[1] / "reference" / "mmrm"
EXPECTED = json.loads((FOLDER / "least_squares_means.json").read_text())


def fit(formula):
    return fit_mmrm(formula, fev(), visit="AVISIT", subject="USUBJID")


@pytest.fixture(scope="module")
def usual():
    return fit("FEV1 ~ RACE + SEX + ARMCD * AVISIT")


@pytest.fixture(scope="module")
def with_covariate():
    return fit("FEV1 ~ FEV1_BL * AVISIT + RACE + ARMCD * AVISIT")


def assert_same(found, expected, estimate="emmean"):
    theirs = pd.DataFrame(expected)
    if "ARMCD" in theirs:
        theirs = theirs.sort_values(["ARMCD", "AVISIT"])
    pairs = {"estimate": (estimate, 1e-6), "std_error": ("SE", 1e-4), "df": ("df", 1e-4)}
    pairs |= {"conf_low": ("lower.CL", 1e-5), "conf_high": ("upper.CL", 1e-5)}
    for ours, (name, tolerance) in pairs.items():
        assert found[ours].to_numpy() == pytest.approx(theirs[name].to_numpy(), rel=tolerance)


@pytest.mark.parametrize("weights", ["equal", "proportional"])
def test_means_by_visit(usual, weights):
    found = usual.ls_means("ARMCD", by="AVISIT", weights=weights)
    assert_same(found, EXPECTED[weights])


def test_means_of_another_factor(usual):
    assert_same(usual.ls_means("RACE"), EXPECTED["race"])


def test_covariate_at_its_mean_over_analysed_rows(with_covariate):
    assert_same(with_covariate.ls_means("ARMCD", by="AVISIT"), EXPECTED["covariate"])


def test_covariate_at_a_given_value(with_covariate):
    found = with_covariate.ls_means("ARMCD", by="AVISIT", at={"FEV1_BL": 30})
    assert_same(found, EXPECTED["at"])


def test_contrasts_of_arms(usual):
    found = usual.contrasts("ARMCD", by="AVISIT", reference="PBO")
    assert_same(found, EXPECTED["contrast"], "estimate")
    p = [row["p.value"] for row in EXPECTED["contrast"]]
    assert found["p_value"].to_numpy() == pytest.approx(p, rel=1e-4)
