"""Sensitivity analysis of missing data: against closed forms, least squares and hand counts."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from statsmodels.formula.api import ols

import outcomes as oc
from outcomes.analyses.missing_data import MissingData
from outcomes.analyses.missing_data.imputing import affected, analysed_rows, imputed
from outcomes.analyses.missing_data.responders import shares
from outcomes.analyses.missing_data.tipping import observed_sd
from outcomes.analyses.missing_data.words import _verdict
from outcomes.analyses.plan import analyse
from outcomes.analyses.setting import setting_of
from outcomes.assumptions import AfterEvent, Assumption, Convention, Unseen
from outcomes.errors import NotEstimableError, SpecificationError, UnsupportedCombinationError
from outcomes.estimands import Handling
from outcomes.trial.study import Hypothesis
from tests.analyses.made import PRIMARY, dated_scores, rescue_question, scores, trial

MAR, JUMP = Assumption.MAR, Assumption.JUMP_TO_REFERENCE
DECLARED = MissingData(
    id="missing",
    sensitivity_of="primary",
    instrument="pain",
    assumptions=(MAR, JUMP, Assumption.COPY_INCREMENTS, Assumption.LAST_MEAN_CARRIED_FORWARD),
)
MADE = trial(PRIMARY, DECLARED)


@pytest.fixture(scope="module")
def result():
    return analyse(MADE, DECLARED)


def estimate(result, name: str, arm: str = "yoga") -> pd.Series:
    rows = result.estimates[(result.estimates["name"] == name) & (result.estimates["arm"] == arm)]
    assert len(rows) == 1
    return rows.iloc[0]


def test_every_assumption_and_convention_has_a_row_for_each_active_arm(result):
    names = [
        *("primary", "observed", "mar", "jump_to_reference", "copy_increments"),
        *("last_mean_carried_forward", "baseline_carried_forward", "worst_carried_forward"),
        "last_carried_forward",
    ]
    assert result.estimates["name"].tolist() == [name for name in names for _ in range(2)]
    assert set(result.estimates["arm"]) == {"yoga", "qigong"}


def test_the_first_row_is_the_analysis_examined(result):
    mmrm = analyse(MADE, PRIMARY).contrasts.query("arm == 'yoga' and visit == 'w26'").iloc[0]
    row = estimate(result, "primary")
    for name in ("estimate", "std_error", "df", "p_value"):
        assert row[name] == mmrm[name]


def worst_and_last(rows: pd.DataFrame) -> tuple[float, float]:
    """What stands at the last of a patient's visits, higher being worse, filled by hand."""
    seen = [value for value in rows["value"] if not np.isnan(value)]
    at_visit, baseline = rows["value"].iloc[-1], rows["baseline"].iloc[0]
    worst, last = (max(seen), seen[-1]) if seen else (np.nan, baseline)
    return (worst, last) if np.isnan(at_visit) else (at_visit, at_visit)


def test_conventions_are_least_squares_on_filled_scores(result):
    """Scores filled here by hand and fitted by statsmodels."""
    frame = setting_of(MADE, DECLARED).frame
    frame = frame.assign(arm=frame["arm"].astype(str))
    here = frame.query("visit == 'w26'").set_index("subject")
    each = pd.DataFrame(
        {subject: worst_and_last(rows) for subject, rows in frame.groupby("subject")},
        index=["worst", "last"],
    ).T
    values = {
        "baseline_carried_forward": here["value"].fillna(here["baseline"]),
        "worst_carried_forward": each["worst"],
        "last_carried_forward": each["last"],
    }
    name = "C(arm, Treatment('usual'))[T.yoga]"
    for convention, value in values.items():
        filled = here.assign(value=value)
        fit = ols("value ~ baseline + C(arm, Treatment('usual')) + site", filled).fit()
        row = estimate(result, convention)
        assert row["n"] == fit.nobs
        assert row["estimate"] == pytest.approx(fit.params[name], abs=1e-9)
        assert row["std_error"] == pytest.approx(fit.bse[name], abs=1e-9)
    row = estimate(result, "baseline_carried_forward")
    assert row["label"] == "BOCF: baseline observation carried forward"


