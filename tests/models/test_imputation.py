"""Properties of imputed and pooled results that hold whatever the data, and what is refused."""

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import outcomes as oc
from outcomes.errors import (
    DataError,
    DuplicateRecordError,
    NotEstimableError,
    SchemaError,
    SpecificationError,
    UnknownVisitError,
    UnsupportedCombinationError,
)
from outcomes.models.ancova import fit_ancova
from outcomes.stats.imputation import Marginal
from tests.conftest import ROOT

VISITS = [4, 8, 12]
METHODS = {
    "conditional_mean": "jackknife",
    "approximate_bayesian": "rubin",
    "bayesian": "rubin",
    "bootstrap_ml": "bootstrap",
}
REFERENCE_BASED = ["jump_to_reference", "copy_reference", "copy_increments"]
SPREAD = np.array([[4.0, 2.4, 1.6], [2.4, 5.0, 2.8], [1.6, 2.8, 6.0]])


def made(seed=1, n=60, *, missing=0.4, effect=(-0.5, -1.0, -1.5)):
    """A trial in long form, with dropout; and the events of the active arm."""
    rng = np.random.default_rng(seed)
    yoga, base = np.arange(n) % 2 == 1, rng.normal(20, 4, n)
    y = 10 + 0.5 * (base[:, None] - 20) + yoga[:, None] * np.array(effect)
    y = y + rng.multivariate_normal(np.zeros(3), SPREAD, size=n)
    leaves = rng.random((n, 3)) < missing / 3
    leaves[:4] = False
    first = np.where(leaves.any(axis=1), leaves.argmax(axis=1), 3)
    y[np.arange(3) >= first[:, None]] = np.nan
    data = pd.DataFrame(
        {
            "subject": np.repeat([f"P{i:03d}" for i in range(n)], 3),
            "visit": np.tile(VISITS, n),
            "arm": np.repeat(np.where(yoga, "yoga", "usual"), 3),
            "sex": np.repeat(np.where(np.arange(n) % 3, "F", "M"), 3),
            "base": np.repeat(base, 3),
            "pain": y.ravel(),
        }
    )
    gone = np.flatnonzero(yoga & (first < 3))
    events = pd.DataFrame(
        {"subject": [f"P{i:03d}" for i in gone], "visit": np.array(VISITS)[first[gone]]}
    )
    return data, events


def impute(data, events=None, strategy=None, **options):
    """Impute with the usual roles."""
    settings_ = {
        "outcome": "pain",
        "visit": "visit",
        "subject": "subject",
        "arm": "arm",
        "reference": "usual",
        "covariates": ["base * visit", "arm:visit"],
    }
    return oc.impute_reference_based(
        data, **(settings_ | {"intercurrent": events, "strategy": strategy} | options)
    )


def differences(imputations, **options):
    """Pooled differences at each visit."""
    found = oc.analyse_imputations(imputations, covariates=["base"], **options)
    return found[found["quantity"] == "difference"].set_index("visit")


DATA, EVENTS = made()
JUMPED = impute(DATA, EVENTS, "jump_to_reference")


@pytest.mark.parametrize("method", METHODS)
def test_without_missing_data_estimates_are_those_of_the_data(method):
    data, events = made(missing=0.0)
    assert events.empty
    imputations = impute(data, events, "jump_to_reference", method=method, n_imputations=20, rng=1)
    found = differences(imputations)
    for visit in VISITS:
        whole = fit_ancova(
            "pain ~ base + arm", data[data["visit"] == visit], arm="arm", reference="usual"
        ).contrasts.iloc[0]
        row = found.loc[visit]
        if method == "bootstrap_ml":  # the mean over bootstrap samples
            assert abs(row["estimate"] - whole["estimate"]) < 4 * row["monte_carlo_error"]
        else:
            assert row["estimate"] == pytest.approx(whole["estimate"], rel=1e-9)
        if METHODS[method] == "rubin":
            assert row["std_error"] == pytest.approx(whole["std_error"], rel=1e-9)


@pytest.mark.parametrize("strategy", REFERENCE_BASED)
def test_identical_arms_make_reference_strategies_mar(strategy):
    """Everybody twice, once in each arm: the model finds no difference between them."""
    twin = DATA.assign(
        subject=DATA["subject"] + "b", arm=DATA["arm"].map({"yoga": "usual", "usual": "yoga"})
    )
    data = pd.concat([DATA, twin], ignore_index=True)
    expected, found = (impute(data, EVENTS, name) for name in ("mar", strategy))
    arm = [name for name in found.coefficients.index if "arm" in name]
    assert np.abs(found.coefficients[arm]).max() < 1e-8
    values = found.completed()["pain"].to_numpy()
    assert values == pytest.approx(expected.completed()["pain"].to_numpy(), abs=1e-8)


