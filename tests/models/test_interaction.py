"""Tests of interaction against R mmrm and emmeans on the fev data."""

import json

import pandas as pd
import pytest

import outcomes as oc
from outcomes.models.interaction import Interaction, interaction_test
from tests.conftest import ROOT
from tests.public_data import fev

REFERENCE = json.loads((ROOT / "tests/reference/analyses/interaction.json").read_text())
FEV = fev()


def fitted(modifier, data=FEV):
    text = f"FEV1 ~ FEV1_BL * AVISIT + ARMCD * AVISIT * {modifier}"
    return oc.fit_mmrm(text, data, visit="AVISIT", subject="USUBJID")


def asked(modifier, active="TRT", reference="PBO"):
    return Interaction(
        factor="ARMCD",
        active=active,
        reference=reference,
        modifier=modifier,
        at_level={"AVISIT": "VIS4"},
    )


@pytest.mark.parametrize("modifier", REFERENCE)
def test_the_interaction_is_that_of_r(modifier):
    fit, expected = fitted(modifier), REFERENCE[modifier]
    found = interaction_test(fit.design, fit.inference, asked(modifier))
    assert found["num_df"] == expected["num_df"]
    assert found["denom_df"] == pytest.approx(expected["denom_df"], rel=1e-4)
    assert found["statistic"] == pytest.approx(expected["statistic"], rel=1e-4)
    assert found["p_value"] == pytest.approx(expected["p_value"], rel=1e-4)


@pytest.mark.parametrize("modifier", ["SEX", "RACE"])
def test_differences_within_levels_are_those_of_r(modifier):
    expected = pd.DataFrame({k: REFERENCE[modifier][k] for k in ("estimate", "std_error", "df")})
    found = fitted(modifier).contrasts("ARMCD", by=["AVISIT", modifier], reference="PBO")
    found = found[found["AVISIT"] == "VIS4"].reset_index(drop=True)
    for name, tolerance in (("estimate", 1e-6), ("std_error", 1e-4), ("df", 1e-4)):
        assert found[name].to_numpy() == pytest.approx(expected[name].to_numpy(), rel=tolerance)


def test_the_slope_of_a_number_is_its_change_of_the_difference_per_unit():
    fit, expected = fitted("FEV1_BL"), REFERENCE["FEV1_BL"]["estimate"]
    found = interaction_test(fit.design, fit.inference, asked("FEV1_BL"))
    assert found["slope"] == pytest.approx(expected[1] - expected[0], abs=1e-6)
    assert found["conf_low"] < found["slope"] < found["conf_high"]


def test_swapping_the_arms_changes_the_sign_of_the_slope_alone():
    fit = fitted("FEV1_BL")
    one = interaction_test(fit.design, fit.inference, asked("FEV1_BL"))
    other = interaction_test(fit.design, fit.inference, asked("FEV1_BL", "PBO", "TRT"))
    assert other["slope"] == pytest.approx(-one["slope"])
    assert other["p_value"] == pytest.approx(one["p_value"])
