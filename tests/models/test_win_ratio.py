"""Win statistics against a hand count, a published trial and R, their symmetry, and refusals."""

import tomllib

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from outcomes.errors import (
    DataError,
    NotEstimableError,
    SchemaError,
    SpecificationError,
    UnsupportedCombinationError,
)
from outcomes.models.win_levels import (
    BinaryLevel,
    ContinuousLevel,
    OrdinalLevel,
    TimeToEventLevel,
)
from outcomes.models.win_ratio import win_ratio
from tests.conftest import ROOT

FOLDER = ROOT / "tests" / "reference" / "analyses"
REFERENCE = tomllib.loads((FOLDER / "win_ratio.toml").read_text(encoding="utf-8"))
STATISTICS = ["win_ratio", "win_odds", "net_benefit"]


def example() -> pd.DataFrame:
    case = REFERENCE["example"]
    frames = [
        pd.DataFrame(case[arm], columns=["pain", "odi", "mme"]).assign(arm=arm)
        for arm in ("treated", "control")
    ]
    return pd.concat(frames, ignore_index=True)


def example_levels() -> list[ContinuousLevel]:
    margins = REFERENCE["example"]["margins"]
    return [
        ContinuousLevel(name, higher_is="worse", margin=margin)
        for name, margin in zip(("pain", "odi", "mme"), margins, strict=True)
    ]


def actt() -> pd.DataFrame:
    case = REFERENCE["actt1"]
    parts = [
        pd.DataFrame({"arm": arm, "status": np.repeat(np.arange(1, 9), case[arm])})
        for arm in ("remdesivir", "placebo")
    ]
    return pd.concat(parts, ignore_index=True)


STATUS = ContinuousLevel("status", higher_is="worse")


def made() -> pd.DataFrame:
    return pd.read_csv(FOLDER / REFERENCE["made"]["file"])


def made_levels() -> list:
    return [
        TimeToEventLevel("time", "event", event_is="worse", label="death"),
        BinaryLevel("response", event_is="better"),
        ContinuousLevel("score", higher_is="better", margin=REFERENCE["made"]["margin"]),
    ]


def by_statistic(fit) -> pd.DataFrame:
    return fit.table().set_index("statistic")


def test_nine_pairs_counted_by_hand():
    case = REFERENCE["example"]
    fit = win_ratio(example(), arm="arm", reference="control", levels=example_levels())
    assert fit.levels["wins"].sum() == case["wins"]
    assert fit.levels["losses"].sum() == case["losses"]
    assert fit.levels["ties"].iloc[-1] == case["ties"]
    found = by_statistic(fit)["estimate"]
    assert found.to_dict() == pytest.approx({name: case[name] for name in STATISTICS}, abs=1e-12)


def test_a_published_trial_agrees_with_hce():
    case = REFERENCE["actt1"]
    fit = win_ratio(actt(), arm="arm", reference="placebo", levels=[STATUS])
    counts = fit.levels.loc[0, ["wins", "losses", "ties"]].tolist()
    assert counts == [case["wins"], case["losses"], case["ties"]]
    found = by_statistic(fit)
    expected = {name: case[name] for name in STATISTICS}
    assert found["estimate"].to_dict() == pytest.approx(expected, rel=1e-9)
    # The win probability is (1 + net benefit) / 2.
    assert found.loc["net_benefit", "std_error"] / 2 == pytest.approx(
        case["win_probability_std_error"], rel=1e-9
    )
    biased = case["log_win_ratio_std_error_divisor_n"]
    n = [sum(case["remdesivir"]), sum(case["placebo"])]
    scale = np.sqrt([each / (each - 1) for each in n])
    assert biased * scale.min() <= found.loc["win_ratio", "std_error"] <= biased * scale.max()


@pytest.mark.parametrize("strata", [(), "stratum"])
def test_several_kinds_of_levels_agree_with_wins(strata):
    case = REFERENCE["made"]["stratified" if strata else "unstratified"]
    fit = win_ratio(
        made(),
        arm="arm",
        reference="control",
        levels=made_levels(),
        strata=strata,
        variance="null",
    )
    if not strata:
        assert fit.levels["wins"].tolist() == REFERENCE["made"]["wins_by_level"]
        assert fit.levels["losses"].tolist() == REFERENCE["made"]["losses_by_level"]
    found = by_statistic(fit)
    for name in ("win_ratio", "win_odds"):
        row = found.loc[name, ["estimate", "conf_low", "conf_high", "p_value"]]
        assert row.astype(float).tolist() == pytest.approx(case[name], rel=1e-9)
    low, high = case["net_benefit_limits"]
    assert found.loc["net_benefit", "estimate"] == pytest.approx(case["net_benefit"], rel=1e-9)
    half = (high - low) / 2 / norm.isf(0.025)
    assert found.loc["net_benefit", "std_error"] == pytest.approx(half, rel=1e-9)