def test_a_convention_that_fills_no_score_is_refused():
    wrong = replace(DECLARED, assumptions=(MAR,), conventions=(Convention.NON_RESPONDER,))
    with pytest.raises(UnsupportedCombinationError, match="'non_responder', which fills no score"):
        analyse(MADE, wrong)


def shifted_fit(setting, specification, active: float, reference: float) -> float:
    """Least squares by statsmodels on conditional means whose imputed scores are shifted."""
    made = imputed(
        setting, specification, MAR, rng=np.random.default_rng(1), method="conditional_mean"
    )
    frame = made.completed().merge(
        setting.frame[["subject", "visit", "value"]].astype({"visit": object}),
        on=["subject", "visit"],
        suffixes=("", "_seen"),
    )
    here = frame[frame["visit"] == "w26"].copy()
    unseen = here["value_seen"].isna()
    here.loc[unseen & (here["arm"] == "yoga"), "value"] += active
    here.loc[unseen & (here["arm"] == "usual"), "value"] += reference
    here["arm"] = here["arm"].astype(str)
    fit = ols("value ~ baseline + C(arm, Treatment('usual')) + site", here).fit()
    return float(fit.params["C(arm, Treatment('usual'))[T.yoga]"])


@pytest.mark.parametrize("at", [(0, 0), (-10, 10), (5, -3)])
def test_the_grid_is_least_squares_on_shifted_scores(result, at):
    setting = setting_of(MADE, DECLARED)
    grid = result.tipping.grid.query("arm == 'yoga'")
    step = grid["delta_active"].max() / 10
    active, reference = (step * i for i in at)
    row = grid[
        np.isclose(grid["delta_active"], active) & np.isclose(grid["delta_reference"], reference)
    ]
    expected = shifted_fit(setting, DECLARED, active, reference)
    assert row["estimate"].item() == pytest.approx(expected, abs=1e-8)


def test_without_a_shift_the_grid_is_the_first_assumption(result):
    grid = result.tipping.grid.query("arm == 'yoga' and delta_active == 0 and delta_reference == 0")
    row = estimate(result, "mar")
    for name in ("estimate", "std_error", "p_value"):
        assert grid[name].item() == pytest.approx(row[name], rel=1e-12)


def test_at_the_tipping_point_the_p_value_is_alpha():
    found = analyse(MADE, replace(DECLARED, assumptions=(MAR,), conventions=(), shift=9.0))
    points = found.tipping.points.set_index("arm")
    shift = points.loc["yoga", "shift"]
    # Yoga is better, pain is worse when higher: the way out is upwards.
    assert points.loc["yoga", "p_value"] < 0.05
    assert 0 < shift < 9
    grid = found.tipping.grid.query("arm == 'yoga' and delta_reference == 0")
    below = grid.query("0 <= delta_active < @shift")["p_value"]
    above = grid.query("delta_active > @shift")["p_value"]
    assert (below < 0.05).all()
    assert above.iloc[0] >= 0.05
    assert f"{shift:.3f}"[:4] in found.verdict["yoga"]


def test_with_every_score_seen_all_assumptions_are_the_covariance_analysis():
    points = scores()
    everybody = pd.MultiIndex.from_product(
        [points["subject"].unique(), points["visit"].unique()], names=["subject", "visit"]
    )
    full = points.set_index(["subject", "visit"]).reindex(everybody)
    number = np.arange(len(full)) % 13
    full["score"] = full["score"].fillna(pd.Series(3.0 + 0.1 * number, index=full.index))
    whole = full.fillna({"instrument": "pain", "scale": "value"}).reset_index()
    found = analyse(trial(PRIMARY, DECLARED, points=whole), DECLARED)
    rows = found.estimates.query("arm == 'yoga' and name != 'primary'")
    assert rows["estimate"].notna().all()
    assert np.ptp(rows["estimate"]) < 1e-9
    assert found.imputed["n_imputed"].sum() == 0
    assert found.tipping.points["shift"].isna().all()