def test_parallel_means_make_copied_increments_mar_after_the_first_visit():
    """Without arm by visit the model's means are parallel."""
    events = EVENTS[EVENTS["visit"] > VISITS[0]]
    assert len(events) > 3
    parallel = {"covariates": ["base * visit"]}
    mar = impute(DATA, events, "mar", **parallel).completed()
    increments = impute(DATA, events, "copy_increments", **parallel).completed()
    jump = impute(DATA, events, "jump_to_reference", **parallel).completed()
    assert increments["pain"].to_numpy() == pytest.approx(mar["pain"].to_numpy(), abs=1e-9)
    assert np.abs(jump["pain"] - mar["pain"]).max() > 0.1


@pytest.mark.parametrize("method", METHODS)
def test_the_result_does_not_depend_on_the_number_of_workers(method):
    def found(workers):
        imputations = impute(
            DATA, EVENTS, "copy_reference", method=method, n_imputations=150, rng=7, workers=workers
        )
        return oc.analyse_imputations(imputations, covariates=["base"], workers=workers)

    pd.testing.assert_frame_equal(found(1).table(), found(3).table(), check_exact=True)


def test_another_seed_gives_other_numbers():
    one, two = (
        impute(DATA, method="approximate_bayesian", n_imputations=5, rng=seed) for seed in (1, 2)
    )
    gone = DATA["pain"].isna().to_numpy()
    assert (one.completed(3)["pain"][gone] != two.completed(3)["pain"][gone]).all()
    again = impute(DATA, method="approximate_bayesian", n_imputations=5, rng=1)
    assert one.completed(3).equals(again.completed(3))


def test_order_of_rows_and_absent_rows_do_not_matter():
    shuffled = DATA.sample(frac=1, random_state=3)
    fewer = DATA[DATA["pain"].notna() | (DATA["visit"] == VISITS[0])]  # every subject has a row
    expected = differences(impute(DATA, EVENTS, "copy_increments"))
    for other in (shuffled, fewer):
        found = differences(impute(other, EVENTS, "copy_increments"))
        columns = ["estimate", "std_error"]
        assert found[columns].to_numpy() == pytest.approx(expected[columns].to_numpy(), rel=1e-6)


def test_the_column_of_strategies_overrides_the_option():
    mixed = EVENTS.assign(strategy=None)
    mixed.loc[0, "strategy"] = "mar"
    imputations = impute(DATA, mixed, "jump_to_reference")
    cells = imputations.cells()
    own = cells[(cells["subject"] == EVENTS["subject"][0]) & cells["is_missing"]]
    assert (own["strategy"] == "mar").all()
    others = cells[cells["is_after_event"] & (cells["subject"] != EVENTS["subject"][0])]
    assert (others["strategy"] == "jump_to_reference").all()


def test_scores_after_an_event_count_for_the_model_under_mar_only():
    event = pd.DataFrame({"subject": ["P003"], "visit": [8]})
    for strategy, n in (("mar", 0), ("jump_to_reference", 2)):
        imputations = impute(DATA, event, strategy)
        assert imputations.table()["n_not_in_model"].sum() == n
        assert imputations.imputer.model.fit.problem.n_observations == DATA["pain"].count() - n
        kept = imputations.completed()
        assert kept["pain"][DATA["pain"].notna()].equals(DATA["pain"].dropna())


def test_a_user_strategy_is_a_function_of_means_and_covariances():
    def worse(own, reference, first):  # noqa: ARG001
        mean = reference.mean.copy()
        mean[..., first:] += 2.0
        return Marginal(mean=mean, covariance=reference.covariance)

    events = EVENTS[EVENTS["visit"] == 4]
    assert len(events) > 1
    copied = impute(DATA, events, "copy_reference").completed()["pain"]
    found = impute(DATA, events, "worse", strategies={"worse": worse}).completed()["pain"]
    gone = DATA["subject"].isin(events["subject"])
    assert (found - copied)[gone].to_numpy() == pytest.approx(2.0)
    assert found[~gone].equals(copied[~gone])


