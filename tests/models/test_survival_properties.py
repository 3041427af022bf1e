"""Time to event: what must hold whatever the data, and closed forms."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

import outcomes as oc
from outcomes.stats.survival import (
    cox_terms,
    cumulative_incidence_rows,
    fit_location_scale,
    gray_test_rows,
    log_rank,
    probabilities_at,
    restricted_mean,
    turnbull,
)

COLUMNS = {"time": "time", "event": "event", "arm": "arm"}
PATIENT = st.tuples(st.integers(1, 9), st.integers(0, 2), st.integers(0, 1))
PATIENTS = st.lists(PATIENT, min_size=4, max_size=30)
# A busy machine is no reason to fail.
unhurried = settings(deadline=None)


def arrays(patients):
    time, cause, arm = np.array(patients).T
    return time.astype(float), cause.astype(np.intp), arm.astype(np.intp)


@unhurried
@given(PATIENTS, st.sampled_from([0.0, 0.5, 1.0]))
def test_log_rank_is_symmetric_in_the_arms(patients, rho):
    time, cause, arm = arrays(patients)
    one = log_rank(time, cause > 0, arm, n_groups=2, rho=rho)
    other = log_rank(time, cause > 0, 1 - arm, n_groups=2, rho=rho)
    assert one.df == other.df
    assert one.statistic == pytest.approx(other.statistic, rel=1e-9, abs=1e-9, nan_ok=True)
    assert one.score.sum() == pytest.approx(0.0, abs=1e-9)


@unhurried
@given(PATIENTS)
def test_gray_without_competing_events_or_censoring_is_symmetric(patients):
    time, cause, arm = arrays(patients)
    one = gray_test_rows(time, cause, arm, of=1, n_groups=2)
    other = gray_test_rows(time, cause, 1 - arm, of=1, n_groups=2)
    assert one.statistic == pytest.approx(other.statistic, rel=1e-7, abs=1e-9, nan_ok=True)


@unhurried
@given(st.lists(st.integers(1, 9), min_size=1, max_size=30))
def test_kaplan_meier_without_censoring_is_one_minus_the_ecdf(times):
    data = pd.DataFrame({"time": times, "event": 1, "arm": "yoga"})
    found = oc.kaplan_meier(data, **COLUMNS).curves
    ecdf = [np.mean(np.array(times) <= t) for t in found["time"]]
    assert found["survival"].to_numpy() == pytest.approx(1 - np.array(ecdf), abs=1e-12)


@unhurried
@given(st.lists(st.integers(1, 9), min_size=2, max_size=30), st.integers(1, 9))
def test_restricted_mean_without_censoring_is_the_mean_of_the_smaller(times, tau):
    T = np.minimum(np.array(times, dtype=float), tau)
    found = restricted_mean(np.array(times, dtype=float), np.ones(len(times), bool), float(tau))
    assert found.estimate == pytest.approx(T.mean())
    assert found.std_error == pytest.approx(T.std() / np.sqrt(len(T)), abs=1e-12)


@unhurried
@given(PATIENTS)
def test_cumulative_incidences_and_survival_add_up_to_one(patients):
    time, cause, _ = arrays(patients)
    assume((cause > 0).any())
    first, second = (cumulative_incidence_rows(time, cause, of) for of in (1, 2))
    total = first.estimate + second.estimate + first.survival
    assert total == pytest.approx(np.ones(len(total)))


@unhurried
@given(st.lists(st.tuples(st.integers(1, 9), st.integers(1, 2)), min_size=2, max_size=30))
def test_cumulative_incidence_without_censoring_is_the_share_so_far(patients):
    time, cause = (np.array(column) for column in zip(*patients, strict=True))
    found = cumulative_incidence_rows(time.astype(float), cause.astype(np.intp), of=1)
    share = np.array([np.mean((time <= t) & (cause == 1)) for t in found.time])
    assert found.estimate == pytest.approx(share)


# Its last step gains less than the rounding of the likelihood.
SHORT_STEP = [(1, False), *[(1, True)] * 3, *[(2, False)] * 2, *[(2, True)] * 4]
SHORT_STEP += [(3, False), (3, False), (4, False), (4, True), (4, True)]


@unhurried
@given(st.lists(st.tuples(st.integers(1, 4), st.booleans()), min_size=2, max_size=40))
@example(SHORT_STEP)
def test_turnbull_is_kaplan_meier_where_every_visit_was_attended(patients):
    visit, event = (np.array(column) for column in zip(*patients, strict=True))
    visit = visit.astype(float)
    lower, upper = np.where(event, visit - 1, visit), np.where(event, visit, np.inf)
    # A patient censored at a visit was seen there; one with a response was not censored before.
    found = probabilities_at(turnbull(lower, upper), np.arange(1.0, 5))
    survival, variance = 1.0, 0.0
    for at, F, se in zip(range(1, 5), found.estimate, found.std_error, strict=True):
        n = (visit >= at).sum()
        d = (event & (visit == at)).sum()
        if n == 0:
            break
        survival *= 1 - d / n
        assert pytest.approx(1 - survival, abs=1e-6) == F
        if d == n:
            break
        variance += d / (n * (n - d))
        assert se == pytest.approx(survival * np.sqrt(variance), abs=1e-5)


def test_turnbull_intervals_are_open_on_the_left():
    # One was without response at 28 and with it at 56, the other by 28: nobody can share day 28.
    found = turnbull(np.array([28.0, 0.0]), np.array([56.0, 28.0]))
    assert found.mass.tolist() == pytest.approx([0.5, 0.5])


def test_a_visit_inside_a_mass_is_said_to_be_unknown():
    data = pd.DataFrame({"arm": "yoga", "lower": [0, 0, 56], "upper": [56, 56, np.inf]})
    table = oc.interval_censored_response(
        data, lower="lower", upper="upper", arm="arm", visits=[28, 56]
    ).table()
    assert np.isnan(table["estimate"][0])
    assert "before or after" in table["reason"][0]
    assert table["reason"][1] == ""
    assert table["estimate"][1] == pytest.approx(2 / 3)


def test_score_residuals_add_up_to_the_score():
    rng = np.random.default_rng(3)
    X, time = rng.normal(size=(60, 2)), rng.integers(1, 10, size=60).astype(float)
    event, entry = rng.random(60) < 0.6, rng.random(60)
    terms = cox_terms(X, time, event, np.array([0.3, -0.2]), entry=entry, stratum=time % 2 > 0)
    assert terms.residuals.sum(axis=0) == pytest.approx(terms.score.sum(axis=0))


@pytest.mark.parametrize("family", ["weibull", "lognormal", "loglogistic"])
def test_gradient_and_hessian_of_the_parametric_model(family):
    from outcomes.stats.survival.location_scale import DISTRIBUTIONS, _likelihood

    a = np.log(np.array([1e-300, 1.0, 2.0, 3.0]))
    b = np.log(np.array([1.5, 2.0, 1e300, 3.0]))
    a[0], b[2] = -np.inf, np.inf
    X = np.column_stack([np.ones(4), [0.0, 1, 1, 0]])
    theta = np.array([0.8, 0.3, -0.2])

    def at(point):
        return _likelihood(point, a, b, X, DISTRIBUTIONS[family])

    _, score, hessian = at(theta)
    for i, step in enumerate(np.eye(3) * 1e-5):
        up, down = at(theta + step), at(theta - step)
        assert score[i] == pytest.approx((up[0] - down[0]) / 2e-5, rel=1e-6)
        assert hessian[i] == pytest.approx((up[1] - down[1]) / 2e-5, rel=1e-6)


def test_exact_exponential_times_have_their_closed_form():
    time = np.array([1.0, 2, 3, 4])
    fit = fit_location_scale(time, time, np.ones((4, 1)), distribution="weibull")
    # The Weibull score equations at the estimate: Σ (t / scale)^shape = n.
    scale, shape = np.exp(fit.coefficients[0]), 1 / np.exp(fit.coefficients[1])
    assert np.sum((time / scale) ** shape) == pytest.approx(4)


def test_fine_gray_without_competing_events_is_close_to_cox():
    # Without them weights are one: the Cox model with Breslow's ties, and here without ties.
    rng = np.random.default_rng(5)
    data = pd.DataFrame({"arm": ["a", "b"] * 50, "time": rng.permutation(100) + 1.0, "event": 1})
    data.loc[rng.random(100) < 0.3, "event"] = 0
    cox = oc.fit_cox(data, **COLUMNS, reference="a").table()
    columns = {"time": "time", "cause": "event", "arm": "arm", "reference": "a"}
    fine = oc.fit_fine_gray(data, **columns, of=1, competing=[2]).table()
    assert fine["estimate"][0] == pytest.approx(cox["estimate"][0], rel=1e-8)


def test_negative_binomial_of_equal_counts_is_poisson_and_says_so():
    data = pd.DataFrame({"arm": ["a"] * 6 + ["b"] * 6, "n": [2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1]})
    fit = oc.fit_negative_binomial(
        data.assign(days=10.0), events="n", exposure="days", arm="arm", reference="a"
    )
    assert fit.dispersion == 0
    assert "Poisson" in fit.notes[0]
    row = fit.table().iloc[0]
    assert row["estimate"] == pytest.approx(0.5)
    assert row["std_error"] == pytest.approx(np.sqrt(1 / 12 + 1 / 6))


def test_published_curve_of_the_leukaemia_trial():
    """Freireich's trial of 6-mercaptopurine as tabulated by Klein and Moeschberger.

    Survival Analysis, 2nd ed., table 4.1A; log-rank statistic as printed by Kleinbaum and Klein,
    Survival Analysis, 3rd ed., chapter 2.
    """
    from lifelines.datasets import load_leukemia

    data = load_leukemia()
    curves = oc.kaplan_meier(data, time="t", event="status", arm="Rx")
    found = curves.at([6, 7, 10, 13, 16, 22, 23])
    treated = found[found["arm"] == 0]["survival"].round(3)
    assert treated.tolist() == [0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448]
    test = oc.log_rank_test(data, time="t", event="status", arm="Rx", reference=1)
    assert test.table()["statistic"].round(2).tolist() == [16.79]


def rates(data):
    fit = oc.fit_negative_binomial(
        data, events="n", exposure="days", arm="arm", reference="a", covariates=["age"]
    )
    return fit.coefficients


def hazards(data):
    return oc.fit_cox(
        data, time="day", event="up", arm="arm", reference="a", covariates=["age"]
    ).coefficients


def ratios_of_times(data):
    return oc.fit_interval_censored(
        data, lower="low", upper="day", arm="arm", reference="a", covariates=["age"]
    ).coefficients


@pytest.mark.parametrize("unit", [1e-9, 1e-4, 1e9])
@pytest.mark.parametrize("fit", [rates, hazards, ratios_of_times])
def test_models_do_not_depend_on_the_unit_of_a_covariate(fit, unit):
    rng = np.random.default_rng(20261127)
    data = pd.DataFrame({"arm": ["a", "b"] * 60, "age": rng.normal(50, 10, 120), "days": 84.0})
    data["n"] = rng.negative_binomial(2, 2 / (2 + np.exp(0.02 * data["age"])))
    data["day"] = np.ceil(rng.exponential(data["age"]))
    data = data.assign(up=data["day"] < 80, low=data["day"] - 1)
    plain = fit(data).set_index("term")
    other = fit(data.assign(age=data["age"] * unit)).set_index("term")
    for name in ("estimate", "std_error"):
        assert plain.loc["b", name] == pytest.approx(other.loc["b", name], rel=1e-6)
        assert plain.loc["age", name] == pytest.approx(unit * other.loc["age", name], rel=1e-6)