def test_who_is_lost_is_under_the_assumption_and_gaps_are_at_random():
    setting = setting_of(MADE, DECLARED)
    who = affected(setting, DECLARED, JUMP).set_index("subject")
    rows = analysed_rows(setting)
    seen = rows.assign(seen=rows["value"].notna()).groupby("subject")["seen"]
    assert set(who["strategy"]) == {"jump_to_reference"}
    for subject, flags in seen:
        text = "".join("01"[int(flag)] for flag in flags)
        first = len(text.rstrip("0"))
        if first < 3:
            assert who.loc[subject, "visit"] == ("w4", "w12", "w26")[first], text
        else:
            assert subject not in who.index


def test_an_event_with_an_assumption_of_its_own_keeps_it():
    primary = replace(PRIMARY, estimand="asked")
    unseen = Unseen(after_events=(AfterEvent(event="Rescue", observed="set_aside", assumed=MAR),))
    declared = replace(DECLARED, estimand="asked", unseen=unseen)
    made = trial(primary, declared, points=dated_scores(), estimands=(rescue_question(),))
    seen = made.scores.query("visit == 'w26'")["subject"].iloc[:2].tolist()
    made = replace(made, events=pd.DataFrame({"subject": seen, "day": [30, 100], "term": "rescue"}))
    who = affected(setting_of(made, declared), declared, JUMP).set_index("subject")
    assert who.loc[seen, ["visit", "strategy"]].to_numpy().tolist() == [
        ["w12", "mar"],
        ["w26", "mar"],
    ]
    assert set(who.drop(index=seen)["strategy"]) == {"jump_to_reference"}


def after_rescue(assumed: Assumption | None):
    """Twelve of the yoga arm need rescue on day 30; scores count, and eight are not seen later."""
    (hypothetical,) = rescue_question().intercurrent_events
    policy = replace(hypothetical, handling=Handling.TREATMENT_POLICY)
    question = replace(rescue_question(), intercurrent_events=(policy,))
    after = AfterEvent(event="Rescue", observed="kept", assumed=assumed)
    declared = replace(
        DECLARED,
        estimand="asked",
        assumptions=(MAR, JUMP),
        conventions=(),
        unseen=Unseen(after_events=(after,)),
    )
    points, yoga = dated_scores(), [str(3 * i + 1) for i in range(12)]
    lost = points["subject"].isin(yoga[:8]) & (points["visit"] == "w26")
    primary = replace(PRIMARY, estimand="asked")
    made = trial(primary, declared, points=points[~lost], estimands=(question,))
    events = pd.DataFrame({"subject": yoga, "day": 30, "term": "rescue"})
    return replace(made, events=events), declared, yoga


def test_an_assumption_after_an_event_whose_scores_count_holds_from_the_event_on():
    """Against the imputation called with these events, which agrees with R rbmi."""
    made, declared, yoga = after_rescue(JUMP)
    found = analyse(made, declared)
    setting = setting_of(made, declared)
    rows = analysed_rows(setting)
    wide = rows.pivot_table(
        index="subject", columns="visit", values="value", observed=False, dropna=False
    )
    assert wide.loc[yoga[8:], "w26"].notna().any()
    direct = oc.impute_reference_based(
        rows[["subject", "visit", "arm", "value", "baseline", "site"]],
        outcome="value",
        visit="visit",
        subject="subject",
        arm="arm",
        reference="usual",
        covariates=["baseline * visit", "arm:visit", "site"],
        intercurrent=pd.DataFrame({"subject": yoga, "visit": "w12"}),
        strategy="jump_to_reference",
    )
    pooled = oc.analyse_imputations(direct, covariates=["baseline", "site"])
    row = pooled[(pooled["visit"] == "w26") & (pooled["quantity"] == "difference")]
    row = row.set_index("arm").loc["yoga"]
    ours = estimate(found, "mar")
    for name in ("estimate", "std_error"):
        assert ours[name] == pytest.approx(row[name], rel=1e-9)
    assert (
        found.imputed["n_not_in_model"].sum() == wide.loc[yoga, ["w12", "w26"]].notna().sum().sum()
    )
    assert "After rescue, scores not seen are imputed as jump to reference" in found.methods[0]
    without = estimate(analyse(*after_rescue(None)[:2]), "mar")
    assert without["estimate"] < ours["estimate"] - 0.05  # usual care is worse