# Shifts of imputed outcomes


@pytest.mark.parametrize("method", METHODS)
def test_a_delta_of_zero_changes_nothing(method):
    imputations = impute(DATA, EVENTS, "copy_reference", method=method, n_imputations=10, rng=2)
    delta = oc.delta_template(imputations)
    assert (delta["delta"] == 0).all()
    plain = oc.analyse_imputations(imputations)
    pd.testing.assert_frame_equal(
        oc.analyse_imputations(imputations, delta=delta).table(), plain.table(), rtol=1e-12
    )


@given(low=st.floats(-3, 3), more=st.floats(0.01, 3))
@settings(max_examples=8, deadline=None)
def test_the_difference_rises_with_the_shift_of_the_active_arm(low, more):
    imputations = JUMPED
    found = [
        oc.analyse_imputations(
            imputations,
            delta=oc.delta_template(imputations, delta=[shift] * 3, lag=[1, 0, 0]),
            covariates=["base"],
        )
        for shift in (low, low + more)
    ]
    below, above = (one.loc[one["quantity"] == "difference", "estimate"] for one in found)
    assert (above.to_numpy() > below.to_numpy()).all()


def test_shifted_data_are_the_data_that_are_analysed():
    imputations = impute(DATA, EVENTS, "jump_to_reference")
    delta = oc.delta_template(imputations, delta=[1.0, 2.0, 3.0])
    found = differences(imputations, delta=delta)
    moved = imputations.completed()
    moved["pain"] += delta["delta"]
    for visit in VISITS:
        whole = fit_ancova(
            "pain ~ base + arm", moved[moved["visit"] == visit], arm="arm", reference="usual"
        )
        estimate = whole.contrasts["estimate"].iloc[0]
        assert found.loc[visit, "estimate"] == pytest.approx(estimate, rel=1e-9)


def test_observed_scores_after_an_event_are_shifted_only_when_asked():
    event = pd.DataFrame({"subject": ["P003"], "visit": [8], "strategy": ["copy_reference"]})
    imputations = impute(DATA, event)
    only = oc.delta_template(imputations, delta=[1, 1, 1])
    everything = oc.delta_template(imputations, delta=[1, 1, 1], missing_only=False)
    assert only["delta"].sum() == 0
    assert everything.loc[everything["subject"] == "P003", "delta"].tolist() == [0, 1, 2]


@pytest.mark.parametrize("method", METHODS)
def test_the_map_of_shifts_is_what_each_shift_gives_alone(method):
    imputations = impute(DATA, EVENTS, "copy_reference", method=method, n_imputations=12, rng=2)
    found = oc.tipping_point(
        imputations, delta={"yoga": [0, 1.5], "usual": [-1, 0]}, covariates=["base"]
    )
    assert found.visit == 12
    cells = oc.delta_template(imputations)
    for _, row in found.map.iterrows():
        shift = (
            cells["arm"].astype(str).map({"yoga": row["delta_yoga"], "usual": row["delta_usual"]})
        )
        delta = cells.assign(delta=np.where(cells["is_missing"], shift, 0.0))
        alone = differences(imputations, delta=delta).loc[12]
        for name in ("estimate", "std_error", "df", "conf_low", "conf_high", "p_value"):
            assert row[name] == pytest.approx(alone[name], rel=1e-8), name


def test_the_tipping_point_is_where_the_interval_touches_zero():
    data, events = made(5, n=160, effect=(-1.0, -2.0, -2.5))
    imputations = impute(data, events, "mar")
    found = oc.tipping_point(imputations, delta={"yoga": range(11)}, covariates=["base"])
    assert found.holds_unshifted
    assert found.tips
    tipping = found.nearest["delta_yoga"]
    at = oc.tipping_point(imputations, delta={"yoga": [tipping]}, covariates=["base"])
    assert at.map["conf_high"].iloc[0] == pytest.approx(0, abs=1e-8)
    assert at.map["p_value"].iloc[0] == pytest.approx(0.05, abs=1e-8)
    both = oc.tipping_point(
        imputations, delta={"yoga": range(11), "usual": [-1, 0, 1]}, covariates=["base"]
    )
    alone = both.boundary.loc[both.boundary["delta_usual"] == 0, "delta_yoga"]
    assert alone.tolist() == pytest.approx([tipping], abs=1e-7)
    assert len(both.table()) == 33


