"""Every number of times to an event as parts of the analysis results data."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from outcomes.analyses.ard import Part
from outcomes.analyses.event_times import EventTimes


def event_time_parts(times: EventTimes, variable: str) -> Iterator[Part]:
    """Give what was found of times as rows of analysis results data."""
    days = dict.fromkeys(("median", "estimate", "conf_low", "conf_high", "std_error"), "days")
    for context, frame, groups, units, method in (
        ("hazard_ratio", times.hazard_ratios, ("arm",), {}, "Cox model, Efron"),
        (
            "hazard_ratio_robust",
            times.robust,
            ("arm",),
            {},
            "Cox model, Efron, robust by treatment group",
        ),
        ("log_rank", times.log_rank, ("arm",), {}, "Log-rank test, unadjusted"),
        (
            "proportional_hazards",
            times.proportional_hazards,
            ("term",),
            {},
            "Score test with one minus Kaplan-Meier",
        ),
        ("median", times.medians, ("arm",), days, "Kaplan-Meier"),
        ("survival", times.survival, ("arm", "time"), {}, "Kaplan-Meier"),
        ("at_risk", times.at_risk, ("arm", "time"), {}, ""),
        ("restricted_mean", times.restricted_means, ("arm",), days, _restricted(times)),
        (
            "restricted_mean_difference",
            times.restricted_differences,
            ("arm",),
            days,
            _restricted(times),
        ),
        (
            "cumulative_incidence",
            times.incidence_at.drop(columns=["time", "reason"]),
            ("arm", "cause"),
            {},
            "Aalen-Johansen",
        ),
        ("gray", times.gray, ("arm",), {}, "Gray's test"),
        (
            "subdistribution_hazard_ratio",
            times.subdistribution,
            ("arm",),
            {},
            "Fine-Gray model, as cmprsk::crr",
        ),
    ):
        if len(frame):
            yield Part(
                context=context,
                frame=frame,
                groups=groups,
                variable=variable,
                units=units,
                method=method,
                absent="not reached" if context == "median" else "not estimated",
            )
    yield Part(context="fit", frame=pd.DataFrame({"n_model": [times.n_model], "tau": [times.tau]}))


def _restricted(times: EventTimes) -> str:
    return f"Area under Kaplan-Meier up to day {times.tau:g}"