@pytest.mark.parametrize("variance", ["u_statistic", "null"])
@pytest.mark.parametrize("strata", [(), "stratum"])
def test_swapping_arms_gives_reciprocals(variance, strata):
    options = {"arm": "arm", "levels": made_levels(), "strata": strata, "variance": variance}
    there = by_statistic(win_ratio(made(), reference="control", **options))
    back = by_statistic(win_ratio(made(), reference="active", **options))
    for name in ("win_ratio", "win_odds"):
        assert back.loc[name, "estimate"] == pytest.approx(1 / there.loc[name, "estimate"])
        assert back.loc[name, "conf_low"] == pytest.approx(1 / there.loc[name, "conf_high"])
    assert back.loc["net_benefit", "estimate"] == pytest.approx(
        -there.loc["net_benefit", "estimate"]
    )
    assert back["p_value"].tolist() == pytest.approx(there["p_value"].tolist())


def test_the_variance_agrees_with_the_jackknife():
    data = made()
    fit = by_statistic(win_ratio(data, arm="arm", reference="control", levels=made_levels()))
    left_out = [
        by_statistic(
            win_ratio(data.drop(row), arm="arm", reference="control", levels=made_levels())
        )["estimate"]
        for row in data.index
    ]
    net = pd.DataFrame(left_out)["net_benefit"].groupby(data["arm"].to_numpy())
    jackknife = np.sqrt((net.var(ddof=0) * (net.size() - 1)).sum())
    assert fit.loc["net_benefit", "std_error"] == pytest.approx(jackknife, rel=1e-9)


def test_patients_alone_are_clusters_of_one():
    data = made().assign(alone=None)
    options = {"arm": "arm", "reference": "control", "levels": made_levels()}
    plain, clustered = win_ratio(data, **options), win_ratio(data, cluster="alone", **options)
    assert clustered.n_clusters == len(data)
    numbers = ["estimate", "std_error", "conf_low", "conf_high"]
    assert by_statistic(clustered)[numbers].to_numpy() == pytest.approx(
        by_statistic(plain)[numbers].to_numpy()
    )


def test_copies_within_a_cluster_add_no_information():
    data = made()
    twice = pd.concat([data, data], ignore_index=True)
    twice["cluster"] = np.tile(np.arange(len(data)), 2)
    options = {"arm": "arm", "reference": "control", "levels": made_levels()}
    once = by_statistic(win_ratio(data, **options))
    found = by_statistic(win_ratio(twice, cluster="cluster", **options))
    assert found["std_error"].to_numpy() == pytest.approx(once["std_error"].to_numpy())
    ignored = by_statistic(win_ratio(twice, **options))
    assert (ignored["std_error"] < 0.8 * once["std_error"]).all()


@pytest.mark.parametrize("cluster", [None, "cluster"])
def test_the_bootstrap_is_near_the_u_statistic(cluster):
    data = actt().sample(240, random_state=3)
    data["cluster"] = data["arm"] + (np.arange(len(data)) // 4).astype(str)
    options = {"arm": "arm", "reference": "placebo", "levels": [STATUS], "cluster": cluster}
    exact = by_statistic(win_ratio(data, **options))
    drawn = by_statistic(
        win_ratio(
            data,
            variance="bootstrap",
            n_resamples=4000,
            rng=np.random.default_rng(5),
            **options,
        )
    )
    # 4000 resamples give a standard error to about 1.1 %; five of those.
    assert drawn["std_error"].to_numpy() == pytest.approx(exact["std_error"].to_numpy(), rel=0.06)
    assert drawn["estimate"].to_numpy() == pytest.approx(exact["estimate"].to_numpy())


def test_a_hierarchy_of_one_binary_level_is_the_risk_difference():
    fit = win_ratio(
        made(), arm="arm", reference="control", levels=[BinaryLevel("response", event_is="better")]
    )
    risk = made().groupby("arm")["response"].mean()
    found = by_statistic(fit).loc["net_benefit"]
    assert found["estimate"] == pytest.approx(risk["active"] - risk["control"])
    n = made().groupby("arm").size() - 1
    assert found["std_error"] == pytest.approx(np.sqrt((risk * (1 - risk) / n).sum()))


def test_ordinal_categories_are_what_numbers_are():
    words = {number: f"category {number}" for number in range(1, 9)}
    named = actt().assign(status=actt()["status"].map(words))
    level = OrdinalLevel("status", worst_to_best=tuple(words[number] for number in range(8, 0, -1)))
    found = win_ratio(named, arm="arm", reference="placebo", levels=[level])
    expected = win_ratio(actt(), arm="arm", reference="placebo", levels=[STATUS])
    pd.testing.assert_frame_equal(found.statistics, expected.statistics)


def times(*rows) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["arm", "time", "event"])
    return pd.concat([frame, frame], ignore_index=True)


