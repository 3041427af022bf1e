"""Fits agree with polished fits of R's mmrm; see tests/reference/mmrm/reference_values.R."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from outcomes.errors import UnsupportedCombinationError
from outcomes.models.mmrm import fit_mmrm
from outcomes.stats.mmrm import DF_METHODS, ROBUST, STRUCTURES, infer, joint_test, linear_functions
from tests.public_data import acupuncture, dietox, epil, fev

FOLDER = Path(__file__).parents[2] / "reference" / "mmrm"
REFERENCE = json.loads((FOLDER / "reference_values.json").read_text())
CASES = REFERENCE["cases"]

COLUMNS = {
    "fev": ("AVISIT", "USUBJID", "VISITN"),
    "orthodont": ("visit", "subject", "age"),
    "acupuncture": ("visit", "id", "time"),
    "epil": ("visit", "subject", "period"),
    "dietox": ("visit", "Pig", "Time"),
}
PUBLIC = {"fev": fev, "acupuncture": acupuncture, "epil": epil, "dietox": dietox}


def frame(name):
    if name in PUBLIC:
        return PUBLIC[name]()
    data = pd.read_csv(FOLDER / f"{name}.csv")
    return data.assign(visit=pd.Categorical(data["age"]))


def label(case):
    extra = case["weights"] or case["group"] or ""
    method = "REML" if case["reml"] else "ML"
    return f"{case['data']}-{case['covariance']}-{method}-{extra}-{case['formula'][-12:]}"


@pytest.fixture(scope="module", params=CASES, ids=label)
def fitted(request):
    case = request.param
    visit, subject, place = COLUMNS[case["data"]]
    spatial = case["covariance"] == "spatial_exponential"
    places = [place] if "RACE" in case["formula"] or case["data"] != "fev" else [place, "VISITN2"]
    return case, fit_mmrm(
        case["formula"],
        frame(case["data"]),
        visit=visit,
        subject=subject,
        covariance=case["covariance"],
        reml=case["reml"],
        df_method="satterthwaite",
        weights=case["weights"],
        group=case["group"],
        coordinates=places if spatial else None,
    )


def test_deviance_is_that_of_the_polished_fit_or_lower(fitted):
    case, fit = fitted
    theirs = case["minus_two_log_likelihood"]
    assert fit.minus_two_log_likelihood <= theirs + 1e-8 * abs(theirs)
    assert fit.minus_two_log_likelihood == pytest.approx(theirs, rel=1e-8)


def test_estimates_agree(fitted):
    case, fit = fitted
    scale = np.abs(case["estimate"]).max()
    assert fit.inference.beta == pytest.approx(case["estimate"], rel=1e-6, abs=1e-8 * scale)


def test_standard_errors_degrees_of_freedom_and_joint_tests_agree(fitted):
    case, fit = fitted
    L = np.eye(len(fit.inference.beta))
    for row in case["inference"]:
        robust = None if row["robust"] == "none" else row["robust"]
        inference = infer(
            fit.rows, fit.fit.problem, fit.fit.optimum, df_method=row["df_method"], robust=robust
        )
        found = linear_functions(inference, L)
        what = f"{row['df_method']} {row['robust']}"
        assert found.std_error == pytest.approx(row["std_error"], rel=1e-4), what
        assert found.df == pytest.approx(row["df"], rel=1e-4), what
        if "joint" in row:
            test = joint_test(inference, L[-int(row["joint"][0]) :])
            ours = [test.num_df, test.denom_df, test.statistic]
            assert ours == pytest.approx(row["joint"][:3], rel=1e-4), what


@pytest.mark.parametrize("data", COLUMNS)
def test_each_data_set_covers_everything_that_is_allowed_and_nothing_else(data):
    covered = {
        (case["covariance"], case["reml"], row["df_method"], row["robust"])
        for case in CASES
        for row in case["inference"]
        if case["data"] == data
    }
    allowed = {
        (covariance, reml, method, robust)
        for covariance in STRUCTURES
        for reml in (True, False)
        for method in DF_METHODS
        for robust in ("none", *ROBUST)
        if not method.startswith("kenward") or (reml and robust == "none")
    }
    assert covered == allowed


REFUSED = [
    (reml, method, robust)
    for reml in (True, False)
    for method in ("kenward_roger", "kenward_roger_linear", None)
    for robust in (None, *ROBUST)
    if not (reml and robust is None)
]


@pytest.mark.parametrize(("reml", "method", "robust"), REFUSED)
def test_every_other_combination_is_refused(reml, method, robust):
    with pytest.raises(UnsupportedCombinationError, match="satterthwaite"):
        fit_mmrm(
            "FEV1 ~ AVISIT",
            frame("fev"),
            visit="AVISIT",
            subject="USUBJID",
            reml=reml,
            df_method=method,
            robust=robust,
        )