def test_a_conclusion_that_never_held_has_no_tipping_point():
    data, events = made(4, effect=(0.0, 0.0, 0.0))
    found = oc.tipping_point(impute(data, events, "mar"), delta={"yoga": [0, 1]})
    assert not found.holds_unshifted
    assert not found.tips
    assert found.nearest is None


# Other analyses


def test_a_mixed_model_of_completed_data_agrees_with_analysis_of_covariance():
    """With everything by visit both give the same differences; R's rbmi knows only the second."""
    imputations = impute(DATA, EVENTS, "copy_reference", method="bayesian", n_imputations=8, rng=3)
    mixed = oc.analyse_imputations(
        imputations, analysis="mmrm", covariates=["base:C(visit)"]
    ).set_index("visit")
    ancova = differences(imputations)
    assert mixed["estimate"].to_numpy() == pytest.approx(ancova["estimate"].to_numpy(), rel=1e-5)
    assert mixed["std_error"].to_numpy() == pytest.approx(ancova["std_error"].to_numpy(), rel=1e-3)


@pytest.mark.parametrize(
    ("method", "resampling"),
    [("conditional_mean", "jackknife"), ("approximate_bayesian", "rubin")],
)
def test_a_function_of_the_completed_frame_is_pooled_like_the_built_in_analysis(method, resampling):
    data, events = made(n=24)
    imputations = impute(data, events, "copy_reference", method=method, n_imputations=10, rng=1)

    def last_visit(frame):
        rows = frame[frame["visit"] == 12].astype({"visit": int})
        fit = fit_ancova("pain ~ base + arm", rows, arm="arm", reference="usual")
        return fit.contrasts[["arm", "estimate", "std_error", "df"]]

    found = oc.analyse_imputations(imputations, analysis=last_visit, resampling=resampling)
    expected = differences(imputations).loc[12]
    for name in ("estimate", "std_error", "df", "p_value"):
        assert found[name].iloc[0] == pytest.approx(expected[name], rel=1e-7), name


@pytest.mark.parametrize(("method", "n"), [("conditional_mean", 60), ("bootstrap_ml", 40)])
def test_a_function_sees_resampled_subjects_as_the_built_in_analysis_counts_them(method, n):
    data, events = made(n=40)
    imputations = impute(data, events, "copy_reference", method=method, n_imputations=n, rng=1)

    def last_visit(frame):
        assert not frame.duplicated(["subject", "visit"]).any()
        rows = frame[frame["visit"] == 12]
        X = np.column_stack([np.ones(len(rows)), rows["arm"] == "yoga", rows["base"]]).astype(float)
        estimate = np.linalg.lstsq(X, rows["pain"], rcond=None)[0][1]
        return pd.DataFrame({"quantity": ["difference"], "estimate": [estimate]})

    found = oc.analyse_imputations(imputations, analysis=last_visit, resampling="bootstrap")
    expected = differences(imputations, resampling="bootstrap").loc[12]
    if method == "conditional_mean":  # the same samples and nothing else random
        assert found["std_error"].iloc[0] == pytest.approx(expected["std_error"], rel=1e-7)
    else:  # the same samples with noise of their own
        within = np.hypot(found["monte_carlo_error"].iloc[0], expected["monte_carlo_error"])
        assert abs(found["estimate"].iloc[0] - expected["estimate"]) < 3 * within


def test_responders_among_completed_data():
    """A share of responders: closed form where nothing is missing."""
    data, _ = made(missing=0.0)

    def share(frame):
        last = frame[frame["visit"] == 12]
        better = (last["base"] - last["pain"]) / last["base"] >= 0.5
        by_arm = better.groupby(last["arm"], observed=True).mean()
        n = last.groupby("arm", observed=True).size()
        spread = np.sqrt((by_arm * (1 - by_arm) / n).sum())
        return pd.DataFrame(
            {"estimate": [by_arm["yoga"] - by_arm["usual"]], "std_error": [spread], "df": [np.inf]}
        )

    imputations = impute(data, method="approximate_bayesian", n_imputations=5, rng=1)
    found = oc.analyse_imputations(imputations, analysis=share).iloc[0]
    expected = share(data).iloc[0]
    assert found["estimate"] == pytest.approx(expected["estimate"])
    assert found["std_error"] == pytest.approx(expected["std_error"])


