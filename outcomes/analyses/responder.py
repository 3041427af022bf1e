"""Responders: the share of patients who improved by a given percentage of baseline."""

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
from outcomes.analyses.model_frame import at_visit, inside_sentence, recorded_at_visit
from outcomes.analyses.notes import adjuster_notes, factor_choice, unadjusted_choice, window_notes
from outcomes.analyses.outcome import require_percentages
from outcomes.analyses.population import flow_frame, observed_frame
from outcomes.analyses.result import Headline, Note, Planned, Result
from outcomes.analyses.setting import Setting
from outcomes.endpoints import responder_curve, response, why_undefined
from outcomes.models.responders import ResponderFit, responder_difference
from outcomes.plots.responder import plot_responder_curve
from outcomes.tables.format import plain
from outcomes.trial.study import OutcomeAnalysis

INTERVAL = ("estimate", "std_error", "df", "conf_low", "conf_high", "p_value")
NEEDED = ("estimate", "benefit_low", "benefit_high", "crosses_infinity")


@dataclass(frozen=True, kw_only=True)
class ResponderDifference(OutcomeAnalysis):
    """Difference in the share of patients who improved by `percent` of baseline at the visit.

    Parameters
    ----------
    percent : float
        Least improvement that is a response.
    missing : {"non_responder", "exclude"}
        What a patient without a score at the visit counts as. Who has no baseline, or one from
        which no percentage can be taken, is left out either way and counted.

    Without covariates the comparison is unadjusted (Newcombe); with covariates it is standardised,
    and randomisation factors enter too.
    """

    compares: ClassVar[Literal["score", "response"]] = "response"

    kind: Literal["responder"] = "responder"
    percent: float = 30.0
    missing: Literal["non_responder", "exclude"] = "non_responder"


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class ResponderResult(Result):
    """What a `ResponderDifference` found.

    Parameters
    ----------
    counts : DataFrame
        arm, n, responders, missing, proportion, conf_low, conf_high.
    risks : DataFrame
        arm, estimate, std_error: what the contrasts are made of; standardised if adjusted.
    contrasts : DataFrame
        arm, quantity, estimate, std_error, conf_low, conf_high, p_value, benefit_low, benefit_high,
        crosses_infinity.
    curve : DataFrame
        arm, percent, n, responders, proportion.
    method : str
    """

    specification: ResponderDifference
    counts: pd.DataFrame
    risks: pd.DataFrame
    contrasts: pd.DataFrame
    curve: pd.DataFrame
    method: str

    def table(self) -> pd.DataFrame:
        """Risk difference, risk ratio and number needed to treat, one row each."""
        return self.contrasts

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the share of responders by the improvement asked for."""
        return plot_responder_curve(
            self.curve, arms=self.arms, threshold=self.specification.percent, ax=ax
        )

    def to_ard(self) -> pd.DataFrame:
        """Every number of the result, one row each."""
        return ard(self.specification, list(_parts(self)), n_rows=int(self.counts["n"].sum()))


def analyse_responder(setting: Setting, specification: ResponderDifference) -> ResponderResult:
    """Derive the response at the visit and compare its share between arms.

    Raises
    ------
    NotEstimableError
        Nobody is counted in an arm, or the standardised model has no estimate.
    UnsupportedCombinationError
        The hypothesis is not superiority, or the scale has no true zero.
    """
    require_percentages(setting.outcome)
    only_superiority(specification, "risk difference")
    here = at_visit(setting)
    rows, adjusters = _counted(setting, specification, here)
    fit = responder_difference(
        rows,
        response="response",
        arm="arm",
        reference=setting.reference.id,
        covariates=adjusters,
        missing=specification.missing,
        conf_level=1 - specification.alpha,
    )
    counted = rows if specification.missing == "non_responder" else rows.dropna(subset="response")
    effects = design_effects(setting, counted)
    choices, factor_notes = (
        factor_choice(setting, specification)
        if specification.covariates
        else unadjusted_choice(setting)
    )
    percents = tuple(sorted({*map(float, range(0, 101, 10)), specification.percent}))
    return ResponderResult(
        specification=specification,
        arms=setting.arms,
        visits=(setting.design.baseline, setting.visit),
        outcome=setting.outcome,
        headlines=_headlines(setting, specification, fit),
        flow=_flow(setting, here, rows, counted),
        observed=observed_frame(recorded_at_visit(setting), setting.design.baseline, setting.arms),
        planned=(_method_row(specification, fit), *choices),
        notes=(
            *cluster_notes(setting, effects),
            *factor_notes,
            *_undefined_notes(setting, here),
            *_missing_notes(specification, fit),
            *(adjuster_notes(setting) if adjusters else ()),
            *window_notes(setting),
        ),
        methods=_methods(setting, specification),
        design_effects=effects,
        judgements=no_judgements(),
        counts=fit.counts,
        risks=fit.risks,
        contrasts=fit.contrasts,
        curve=responder_curve(
            here,
            higher_is=setting.outcome.higher_is,
            percents=percents,
            missing=specification.missing,
        ).astype({"arm": object}),
        method=fit.method,
    )


def _counted(
    setting: Setting, specification: ResponderDifference, here: pd.DataFrame
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Rows with a usable baseline and known covariates, with their response; the adjusters."""
    adjusters = setting.adjusters if specification.covariates else ()
    why = why_undefined(here)
    usable = (why.isna() | (why == "value missing")) & here[list(adjusters)].notna().all(axis=1)
    reached = response(here, percent=specification.percent, higher_is=setting.outcome.higher_is)
    return here.assign(response=reached)[usable], adjusters