@pytest.mark.parametrize(
    ("active", "reference", "won"),
    [
        ((10, 1), (5, 1), (1, 0)),  # later event
        ((10, 0), (5, 1), (1, 0)),  # followed beyond the other's event
        ((5, 0), (5, 1), (1, 0)),  # follow-up ends on the day of the other's event
        ((5, 1), (5, 1), (0, 0)),  # same day
        ((4, 0), (5, 1), (0, 0)),  # lost before the other's event
        ((4, 0), (5, 0), (0, 0)),  # no event
        ((4, 1), (5, 0), (0, 1)),
    ],
)
def test_times_are_compared_as_far_as_both_are_followed(active, reference, won):
    data = times(("a", *active), ("b", *reference))
    level = TimeToEventLevel("time", "event", event_is="worse")
    fit = win_ratio(data, arm="arm", reference="b", levels=[level])
    assert tuple(fit.levels.loc[0, ["wins", "losses"]] / 4) == won
    better = TimeToEventLevel("time", "event", event_is="better")
    turned = win_ratio(data, arm="arm", reference="b", levels=[better])
    assert tuple(turned.levels.loc[0, ["losses", "wins"]] / 4) == won


def test_a_horizon_and_a_margin_of_time():
    data = times(("a", 20, 1), ("b", 12, 1))
    near = TimeToEventLevel("time", "event", event_is="worse", margin=8.5)
    assert win_ratio(data, arm="arm", reference="b", levels=[near]).levels.loc[0, "ties"] == 4
    far = TimeToEventLevel("time", "event", event_is="worse", margin=8)
    assert win_ratio(data, arm="arm", reference="b", levels=[far]).levels.loc[0, "wins"] == 4
    early = TimeToEventLevel("time", "event", event_is="worse", horizon=10)
    assert win_ratio(data, arm="arm", reference="b", levels=[early]).levels.loc[0, "ties"] == 4


def test_a_missing_value_hands_the_pair_on_and_is_counted():
    data = example()
    data["pain"] = data["pain"].astype(float)
    data.loc[0, "pain"] = np.nan
    with pytest.raises(SchemaError, match=r"pain: 1 of 6; first rows of pain: 0\).*missing='tie'"):
        win_ratio(data, arm="arm", reference="control", levels=example_levels())
    fit = win_ratio(data, arm="arm", reference="control", levels=example_levels(), missing="tie")
    assert fit.levels["missing"].tolist() == [3, 0, 0]
    # The first patient wins all three pairs on function instead of pain.
    assert fit.levels["wins"].tolist() == [2, 3, 1]


def test_every_arm_is_compared_with_the_reference():
    third = actt().query("arm == 'placebo'").assign(arm="half")
    fit = win_ratio(
        pd.concat([actt(), third], ignore_index=True),
        arm="arm",
        reference="placebo",
        levels=[STATUS],
    )
    assert fit.table()["arm"].tolist() == ["half"] * 3 + ["remdesivir"] * 3
    same = fit.statistics.query("arm == 'half'").set_index("statistic")["estimate"]
    assert same.tolist() == pytest.approx([1, 1, 0])


def test_what_cannot_be_estimated_says_why():
    tied = pd.DataFrame({"arm": ["a", "a", "b", "b"], "x": [1, 1, 1, 1]})
    level = [ContinuousLevel("x", higher_is="worse")]
    found = by_statistic(win_ratio(tied, arm="arm", reference="b", levels=level))
    assert (found["reason"] == "every pair is tied on every level").all()
    assert found.loc[["win_odds", "net_benefit"], "estimate"].tolist() == [1.0, 0.0]
    assert found[["std_error", "conf_low", "conf_high", "p_value"]].isna().all(axis=None)

    ahead = tied.assign(x=[0, 1, 1, 2])
    found = by_statistic(win_ratio(ahead, arm="arm", reference="b", levels=level))
    assert "lost no pair" in found.loc["win_ratio", "reason"]
    assert np.isnan(found.loc["win_ratio", "estimate"])
    assert found.loc["net_benefit", "estimate"] == 0.75
    assert found.loc["net_benefit", "conf_low"] < 0.75 < found.loc["net_benefit", "conf_high"]
    assert found.loc["net_benefit", "reason"] == ""
    behind = by_statistic(win_ratio(ahead, arm="arm", reference="a", levels=level))
    assert "won no pair" in behind.loc["win_ratio", "reason"]

    beaten = tied.assign(x=[0, 0, 1, 2])
    found = by_statistic(win_ratio(beaten, arm="arm", reference="b", levels=level))
    assert found.loc["net_benefit", "estimate"] == 1
    assert (found["reason"] != "").all()
    assert found[["std_error", "conf_low", "conf_high", "p_value"]].isna().all(axis=None)


