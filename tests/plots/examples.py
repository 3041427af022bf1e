"""Small frames to draw: two to four arms, one to eight visits, awkward labels and values."""

from __future__ import annotations

import numpy as np
import pandas as pd

from outcomes.trial.study import Arm, Visit

LABELS = (
    "Medication only",
    "Integrative care with weekly group classes",
    "Yoga",
    "Cognitive behavioural therapy by telephone",
)
WEEKS = (1, 2, 4, 8, 12, 26, 39, 52)


def arms(n: int) -> tuple[Arm, ...]:
    """The first `n` arms, the reference first."""
    return tuple(
        Arm(id=f"arm{i}", label=label, reference=i == 0) for i, label in enumerate(LABELS[:n])
    )


def visits(n: int) -> tuple[Visit, ...]:
    """A baseline and the last `n` weeks with a visit."""
    follow_up = (Visit(id=f"w{w}", label=f"Week {w}", day=7 * w) for w in WEEKS[-n:])
    return (Visit(id="bl", label="Baseline", day=0, baseline=True), *follow_up)


def estimates(
    n_arms: int, n_visits: int, *, level: float = 40.0, apart: float = 0.4, half: float = 3.0
) -> pd.DataFrame:
    """Means that fall over time, the arms `apart` from each other, intervals of ± `half`."""
    rows = [
        {
            "arm": arm.id,
            "visit": visit.id,
            "estimate": level - apart * i - 2 * half * np.log1p(visit.day / 7),
        }
        for i, arm in enumerate(arms(n_arms))
        for visit in visits(n_visits)[1:]
    ]
    frame = pd.DataFrame(rows)
    return frame.assign(conf_low=frame["estimate"] - half, conf_high=frame["estimate"] + half)


def contrasts(n_arms: int, n_visits: int, **options: float) -> pd.DataFrame:
    """Differences of `estimates` from the reference arm."""
    means = estimates(n_arms, n_visits, **options)
    reference = means[means["arm"] == "arm0"].set_index("visit")["estimate"]
    active = means[means["arm"] != "arm0"]
    columns = ["estimate", "conf_low", "conf_high"]
    shifted = active[columns].sub(active["visit"].map(reference), axis=0)
    return active.assign(**{name: shifted[name] for name in columns})


