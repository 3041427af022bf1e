"""Time to the first confirmed response: curves, log-rank test and hazard ratio."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from outcomes.analyses.ard import Part, ard, shared_parts, variable_of
from outcomes.analyses.clusters import cluster_notes, design_effects
from outcomes.analyses.hypothesis import no_judgements, only_superiority
from outcomes.analyses.mean_difference import (
    adjusters_sentence,
    interval_sentence,
    population_sentence,
)
from outcomes.analyses.notes import adjuster_notes, factor_choice, window_notes
from outcomes.analyses.outcome import require_percentages
from outcomes.analyses.population import flow_frame, observed_frame
from outcomes.analyses.result import Headline, Note, Planned, Result
from outcomes.analyses.setting import Setting
from outcomes.endpoints import confirmed_response
from outcomes.estimands import Handling
from outcomes.models.survival import CoxFit, fit_cox, kaplan_meier, log_rank_test
from outcomes.plots.survival import plot_responses_over_time
from outcomes.tables.format import plain
from outcomes.trial.study import OutcomeAnalysis


@dataclass(frozen=True, kw_only=True)
class TimeToResponse(OutcomeAnalysis):
    """Time to the first improvement by `percent` of baseline that the next visit confirms.

    The event is at the first of two consecutive scheduled visits that both show it; times are
    nominal days. `visit` is not used: the whole follow-up is. Factors and covariates enter the Cox
    model; curves and log-rank test are unadjusted.
    """

    # An event that stands for no response, or ends treatment, competes with a response.
    strategies: ClassVar[frozenset[Handling]] = frozenset(
        {Handling.TREATMENT_POLICY, Handling.HYPOTHETICAL, Handling.PRINCIPAL_STRATUM}
    )

    kind: Literal["time_to_response"] = "time_to_response"
    percent: float = 30.0


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class TimeToResponseResult(Result):
    """What a `TimeToResponse` found; times in nominal days.

    Parameters
    ----------
    survival : DataFrame
        arm, time, survival (share without a response), conf_low, conf_high.
    at_risk : DataFrame
        arm, time, at_risk (at the start of the interval), censored, events (so far).
    medians : DataFrame
        arm, median, conf_low, conf_high; NaN where not reached.
    contrasts : DataFrame
        arm (active), estimate (hazard ratio), std_error (of its logarithm), statistic, p_value,
        conf_low, conf_high; above 1 the active arm responds sooner.
    log_rank : DataFrame
        arm, statistic, df, p_value.
    reasons : DataFrame
        arm, reason, n: why each time ends.
    n_subjects, n_model : int
        Patients in the curves, and in the Cox model.
    """

    specification: TimeToResponse
    survival: pd.DataFrame
    at_risk: pd.DataFrame
    medians: pd.DataFrame
    contrasts: pd.DataFrame
    log_rank: pd.DataFrame
    reasons: pd.DataFrame
    n_subjects: int
    n_model: int

    def table(self) -> pd.DataFrame:
        """Hazard ratios, one row per active arm."""
        return self.contrasts

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the share with a response over time, with the patients at risk below."""
        return plot_responses_over_time(self.survival, self.at_risk, arms=self.arms, ax=ax)

    def to_ard(self) -> pd.DataFrame:
        """Every number of the result, one row each."""
        return ard(self.specification, list(_parts(self)), n_rows=self.n_subjects)


def analyse_time_to_response(
    setting: Setting, specification: TimeToResponse
) -> TimeToResponseResult:
    """Derive times to confirmed response and compare them between arms.

    Raises
    ------
    NotEstimableError
        Nobody responds in an arm.
    UnsupportedCombinationError
        The hypothesis is not superiority, or the scale has no true zero.
    """
    require_percentages(setting.outcome)
    only_superiority(specification, "hazard ratio")
    derived = confirmed_response(
        setting.frame, percent=specification.percent, higher_is=setting.outcome.higher_is
    ).merge(
        setting.frame.drop_duplicates("subject").drop(columns=["arm"]), on="subject", how="left"
    )
    times = derived[derived["time"].notna()].astype({"event": bool})
    modelled = times[times[list(setting.adjusters)].notna().all(axis=1)]
    level = 1 - specification.alpha
    reference = setting.reference.id
    cox = fit_cox(
        modelled,
        time="time",
        event="event",
        arm="arm",
        reference=reference,
        covariates=setting.adjusters,
        conf_level=level,
    )
    curves = kaplan_meier(times, time="time", event="event", arm="arm", conf_level=level)
    days = [0.0, *(float(visit.day) for visit in setting.design.follow_up)]
    contrasts = cox.hazard_ratios
    effects = design_effects(setting, times)
    choices, factor_notes = factor_choice(setting, specification)
    return TimeToResponseResult(
        specification=specification,
        arms=setting.arms,
        visits=setting.design.visits,
        outcome=setting.outcome,
        headlines=_headlines(setting, specification, contrasts),
        flow=_flow(setting, derived, times),
        observed=observed_frame(setting.recorded, setting.design.baseline, setting.arms),
        planned=(*_planned(), *choices),
        notes=(
            *cluster_notes(setting, effects),
            _interval_note(setting),
            *factor_notes,
            *_cox_notes(cox),
            *_undefined_notes(setting, derived),
            *adjuster_notes(setting),
            *window_notes(setting),
        ),
        methods=_methods(setting, specification),
        design_effects=effects,
        judgements=no_judgements(),
        survival=curves.curves,
        at_risk=curves.at_risk(days),
        medians=curves.medians,
        contrasts=contrasts,
        log_rank=log_rank_test(
            times, time="time", event="event", arm="arm", reference=reference
        ).pairs,
        reasons=_reasons(derived),
        n_subjects=len(times),
        n_model=cox.n,
    )


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
    stages = {"Randomised": setting.randomised["arm"]}
    if setting.population.flag is not None:
        stages[setting.population.label] = setting.subjects["arm"]
    if len(times) < len(derived):
        stages["Response can be defined"] = times["arm"]
    followed = times["reason"] != "no follow-up visit"
    stages["At least one score after baseline"] = times.loc[followed, "arm"]
    return flow_frame(stages, setting.arms)