def test_what_an_analysis_returns_must_be_poolable():
    imputations = impute(DATA, method="approximate_bayesian", n_imputations=3, rng=1)
    with pytest.raises(SchemaError, match="'std_error', 'df'"):
        oc.analyse_imputations(imputations, analysis=lambda _: pd.DataFrame({"estimate": [1.0]}))
    with pytest.raises(SpecificationError, match="not known"):
        oc.analyse_imputations(imputations, analysis="anova")
    calls = iter(range(9))

    def changing(_):
        label = next(calls)
        return pd.DataFrame({"what": [label], "estimate": 1.0, "std_error": 1.0, "df": 9.0})

    with pytest.raises(DataError, match="other rows"):
        oc.analyse_imputations(imputations, analysis=changing)
    with pytest.raises(DataError, match="missing values of estimate"):
        oc.analyse_imputations(
            imputations,
            analysis=lambda _: pd.DataFrame({"estimate": [np.nan], "std_error": 1.0, "df": 9.0}),
        )


# Three arms, tables, progress


def test_every_arm_is_compared_with_the_reference():
    data, events = made(n=90)
    third = data["subject"].str[1:].astype(int) % 3 == 0
    data["arm"] = np.where(third, "massage", data["arm"])
    events = events[~events["subject"].isin(data.loc[third, "subject"])]
    found = oc.analyse_imputations(impute(data, events, "jump_to_reference"), covariates=["base"])
    last = found[found["visit"] == 12]
    assert list(zip(last["quantity"], last["arm"], strict=True)) == [
        ("difference", "massage"),
        ("difference", "yoga"),
        ("mean", "usual"),
        ("mean", "massage"),
        ("mean", "yoga"),
    ]
    mean = last[last["quantity"] == "mean"].set_index("arm")["estimate"]
    difference = last[last["quantity"] == "difference"].set_index("arm")["estimate"]
    assert difference["yoga"] == pytest.approx(mean["yoga"] - mean["usual"])
    with pytest.raises(SpecificationError, match="name the arm to compare"):
        oc.tipping_point(impute(data, events, "mar"), delta={"yoga": [1]})


def test_tables_count_every_subject_once_a_visit():
    table = impute(DATA, EVENTS, "jump_to_reference").table()
    assert table["n_subjects"].sum() == len(DATA)
    assert table["n_imputed"].sum() == DATA["pain"].isna().sum()
    assert (table["n_subjects"] == table["n_observed"] + table["n_imputed"]).all()


def test_progress_is_told():
    told = []
    imputations = impute(DATA, EVENTS, "mar")
    oc.analyse_imputations(imputations, progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 1)]


def test_bayesian_diagnostics_name_every_parameter():
    imputations = impute(DATA, method="bayesian", n_imputations=40, rng=1, shared_covariance=False)
    found = imputations.diagnostics
    assert len(found) == len(imputations.coefficients) + 2 * 6
    assert found["r_hat"].max() < 1.1
    assert (found["effective_sample_size"] > 10).all()
    assert found["parameter"].iloc[-1] == "covariance yoga 12, 12"
    assert set(imputations.covariance_matrix) == {"usual", "yoga"}


# What is refused

ONE = EVENTS.head(1)


@pytest.mark.parametrize(
    ("events", "strategy", "error", "message"),
    [
        (ONE.assign(visit=0), "jump_to_reference", UnknownVisitError, "before the first"),
        (ONE.assign(visit=52), "jump_to_reference", UnknownVisitError, "after the last"),
        (ONE.assign(visit="baseline"), "mar", UnknownVisitError, "at 'baseline'"),
        (ONE.assign(subject="P999"), "mar", DataError, "not in the data .first 'P999'"),
        (pd.concat([ONE, ONE]), "mar", DuplicateRecordError, "more than one event"),
        (ONE, "jump", SpecificationError, "not known .'jump'."),
        (ONE.assign(strategy="jump"), None, SpecificationError, "not known .'jump'."),
        (ONE, None, SpecificationError, "1 events have no strategy"),
        (None, "jump_to_reference", SpecificationError, "no events are given"),
        (ONE.assign(visit=np.nan), "mar", DataError, "have no value"),
        (ONE.drop(columns="visit"), "mar", SchemaError, "'visit'"),
        (
            ONE.assign(visit=4),
            "last_mean_carried_forward",
            UnsupportedCombinationError,
            "needs a visit before the event",
        ),
    ],
)
def test_events_that_contradict_the_data_are_refused(events, strategy, error, message):
    with pytest.raises(error, match=message):
        impute(DATA, events, strategy)


