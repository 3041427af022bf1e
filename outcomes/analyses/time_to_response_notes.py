"""What a report says of times to response: choices, notes and methods."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from outcomes.analyses.event_times import EventTimes
from outcomes.analyses.mean_difference import (
    adjusters_sentence,
    interval_sentence,
    population_sentence,
)
from outcomes.analyses.result import Note, Planned
from outcomes.analyses.setting import Adjusted, Setting
from outcomes.tables.format import p_phrase, plain

if TYPE_CHECKING:
    from outcomes.analyses.time_to_response import TimeToResponse


def planned_rows(specification: TimeToResponse, times: EventTimes) -> list[Planned]:
    """List the comparison and the limit of mean times."""
    cox = "Cox model, ties after Efron"
    return [
        Planned(
            choice="Comparison of times",
            planned=cox,
            used=cox,
            reason="The unadjusted log-rank test is printed beside it",
        ),
        tau_row(specification.tau, times),
    ]


def tau_row(declared: float | None, times: EventTimes) -> Planned:
    """Say up to which day mean times are compared, and why."""
    used = f"Day {plain(times.tau)}"
    if declared is not None:
        return Planned(
            choice="Limit of mean times", planned=used, used=used, reason="Declared in the plan"
        )
    return Planned(
        choice="Limit of mean times",
        planned=used,
        used=used,
        reason="No day is declared: the last scheduled visit, or the last follow-up that all arms "
        "reach where that is earlier",
    )


def proportional_note(times: EventTimes, alpha: float) -> list[Note]:
    """Warn beside the headline where hazards are seen not to be proportional between arms."""
    rows = times.proportional_hazards
    mine = rows[rows["term"] == "arm"]
    if mine.empty or float(mine["p_value"].iloc[0]) >= alpha:
        return []
    return [
        Note(
            kind="warning",
            title="Hazards are not proportional",
            text=f"The ratio of hazards between arms changes with time "
            f"({p_phrase(float(mine['p_value'].iloc[0]))}); one hazard ratio is an average over "
            "the follow-up. Read the difference in mean times beside it.",
            beside_headline=True,
        )
    ]


def interval_note(setting: Setting) -> Note:
    """Say how coarse the times are."""
    gaps = np.diff([setting.design.baseline.day, *(v.day for v in setting.design.follow_up)])
    return Note(
        kind="information",
        title="Times are interval-censored by design",
        text="A response is known only to have come between two scheduled visits, which are "
        f"{gaps.min()} to {gaps.max()} days apart; it is counted on the nominal day of the second. "
        "Medians and curves carry that coarseness; the checks repeat the comparison without it.",
    )


def cox_notes(times: EventTimes) -> list[Note]:
    """Pass on what was said while the Cox model was fitted."""
    return [Note(kind="warning", title="Cox model", text=text) for text in times.cox_notes]


def failure_notes(failures: Iterable[tuple[str, str]]) -> list[Note]:
    """Say what could not be estimated, and why."""
    return [
        Note(kind="warning", title=f"Not estimated: {what}", text=why) for what, why in failures
    ]


def undefined_notes(setting: Setting, derived: pd.DataFrame) -> list[Note]:
    """Count those for whom no response can be defined."""
    n = derived.loc[derived["time"].isna(), "reason"].value_counts()
    return [
        Note(
            kind="warning",
            title=f"Response undefined: {cause}",
            text=f"For {count} of {len(derived)} patients no percent improvement in "
            f"{setting.outcome.label} is defined ({cause}); they are left out.",
        )
        for cause, count in n.items()
    ]


def methods(setting: Setting, specification: TimeToResponse, times: EventTimes) -> tuple[str, ...]:
    """Write the methods of this analysis."""
    return (
        f"{population_sentence(setting)} The event is an improvement in {setting.outcome.label} of "
        f"at least {plain(specification.percent)}% of baseline, dated on the nominal day of the "
        f"first visit that shows it, if later visits confirm it: {_rule(specification)} A response "
        "at the last observed visit is censored there. Who has no confirmed response is censored "
        f"at the last scheduled visit with a score{_never(specification)}.",
        *comparison_methods(setting, times, "the active arm responds sooner"),
        "A response lies between the last visit observed without one and the visit that first "
        "shows it. Its probability by each visit is estimated from these intervals, open on the "
        "left, by nonparametric maximum likelihood (Turnbull, J R Stat Soc B 1976;38:290-295) with "
        "limits from the observed information on the log(−log) scale, and the ratio of times by a "
        "Weibull model of the same intervals.",
        interval_sentence(specification.alpha),
    )


def _rule(specification: TimeToResponse) -> str:
    if specification.within is None:
        asked = "the next scheduled visit" if specification.strict else "the next observed visit"
        missed = "; a missed visit between breaks it" if specification.strict else ""
        return f"{asked} must show it too{missed}."
    missed = "breaks" if specification.strict else "does not break"
    return (
        f"every observed visit of the following {plain(specification.within)} days must show it "
        f"too, at least one; a missed visit {missed} the confirmation."
    )


def _never(specification: TimeToResponse) -> str:
    if not specification.never_responds:
        return ""
    reasons = ", ".join(specification.never_responds)
    return f", and at the last scheduled visit where they left for {reasons}"


def comparison_methods(setting: Adjusted, times: EventTimes, above_one: str) -> tuple[str, ...]:
    """Write how curves, hazards, means and cumulative incidence are estimated."""
    said = [
        "The share without the event is estimated by Kaplan and Meier (J Am Stat Assoc "
        "1958;53:457-481) with limits on the log(−log) scale; a median is the first day on which "
        "it has fallen to one half or below, or the middle of days on which it stands at one half. "
        "Patients at risk are counted at the start of each "
        "interval. Arms are compared by the log-rank test, unadjusted, and by the hazard ratio of "
        f"a Cox model with arm{adjusters_sentence(setting)}, ties after Efron (J Am Stat Assoc "
        f"1977;72:557-565); a ratio above 1 means that {above_one}. Proportional hazards are "
        "tested by the score of a coefficient that changes with one minus the Kaplan-Meier "
        "estimate (Grambsch and Therneau, Biometrika 1994;81:515-526).",
        f"Mean times without the event up to day {plain(times.tau)} are areas under the curves "
        "(Royston and Parmar, BMC Med Res Methodol 2013;13:152); their difference assumes no "
        "proportional hazards.",
    ]
    if len(times.incidence):
        said.append(
            "Leaving the trial competes with the event. Cumulative incidence is estimated after "
            "Aalen and Johansen (Scand J Stat 1978;5:141-150) and compared by Gray’s test (Ann "
            "Stat 1988;16:1141-1154) and the subdistribution hazard ratio of Fine and Gray (J Am "
            "Stat Assoc 1999;94:496-509, as R’s cmprsk defines it); the Cox model above is the "
            "cause-specific one, in which leaving ends observation."
        )
    return tuple(said)
