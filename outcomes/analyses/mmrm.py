"""Mixed model for repeated measures: the difference between arms at every visit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import ClassVar, Literal, cast

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from scipy.stats import norm, rankdata

from outcomes.analyses.ard import Part, ard, shared_parts, variable_of
from outcomes.analyses.clustered import ClusteredCheck, clustered_checks, clustered_parts
from outcomes.analyses.clustered_notes import clustered_methods, clustered_notes
from outcomes.analyses.clusters import cluster_notes, design_effects
from outcomes.analyses.hypothesis import judge
from outcomes.analyses.mean_difference import (
    adjusters_sentence,
    headlines,
    hypothesis_sentences,
    interval_sentence,
    population_sentence,
)
from outcomes.analyses.model_frame import SCORE_COLUMNS, flow, formula, require_scores, usable
from outcomes.analyses.notes import adjuster_notes, baseline_notes, factor_choice, window_notes
from outcomes.analyses.population import observed_frame
from outcomes.analyses.result import Note, Planned, Result
from outcomes.analyses.setting import Setting
from outcomes.estimands import Handling
from outcomes.models.mmrm import MmrmFit, fit_mmrm
from outcomes.plots.profile import plot_means
from outcomes.stats.residuals import normalised_residuals
from outcomes.trial.study import OutcomeAnalysis

ON_SCALE = ("estimate", "std_error", "conf_low", "conf_high")
# How each choice is called, and how standard errors and degrees of freedom are described.
DF_METHODS = {
    "kenward_roger_linear": (
        "Kenward–Roger, linear form",
        "those of Kenward and Roger (Biometrics 1997;53:983-997) in the form linear in the "
        "covariance parameters",
    ),
    "kenward_roger": ("Kenward–Roger", "those of Kenward and Roger (Biometrics 1997;53:983-997)"),
    "satterthwaite": (
        "Satterthwaite",
        "model-based with Satterthwaite’s degrees of freedom (Biometrics Bull 1946;2:110-114)",
    ),
    "between_within": ("Between–within", "model-based with between-within degrees of freedom"),
    "residual": ("Residual", "model-based with residual degrees of freedom"),
}
QUANTILES = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)


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
            "at random was assumed, not examined."
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
        return ard(self.specification, list(_parts(self)), n_rows=self.n_subjects)


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
        planned=(*_planned(fit, specification), *choices),
        notes=(
            *_fit_notes(fit),
            *clustered_notes(setting, specification, clustered, contrasts),
            *cluster_notes(setting, effects),
            *factor_notes,
            *_unscored_notes(setting, analysed),
            *baseline_notes(setting),
            *adjuster_notes(setting),
            *window_notes(setting),
        ),
        methods=(
            *_methods(setting, specification, fit),
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


def _planned(fit: MmrmFit, specification: Mmrm) -> list[Planned]:
    tried = fit.attempts
    reason = (
        "Converged at the first attempt"
        if len(tried) == 1
        else "; ".join(f"{one.covariance.replace('_', ' ')}: {one.reason}" for one in tried)
    )
    return [
        Planned(
            choice="Covariance of the visits",
            planned=_words(specification.covariance[0]),
            used=_words(fit.covariance_used),
            reason=reason,
        ),
        Planned(
            choice="Standard errors and degrees of freedom",
            planned=_words(specification.df_method),
            used=_words(fit.df_method),
            reason="Available for the model that was fitted",
        ),
    ]


def _words(name: str) -> str:
    known = {method: words for method, (words, _) in DF_METHODS.items()}
    return known.get(name, name.replace("_", " ").capitalize())


def _fit_notes(fit: MmrmFit) -> list[Note]:
    """Say what happened in the fit; a simpler covariance is said beside the headline."""
    fell_back = fit.covariance_used != fit.covariance_planned
    return [
        Note(
            kind="warning",
            title="Simpler covariance than planned" if fell_back and i == 0 else "Model fit",
            text=text,
            beside_headline=fell_back and i == 0,
        )
        for i, text in enumerate(fit.notes)
    ]


def _unscored_notes(setting: Setting, analysed: pd.DataFrame) -> list[Note]:
    n = len(setting.subjects) - analysed["subject"].nunique()
    if not n:
        return []
    return [
        Note(
            kind="information",
            title="Patients without a score after baseline",
            text=f"{n} of {len(setting.subjects)} patients of the population add nothing to the "
            "likelihood, because baseline, a covariate or every later score is missing.",
        )
    ]


def _methods(setting: Setting, specification: Mmrm, fit: MmrmFit) -> tuple[str, ...]:
    ladder = ", then ".join(name.replace("_", " ") for name in specification.covariance)
    return (
        f"{population_sentence(setting)} Scores of {setting.outcome.label} after baseline are "
        "compared by a mixed model for repeated measures with baseline score, visit, arm and the "
        f"interactions of visit with baseline and with arm{adjusters_sentence(setting)} "
        "(Mallinckrodt et al., Drug Inf J 2008;42:303-319). Scores that were not observed are "
        "taken as missing at random given the model; none is imputed.",
        f"The covariance of a patient’s visits was planned as: {ladder}; "
        f"{fit.covariance_used.replace('_', ' ')} was used. It is fitted by restricted maximum "
        f"likelihood; standard errors and degrees of freedom are {DF_METHODS[fit.df_method][1]}. "
        "Adjusted means are least-squares means at the mean baseline score of the analysed rows, "
        "over equal weights of factors.",
        interval_sentence(specification.alpha),
        *hypothesis_sentences(specification),
    )


def _parts(result: MmrmResult) -> Iterator[Part]:
    assert result.outcome is not None  # noqa: S101 - an analysis of scores has an outcome
    unit = result.outcome.unit
    variable = variable_of(result)
    scale = dict.fromkeys(ON_SCALE, unit)
    method = "MMRM"
    shares = pd.DataFrame({"quantile": QUANTILES})
    for name in ("theoretical", "observed"):
        shares[name] = np.quantile(result.residual_quantiles[name], QUANTILES)
    covariance = result.covariance.rename_axis(index="visit").reset_index()
    yield from shared_parts(result)
    yield Part(
        context="ls_means",
        frame=result.means,
        groups=("arm", "visit"),
        variable=variable,
        units=scale,
        method=method,
    )
    yield Part(
        context="contrasts",
        frame=result.contrasts,
        groups=("arm", "visit"),
        variable=variable,
        units=scale,
        method=method,
    )
    yield Part(
        context="baseline",
        frame=pd.DataFrame({"baseline_mean": [result.baseline_mean]}),
        variable=variable,
        units={"baseline_mean": unit},
    )
    yield Part(
        context="covariance",
        frame=covariance.melt("visit", var_name="with", value_name="covariance"),
        groups=("visit", "with"),
        variable=variable,
        units={"covariance": f"{unit} squared"},
    )
    yield Part(context="fit", frame=result.attempts, groups=("covariance",), method="REML")
    yield Part(
        context="fit",
        frame=pd.DataFrame(
            {"n_subjects": [result.n_subjects], "n_observations": [result.n_observations]}
        ),
    )
    yield from clustered_parts(result.clustered, variable=variable, unit=unit)
    yield Part(context="residuals", frame=shares, groups=("quantile",), method="normalised")