def changed(**columns):
    """The data with columns replaced where the first row's subject stands."""
    return DATA.assign(**columns)


@pytest.mark.parametrize(
    ("data", "options", "error", "message"),
    [
        (DATA, {"reference": None}, SpecificationError, "none is named"),
        (DATA, {"reference": "placebo"}, SpecificationError, "no level of 'arm'"),
        (DATA.assign(pain=DATA["pain"].where(DATA["visit"] != 8)), {}, DataError, "no outcome"),
        (DATA.drop(columns="pain"), {}, SchemaError, "'pain'"),
        (DATA.assign(pain="9"), {}, SchemaError, "must be numeric"),
        (DATA.assign(pain=np.inf), {}, DataError, "infinite"),
        (pd.concat([DATA, DATA.head(1)]), {}, DuplicateRecordError, "repeat a subject"),
        (
            DATA.assign(arm=np.where(DATA["visit"] == 8, "yoga", "usual")),
            {},
            DataError,
            "more than one",
        ),
        (DATA[DATA["arm"] == "usual"], {}, DataError, "one arm only"),
        (
            DATA.assign(base=DATA["base"].where(DATA["visit"] != 8)),
            {},
            DataError,
            "lack a covariate",
        ),
        (DATA, {"covariates": "base"}, SpecificationError, "must be a list"),
        (DATA, {"covariates": ["age"]}, SchemaError, "'age'"),
        (DATA, {"covariates": ["pain"]}, SpecificationError, "among the covariates"),
        (DATA, {"method": "bayes"}, SpecificationError, "Allowed: conditional_mean"),
        (DATA, {"method": "bayesian"}, SpecificationError, "Give rng="),
        (
            DATA,
            {"method": "bayesian", "rng": 1, "covariance": "ar1"},
            UnsupportedCombinationError,
            "prior",
        ),
        (
            DATA,
            {"method": "bayesian", "rng": 1, "n_chains": 1},
            SpecificationError,
            "at least 2 chains",
        ),
        (
            DATA,
            {"method": "bootstrap_ml", "rng": 1, "imputations_per_sample": 1},
            SpecificationError,
            "at least 2",
        ),
        (
            DATA,
            {"method": "bayesian", "rng": 1, "n_imputations": 1},
            SpecificationError,
            "at least 2",
        ),
        (
            DATA,
            {"method": "bayesian", "rng": 1, "n_imputations": 10.5},
            SpecificationError,
            "whole number",
        ),
        (DATA, {"method": "bayesian", "rng": -1}, SpecificationError, "rng=-1 gives no random"),
        (DATA, {"method": "bayesian", "rng": 1.5}, SpecificationError, "rng=1.5 gives no random"),
        (DATA.head(0), {}, DataError, "no rows"),
        (
            DATA.assign(base=DATA["base"].where(DATA["subject"] != "P003", np.inf)),
            {},
            DataError,
            "3 of 180 rows have an infinite covariate .* .first P003 at 4",
        ),
        (DATA, {"workers": 0}, SpecificationError, "1 or more"),
        (DATA, {"strata": ["base2"]}, SchemaError, "strata="),
    ],
)
def test_data_and_options_that_cannot_be_used_are_refused(data, options, error, message):
    with pytest.raises(error, match=message):
        impute(data, EVENTS, "jump_to_reference", **options)


def test_a_baseline_among_the_visits_is_refused_where_it_is_a_covariate_too():
    baseline = DATA[DATA["visit"] == 4].assign(visit=0, pain=lambda rows: rows["base"])
    with pytest.raises(NotEstimableError, match=r"visit 0 exactly.* If it is the baseline"):
        impute(pd.concat([baseline, DATA]), EVENTS, "jump_to_reference")