LEVEL = ContinuousLevel("x", higher_is="worse")
GOOD = pd.DataFrame(
    {"arm": ["a", "a", "b", "b"], "x": [1.0, 2, 3, 4], "site": ["u", "u", "u", "v"]}
)


@pytest.mark.parametrize(
    ("changes", "error", "says"),
    [
        ({"levels": []}, SpecificationError, "levels is empty"),
        ({"reference": "c"}, SpecificationError, "the arms are a, b"),
        ({"levels": [LEVEL, LEVEL]}, SpecificationError, "called alike"),
        ({"levels": ["x"]}, SpecificationError, "A level is a ContinuousLevel"),
        ({"levels": [ContinuousLevel("y", higher_is="worse")]}, SchemaError, "'y' .level y"),
        (
            {"levels": [ContinuousLevel("x", higher_is="worse", margin=-1)]},
            SpecificationError,
            "margin is -1",
        ),
        (
            {"levels": [ContinuousLevel("x", higher_is="up")]},
            SpecificationError,
            "allowed are 'worse' and 'better'",
        ),
        ({"levels": [BinaryLevel("x", event_is="worse")]}, SchemaError, "not True/False or 1/0"),
        ({"levels": [ContinuousLevel("arm", higher_is="worse")]}, SchemaError, "must be numeric"),
        (
            {"levels": [OrdinalLevel("x", worst_to_best=(1, 2))]},
            DataError,
            "2 of 4 values are no category",
        ),
        ({"strata": "site"}, NotEstimableError, "stratum u: b has 1; a variance"),
        ({"missing": "drop"}, SpecificationError, "allowed is 'tie'"),
        ({"variance": "exact"}, SpecificationError, "allowed are 'u_statistic'"),
        ({"variance": "bootstrap"}, SpecificationError, "needs rng="),
        ({"variance": "null", "cluster": "site"}, UnsupportedCombinationError, "independent"),
        ({"conf_level": 95}, SpecificationError, "conf_level"),
    ],
)
def test_what_is_refused(changes, error, says):
    options = {"arm": "arm", "reference": "b", "levels": [LEVEL]} | changes
    with pytest.raises(error, match=says):
        win_ratio(GOOD, **options)


def test_a_level_nobody_has_is_refused():
    with pytest.raises(NotEstimableError, match="nobody has a value"):
        win_ratio(GOOD.assign(x=np.nan), arm="arm", reference="b", levels=[LEVEL], missing="tie")


def in_arms(active, reference) -> pd.DataFrame:
    arm = ["treated"] * len(active) + ["control"] * len(reference)
    return pd.DataFrame({"arm": arm, "x": [*active, *reference]})


def decided(data, level) -> list[int]:
    fit = win_ratio(data, arm="arm", reference="control", levels=[level])
    return fit.levels[["wins", "losses", "ties"]].iloc[0].tolist()


def test_values_that_differ_by_rounding_alone_tie():
    # Every change is 3.1; as binary numbers they are not all the same.
    data = in_arms([7.3 - 4.2, 6.1 - 3.0], [5.3 - 2.2, 4.4 - 1.3])
    assert len(set(data["x"])) > 1
    assert decided(data, ContinuousLevel("x", higher_is="worse")) == [0, 0, 4]


@pytest.mark.parametrize("unit", [1e-11, 1e-3, 1.0, 1e9])
def test_the_unit_decides_no_pair(unit):
    data = in_arms(np.array([3, 5, 0.3]) * unit, np.array([1, 4, 0.1]) * unit)
    wins = decided(data, ContinuousLevel("x", higher_is="better", margin=0.2 * unit))
    assert wins == [6, 3, 0]


def test_times_that_differ_by_rounding_alone_tie():
    data = in_arms([0.3, 1.0], [0.1 + 0.2, 1.0]).assign(event=True)
    found = decided(data, TimeToEventLevel("x", "event", event_is="worse"))
    assert found == [1, 1, 2]
