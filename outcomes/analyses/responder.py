"""Responders: the share of patients who improved by a given percentage of baseline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

import pandas as pd
from matplotlib.axes import Axes

from outcomes.analyses.ard import ard
from outcomes.analyses.clusters import cluster_notes, design_effects
from outcomes.analyses.hypothesis import COLUMNS, no_judgements
from outcomes.analyses.model_frame import at_visit, recorded_at_visit
from outcomes.analyses.notes import adjuster_notes, factor_choice, unadjusted_choice, window_notes
from outcomes.analyses.outcome import require_percentages
from outcomes.analyses.population import observed_frame
from outcomes.analyses.responder_clusters import (
    cluster_robust,
    cluster_robust_notes,
    cluster_robust_sentences,
)
from outcomes.analyses.responder_frames import counted_rows, curve_frame, responder_flow
from outcomes.analyses.responder_missing import other_counts
from outcomes.analyses.responder_parts import responder_parts
from outcomes.analyses.responder_words import (
    headlines,
    method_row,
    methods,
    missing_notes,
    undefined_notes,
)
from outcomes.analyses.result import Result
from outcomes.analyses.setting import Setting
from outcomes.endpoints import improvement_counts, sorted_improvements, why_undefined
from outcomes.errors import UnsupportedCombinationError
from outcomes.models.responder_curves import compare_responder_curves
from outcomes.models.responders import ResponderFit, responder_difference
from outcomes.plots.responder_curve import plot_responder_curve
from outcomes.trial.study import OutcomeAnalysis


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
    method : {"newcombe", "miettinen_nurminen", "exact"}, optional
        How the counts of arms are compared where no covariates are declared; Newcombe by default.
    test : {"fisher", "barnard", "boschloo"}, optional
        The test of the exact method, which has to be named.

    With covariates the comparison is standardised, and randomisation factors enter too.
    Non-inferiority has a margin as a proportion and is judged by a test that agrees with the
    interval, so not beside Newcombe's.
    """

    compares: ClassVar[Literal["score", "response"]] = "response"

    kind: Literal["responder"] = "responder"
    percent: float = 30.0
    missing: Literal["non_responder", "exclude"] = "non_responder"
    method: Literal["newcombe", "miettinen_nurminen", "exact"] | None = None
    test: Literal["fisher", "barnard", "boschloo"] | None = None


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
        arm, quantity, estimate, std_error, df, conf_low, conf_high, p_value, benefit_low,
        benefit_high, crosses_infinity, reason.
    curve : DataFrame
        arm, percent, n, responders, proportion.
    curves_compared : DataFrame
        arm, quantity, estimate, std_error, df, conf_low, conf_high, statistic, p_value, reason: the
        area between curves and the probability of the greater improvement, with the rank test.
    improvements : DataFrame
        arm, improvement: percent improvements from the best to the worst, for the waterfall only;
        they are no part of the analysis results data.
    groups : DataFrame
        arm, group, n, share: patients by how much they improved.
    cluster_robust : DataFrame
        arm, n, n_clusters, n_alone, estimate, std_error, df, conf_low, conf_high, p_value, reason:
        risk differences robust to treatment in groups; no rows without groups.
    missing_otherwise : DataFrame
        arm, rule, n, estimate, conf_low, conf_high, p_value, reason: risk differences where missing
        responses are counted otherwise; no rows where none is missing.
    method, rank_test : str
    """

    specification: ResponderDifference
    counts: pd.DataFrame
    risks: pd.DataFrame
    contrasts: pd.DataFrame
    curve: pd.DataFrame
    curves_compared: pd.DataFrame
    improvements: pd.DataFrame
    groups: pd.DataFrame
    cluster_robust: pd.DataFrame
    missing_otherwise: pd.DataFrame
    method: str
    rank_test: str

    @property
    def examined(self) -> str:
        """Treatment in groups and missing responses, where they were looked at."""
        said = []
        if len(self.cluster_robust) and not self.cluster_robust["reason"].any():
            said.append("A comparison robust to treatment in groups stands beside the headline.")
        if len(self.missing_otherwise):
            said.append("Results show missing responses counted in other ways.")
        return " ".join(said)

    def table(self) -> pd.DataFrame:
        """Risk difference and ratio, number needed to treat and odds ratio, one row each."""
        return self.contrasts

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the share of responders by the improvement asked for."""
        return plot_responder_curve(
            self.curve, arms=self.arms, threshold=self.specification.percent, ax=ax
        )

    def to_ard(self) -> pd.DataFrame:
        """Every number of the result, one row each."""
        n_rows = int(self.counts["n"].sum())
        return ard(self.specification, list(responder_parts(self)), n_rows=n_rows)


