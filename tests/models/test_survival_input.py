"""Times to an event that cannot be analysed are refused, and the message says what and where."""

import numpy as np
import pandas as pd
import pytest

import outcomes as oc

COLUMNS = {"time": "day", "event": "better", "arm": "arm"}
CAUSES = {"time": "day", "cause": "end", "arm": "arm", "of": "better", "competing": ["left"]}
CAUSES |= {"censored": "seen"}
INTERVALS = {"lower": "after", "upper": "by", "arm": "arm"}


def data(**changes):
    made = pd.DataFrame(
        {
            "arm": ["usual"] * 5 + ["yoga"] * 5,
            "day": [28.0, 56, 56, 84, 84, 28, 28, 56, 84, 84],
            "better": [1, 1, 0, 0, 0, 1, 1, 1, 0, 0],
            "end": ["better", "better", "left", "seen", "seen"] * 2,
            "after": [0.0, 28, 56, 84, 28, 0, 0, 28, 84, 56],
            "by": [28.0, 56, np.inf, np.inf, 84, 28, 28, 56, np.inf, 84],
            "site": ["north", "south"] * 5,
        }
    )
    return made.assign(**changes)


def with_value(column, value, row=3):
    made = data()
    made[column] = made[column].astype(object)
    made.loc[row, column] = value
    return made.assign(**{column: made[column].infer_objects()})


CURVES = [
    pytest.param(with_value("day", -1.0), oc.DataError, "day: 1 of 10 rows have a neg", id="neg"),
    pytest.param(with_value("day", np.nan, 0), oc.DataError, "rows have no time.*rows 0", id="no"),
    pytest.param(with_value("day", np.inf), oc.DataError, "an infinite time", id="infinite"),
    pytest.param(data(day="a"), oc.SchemaError, "they must be numbers", id="text"),
    pytest.param(with_value("better", None), oc.DataError, "do not say whether", id="no event"),
    pytest.param(with_value("better", 2), oc.DataError, "found 2", id="event 2"),
    pytest.param(with_value("arm", None), oc.DataError, "arm: 1 of 10 rows have no v", id="arm"),
    pytest.param(data().drop(columns="day"), oc.SchemaError, "'day' .time=", id="no column"),
]


@pytest.mark.parametrize(("frame", "error", "message"), CURVES)
def test_curves_and_comparisons_refuse(frame, error, message):
    with pytest.raises(error, match=message):
        oc.kaplan_meier(frame, **COLUMNS)
    for compare, options in (
        (oc.log_rank_test, {}),
        (oc.fit_cox, {}),
        (oc.restricted_mean_difference, {"tau": 50}),
    ):
        with pytest.raises(error, match=message):
            compare(frame, **COLUMNS, reference="usual", **options)


COMPARE = {
    "log_rank": (oc.log_rank_test, {}),
    "cox": (oc.fit_cox, {}),
    "restricted": (oc.restricted_mean_difference, {"tau": 50}),
}


@pytest.mark.parametrize("name", COMPARE)
def test_an_unknown_arm_is_refused(name):
    compare, options = COMPARE[name]
    with pytest.raises(oc.SpecificationError, match="reference is 'chi'; the arms are usual, yoga"):
        compare(data(), **COLUMNS, reference="chi", **options)


@pytest.mark.parametrize("name", COMPARE)
def test_one_arm_and_one_patient_are_refused(name):
    compare, options = COMPARE[name]
    one = data().head(1)
    with pytest.raises(oc.SpecificationError, match="'usual' is the only arm"):
        compare(one, **COLUMNS, reference="usual", **options)
    with pytest.raises(oc.NotEstimableError, match="arm 'yoga' has one patient"):
        compare(data().head(6), **COLUMNS, reference="usual", **options)


def test_one_patient_has_a_curve():
    table = oc.kaplan_meier(data().head(1), **COLUMNS).table()
    assert table[["n", "events", "median"]].to_numpy().tolist() == [[1, 1, 28.0]]
    assert table["reason"][0] == "lower limit, upper limit not reached"


