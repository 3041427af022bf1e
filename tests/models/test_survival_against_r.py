"""Time to event against R's survival, cmprsk and MASS; see tests/reference/survival/survival.R."""

import json

import numpy as np
import pandas as pd
import pytest
from lifelines import datasets
from scipy.stats import norm

import outcomes as oc
from outcomes.stats.survival import probabilities_at, turnbull
from tests.conftest import ROOT

FOLDER = ROOT / "tests" / "reference" / "survival"
R = json.loads((FOLDER / "survival.json").read_text())
MADE = {"time": "week", "cause": "end", "arm": "arm", "of": "response"} | {
    "competing": ["withdrawal"],
    "censored": "censored",
}


def lung():
    data = datasets.load_lung()
    entry = np.floor(data["time"] * (data["age"] % 5) / 10)
    return data.assign(entry=entry, ecog=data["ph.ecog"])


def rossi():
    data = datasets.load_rossi()
    late = np.minimum(data["week"] - 1, data["prio"])
    entry = np.where(data["age"] % 3 == 0, late, 0)
    return data.assign(entry=entry, class_id=data["age"] % 17)


def aids():
    return datasets.load_multicenter_aids_cohort_study().assign(arm="all")


def made():
    return pd.read_csv(FOLDER / "made.csv")


def visits():
    return pd.read_csv(FOLDER / "visits.csv")


def diabetes():
    return datasets.load_diabetes()


LATE = {
    "lung": (lung, {"time": "time", "event": "status", "arm": "sex", "entry": "entry"}),
    "rossi": (rossi, {"time": "week", "event": "arrest", "arm": "fin", "entry": "entry"}),
    "aids": (aids, {"time": "T", "event": "D", "arm": "arm", "entry": "W"}),
}


@pytest.mark.parametrize("name", LATE)
def test_at_risk_counts_with_ties_and_late_entry(name):
    load, columns = LATE[name]
    curves = oc.kaplan_meier(load(), **columns)
    for arm, expected in R["at_risk"][name].items():
        table = curves.at_risk(expected["times"])
        mine = table[table["arm"].astype(str) == arm]
        for counted in ("at_risk", "events", "censored"):
            assert mine[counted].tolist() == expected[counted], counted


@pytest.mark.parametrize("name", ["lung", "rossi"])
def test_kaplan_meier_with_late_entry(name):
    load, columns = LATE[name]
    curves = oc.kaplan_meier(load(), **columns)
    expected = R["kaplan_meier"][name]
    found = curves.at(expected["times"])
    for arm, values in expected["arms"].items():
        mine = found[found["arm"].astype(str) == arm]
        assert mine["survival"].to_numpy() == pytest.approx(values["survival"], abs=1e-6)
        for limit in ("conf_low", "conf_high"):
            assert mine[limit].to_numpy() == pytest.approx(values[limit], rel=1e-4)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("lung_plain", {}),
        ("lung_rho1", {"rho": 1.0}),
        ("lung_stratified", {"strata": ["ecog"]}),
    ],
)
def test_log_rank_on_lung(name, options):
    data = lung()
    data = data.dropna(subset=["ecog"]) if "strata" in options else data
    columns = {"time": "time", "event": "status", "arm": "sex", "reference": 1}
    table = oc.log_rank_test(data, **columns, **options).table()
    assert table["statistic"].tolist() == pytest.approx([R["log_rank"][name]], rel=1e-6)


def test_log_rank_stratified_with_a_weight():
    columns = {"time": "week", "event": "arrest", "arm": "fin", "reference": 0}
    test = oc.log_rank_test(rossi(), **columns, strata=["wexp"], rho=0.5)
    expected = R["log_rank"]["rossi_stratified_rho"]
    assert test.table()["statistic"].tolist() == pytest.approx([expected], rel=1e-6)


def test_log_rank_of_three_groups_and_of_each_pair():
    columns = {"time": "time", "event": "cens", "arm": "tgrade", "reference": "I"}
    test = oc.log_rank_test(datasets.load_gbsg2(), **columns)
    assert test.overall["statistic"][0] == pytest.approx(R["log_rank"]["gbsg2_grades"], rel=1e-6)
    assert test.overall["df"][0] == 2
    pairs = test.table().set_index("arm")["statistic"]
    assert list(pairs.index) == ["II", "III"]
    assert pairs["III"] == pytest.approx(R["log_rank"]["gbsg2_grade_3"], rel=1e-6)


@pytest.mark.parametrize("name", ["lung", "rossi", "rossi_late"])
def test_restricted_mean_difference_and_ratio(name):
    load, columns = LATE[name.split("_")[0]]
    if name in ("lung", "rossi"):
        columns = {k: v for k, v in columns.items() if k != "entry"}
    expected = R["restricted_mean"][name]
    data = load()
    reference = data[columns["arm"]].min()
    found = oc.restricted_mean_difference(data, **columns, reference=reference, tau=expected["tau"])
    means = found.means[["estimate", "std_error"]].to_numpy()
    assert means == pytest.approx(np.array(list(expected["means"].values())), rel=1e-6)
    names = ["estimate", "std_error", "conf_low", "conf_high", "p_value"]
    for table, values in ((found.table(), "difference"), (found.ratios, "ratio")):
        assert table[names].iloc[0].to_numpy(float) == pytest.approx(expected[values], rel=1e-6)