def _reasons(derived: pd.DataFrame) -> pd.DataFrame:
    counts = derived.groupby(["arm", "reason"], observed=True).size().rename("n")
    return counts.reset_index().astype({"arm": object, "reason": object})


def _planned() -> list[Planned]:
    return [
        Planned(
            choice="Comparison of times",
            planned="Cox model, ties after Efron",
            used="Cox model, ties after Efron",
            reason="The unadjusted log-rank test is printed beside it",
        )
    ]


def _interval_note(setting: Setting) -> Note:
    gaps = np.diff([setting.design.baseline.day, *(v.day for v in setting.design.follow_up)])
    return Note(
        kind="information",
        title="Times are interval-censored by design",
        text="A response is known only to have come between two scheduled visits, which are "
        f"{gaps.min()} to {gaps.max()} days apart; it is counted on the nominal day of the second. "
        "Medians and curves carry that coarseness.",
    )


def _cox_notes(cox: CoxFit) -> list[Note]:
    return [Note(kind="warning", title="Cox model", text=text) for text in cox.notes]


def _undefined_notes(setting: Setting, derived: pd.DataFrame) -> list[Note]:
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


def _methods(setting: Setting, specification: TimeToResponse) -> tuple[str, ...]:
    return (
        f"{population_sentence(setting)} The event is an improvement in {setting.outcome.label} of "
        f"at least {plain(specification.percent)}% of baseline at two consecutive scheduled "
        "visits, dated on the nominal day of the first; a missed visit between two responses "
        "breaks confirmation, and a response at the last observed visit is censored there. Who has "
        "no confirmed response is censored at the last scheduled visit with a score.",
        "The share without a response is estimated by Kaplan and Meier (J Am Stat Assoc "
        "1958;53:457-481) with limits on the log(−log) scale; a median is the first day on which "
        "it has fallen to one half or below. Patients at risk are counted at the start of each "
        "interval. Arms are compared by the log-rank test, unadjusted, and by the hazard ratio of "
        f"a Cox model with arm{adjusters_sentence(setting)}, ties after Efron (J Am Stat Assoc "
        "1977;72:557-565); a ratio above 1 means that the active arm responds sooner.",
        interval_sentence(specification.alpha),
    )


def _parts(result: TimeToResponseResult) -> Iterator[Part]:
    variable = f"{variable_of(result)} confirmed {plain(result.specification.percent)}%"
    days = dict.fromkeys(("median", "conf_low", "conf_high"), "days")
    yield from shared_parts(result)
    yield Part(
        context="hazard_ratio",
        frame=result.contrasts,
        groups=("arm",),
        variable=variable,
        method="Cox model, Efron",
    )
    yield Part(
        context="log_rank",
        frame=result.log_rank,
        groups=("arm",),
        variable=variable,
        method="Log-rank test, unadjusted",
    )
    yield Part(
        context="median",
        frame=result.medians,
        groups=("arm",),
        variable=variable,
        units=days,
        method="Kaplan-Meier",
        absent="not reached",
    )
    yield Part(
        context="survival",
        frame=result.survival,
        groups=("arm", "time"),
        variable=variable,
        method="Kaplan-Meier",
    )
    yield Part(context="at_risk", frame=result.at_risk, groups=("arm", "time"), variable=variable)
    yield Part(context="reasons", frame=result.reasons, groups=("arm", "reason"))
    yield Part(context="fit", frame=pd.DataFrame({"n_model": [result.n_model]}))