def test_patients_lost_are_counted_whatever_is_assumed_after_an_event():
    own, plain = after_rescue(JUMP), after_rescue(None)
    pd.testing.assert_frame_equal(analyse(*own[:2]).lost, analyse(*plain[:2]).lost)


def test_a_patient_never_seen_leaves_no_mean_to_carry():
    lost = MADE.scores.query("not (subject == '1' and visit != 'start')")
    found = analyse(trial(PRIMARY, DECLARED, points=lost), DECLARED)
    row = estimate(found, "last_mean_carried_forward")
    assert np.isnan(row["estimate"])
    assert row["reason"] == "1 patients have no score after baseline whose mean could be carried"
    ard = found.to_ard().query("context == 'estimate_by_assumption'")
    lacking = ard[ard["stat"].isna()]
    assert set(lacking["error"]) == {row["reason"]}
    first = replace(DECLARED, assumptions=(Assumption.LAST_MEAN_CARRIED_FORWARD,))
    with pytest.raises(NotEstimableError, match="Name another assumption first"):
        analyse(trial(PRIMARY, first, points=lost), first)


def test_responders_of_a_completed_data_set_are_counted_by_hand():
    setting = setting_of(MADE, DECLARED)
    frame = pd.DataFrame(
        {
            "subject": list("abcdefgh"),
            "arm": ["usual"] * 4 + ["yoga"] * 2 + ["qigong"] * 2,
            "visit": "w26",
            "baseline": [8.0, 8.0, 8.0, 0.0, 8.0, 8.0, 8.0, 8.0],
            "value": [5.6, 5.7, 9.0, 0.0, 1.0, 8.0, 1.0, 2.0],
        }
    )
    found = shares(frame, setting, 30.0).set_index(["quantity", "arm"])
    # Usual care: 5.6 alone is an improvement by 30 %; a baseline of zero has no percentage.
    assert found.loc[("risk", "usual"), "estimate"] == pytest.approx(1 / 3)
    assert found.loc[("risk", "yoga"), "estimate"] == 0.5
    assert found.loc[("difference", "yoga"), "estimate"] == pytest.approx(1 / 2 - 1 / 3)
    variance = 0.25 / 2 + (1 / 3) * (2 / 3) / 3
    assert found.loc[("difference", "yoga"), "std_error"] == pytest.approx(variance**0.5)
    assert found.loc[("difference", "qigong"), "estimate"] == pytest.approx(2 / 3)


def test_responders_are_counted_observed_imputed_and_by_convention():
    small = replace(DECLARED, assumptions=(MAR,), conventions=(), percent=30.0, n_imputations=5)
    found = analyse(trial(PRIMARY, small), small)
    rows = found.responders.query("arm == 'yoga'").set_index("name")
    assert rows.index.tolist() == ["exclude", "mar", "non_responder"]
    assert rows.loc["non_responder", "label"] == "NRI: non-responder imputation"
    seen = setting_of(MADE, small).frame.query("visit == 'w26' and arm == 'yoga'")
    responded = (seen["percent_change"] <= -30).sum()
    assert rows.loc["exclude", "risk"] == pytest.approx(responded / seen["value"].notna().sum())
    assert rows.loc["non_responder", "risk"] == pytest.approx(responded / len(seen))
    assert rows.loc["mar", "monte_carlo_error"] > 0
    again = analyse(trial(PRIMARY, small), small).responders
    pd.testing.assert_frame_equal(found.responders, again)


def test_shares_that_nobody_adds_to_have_no_interval_of_width_zero():
    nobody = replace(DECLARED, assumptions=(MAR,), conventions=(), percent=200.0, n_imputations=5)
    found = analyse(trial(PRIMARY, nobody), nobody)
    row = found.responders.set_index(["name", "arm"]).loc[("mar", "yoga")]
    assert row["risk"] == row["reference_risk"] == 0
    assert row[["estimate", "std_error", "conf_low", "conf_high", "p_value"]].isna().all()
    assert row["reason"].startswith("none or all respond in both arms")
    ard = found.to_ard().query("context == 'responders_by_assumption' and stat_name == 'estimate'")
    assert set(ard["error"]) == {row["reason"]}


