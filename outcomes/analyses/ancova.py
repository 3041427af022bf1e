"""Analysis of covariance: the difference between arms at one visit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd
from matplotlib.axes import Axes

from outcomes.analyses.ard import Part, ard, shared_parts, variable_of
from outcomes.analyses.clusters import cluster_notes, design_effects
from outcomes.analyses.hypothesis import judge
from outcomes.analyses.mean_difference import (
    adjusters_sentence,
    headlines,
    hypothesis_sentences,
    interval_sentence,
    population_sentence,
)
from outcomes.analyses.model_frame import (
    SCORE_COLUMNS,
    flow,
    formula,
    recorded_at_visit,
    require_scores,
    usable,
)
from outcomes.analyses.notes import adjuster_notes, baseline_notes, factor_choice, window_notes
from outcomes.analyses.population import observed_frame
from outcomes.analyses.result import Note, Result
from outcomes.analyses.setting import Setting
from outcomes.models.ancova import fit_ancova
from outcomes.plots.differences import plot_differences
from outcomes.tables.format import inside_sentence
from outcomes.trial.study import OutcomeAnalysis

ON_SCALE = ("estimate", "std_error", "conf_low", "conf_high", "residual_sd")


@dataclass(frozen=True, kw_only=True)
class Ancova(OutcomeAnalysis):
    """Difference in mean score at one visit, adjusted for the baseline score."""

    kind: Literal["ancova"] = "ancova"


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class AncovaResult(Result):
    """What an `Ancova` found.

    Parameters
    ----------
    means : DataFrame
        arm, visit, n, estimate, std_error, df, conf_low, conf_high.
    contrasts : DataFrame
        arm (active), visit, estimate, std_error, df, statistic, p_value, conf_low, conf_high:
        active − reference.
    residual_sd : float
        In units of the score.
    formula : str
    n_subjects : int
    """

    specification: Ancova
    means: pd.DataFrame
    contrasts: pd.DataFrame
    residual_sd: float
    formula: str
    n_subjects: int

    def table(self) -> pd.DataFrame:
        """Differences between arms, one row per active arm."""
        return self.contrasts

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw differences with their intervals."""
        return plot_differences(self.contrasts, arms=self.arms, visits=self.visits, ax=ax)

    def to_ard(self) -> pd.DataFrame:
        """Every number of the result, one row each."""
        return ard(self.specification, _parts(self), n_rows=self.n_subjects)


def analyse_ancova(setting: Setting, specification: Ancova) -> AncovaResult:
    """Compare the scores observed at the visit, adjusted for baseline, factors and covariates.

    Parameters
    ----------
    setting : Setting
        Population, score and visit.
    specification : Ancova
        What to fit.

    Raises
    ------
    NotEstimableError
        An arm has no scores at the visit, or too few for the covariates.
    """
    analysed = setting.frame[usable(setting) & setting.frame["value"].notna()]
    analysed = analysed[analysed["visit"] == setting.visit.id]
    require_scores(setting, analysed)
    text = formula(setting, "baseline", "arm")
    fit = fit_ancova(
        text,
        analysed[[*SCORE_COLUMNS, *setting.adjusters]],
        arm="arm",
        reference=setting.reference.id,
        conf_level=1 - specification.alpha,
    )
    means, contrasts = (
        frame.astype({"arm": object}).assign(visit=setting.visit.id)
        for frame in (fit.means, fit.contrasts)
    )
    effects = design_effects(setting, analysed)
    choices, factor_notes = factor_choice(setting, specification)
    return AncovaResult(
        specification=specification,
        arms=setting.arms,
        visits=(setting.visit,),
        outcome=setting.outcome,
        headlines=headlines(setting, specification, means, contrasts),
        flow=flow(setting, any_visit=False),
        observed=observed_frame(recorded_at_visit(setting), setting.design.baseline, setting.arms),
        planned=tuple(choices),
        notes=(
            *cluster_notes(setting, effects),
            *factor_notes,
            *_unobserved_notes(setting, fit.n_observations),
            *baseline_notes(setting),
            *adjuster_notes(setting),
            *window_notes(setting),
        ),
        methods=_methods(setting, specification),
        design_effects=effects,
        judgements=judge(
            contrasts, specification.hypothesis, setting.outcome, alpha=specification.alpha
        ),
        means=means,
        contrasts=contrasts,
        residual_sd=fit.residual_sd,
        formula=text,
        n_subjects=fit.n_observations,
    )


def _unobserved_notes(setting: Setting, n: int) -> list[Note]:
    lost = len(setting.subjects) - n
    if not lost:
        return []
    return [
        Note(
            kind="warning",
            title="Patients without a score at the visit",
            text=f"{lost} of {len(setting.subjects)} patients of the population are left out, "
            "because the score at the visit, the baseline or a covariate is missing. The estimate "
            "holds for everybody only if these scores are missing at random given baseline, arm "
            "and covariates.",
        )
    ]


def _methods(setting: Setting, specification: Ancova) -> tuple[str, ...]:
    return (
        f"{population_sentence(setting)} Scores of {setting.outcome.label} observed at "
        f"{inside_sentence(setting.visit.label)} are compared by analysis of covariance with "
        f"baseline score and arm{adjusters_sentence(setting)}, fitted by ordinary least squares "
        "(Vickers and Altman, BMJ 2001;323:1123-1124). Patients without a score at the "
        "visit are left out. Adjusted means are at the mean baseline score of the analysed "
        "patients.",
        interval_sentence(specification.alpha),
        *hypothesis_sentences(specification),
    )


def _parts(result: AncovaResult) -> list[Part]:
    unit = result.outcome.unit if result.outcome else ""
    frames = {
        "ls_means": result.means,
        "contrasts": result.contrasts,
        "fit": pd.DataFrame({"residual_sd": [result.residual_sd]}),
    }
    groups = {"ls_means": ("arm", "visit"), "contrasts": ("arm", "visit")}
    return [
        *shared_parts(result),
        *(
            Part(
                context=context,
                frame=frame,
                groups=groups.get(context, ()),
                variable=variable_of(result),
                units=dict.fromkeys(ON_SCALE, unit),
                method="ANCOVA",
            )
            for context, frame in frames.items()
        ),
    ]
