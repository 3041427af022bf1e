"""Mixed model for repeated measures: the difference between arms at every visit."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import ClassVar, Literal, cast

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from scipy.stats import norm, rankdata

from outcomes.analyses.ard import ard
from outcomes.analyses.clustered import ClusteredCheck, clustered_checks
from outcomes.analyses.clustered_notes import clustered_methods, clustered_notes
from outcomes.analyses.clusters import cluster_notes, design_effects
from outcomes.analyses.hypothesis import judge
from outcomes.analyses.mean_difference import (
    headlines,
)
from outcomes.analyses.mmrm_notes import (
    fit_notes,
    mmrm_methods,
    planned_against_used,
    unscored_notes,
)
from outcomes.analyses.mmrm_parts import mmrm_parts
from outcomes.analyses.model_frame import SCORE_COLUMNS, flow, formula, require_scores, usable
from outcomes.analyses.notes import adjuster_notes, baseline_notes, factor_choice, window_notes
from outcomes.analyses.population import observed_frame
from outcomes.analyses.result import Result
from outcomes.analyses.setting import Setting
from outcomes.estimands import Handling
from outcomes.models.mmrm import MmrmFit, fit_mmrm
from outcomes.plots.profile import plot_means
from outcomes.stats.residuals import normalised_residuals
from outcomes.trial.study import OutcomeAnalysis


@dataclass(frozen=True, kw_only=True)
class Mmrm(OutcomeAnalysis):
    """Difference in mean score at each visit, by a marginal model for repeated measures.

    Parameters
    ----------
    covariance : tuple of str
        Ladder of covariance structures declared in advance: the first that converges is used.
    df_method : str
        Standard errors and degrees of freedom.
    """

    # Carrying a patient's last score to later visits is no repeated measurement.
    strategies: ClassVar[frozenset[Handling]] = frozenset(Handling) - {Handling.WHILE_ON_TREATMENT}

    kind: Literal["mmrm"] = "mmrm"
    covariance: tuple[str, ...] = ("unstructured",)
    df_method: str = "kenward_roger_linear"


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class MmrmResult(Result):
    """What an `Mmrm` found.

    Parameters
    ----------
    means : DataFrame
        arm, visit, n (scores observed), estimate, std_error, df, conf_low, conf_high.
    contrasts : DataFrame
        arm (active), visit, estimate, std_error, df, statistic, p_value, conf_low, conf_high:
        active − reference.
    covariance : DataFrame
        Visits by visits, in squared units.
    attempts : DataFrame
        covariance, converged, reason, minus_two_log_likelihood, iterations.
    baseline_mean : float
        Baseline score at which means are given: that of the analysed rows.
    formula : str
    residual_quantiles : DataFrame
        theoretical, observed: normal quantiles and normalised residuals (those of a subject times
        the inverse Cholesky factor of their fitted covariance), one row each.
    n_subjects, n_observations : int
    clustered : tuple of ClusteredCheck
        What a model finds that does not ignore treatment in groups; empty where none is declared.
    """

    specification: Mmrm
    means: pd.DataFrame
    contrasts: pd.DataFrame
    covariance: pd.DataFrame
    attempts: pd.DataFrame
    baseline_mean: float
    formula: str
    residual_quantiles: pd.DataFrame
    n_subjects: int
    n_observations: int
    clustered: tuple[ClusteredCheck, ...] = ()

    @property
    def examined(self) -> str:
        """Whether treatment in groups was, and what was not."""
        if not any(check.fitted for check in self.clustered):
            return ""
        return (
            "Treatment in groups was examined by a partially nested model; that scores are missing "
            "at random was assumed, and is not examined here."
        )

    def table(self) -> pd.DataFrame:
        """Differences between arms, one row per active arm and visit."""
        return self.contrasts

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw adjusted means by visit."""
        return plot_means(
            self.means,
            arms=self.arms,
            visits=self.visits,
            baseline_mean=self.baseline_mean,
            ax=ax,
        )

    def to_ard(self) -> pd.DataFrame:
        """Every number of the result, one row each."""
        return ard(self.specification, list(mmrm_parts(self)), n_rows=self.n_subjects)


