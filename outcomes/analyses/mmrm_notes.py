"""What a report says of an MMRM: planned against used, notes, methods."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from outcomes.analyses.mean_difference import (
    adjusters_sentence,
    hypothesis_sentences,
    interval_sentence,
    population_sentence,
)
from outcomes.analyses.result import Note, Planned
from outcomes.analyses.setting import Setting
from outcomes.models.mmrm import MmrmFit

if TYPE_CHECKING:
    from outcomes.analyses.mmrm import Mmrm

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


def planned_against_used(fit: MmrmFit, specification: Mmrm) -> list[Planned]:
    """Covariance and degrees of freedom: what was planned, what was used and why."""
    tried = fit.attempts
    reason = (
        "Converged at the first attempt"
        if len(tried) == 1 and not fit.at_boundary
        else "; ".join(f"{one.covariance.replace('_', ' ')}: {one.reason}" for one in tried)
    )
    return [
        Planned(
            choice="Covariance of the visits",
            planned=words(specification.covariance[0]),
            used=words(fit.covariance_used),
            reason=reason,
        ),
        Planned(
            choice="Standard errors and degrees of freedom",
            planned=words(specification.df_method),
            used=words(fit.df_method),
            reason="Available for the model that was fitted",
        ),
    ]


def words(name: str) -> str:
    """Name a covariance structure or a method of degrees of freedom as it is printed."""
    known = {method: words for method, (words, _) in DF_METHODS.items()}
    return known.get(name, name.replace("_", " ").capitalize())


def fit_notes(fit: MmrmFit) -> list[Note]:
    """Say what happened in the fit; a simpler or singular covariance beside the headline."""
    titles = []
    if fit.at_boundary:
        titles.append("Singular covariance")
    if fit.covariance_used != fit.covariance_planned:
        titles.append("Simpler covariance than planned")
    return [
        Note(
            kind="warning",
            title=titles[i] if i < len(titles) else "Model fit",
            text=text,
            beside_headline=i < len(titles),
        )
        for i, text in enumerate(fit.notes)
    ]


def unscored_notes(setting: Setting, analysed: pd.DataFrame) -> list[Note]:
    """Count the patients of the population who add nothing to the fit."""
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


def mmrm_methods(setting: Setting, specification: Mmrm, fit: MmrmFit) -> tuple[str, ...]:
    """Paragraphs on model, covariance, intervals and hypothesis."""
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
