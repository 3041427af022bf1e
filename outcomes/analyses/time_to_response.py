"""Time to the first confirmed response: curves, comparisons, and what the visits hide."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from outcomes.analyses.ard import Part, ard, shared_parts, variable_of
from outcomes.analyses.clusters import cluster_notes, design_effects
from outcomes.analyses.event_time_parts import event_time_parts
from outcomes.analyses.event_times import EventTimes, compare_times
from outcomes.analyses.hypothesis import no_judgements, only_superiority
from outcomes.analyses.notes import adjuster_notes, factor_choice, window_notes
from outcomes.analyses.outcome import require_percentages
from outcomes.analyses.population import flow_frame, observed_frame
from outcomes.analyses.result import Headline, Result
from outcomes.analyses.setting import Setting, one_of
from outcomes.analyses.time_to_response_notes import (
    cox_notes,
    failure_notes,
    interval_note,
    methods,
    planned_rows,
    proportional_note,
    undefined_notes,
)
from outcomes.analyses.visit_intervals import VisitIntervals, by_intervals
from outcomes.endpoints import confirmed_response
from outcomes.estimands import Handling
from outcomes.plots.survival import plot_responses_over_time
from outcomes.tables.format import plain
from outcomes.trial.study import OutcomeAnalysis


@dataclass(frozen=True, kw_only=True)
class TimeToResponse(OutcomeAnalysis):
    """Time to the first improvement by `percent` of baseline that later visits confirm.

    Times are nominal days. `visit` is not used: the whole follow-up is. Factors and covariates
    enter the models; curves, log-rank test and restricted means are unadjusted.

    Parameters
    ----------
    percent : float
        Least improvement that is a response.
    within : float, optional
        Days within which every observed visit must confirm it; None asks the next visit alone.
    strict : bool
        Whether a missed visit among those asked breaks the confirmation.
    never_responds : tuple of str
        Reasons of withdrawal after which nobody responds, such as lack of efficacy: these patients
        are censored at the last scheduled visit, not when they left.
    tau : float, optional
        Day up to which mean times are compared; None is the last scheduled visit, or the last
        follow-up that all arms reach where that is earlier.
    """

    # An event that stands for no response, or ends treatment, competes with a response.
    strategies: ClassVar[frozenset[Handling]] = frozenset(
        {Handling.TREATMENT_POLICY, Handling.HYPOTHETICAL, Handling.PRINCIPAL_STRATUM}
    )

    kind: Literal["time_to_response"] = "time_to_response"
    percent: float = 30.0
    within: float | None = None
    strict: bool = True
    never_responds: tuple[str, ...] = ()
    tau: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class TimeToResponseResult(Result):
    """What a `TimeToResponse` found; times in nominal days.

    Parameters
    ----------
    times : EventTimes
        Curves and comparisons that take the visit's day for the time; the competing event is
        leaving the trial.
    intervals : VisitIntervals
        The same question with the response somewhere between two visits.
    reasons : DataFrame
        arm, reason, n: why each time ends.
    """

    specification: TimeToResponse
    times: EventTimes
    intervals: VisitIntervals
    reasons: pd.DataFrame

    @property
    def contrasts(self) -> pd.DataFrame:
        """Hazard ratios, one row per active arm; above 1 it responds sooner."""
        return self.times.hazard_ratios

    @property
    def examined(self) -> str:
        """What was examined beside the hazard ratio."""
        return (
            "Proportional hazards were tested, mean times compared without assuming them, and the "
            "analysis repeated with responses between visits; see the checks."
        )

    def table(self) -> pd.DataFrame:
        """Hazard ratios, one row per active arm."""
        return self.contrasts

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the share with a response over time, with the patients at risk below."""
        return plot_responses_over_time(
            self.times.survival, self.times.at_risk, arms=self.arms, ax=ax
        )

    def to_ard(self) -> pd.DataFrame:
        """Every number of the result, one row each."""
        variable = f"{variable_of(self)} confirmed {plain(self.specification.percent)}%"
        parts = [
            *shared_parts(self),
            *event_time_parts(self.times, variable),
            *self.intervals.parts(variable),
            Part(context="reasons", frame=self.reasons, groups=("arm", "reason")),
        ]
        return ard(self.specification, parts, n_rows=self.times.n_subjects)