def cox(name):
    columns = {"time": "week", "event": "arrest", "arm": "fin", "reference": 0}
    columns |= {"covariates": ["age", "prio"]}
    late = {"entry": "entry", "strata": ["wexp"]} if "late" in name else {}
    robust = {"cluster": "class_id"} if "robust" in name else {}
    data = rossi().assign(alone=np.nan)
    robust = {"cluster": "alone"} if "single" in name else robust
    return oc.fit_cox(data, **columns, **late, **robust)


@pytest.mark.parametrize(
    "name",
    [
        "rossi",
        "rossi_robust",
        "rossi_single",
        "rossi_late_stratified",
        "rossi_late_stratified_robust",
    ],
)
def test_cox(name):
    found, expected = cox(name).coefficients, R["cox"][name]
    assert found["estimate"].to_numpy() == pytest.approx(expected["estimate"], rel=1e-6)
    assert found["std_error"].to_numpy() == pytest.approx(expected["std_error"], rel=1e-6)


@pytest.mark.parametrize("transform", ["km", "identity", "log", "rank"])
def test_proportional_hazards(transform):
    table = cox("rossi").proportional_hazards(transform)
    expected = R["cox"]["rossi"]["zph"][transform]
    for name, values in expected.items():
        assert table[name].to_numpy(float) == pytest.approx(values, rel=1e-6), name
    assert table["term"].tolist() == ["arm", "age", "prio", "global"]


def test_proportional_hazards_with_strata_and_late_entry():
    table = cox("rossi_late_stratified").proportional_hazards()
    expected = R["cox"]["rossi_late_stratified"]["zph"]
    assert table["statistic"].to_numpy() == pytest.approx(expected["statistic"], rel=1e-6)


def test_cox_of_three_arms_with_a_covariate_of_two_levels():
    columns = {"time": "time", "event": "cens", "arm": "tgrade", "reference": "I"}
    fit = oc.fit_cox(datasets.load_gbsg2(), **columns, covariates=["age", "menostat"])
    expected = R["cox"]["gbsg2_grades"]
    assert fit.coefficients["estimate"].to_numpy() == pytest.approx(expected["estimate"], rel=1e-6)
    table = fit.table()
    half = norm.isf(0.025) * np.array(expected["std_error"][:2])
    low = np.exp(np.array(expected["estimate"][:2]) - half)
    assert table["conf_low"].to_numpy() == pytest.approx(low, rel=1e-6)
    zph = fit.proportional_hazards()
    assert zph["df"].tolist() == expected["zph"]["df"]
    assert zph["statistic"].to_numpy() == pytest.approx(expected["zph"]["statistic"], rel=1e-6)


def test_cumulative_incidence_with_ties():
    expected = R["cumulative_incidence"]
    found = oc.cumulative_incidence(made(), **MADE).at(expected["weeks"])
    for (arm, cause), rows in found.groupby(["arm", "cause"]):
        for name, values in expected["arms"][arm][cause].items():
            assert rows[name].to_numpy() == pytest.approx(values, rel=1e-6), (arm, cause, name)


@pytest.mark.parametrize("place", [0, 1], ids=["response", "withdrawal"])
def test_gray(place):
    of = {
        "of": ["response", "withdrawal"][place],
        "competing": [["withdrawal"], ["response"]][place],
    }
    columns = MADE | {"reference": "medication"} | of
    test = oc.gray_test(made(), **columns)
    pair = test.table().set_index("arm")["statistic"]["integrative"]
    assert pair == pytest.approx(R["gray"]["two"][place], rel=1e-6)
    assert test.overall["statistic"][0] == pytest.approx(R["gray"]["three"][place], rel=1e-6)
    stratified = oc.gray_test(made(), **columns, strata=["site"], rho=1.0).overall
    assert stratified["statistic"][0] == pytest.approx(R["gray"]["stratified_rho"][place], rel=1e-6)


@pytest.mark.parametrize("cause", ["response", "withdrawal"])
def test_fine_gray_as_crr(cause):
    other = {"response": "withdrawal", "withdrawal": "response"}[cause]
    columns = MADE | {"of": cause, "competing": [other], "reference": "education"}
    found = oc.fit_fine_gray(made(), **columns, covariates=["age"]).coefficients
    name = "fine_gray" if cause == "response" else "fine_gray_withdrawal"
    expected = R["competing_models"][name]
    assert found["estimate"].to_numpy() == pytest.approx(expected["estimate"], rel=1e-6)
    assert found["std_error"].to_numpy() == pytest.approx(expected["std_error"], rel=1e-6)