def _headlines(
    setting: Setting, specification: ResponderDifference, fit: ResponderFit
) -> tuple[Headline, ...]:
    rows = fit.contrasts[fit.contrasts["quantity"] == "risk_difference"]
    found, risk = rows.set_index("arm").to_dict("index"), fit.risks.set_index("arm")["estimate"]
    return tuple(
        Headline(
            quantity="risk difference",
            outcome=f"response (at least {plain(specification.percent)}% improvement in "
            f"{setting.outcome.label})",
            visit=setting.visit.label,
            active=arm,
            reference=setting.reference,
            estimate=float(found[arm.id]["estimate"]),
            conf_low=float(found[arm.id]["conf_low"]),
            conf_high=float(found[arm.id]["conf_high"]),
            conf_level=fit.conf_level,
            p_value=float(found[arm.id]["p_value"]),
            null=0.0,
            unit="proportion",
            favours_active="higher",
            hypothesis=specification.hypothesis,
            reference_value=float(risk[setting.reference.id]),
            active_value=float(risk[arm.id]),
        )
        for arm in setting.active
    )


def _flow(
    setting: Setting, here: pd.DataFrame, rows: pd.DataFrame, counted: pd.DataFrame
) -> pd.DataFrame:
    stages = {"Randomised": setting.randomised["arm"]}
    if setting.population.flag is not None:
        stages[setting.population.label] = setting.subjects["arm"]
    stages["Baseline score known"] = here.loc[here["baseline"].notna(), "arm"]
    if len(rows) < here["baseline"].notna().sum():
        stages["Response can be defined"] = rows["arm"]
    label = f"Score at {inside_sentence(setting.visit.label)}"
    if len(counted) < len(rows):
        stages[label] = counted["arm"]
    else:
        scored = rows["value"].notna()
        stages[label] = rows.loc[scored, "arm"]
        stages["Counted in the comparison"] = counted["arm"]
    return flow_frame(stages, setting.arms)


def _method_row(specification: ResponderDifference, fit: ResponderFit) -> Planned:
    planned = "Standardised" if specification.covariates else "Unadjusted"
    return Planned(
        choice="Comparison of proportions",
        planned=planned,
        used="Standardised" if "g-computation" in fit.method else "Unadjusted",
        reason=fit.method,
    )


