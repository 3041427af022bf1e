"""Time to an event a trial records: rescue medication, leaving the trial, the end of opioids."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd
from matplotlib.axes import Axes

from outcomes.analyses.ard import Part, ard, shared_parts
from outcomes.analyses.clusters import cluster_notes, design_effects
from outcomes.analyses.event_follow_up import opioid_times, record_times, withdrawal_times
from outcomes.analyses.event_time_parts import event_time_parts
from outcomes.analyses.event_times import EventTimes, compare_times
from outcomes.analyses.hypothesis import no_judgements
from outcomes.analyses.notes import factor_choice
from outcomes.analyses.population import flow_frame
from outcomes.analyses.result import Headline, Result
from outcomes.analyses.setting import Adjusted, adjusted
from outcomes.analyses.time_to_event_notes import (
    left_out_notes,
    methods,
    no_ratio_note,
    planned_rows,
)
from outcomes.analyses.time_to_response_notes import cox_notes, failure_notes, proportional_note
from outcomes.errors import SpecificationError
from outcomes.estimands import Recorded
from outcomes.plots.survival import plot_responses_over_time
from outcomes.trial.study import Analysis, Hypothesis
from outcomes.trial.trial import Trial


@dataclass(frozen=True, kw_only=True)
class TimeToEvent(Analysis):
    """Time from randomisation to an event that the trial records by day.

    Leaving the trial competes with a recorded event and with the end of opioids. Factors and
    covariates enter the models; curves, log-rank test and restricted means are unadjusted.

    Parameters
    ----------
    event : str
        What happens, in words that fit inside a sentence: ``"rescue medication"``.
    event_is : {"good", "bad"}
        Whether patients are better off with it.
    source : {"records", "withdrawal", "opioid_discontinuation"}
        First record, leaving the trial, or stopping opioids for good among those who had one at
        day 0 (see `outcomes.opioid_discontinuation`).
    recorded : Recorded, optional
        Which records are meant; needed but for withdrawal.
    competing : tuple of str
        Of withdrawal: reasons after which nobody can leave for another, such as death.
    end : float, optional
        Last day of follow-up; None is the last scheduled visit.
    tau : float, optional
        Day up to which mean times are compared; None is `end`, or the last follow-up that all arms
        reach where that is earlier.
    """

    kind: Literal["time_to_event"] = "time_to_event"
    event: str
    event_is: Literal["good", "bad"]
    source: Literal["records", "withdrawal", "opioid_discontinuation"] = "records"
    recorded: Recorded | None = None
    competing: tuple[str, ...] = ()
    end: float | None = None
    tau: float | None = None
    estimand: str | None = None
    active: tuple[str, ...] | None = None
    covariates: tuple[str, ...] = ()
    randomisation_factors: bool = True


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class TimeToEventResult(Result):
    """What a `TimeToEvent` found; times in days since randomisation.

    Parameters
    ----------
    times : EventTimes
        Curves and comparisons.
    reasons : DataFrame
        arm, reason, n: why each time ends.
    """

    specification: TimeToEvent
    times: EventTimes
    reasons: pd.DataFrame

    @property
    def variable(self) -> str:
        """The time compared, in words."""
        return f"Time from randomisation to {self.specification.event}"

    @property
    def without_headline(self) -> str:
        """What stands in place of a hazard ratio where there is none."""
        return "No single estimate compares the arms; a note says why."

    @property
    def examined(self) -> str:
        """What was examined beside the hazard ratio."""
        return (
            "Proportional hazards were tested, and mean times compared without assuming them; see "
            "the checks."
        )

    def table(self) -> pd.DataFrame:
        """Hazard ratios, one row per active arm."""
        return self.times.hazard_ratios

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the share with the event over time, with the patients at risk below."""
        return plot_responses_over_time(
            self.times.survival,
            self.times.at_risk,
            arms=self.arms,
            caption=f"Cumulative probability of {self.specification.event}",
            ax=ax,
        )

    def to_ard(self) -> pd.DataFrame:
        """Every number of the result, one row each."""
        parts = [
            *shared_parts(self),
            *event_time_parts(self.times, self.specification.event),
            Part(context="reasons", frame=self.reasons, groups=("arm", "reason")),
        ]
        return ard(self.specification, parts, n_rows=self.times.n_subjects)