def test_the_standard_deviation_is_that_within_arms():
    setting = setting_of(MADE, DECLARED)
    here = setting.frame.query("visit == 'w26'").dropna(subset="value")
    fit = ols("value ~ C(arm)", here.assign(arm=here["arm"].astype(str))).fit()
    assert observed_sd(setting) == pytest.approx(fit.mse_resid**0.5)


@pytest.mark.parametrize(
    ("row", "text"),
    [
        ({"p_value": 0.2}, "With scores imputed as missing at random, p = 0.200: there is no sig"),
        ({"n_imputed": 0}, "p = 0.010, and no score of Yoga is imputed that could be shifted."),
        (
            {"shift": float("nan")},
            "and no shift of the 7 imputed scores with Yoga by up to 9.00 points for the worse",
        ),
        (
            {},
            "p reaches 0.05 only if the 7 imputed scores with Yoga are shifted by 2.50 points for",
        ),
        ({}, "the worse (1.25 standard deviations of the scores seen), those with Usual care"),
        ({"shift": -2.5}, "shifted by 2.50 points for the better"),
    ],
)
def test_the_verdict_says_where_the_conclusion_tips(row, text):
    found = {"arm": "yoga", "p_value": 0.01, "shift": 2.5, "furthest": 9.0, "n_imputed": 7, "sd": 2}
    setting = setting_of(MADE, DECLARED)
    assert text in _verdict(setting, DECLARED, found | row, "missing at random", 2)


def test_what_cannot_be_examined_is_refused():
    other = replace(DECLARED, sensitivity_of="primry")
    with pytest.raises(SpecificationError, match=r"no analysis of a score 'primry' \(did you mean"):
        analyse(MADE, other)
    with pytest.raises(SpecificationError, match="asks another question: visit must be the same"):
        analyse(MADE, replace(DECLARED, visit="w12"))
    margin = Hypothesis(kind="equivalence", margin=1.0)
    with pytest.raises(UnsupportedCombinationError, match="declares equivalence"):
        analyse(MADE, replace(DECLARED, hypothesis=margin))


def test_the_report_has_what_the_result_has(result):
    assert set(Convention) - {Convention.NON_RESPONDER} == set(DECLARED.conventions)
    assert result.examined.startswith("Under the 4 assumptions estimated the difference for Yoga")
    titles = [note.title for note in result.notes]
    assert "Conventions are shown for comparison only" in titles
    kinds = result.patterns.drop_duplicates(["pattern", "arm"]).groupby("kind")["n"].sum()
    assert kinds.sum() == result.n_subjects


def test_the_analysis_examined_says_where_it_is():
    notes = [note for note in analyse(MADE, PRIMARY).notes if "examined" in note.title]
    assert ["“missing” of the plan" in note.text for note in notes] == [True]
    assert not [n for n in analyse(trial(PRIMARY), PRIMARY).notes if "examined" in n.title]


def test_missing_baselines_are_imputed_beside_the_scores_seen():
    """Five of those seen at the last visit lack their baseline; the row rests on all seen."""
    seen = MADE.scores.query("visit == 'w26'")["subject"].iloc[:5]
    lacking = MADE.scores["subject"].isin(seen) & (MADE.scores["visit"] == "start")
    few = replace(DECLARED, assumptions=(MAR,), conventions=(), n_imputations=10)
    found = analyse(trial(PRIMARY, few, points=MADE.scores[~lacking]), few)
    row, observed = estimate(found, "chained_equations"), estimate(found, "observed")
    whole = estimate(analyse(trial(PRIMARY, few), few), "observed")
    assert (row["n"], observed["n"], whole["n"]) == (observed["n"] + 5, observed["n"], row["n"])
    assert row["estimate"] != observed["estimate"]
    # With every baseline known, the same patients give nearly the same answer.
    assert abs(row["estimate"] - whole["estimate"]) < 0.5 * whole["std_error"]
    assert "chained equations" in " ".join(found.methods)


def test_without_missing_baselines_there_is_no_such_row(result):
    assert not (result.estimates["group"] == "covariates").any()