@pytest.mark.parametrize("name", ["cox", "restricted"])
def test_an_arm_with_everybody_censored_is_refused(name):
    compare, options = COMPARE[name]
    quiet = data(better=[0] * 5 + [1, 1, 1, 0, 0])
    with pytest.raises(oc.NotEstimableError, match="'usual'"):
        compare(quiet, **COLUMNS, reference="usual", **options)


def test_everybody_censored():
    quiet = data(better=0)
    with pytest.raises(oc.NotEstimableError, match="no event while both are at risk"):
        oc.log_rank_test(quiet, **COLUMNS, reference="usual")
    table = oc.kaplan_meier(quiet, **COLUMNS).table()
    assert table["reason"].tolist() == ["median, lower limit, upper limit not reached"] * 2


@pytest.mark.parametrize(("tau", "last"), [(85, "84"), (0, "84"), (np.nan, "84"), ("84", "84")])
def test_tau_beyond_the_follow_up_is_refused(tau, last):
    with pytest.raises(oc.SpecificationError, match=f"at most {last}, the last follow-up of arm"):
        oc.restricted_mean_difference(data(), **COLUMNS, reference="usual", tau=tau)


def test_tau_before_any_event_of_an_arm_is_refused():
    with pytest.raises(oc.NotEstimableError, match="shows no spread of times up to 20"):
        oc.restricted_mean_difference(data(), **COLUMNS, reference="usual", tau=20)


def test_entry_after_the_own_time_is_refused():
    with pytest.raises(oc.DataError, match="2 of 10 rows enter at or after day"):
        oc.kaplan_meier(data(start=[28] + [0] * 4 + [30] + [0] * 4), **COLUMNS, entry="start")


def test_an_empty_risk_set_is_refused():
    late = data(start=[0, 28, 28, 28, 28] + [0] * 5)
    with pytest.raises(oc.NotEstimableError, match="everybody at risk at 28 has the event then"):
        oc.kaplan_meier(late, **COLUMNS, entry="start")


def test_a_time_after_the_last_follow_up_has_no_estimate():
    with pytest.raises(oc.SpecificationError, match="time 90 is after the last follow-up of arm"):
        oc.kaplan_meier(data(), **COLUMNS).at([28, 90])


def test_an_empty_category_of_arm_is_refused():
    arms = pd.Categorical(data()["arm"], categories=["usual", "yoga", "tai chi"])
    with pytest.raises(oc.NotEstimableError, match="nobody is in arm 'tai chi'"):
        oc.kaplan_meier(data(arm=arms), **COLUMNS)


def test_a_misspelt_cause_is_never_taken_for_a_competing_event():
    with pytest.raises(oc.DataError, match=r"1 of 10 rows hold another label.*found 'Seen'"):
        oc.cumulative_incidence(with_value("end", "Seen"), **CAUSES)


def test_causes_must_differ():
    with pytest.raises(oc.SpecificationError, match="all different"):
        oc.cumulative_incidence(data(), **(CAUSES | {"competing": ["better"]}))
    with pytest.raises(oc.SpecificationError, match="at least one competing event"):
        oc.cumulative_incidence(data(), **(CAUSES | {"competing": []}))


def test_cumulative_incidence_says_why_limits_are_missing():
    never = with_value("end", "better", 2).assign(arm="yoga").head(3)
    table = oc.cumulative_incidence(never, **CAUSES).table().set_index("cause")
    assert table.loc["left", "reason"] == "nobody has had the event by then"
    assert table.loc["better", "reason"] == "no spread"


def test_fine_gray_and_gray_refuse_an_arm_without_the_event():
    quiet = data(end=["left", "seen", "left", "seen", "seen", *data()["end"][5:]])
    with pytest.raises(oc.NotEstimableError, match="nobody in arm 'usual' has the event"):
        oc.fit_fine_gray(quiet, **CAUSES, reference="usual")
    with pytest.raises(oc.NotEstimableError, match="nobody in arm 'usual' has the event"):
        oc.fit_cause_specific(quiet, **CAUSES, reference="usual")


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (with_value("after", 90.0, 0), "1 of 10 rows hold no interval"),
        (with_value("by", np.nan), "1 of 10 rows hold no interval"),
        (with_value("after", -1.0), "1 of 10 rows hold no interval"),
        (with_value("by", 60.0, 1), "do not run from one scheduled visit"),
        (with_value("after", 28.0, 0), "do not run from one scheduled visit"),
    ],
)
def test_intervals_that_are_none_or_off_the_schedule_are_refused(frame, message):
    with pytest.raises(oc.DataError, match=message):
        oc.interval_censored_response(frame, **INTERVALS, visits=[28, 56, 84])