def analyse_time_to_response(
    setting: Setting, specification: TimeToResponse
) -> TimeToResponseResult:
    """Derive times to confirmed response and compare them between arms.

    Raises
    ------
    NotEstimableError
        Nobody responds in an arm.
    SpecificationError
        A reason in `never_responds` is nobody's, or `tau` lies beyond the follow-up of an arm.
    UnsupportedCombinationError
        The hypothesis is not superiority, or the scale has no true zero.
    """
    require_percentages(setting.outcome)
    only_superiority(specification, "hazard ratio")
    derived = _derived(setting, specification)
    times = derived[derived["time"].notna()].astype({"event": bool})
    level = 1 - specification.alpha
    clusters = setting.design.clusters
    found = compare_times(
        times,
        reference=setting.reference.id,
        adjusters=setting.adjusters,
        days=[0.0, *(float(visit.day) for visit in setting.design.follow_up)],
        tau=specification.tau,
        cluster=clusters.column if clusters else None,
        conf_level=level,
    )
    intervals = by_intervals(setting, times, conf_level=level)
    effects = design_effects(setting, times)
    choices, factor_notes = factor_choice(setting, specification)
    return TimeToResponseResult(
        specification=specification,
        arms=setting.arms,
        visits=setting.design.visits,
        outcome=setting.outcome,
        headlines=_headlines(setting, specification, found.hazard_ratios),
        flow=_flow(setting, derived, times),
        observed=observed_frame(setting.recorded, setting.design.baseline, setting.arms),
        planned=(*planned_rows(specification, found), *choices),
        notes=(
            *cluster_notes(setting, effects),
            *proportional_note(found, specification.alpha),
            interval_note(setting),
            *factor_notes,
            *cox_notes(found),
            *failure_notes((*found.failures, *intervals.failures)),
            *undefined_notes(setting, derived),
            *adjuster_notes(setting),
            *window_notes(setting),
        ),
        methods=methods(setting, specification, found),
        design_effects=effects,
        judgements=no_judgements(),
        times=found,
        intervals=intervals,
        reasons=_reasons(derived),
    )


def _derived(setting: Setting, specification: TimeToResponse) -> pd.DataFrame:
    """One row per patient: times, the interval of the response, cause and adjusters."""
    derived = confirmed_response(
        setting.frame,
        percent=specification.percent,
        higher_is=setting.outcome.higher_is,
        within=specification.within,
        strict=specification.strict,
        never_responds=_never(setting, specification),
    ).merge(
        setting.frame.drop_duplicates("subject").drop(columns=["arm"]), on="subject", how="left"
    )
    left = _left_the_trial(setting, derived["subject"])
    unfinished = derived["reason"].isin(["not observed afterwards", "no follow-up visit"])
    competes = left["reason"].notna() & unfinished
    event = derived["event"].fillna(False).astype(bool)
    return derived.assign(
        cause=np.select([event, competes], ["event", "competing"], default="none"),
        first=derived["time"].where(~competes, derived["time"].combine(left["day"], np.fmax)),
    )


def _left_the_trial(setting: Setting, subjects: pd.Series[str]) -> pd.DataFrame:
    """Reason and day of withdrawal of each subject, missing for those who stayed."""
    declared, known = setting.design.withdrawal, setting.subjects.set_index("subject")
    nothing = pd.Series(np.nan, index=subjects.index)
    if declared is None or declared.reason not in known:
        return pd.DataFrame({"reason": nothing.astype(object), "day": nothing})
    reason = subjects.map(known[declared.reason]).astype(object)
    day = subjects.map(known[declared.day]).astype(float) if declared.day in known else nothing
    return pd.DataFrame({"reason": reason.where(reason != ""), "day": day})


def _never(setting: Setting, specification: TimeToResponse) -> list[str]:
    """Name the subjects who left for a reason after which nobody responds."""
    if not specification.never_responds:
        return []
    left = _left_the_trial(setting, setting.subjects["subject"])
    for reason in specification.never_responds:
        one_of(reason, sorted(left["reason"].dropna().unique()), "reason of withdrawal")
    return list(setting.subjects.loc[left["reason"].isin(specification.never_responds), "subject"])


def _headlines(
    setting: Setting, specification: TimeToResponse, contrasts: pd.DataFrame
) -> tuple[Headline, ...]:
    rows = contrasts.set_index("arm").to_dict("index")
    return tuple(
        Headline(
            quantity="hazard ratio",
            outcome=f"confirmed response (at least {plain(specification.percent)}% improvement in "
            f"{setting.outcome.label})",
            visit=None,
            active=arm,
            reference=setting.reference,
            estimate=float(rows[arm.id]["estimate"]),
            conf_low=float(rows[arm.id]["conf_low"]),
            conf_high=float(rows[arm.id]["conf_high"]),
            conf_level=1 - specification.alpha,
            p_value=float(rows[arm.id]["p_value"]),
            null=1.0,
            unit="",
            favours_active="higher",
            hypothesis=specification.hypothesis,
        )
        for arm in setting.active
    )


def _flow(setting: Setting, derived: pd.DataFrame, times: pd.DataFrame) -> pd.DataFrame:
    stages = setting.first_stages()
    if len(times) < len(derived):
        stages["Response can be defined"] = times["arm"]
    followed = times["reason"] != "no follow-up visit"
    stages["At least one score after baseline"] = times.loc[followed, "arm"]
    return flow_frame(stages, setting.arms)


def _reasons(derived: pd.DataFrame) -> pd.DataFrame:
    counts = derived.groupby(["arm", "reason"], observed=True).size().rename("n")
    return counts.reset_index().astype({"arm": object, "reason": object})