def analyse_time_to_event(trial: Trial, specification: TimeToEvent) -> TimeToEventResult:
    """Derive the times from a trial's records and compare them between arms.

    Raises
    ------
    NotEstimableError
        Nobody has the event.
    SpecificationError
        The study file does not say how long patients stayed, or which records are meant; `tau` lies
        beyond the follow-up of an arm.
    DataError
        Records contradict the follow-up.
    """
    who = adjusted(
        trial,
        specification,
        specification.active,
        covariates=specification.covariates,
        randomisation_factors=specification.randomisation_factors,
    )
    end = float(who.design.follow_up[-1].day if specification.end is None else specification.end)
    derived = _derived(trial, who, specification, end).merge(who.subjects, on="subject")
    times = derived[derived["time"].notna()]
    clusters = who.design.clusters
    found = compare_times(
        times,
        reference=who.reference.id,
        adjusters=who.adjusters,
        days=[0.0, *(float(v.day) for v in who.design.follow_up if v.day < end), end],
        tau=specification.tau,
        cluster=clusters.column if clusters else None,
        conf_level=1 - specification.alpha,
        without_model=True,
    )
    effects = design_effects(who, times)
    choices, factor_notes = factor_choice(who, specification)
    return TimeToEventResult(
        specification=specification,
        arms=who.arms,
        visits=(),
        outcome=None,
        headlines=_headlines(who, specification, found),
        flow=_flow(who, derived, times),
        observed=pd.DataFrame(columns=["visit", "arm", "n_observed", "n_missing"]),
        planned=(*planned_rows(specification, found, end), *choices),
        notes=(
            *cluster_notes(who, effects),
            *no_ratio_note(found),
            *proportional_note(found, specification.alpha),
            *factor_notes,
            *cox_notes(found),
            *failure_notes(found.failures),
            *left_out_notes(derived, found),
        ),
        methods=methods(who, specification, found, end),
        design_effects=effects,
        judgements=no_judgements(),
        times=found,
        reasons=_reasons(derived),
    )


def _derived(trial: Trial, who: Adjusted, specification: TimeToEvent, end: float) -> pd.DataFrame:
    if specification.source == "withdrawal":
        return withdrawal_times(who, end, specification.competing)
    if specification.recorded is None:
        raise SpecificationError(
            f"time to {specification.event} needs recorded: the frame and the values that mark its "
            "records, as an intercurrent event has them."
        )
    derive = record_times if specification.source == "records" else opioid_times
    return derive(trial, who, end, specification.recorded, specification.event)


def _headlines(
    who: Adjusted, specification: TimeToEvent, found: EventTimes
) -> tuple[Headline, ...]:
    rows = found.hazard_ratios.set_index("arm").to_dict("index")
    return tuple(
        Headline(
            quantity="hazard ratio",
            outcome=specification.event,
            visit=None,
            active=arm,
            reference=who.reference,
            estimate=float(rows[arm.id]["estimate"]),
            conf_low=float(rows[arm.id]["conf_low"]),
            conf_high=float(rows[arm.id]["conf_high"]),
            conf_level=1 - specification.alpha,
            p_value=float(rows[arm.id]["p_value"]),
            null=1.0,
            unit="",
            favours_active="lower" if specification.event_is == "bad" else "higher",
            hypothesis=Hypothesis(),
        )
        for arm in who.active
        if arm.id in rows
    )


def _flow(who: Adjusted, derived: pd.DataFrame, times: pd.DataFrame) -> pd.DataFrame:
    stages = who.first_stages()
    if len(times) < len(derived):
        stages["Time can be defined"] = times["arm"]
    return flow_frame(stages, who.arms)


def _reasons(derived: pd.DataFrame) -> pd.DataFrame:
    counts = derived.groupby(["arm", "reason"], observed=True).size().rename("n")
    return counts.reset_index().astype({"arm": object, "reason": object})