def test_cause_specific_hazards():
    fit = oc.fit_cause_specific(made(), **MADE, reference="education", covariates=["age"])
    expected = R["competing_models"]["cause_specific"]
    assert fit.coefficients["estimate"].to_numpy() == pytest.approx(expected["estimate"], rel=1e-6)
    assert "neither it nor a competing event" in fit.notes[-1]


@pytest.mark.parametrize("gender", ["female", "male"])
def test_turnbull_with_exact_and_interval_times(gender):
    data = diabetes()
    data = data[data["gender"] == gender]
    fit = turnbull(data["left"].to_numpy(float), data["right"].to_numpy(float))
    expected = R["turnbull"][gender]
    at = np.array(expected["at"], dtype=float)
    found = probabilities_at(fit, at).estimate
    assert found == pytest.approx(expected["probability"], abs=1e-6)
    # survfit stops a little earlier.
    assert found == pytest.approx(expected["survfit"], abs=1e-5)


def test_response_by_scheduled_visits():
    days = R["visits"]["days"]
    columns = {"lower": "lower", "upper": "upper", "arm": "arm"}
    table = oc.interval_censored_response(visits(), **columns, visits=days).table()
    for arm, expected in R["visits"]["arms"].items():
        mine = table[table["arm"] == arm]
        assert mine["estimate"].to_numpy() == pytest.approx(expected["probability"], abs=1e-6)
        for name in ("std_error", "conf_low", "conf_high"):
            assert mine[name].to_numpy() == pytest.approx(expected[name], rel=1e-4), name


@pytest.mark.parametrize("family", ["weibull", "lognormal", "loglogistic"])
@pytest.mark.parametrize("name", ["visits", "diabetes"])
def test_parametric_model_of_intervals(name, family):
    if name == "visits":
        data, columns = visits(), {"lower": "lower", "upper": "upper", "arm": "arm"}
        columns |= {"reference": "medication", "covariates": ["age"]}
    else:
        data, columns = diabetes(), {"lower": "left", "upper": "right", "arm": "gender"}
        columns |= {"reference": "female"}
    fit = oc.fit_interval_censored(data, **columns, distribution=family)
    expected = R["parametric"][name][family]
    assert fit.log_likelihood == pytest.approx(expected["log_likelihood"], rel=1e-9)
    estimate = fit.coefficients["estimate"].to_numpy()
    assert estimate == pytest.approx(expected["estimate"], abs=1e-6)
    std_error = fit.coefficients["std_error"].to_numpy()
    assert std_error == pytest.approx(expected["std_error"], rel=1e-4)
    medians = fit.medians.set_index("arm")[["estimate", "conf_low", "conf_high"]]
    for arm, values in expected["medians"].items():
        assert medians.loc[arm].to_numpy() == pytest.approx(values, rel=1e-4)


def test_rates_of_flares():
    data = pd.read_csv(FOLDER / "flares.csv")
    columns = {"events": "flares", "exposure": "days", "arm": "arm", "reference": "medication"}
    fit = oc.fit_negative_binomial(data, **columns, covariates=["site"])
    expected = R["negative_binomial"]
    assert fit.coefficients["estimate"].to_numpy() == pytest.approx(expected["estimate"], rel=1e-6)
    std_error = fit.coefficients["std_error"].to_numpy()
    assert std_error == pytest.approx(expected["std_error"], rel=1e-6)
    assert fit.dispersion == pytest.approx(expected["dispersion"], rel=1e-6)


def test_andersen_gill():
    columns = {"subject": "ID", "start": "TIME0", "stop": "TIME1", "event": "CENSOR"}
    columns |= {"arm": "TREAT", "reference": 0, "covariates": ["AGE"]}
    found = oc.fit_andersen_gill(datasets.load_recur(), **columns).coefficients
    expected = R["andersen_gill"]
    assert found["estimate"].to_numpy() == pytest.approx(expected["estimate"], rel=1e-6)
    assert found["std_error"].to_numpy() == pytest.approx(expected["std_error"], rel=1e-6)


def test_landmark():
    expected = R["landmark"]
    columns = {"time": "week", "event": "arrest", "group": "fin", "reference": 0}
    found = oc.landmark_analysis(rossi(), **columns, landmark=expected["at"])
    assert found.set_aside["at_risk"].sum() == expected["rows"]
    assert found.set_aside["n"].sum() == 432
    ratio = found.table()[["estimate", "std_error"]].iloc[0].to_numpy(float)
    assert np.log(ratio[0]) == pytest.approx(expected["cox"]["estimate"], rel=1e-6)
    assert ratio[1] == pytest.approx(expected["cox"]["std_error"], rel=1e-6)
    chi = found.log_rank.table()["statistic"].tolist()
    assert chi == pytest.approx([expected["log_rank"]], rel=1e-6)