def _undefined_notes(setting: Setting, here: pd.DataFrame) -> list[Note]:
    """Count those whose baseline allows no percentage."""
    why = why_undefined(here)
    n = why[why.notna() & (why != "value missing")].value_counts()
    return [
        Note(
            kind="warning",
            title=f"Response undefined: {cause}",
            text=f"For {count} of {len(here)} patients no percent improvement in "
            f"{setting.outcome.label} is defined ({cause}); they are left out.",
        )
        for cause, count in n.items()
    ]


def _missing_notes(specification: ResponderDifference, fit: ResponderFit) -> list[Note]:
    n = int(fit.counts["missing"].sum())
    if not n:
        return []
    counted = {
        "non_responder": "counted as not responding, which is an assumption about them",
        "exclude": "left out, so that the comparison rests on those observed",
    }[specification.missing]
    return [
        Note(
            kind="warning",
            title="Missing responses",
            text=f"{n} patients have no score at the visit; they are {counted}.",
        )
    ]


def _methods(setting: Setting, specification: ResponderDifference) -> tuple[str, ...]:
    missing = {
        "non_responder": "Patients without a score at the visit count as not responding.",
        "exclude": "Patients without a score at the visit are left out.",
    }[specification.missing]
    if specification.covariates:
        how = (
            f"Arms are compared by standardisation: a logistic model with arm"
            f"{adjusters_sentence(setting)} predicts each patient’s risk under each arm, and the "
            "means are compared, with a sandwich standard error of the stacked estimating "
            "equations (Ge et al., Drug Inf J 2011;45:481-493; Stefanski and Boos, Am Stat "
            "2002;56:29-38)."
        )
    else:
        how = (
            "The risk difference has Newcombe’s hybrid score interval (Stat Med 1998;17:873-890, "
            "method 10), the risk ratio Koopman’s score interval (Biometrics 1984;40:513-517); p "
            "values are those of the score test (Pearson’s chi-squared, uncorrected)."
        )
    return (
        f"{population_sentence(setting)} A response is an improvement in {setting.outcome.label} "
        f"of at least {plain(specification.percent)}% of baseline at {setting.visit.label}, taken "
        f"on unrounded scores. {missing}",
        f"{how} The number needed to treat is the inverse of the risk difference, with an interval "
        "that runs through infinity where that of the difference holds zero (Altman, BMJ "
        "1998;317:1309-1312).",
        interval_sentence(specification.alpha),
    )


def _has_any(column: pd.Series[float]) -> bool:
    """Whether there is a finite number, or an estimate or limit that is infinite."""
    known = column.dropna()
    return bool(len(known)) and not (column.name == "df" and np.isinf(known.astype(float)).all())


def _parts(result: ResponderResult) -> Iterator[Part]:
    variable = f"{variable_of(result)} response {plain(result.specification.percent)}%"
    yield from shared_parts(result)
    yield Part(context="counts", frame=result.counts, groups=("arm",), variable=variable)
    yield Part(
        context="risks",
        frame=result.risks,
        groups=("arm",),
        variable=variable,
        method=result.method,
    )
    for quantity, rows in result.contrasts.groupby("quantity", sort=False):
        needed = quantity == "number_needed_to_treat"
        # An interval that does not come from a standard error has none.
        stats = NEEDED if needed else tuple(s for s in INTERVAL if _has_any(rows[s]))
        yield Part(
            context=str(quantity),
            frame=rows,
            groups=("arm",),
            stats=stats,
            variable=variable,
            method=result.method,
            absent="; ".join(sorted({*rows["reason"]} - {""})) or "not estimated",
        )
    yield Part(
        context="responder_curve",
        frame=result.curve,
        groups=("arm", "percent"),
        variable=variable_of(result),
    )