def analyse_mmrm(setting: Setting, specification: Mmrm) -> MmrmResult:
    """Fit the model to everybody with a baseline and at least one score after it.

    Parameters
    ----------
    setting : Setting
        Population, score and visits.
    specification : Mmrm
        What to fit.

    Raises
    ------
    NotConvergedError, NotEstimableError
        No structure of the ladder can be fitted.

    Notes
    -----
    The model is ``value ~ baseline * visit + arm * visit`` with factors and covariates as main
    effects, as in Mallinckrodt CH, et al. Drug Inf J 2008;42:303-319, section 3.
    """
    analysed = setting.frame[usable(setting) & setting.frame["value"].notna()]
    require_scores(setting, analysed)
    text = formula(setting, "baseline * visit", "arm * visit")
    fit = fit_mmrm(
        text,
        analysed[["subject", *SCORE_COLUMNS, *setting.adjusters]],
        visit="visit",
        subject="subject",
        covariance=specification.covariance,
        df_method=specification.df_method,
        conf_level=1 - specification.alpha,
    )
    means, contrasts = _means(fit, analysed), _contrasts(fit, setting)
    effects = design_effects(setting, analysed.drop_duplicates("subject"))
    choices, factor_notes = factor_choice(setting, specification)
    clustered = clustered_checks(setting, conf_level=1 - specification.alpha)
    return MmrmResult(
        specification=specification,
        arms=setting.arms,
        visits=setting.design.visits,
        outcome=setting.outcome,
        headlines=headlines(setting, specification, means, contrasts),
        flow=flow(setting, any_visit=True),
        observed=observed_frame(setting.recorded, setting.design.baseline, setting.arms),
        planned=(*planned_against_used(fit, specification), *choices),
        notes=(
            *fit_notes(fit),
            *clustered_notes(setting, specification, clustered, contrasts),
            *cluster_notes(setting, effects),
            *factor_notes,
            *unscored_notes(setting, analysed),
            *baseline_notes(setting),
            *adjuster_notes(setting),
            *window_notes(setting),
        ),
        methods=(
            *mmrm_methods(setting, specification, fit),
            *clustered_methods(setting, clustered),
        ),
        design_effects=effects,
        judgements=judge(
            contrasts, specification.hypothesis, setting.outcome, alpha=specification.alpha
        ),
        means=means,
        contrasts=contrasts,
        covariance=_covariance(fit),
        attempts=pd.DataFrame([asdict(attempt) for attempt in fit.attempts]),
        baseline_mean=float(analysed["baseline"].mean()),
        formula=text,
        residual_quantiles=_quantiles(fit),
        n_subjects=fit.n_subjects,
        n_observations=fit.n_observations,
        clustered=clustered,
    )


def _means(fit: MmrmFit, analysed: pd.DataFrame) -> pd.DataFrame:
    n = analysed.groupby(["arm", "visit"], observed=True).size().rename("n").reset_index()
    means = fit.ls_means("arm", by="visit").merge(n, on=["arm", "visit"], how="left")
    means["n"] = means["n"].fillna(0).astype(int)
    means = means.astype({"arm": object, "visit": object})
    return means[["arm", "visit", "n", "estimate", "std_error", "df", "conf_low", "conf_high"]]


def _contrasts(fit: MmrmFit, setting: Setting) -> pd.DataFrame:
    """Differences by the active arm's id instead of the contrast's name."""
    found = fit.contrasts("arm", by="visit", reference=setting.reference.id)
    active = {f"{arm.id} - {setting.reference.id}": arm.id for arm in setting.active}
    found.insert(0, "arm", found.pop("contrast").map(active))
    return found.astype({"visit": object})


def _covariance(fit: MmrmFit) -> pd.DataFrame:
    """One covariance for all arms: none is fitted by group here."""
    return cast("pd.DataFrame", fit.covariance)


def _quantiles(fit: MmrmFit) -> pd.DataFrame:
    """Normalised residuals against normal quantiles at plotting positions (rank − 0.5) / n."""
    rows, beta = fit.rows, fit.coefficients["estimate"].dropna().to_numpy()
    wide = np.full((rows.n_subjects, rows.n_visits), np.nan)
    wide[rows.subject, rows.visit] = rows.y - rows.X @ beta
    scaled = normalised_residuals(wide, _covariance(fit).to_numpy())
    observed = np.sort(scaled[~np.isnan(scaled)])
    expected = norm.ppf((rankdata(observed, method="ordinal") - 0.5) / len(observed))
    return pd.DataFrame({"theoretical": expected, "observed": observed})