def test_intervals_that_cannot_inform_a_parametric_model_are_refused():
    same = data(after=0.0, by=28.0)
    with pytest.raises(oc.NotConvergedError, match="has no maximum"):
        oc.fit_interval_censored(same, **INTERVALS, reference="usual")
    with pytest.raises(oc.NotEstimableError, match="nobody in arm 'usual' has the event"):
        oc.fit_interval_censored(
            data(by=[np.inf] * 5 + [28, 28, 56, np.inf, 84]), **INTERVALS, reference="usual"
        )
    with pytest.raises(oc.SpecificationError, match="Allowed: weibull"):
        oc.fit_interval_censored(data(), **INTERVALS, reference="usual", distribution="gamma")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"n": [1.5] + [1] * 9}, "1 of 10 rows are no number of events"),
        ({"n": [-1] + [1] * 9}, "1 of 10 rows are no number of events"),
        ({"days": [0] + [10] * 9}, "1 of 10 rows have no time observed"),
    ],
)
def test_counts_and_exposure_that_are_none_are_refused(changes, message):
    frame = data(n=1, days=10).assign(**changes)
    with pytest.raises(oc.DataError, match=message):
        oc.fit_negative_binomial(frame, events="n", exposure="days", arm="arm", reference="usual")


def recurrent(**changes):
    rows = [
        ("1", 0, 10, 1, "usual"),
        ("1", 10, 30, 0, "usual"),
        ("2", 0, 20, 1, "usual"),
        ("3", 0, 15, 1, "yoga"),
        ("4", 0, 40, 1, "yoga"),
    ]
    made = pd.DataFrame(rows, columns=["subject", "start", "stop", "flare", "arm"])
    return made.assign(**changes)


RECURRENT = {"subject": "subject", "start": "start", "stop": "stop", "event": "flare"}
RECURRENT |= {"arm": "arm", "reference": "usual"}


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"start": [0, 5, 0, 0, 0]}, oc.DataError, "begin before the subject's last one ends"),
        ({"stop": [10, 10, 20, 15, 40]}, oc.DataError, "enter at or after stop"),
        ({"arm": ["usual", "yoga", "usual", "yoga", "yoga"]}, oc.DataError, "more than one value"),
        ({"subject": ["1", "1", "1b", "3", "3b"]}, None, ""),
        (
            {"subject": ["1", "1", "2", "3", "3"], "start": [0, 10, 0, 0, 15]},
            oc.NotEstimableError,
            "arm 'yoga' has one patient",
        ),
    ],
)
def test_recurrent_events_that_contradict_themselves_are_refused(changes, error, message):
    if error is None:
        fit = oc.fit_andersen_gill(recurrent(**changes), **RECURRENT)
        assert fit.n_clusters == 4
        return
    with pytest.raises(error, match=message):
        oc.fit_andersen_gill(recurrent(**changes), **RECURRENT)


def test_a_landmark_after_everybody_left_is_refused():
    columns = {"time": "day", "event": "better", "group": "arm", "reference": "usual"}
    with pytest.raises(oc.SpecificationError, match="nobody is at risk after it"):
        oc.landmark_analysis(data(), **columns, landmark=84)


def test_no_rows_and_a_weight_that_is_no_number_are_refused():
    with pytest.raises(oc.NotEstimableError, match="the data have no rows"):
        oc.kaplan_meier(data().head(0), **COLUMNS)
    with pytest.raises(oc.SpecificationError, match="rho is nan"):
        oc.log_rank_test(data(), **COLUMNS, reference="usual", rho=np.nan)


def test_strata_and_clusters_must_be_columns():
    with pytest.raises(oc.SchemaError, match=r"'region' .strata="):
        oc.log_rank_test(data(), **COLUMNS, reference="usual", strata=["region"])
    with pytest.raises(oc.SchemaError, match=r"'class' .cluster="):
        oc.fit_cox(data(), **COLUMNS, reference="usual", cluster="class")