def survival(n_arms: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Steps at days 28, 84 and 364 and what stands under the axis."""
    steps, counts = [], []
    for i, arm in enumerate(arms(n_arms)):
        for time, left in ((28, 0.9 - 0.01 * i), (84, 0.7 - 0.01 * i), (364, 0.5 - 0.01 * i)):
            steps.append((arm.id, time, left, left - 0.1, left + 0.08))
        counts += [(arm.id, 0, 120, 0, 0), (arm.id, 28, 118, 2, 0), (arm.id, 84, 102, 4, 14)]
        counts.append((arm.id, 364, 80, 6, 34))
    return (
        pd.DataFrame(steps, columns=["arm", "time", "survival", "conf_low", "conf_high"]),
        pd.DataFrame(counts, columns=["arm", "time", "at_risk", "censored", "events"]),
    )


def incidence(n_arms: int) -> pd.DataFrame:
    """Steps of an event and of what competes with it, at days 0, 28, 84 and 364."""
    rows = [
        (arm.id, cause, day, share * size, share * size - 0.02, share * size + 0.03)
        for i, arm in enumerate(arms(n_arms))
        for cause, size in (("event", 0.5 - 0.03 * i), ("competing", 0.2 + 0.01 * i))
        for day, share in ((0, 0.0), (28, 0.3), (84, 0.6), (364, 1.0))
    ]
    columns = ["arm", "cause", "time", "estimate", "conf_low", "conf_high"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.assign(conf_low=frame["conf_low"].where(frame["estimate"] > 0))


def response_by_visit(n_arms: int) -> pd.DataFrame:
    """Probabilities at eight visits that rise; no estimate at the second."""
    rows = [
        (arm.id, float(visit.day), 0.1 + 0.05 * j - 0.01 * i, j == 1)
        for i, arm in enumerate(arms(n_arms))
        for j, visit in enumerate(visits(8)[1:])
    ]
    frame = pd.DataFrame(rows, columns=["arm", "time", "estimate", "unknown"])
    estimate = frame["estimate"].mask(frame["unknown"])
    return frame.assign(estimate=estimate, conf_low=estimate - 0.05, conf_high=estimate + 0.06)


def responder_curve(n_arms: int) -> pd.DataFrame:
    """Shares at every tenth percent, falling, higher in later arms."""
    percent = np.arange(0, 101, 10.0)
    return pd.concat(
        pd.DataFrame(
            {
                "arm": arm.id,
                "percent": percent,
                "proportion": 0.8 / (1 + np.exp((percent - 30 - 12 * i) / 12)),
            }
        )
        for i, arm in enumerate(arms(n_arms))
    )


def responder_counts(n_arms: int) -> pd.DataFrame:
    """Shares with intervals."""
    rows = [(a.id, 50, 20 + 5 * i, 3, 0.4 + 0.1 * i) for i, a in enumerate(arms(n_arms))]
    frame = pd.DataFrame(rows, columns=["arm", "n", "responders", "missing", "proportion"])
    return frame.assign(conf_low=frame["proportion"] - 0.1, conf_high=frame["proportion"] + 0.1)


def improvements(n_arms: int, per_arm: int = 60) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Improvements from 95 down to -190 percent in each arm, and how many are in each group."""
    found = pd.concat(
        pd.DataFrame({"arm": arm.id, "improvement": np.linspace(95, -190, per_arm)})
        for arm in arms(n_arms)
    )
    counts = {"worse": 40, "0 to below 10%": 2, "10 to below 30%": 4, "30 to below 50%": 4}
    counts |= {"50 to below 70%": 4, "70% or more": 6, "event counted as no response": 0}
    rows = [
        (arm.id, group, n)
        for arm in arms(n_arms)
        for group, n in {**counts, "no score at the visit": 15}.items()
    ]
    groups = pd.DataFrame(rows, columns=["arm", "group", "n"])
    return found, groups.assign(share=groups["n"] / 75)


def residual_quantiles(n: int = 500) -> pd.DataFrame:
    """Observed quantiles twice as wide as the normal ones, shifted by one."""
    theoretical = np.linspace(-2.5, 2.5, n)
    return pd.DataFrame({"theoretical": theoretical, "observed": 1 + 2 * theoretical})


def missing_patterns(n_arms: int) -> pd.DataFrame:
    """Count eight visits: all seen, lost before each, none seen, and six patterns with gaps."""
    ids = [visit.id for visit in visits(8)[1:]]
    seen = [[j < last for j in range(8)] for last in range(8, -1, -1)]
    seen += [[j not in gap for j in range(8)] for gap in ([0], [1], [3], [2, 4], [5], [0, 6])]
    rows = [
        {
            "pattern": i + 1,
            "kind": "complete" if i == 0 else "lost for good" if i < 9 else "with gaps",
            "arm": arm.id,
            "visit": visit,
            "seen": pattern[j],
            "n": max(1, 120 // (i + 1) ** 2 - a),
        }
        for i, pattern in enumerate(seen)
        for a, arm in enumerate(arms(n_arms))
        for j, visit in enumerate(ids)
    ]
    return pd.DataFrame(rows)


def by_assumption(n_arms: int) -> pd.DataFrame:
    """Differences that shrink from one assumption to the next; the last cannot be estimated."""
    labels = ("Missing at random", "Copy increments in reference", "Jump to reference")
    rows = [
        (arm.id, "Assumptions", label, -3.0 + i - 0.5 * a, -5.0 + i - 0.5 * a, -1.0 + i - 0.5 * a)
        for a, arm in enumerate(arms(n_arms)[1:])
        for i, label in enumerate(labels)
    ]
    rows += [(arm.id, "Conventions", "Last (LOCF)", *[np.nan] * 3) for arm in arms(n_arms)[1:]]
    columns = ["arm", "group", "label", "estimate", "conf_low", "conf_high"]
    return pd.DataFrame(rows, columns=columns).assign(reason="nobody was seen")


def tipping_grid() -> pd.DataFrame:
    """Shifts from -10 to 10 in both arms; the difference grows by a third of their difference."""
    shifts = np.linspace(-10, 10, 21)
    active, reference = (side.ravel() for side in np.meshgrid(shifts, shifts))
    estimate = -2.4 + active / 3 - reference / 3
    half = 1.96 * np.sqrt(1 + active**2 / 400 + reference**2 / 400)
    frame = pd.DataFrame({"delta_active": active, "delta_reference": reference})
    return frame.assign(
        estimate=estimate, conf_low=estimate - half, conf_high=estimate + half, p_value=0.04
    )


def enrolment() -> pd.DataFrame:
    """Everybody assessed, two reasons of exclusion, everybody randomised."""
    rows = [
        ("assessed for eligibility", 900),
        ("excluded: did not meet one or more of the criteria", 310),
        ("excluded: declined", 90),
        ("randomised", 500),
    ]
    return pd.DataFrame(rows, columns=["step", "n"])


def patient_flow(n_arms: int) -> pd.DataFrame:
    """Every part of a flow, with long names; the last arm alone was treated in sessions."""
    rows = []
    for arm in arms(n_arms):
        steps = [
            ("randomised", "randomised", "randomised", 125),
            ("follow_up", "follow-up", "no withdrawal recorded", 100),
            ("follow_up", "follow-up", "withdrew: unwilling to attend any further visit", 25),
            ("visit", "w4", "seen", 110),
            ("visit", "w4", "not seen", 15),
            ("outcome", "primary", "scored at the visit", 99),
            ("outcome", "primary", "not scored after baseline", 26),
            ("population", "all", "included", 125),
            ("population", "all", "not included", 0),
        ]
        if arm == arms(n_arms)[-1]:
            steps.insert(1, ("treatment", "allocated treatment", "did not start", 4))
            steps.insert(1, ("treatment", "allocated treatment", "started", 121))
        rows += [(*step[:3], arm.id, step[3]) for step in steps]
    return pd.DataFrame(rows, columns=["part", "stage", "step", "arm", "n"])


def harms(n_arms: int) -> pd.DataFrame:
    """Three terms with long names, one of them without any event."""
    names = ("increased pain of the back after exercise in a class", "fall", "nausea")
    rows = [
        (name, arm.id, n := max(20 - 9 * i - 2 * a, 0), 120, 100 * n / 120)
        for i, name in enumerate(names)
        for a, arm in enumerate(arms(n_arms))
    ]
    return pd.DataFrame(rows, columns=["label", "arm", "with_event", "n", "percent"])


def risk_differences(n_arms: int) -> pd.DataFrame:
    """Differences of `harms` from the reference arm with intervals of ± 5 points."""
    frame = harms(n_arms)
    reference = frame[frame["arm"] == "arm0"].set_index("label")["percent"]
    active = frame[frame["arm"] != "arm0"]
    estimate = (active["percent"] - active["label"].map(reference)) / 100
    return active[["label", "arm"]].assign(
        estimate=estimate, conf_low=estimate - 0.05, conf_high=estimate + 0.05
    )


def opioid_doses(n_arms: int) -> pd.DataFrame:
    """Doses that fall over time; of the last interval of the last arm nobody is known."""
    rows = [
        (visit.id, arm.id, 40, 0, 38, mean := 60.0 - 4 * j - i, mean - 6, mean + 6, 20.0)
        for j, visit in enumerate(visits(8))
        for i, arm in enumerate(arms(n_arms))
    ]
    columns = ["visit", "arm", "n", "n_unknown", "n_taking", "mean", "conf_low", "conf_high", "sd"]
    made = pd.DataFrame(rows, columns=columns)
    made = made.assign(median=made["mean"] - 5, q1=made["mean"] - 9, q3=made["mean"] + 9)
    made = made.assign(reason="", factor_set="cdc2022", denominator="window")
    last = made.index[-1]
    made.loc[last, ["mean", "conf_low", "conf_high", "sd", "median", "q1", "q3"]] = np.nan
    made.loc[last, ["n", "n_taking"]] = 0
    made.loc[last, "reason"] = "nobody was followed"
    return made


def subgroups(n_arms: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """All patients, a factor with long levels, one level without an estimate; two tests."""
    levels = [
        ("", "", "All patients", -2.0),
        ("phenotype", "Phenotype of chronic pain", "nociplastic, widespread pain", -1.0),
        ("phenotype", "Phenotype of chronic pain", "neuropathic", -3.0),
        ("phenotype", "Phenotype of chronic pain", "unknown", np.nan),
        ("age", "Age", "61.5 (third quartile)", -2.5),
    ]
    rows = [
        (*level[:3], arm.id, 44, 41, level[3] - a, 1.0, level[3] - a - 2, level[3] - a + 2)
        for a, arm in enumerate(arms(n_arms)[1:])
        for level in levels
    ]
    columns = ["modifier", "label", "level", "arm", "n_active", "n_reference"]
    columns += ["estimate", "std_error", "conf_low", "conf_high"]
    effects = pd.DataFrame(rows, columns=columns).assign(reason="")
    effects.loc[effects["estimate"].isna(), "reason"] = "no score at the visit"
    tests = [
        (modifier, label, arm.id, p, slope, slope - 1, slope + 1, "")
        for arm in arms(n_arms)[1:]
        for modifier, label, p, slope in (
            ("phenotype", "Phenotype of chronic pain", 0.21, np.nan),
            ("age", "Age", 0.0004, 0.1),
        )
    ]
    names = ["modifier", "label", "arm", "p_value", "slope", "conf_low", "conf_high", "reason"]
    return effects, pd.DataFrame(tests, columns=names)


def scoring_counts() -> pd.DataFrame:
    """Administrations of four scales, one of them with a long name and one never scored."""
    labels = ("Pain intensity", "A scale whose name is longer than there is room for", "C", "D")
    return pd.DataFrame(
        {
            "label": labels,
            "n": [1000, 1000, 990, 40],
            "prorated": [0, 25, 0, 0],
            "too_few_answers": [1, 0, 31, 0],
            "not_administered": [0, 2, 0, 40],
            "other_missing": 0,
        }
    )