def analyse_responder(setting: Setting, specification: ResponderDifference) -> ResponderResult:
    """Derive the response at the visit and compare its share between arms.

    Raises
    ------
    NotEstimableError
        Nobody is counted in an arm, or the standardised model has no estimate.
    SpecificationError
        The exact method comes without the name of its test.
    UnsupportedCombinationError
        The hypothesis cannot be judged on a risk difference, a method for counts is named beside
        covariates, or the scale has no true zero.
    """
    require_percentages(setting.outcome)
    _refuse_hypothesis(specification)
    here, higher_is = at_visit(setting), setting.outcome.higher_is
    adjusters = setting.adjusters if specification.covariates else ()
    rows = counted_rows(
        here, percent=specification.percent, higher_is=higher_is, adjusters=adjusters
    )
    fit = _compared(setting, specification, rows, adjusters)
    curves = compare_responder_curves(
        rows,
        improvement="improvement",
        arm="arm",
        reference=setting.reference.id,
        strata=setting.factors,
        missing=specification.missing,
        conf_level=fit.conf_level,
    )
    robust = cluster_robust(
        setting, rows, adjusters, missing=specification.missing, conf_level=fit.conf_level
    )
    left_out = specification.missing == "exclude"
    counted = rows.dropna(subset="response") if left_out else rows
    effects = design_effects(setting, counted)
    standardised = bool(specification.covariates)
    choices, factor_notes = (
        factor_choice(setting, specification) if standardised else unadjusted_choice(setting)
    )
    differences = fit.contrasts[fit.contrasts["quantity"] == "risk_difference"]
    return ResponderResult(
        specification=specification,
        arms=setting.arms,
        visits=(setting.design.baseline, setting.visit),
        outcome=setting.outcome,
        headlines=headlines(
            setting, fit, percent=specification.percent, hypothesis=specification.hypothesis
        ),
        flow=responder_flow(setting, rows, counted),
        observed=observed_frame(recorded_at_visit(setting), setting.design.baseline, setting.arms),
        planned=(method_row(fit, standardised=standardised), *choices),
        notes=(
            *cluster_robust_notes(setting, specification, robust, differences),
            *cluster_notes(setting, effects),
            *factor_notes,
            *undefined_notes(setting, why_undefined(here)),
            *missing_notes(fit, specification.missing),
            *(adjuster_notes(setting) if adjusters else ()),
            *window_notes(setting),
        ),
        methods=(
            *methods(
                setting,
                percent=specification.percent,
                missing=specification.missing,
                standardised=standardised,
                method=specification.method or "newcombe",
                test=specification.test,
                alpha=specification.alpha,
                hypothesis=specification.hypothesis,
                rank_test=curves.method,
            ),
            *cluster_robust_sentences(setting, robust),
        ),
        design_effects=effects,
        judgements=_judged(setting, specification, fit),
        counts=fit.counts,
        risks=fit.risks,
        contrasts=fit.contrasts,
        curve=curve_frame(
            here,
            percent=specification.percent,
            higher_is=higher_is,
            missing=specification.missing,
        ),
        curves_compared=curves.contrasts,
        improvements=sorted_improvements(rows, higher_is=higher_is),
        groups=improvement_counts(rows, higher_is=higher_is),
        cluster_robust=robust,
        missing_otherwise=other_counts(
            rows,
            reference=setting.reference.id,
            covariates=adjusters,
            method=specification.method,
            test=specification.test,
            conf_level=fit.conf_level,
        ),
        method=fit.method,
        rank_test=curves.method,
    )


def _refuse_hypothesis(specification: ResponderDifference) -> None:
    """Refuse thresholds in points, equivalence, and tests that could contradict the interval."""
    hypothesis = specification.hypothesis
    if specification.threshold is not None:
        raise UnsupportedCombinationError(
            "A threshold in points cannot be held against a risk difference. Declare it for an "
            "mmrm or ancova analysis."
        )
    if hypothesis.kind == "superiority":
        return
    if hypothesis.kind == "equivalence" or hypothesis.side == "upper":
        raise UnsupportedCombinationError(
            "Of a risk difference of responders superiority or non-inferiority (side: lower, more "
            "responders are better) is judged. Declare another hypothesis for an mmrm or ancova."
        )
    if not specification.covariates and specification.method in (None, "newcombe"):
        raise UnsupportedCombinationError(
            "Newcombe's interval can contradict a test of non-inferiority. Declare method: "
            "miettinen_nurminen (or exact with a test, or covariates), whose test and interval "
            "agree."
        )


def _compared(
    setting: Setting,
    specification: ResponderDifference,
    rows: pd.DataFrame,
    adjusters: tuple[str, ...],
) -> ResponderFit:
    return responder_difference(
        rows,
        response="response",
        arm="arm",
        reference=setting.reference.id,
        covariates=adjusters,
        missing=specification.missing,
        method=specification.method,
        test=specification.test,
        margin=specification.hypothesis.margin,
        conf_level=1 - specification.alpha,
    )


def _judged(
    setting: Setting, specification: ResponderDifference, fit: ResponderFit
) -> pd.DataFrame:
    """Lay out the tests against the margin with their conclusion."""
    if fit.margin_tests.empty:
        return no_judgements()
    shown = fit.margin_tests["p_value"] < specification.alpha / 2
    return fit.margin_tests.assign(
        visit=setting.visit.id,
        side="lower",
        conclusion=shown.map({True: "shown", False: "not shown"}),
    )[COLUMNS]