def models():
    """Every front that takes covariates, with its other arguments."""
    causes = CAUSES | {"reference": "usual"}
    counts = {"events": "better", "exposure": "day", "arm": "arm", "reference": "usual"}
    spans = {"subject": "who", "start": "from", "stop": "day", "event": "better", "arm": "arm"}
    return [
        pytest.param(oc.fit_cox, COLUMNS | {"reference": "usual"}, id="cox"),
        pytest.param(oc.fit_fine_gray, causes, id="fine_gray"),
        pytest.param(oc.fit_cause_specific, causes, id="cause_specific"),
        pytest.param(oc.fit_negative_binomial, counts, id="negative_binomial"),
        pytest.param(oc.fit_andersen_gill, spans | {"reference": "usual"}, id="andersen_gill"),
        pytest.param(oc.fit_interval_censored, INTERVALS | {"reference": "usual"}, id="intervals"),
        pytest.param(
            oc.responder_difference,
            {"response": "better", "arm": "arm", "reference": "usual"},
            id="responders",
        ),
    ]


@pytest.mark.parametrize(("fit", "options"), models())
@pytest.mark.parametrize(
    ("covariate", "error", "message"),
    [
        ([np.inf, *range(9)], oc.DataError, "infinite"),
        (pd.date_range("2026-01-01", periods=10), oc.SchemaError, "datetime64.*days since"),
        (pd.to_timedelta(range(10), "D"), oc.SchemaError, "timedelta64"),
        ([1j * i for i in range(10)], oc.SchemaError, "complex"),
    ],
    ids=["infinite", "dates", "durations", "complex"],
)
def test_covariates_that_are_no_numbers_are_refused(fit, options, covariate, error, message):
    frame = data(age=covariate, who=range(10), **{"from": 0.0})
    with pytest.raises(error, match=message):
        fit(frame, **options, covariates=["age"])
    with pytest.raises(oc.SpecificationError, match=r"covariates=\['age'\]"):
        fit(frame, **options, covariates="age")


@pytest.mark.parametrize("compare", [oc.log_rank_test, oc.fit_cox])
def test_strata_are_a_list(compare):
    with pytest.raises(oc.SpecificationError, match=r"strata=\['site'\]"):
        compare(data(), **COLUMNS, reference="usual", strata="site")


@pytest.mark.parametrize(
    "group",
    [["one"] * 10, ["one"] * 5 + ["two"] * 5, [*"abcde"] + ["one"] * 5],
    ids=["one", "one an arm", "one in an arm"],
)
def test_robust_errors_do_not_rest_on_one_cluster(group):
    # With one cluster the scores add up to zero at the maximum: the error would be nothing.
    with pytest.raises(oc.NotEstimableError, match="treated in one cluster"):
        oc.fit_cox(data(group=group), **COLUMNS, reference="usual", cluster="group")


@pytest.mark.parametrize("rho", [-1, np.nan, np.inf, "x"])
def test_weights_need_a_number(rho):
    message = "weights need a number"
    with pytest.raises(oc.SpecificationError, match=message):
        oc.log_rank_test(data(), **COLUMNS, reference="usual", rho=rho)
    with pytest.raises(oc.SpecificationError, match=message):
        oc.gray_test(data(), **CAUSES, reference="usual", rho=rho)


def test_limits_need_a_number():
    for tau in (None, "56"):
        with pytest.raises(oc.SpecificationError, match="must be a number above 0"):
            oc.restricted_mean_difference(data(), **COLUMNS, reference="usual", tau=tau)
    with pytest.raises(oc.SpecificationError, match="must be a number above 0"):
        oc.landmark_analysis(
            data(), time="day", event="better", group="arm", reference="usual", landmark="28"
        )


def test_an_empty_frame_is_refused_by_causes_too():
    for look in (oc.cumulative_incidence, oc.gray_test):
        options = CAUSES | ({"reference": "usual"} if look is oc.gray_test else {})
        with pytest.raises(oc.NotEstimableError, match="no rows"):
            look(data().iloc[:0], **options)