@pytest.mark.parametrize("name", ["pain score", "pain-score", "Schmerz (0–10)", "C", "class"])
@pytest.mark.parametrize("role", ["pain", "base", "arm", "visit", "subject"])
def test_columns_may_have_any_name(role, name):
    data, events = (frame.rename(columns={role: name}) for frame in (DATA, EVENTS))
    own = {each: name if each == role else each for each in ("pain", "base", "arm", "visit")}
    quoted = {each: f"`{called}`" for each, called in own.items()}
    imputations = oc.impute_reference_based(
        data,
        outcome=own["pain"],
        visit=own["visit"],
        subject=name if role == "subject" else "subject",
        arm=own["arm"],
        reference="usual",
        covariates=["{base} * {visit}".format(**quoted), "{arm}:{visit}".format(**quoted)],
        intercurrent=events,
        strategy="jump_to_reference",
    )
    found = oc.analyse_imputations(imputations, covariates=[own["base"]])
    expected = oc.analyse_imputations(
        impute(DATA, EVENTS, "jump_to_reference"), covariates=["base"]
    )
    for column in ("estimate", "std_error"):
        assert found[column].to_numpy() == pytest.approx(expected[column].to_numpy(), rel=1e-9)


def test_an_arm_that_is_never_seen_at_a_visit_is_refused():
    data = DATA.assign(pain=DATA["pain"].where((DATA["visit"] != 12) | (DATA["arm"] == "usual")))
    with pytest.raises(NotEstimableError, match="yoga at 12"):
        impute(data)


def test_a_covariate_that_changes_is_not_guessed_where_its_row_is_absent():
    data = DATA.assign(dose=np.arange(len(DATA)) % 7).dropna(subset=["pain"])
    with pytest.raises(DataError, match=r"lack a covariate of the imputation model \(dose"):
        impute(data, covariates=["dose"])


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"outcome": "change"}, SpecificationError, "was not imputed"),
        ({"resampling": "rubin"}, UnsupportedCombinationError, "jackknife or bootstrap"),
        ({"resampling": "bayes"}, SpecificationError, "not known"),
        ({"resampling": "bootstrap"}, SpecificationError, "Give rng="),
        ({"interval": "percentile"}, UnsupportedCombinationError, "bootstrap of conditional"),
        ({"interval": "exact"}, SpecificationError, "not known"),
        ({"conf_level": 95}, SpecificationError, "between 0 and 1"),
        ({"covariates": ["age"]}, SchemaError, "covariates of the analysis"),
        ({"delta": pd.DataFrame({"subject": ["P000"], "visit": [4]})}, SchemaError, "'delta'"),
        (
            {"delta": pd.DataFrame({"subject": ["X"], "visit": [4], "delta": [1.0]})},
            DataError,
            "name a subject",
        ),
        (
            {"delta": pd.DataFrame({"subject": ["P000"], "visit": [5], "delta": [1.0]})},
            UnknownVisitError,
            "name a visit",
        ),
    ],
)
def test_analyses_that_do_not_fit_the_imputation_are_refused(options, error, message):
    with pytest.raises(error, match=message):
        oc.analyse_imputations(impute(DATA), **options)


def test_arms_cannot_be_compared_without_a_reference():
    with pytest.raises(SpecificationError, match="names no reference arm"):
        oc.analyse_imputations(impute(DATA, reference=None))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"delta": {}}, "shift one or two"),
        ({"delta": {"placebo": [1]}}, "which is no arm"),
        ({"delta": {"yoga": []}}, "at least one"),
        ({"delta": {"yoga": [1]}, "visit": 5}, "was not imputed"),
        ({"delta": {"yoga": [1]}, "arm": "usual"}, "name the arm"),
        ({"delta": {"yoga": [1]}, "cells": "all"}, "cells='all'"),
        ({"delta": {"yoga": [1]}, "growth": "slow"}, "growth='slow'"),
        ({"delta": {"usual": [1]}, "cells": "missing_after_event"}, "Nothing is imputed"),
    ],
)
def test_shifts_that_cannot_be_tried_are_refused(options, message):
    with pytest.raises(SpecificationError, match=message):
        oc.tipping_point(impute(DATA, EVENTS, "mar"), **options)


def test_there_are_as_many_data_sets_as_asked_for():
    imputations = impute(
        DATA, method="bootstrap_ml", n_imputations=3, rng=1, imputations_per_sample=2
    )
    frames = list(imputations)
    assert len(frames) == imputations.n_data_sets == 6
    assert all(len(frame) == len(DATA) and frame["pain"].notna().all() for frame in frames)
    with pytest.raises(SpecificationError, match="0 to 5"):
        imputations.completed(6)


def test_the_script_of_the_reference_values_is_kept_beside_them():
    folder = ROOT / "tests/reference/imputation"
    for file in folder.glob("*.json"):
        provenance = json.loads(file.read_text(encoding="utf-8"))["provenance"]
        assert (folder / provenance["script"]).is_file()
