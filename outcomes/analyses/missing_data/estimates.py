"""The difference at the visit as declared, under each assumption and by each convention."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from outcomes.analyses.ancova import Ancova, analyse_ancova
from outcomes.analyses.missing_data.imputing import (
    analysed_rows,
    analysis_terms,
    imputed,
    lost_before_any_score,
)
from outcomes.analyses.missing_data.specification import MissingData
from outcomes.analyses.mmrm import Mmrm, analyse_mmrm
from outcomes.analyses.model_frame import SCORE_COLUMNS, formula
from outcomes.analyses.seeds import generator_of
from outcomes.analyses.setting import Setting
from outcomes.assumptions import Assumption, Convention
from outcomes.endpoints.carried import CarryRule, carried_forward
from outcomes.errors import FitError, SpecificationError, UnsupportedCombinationError
from outcomes.models.ancova import AncovaFit, fit_ancova
from outcomes.models.chained_equations import impute_columns, pool_estimates
from outcomes.models.imputation import Imputations
from outcomes.models.imputation_analysis import analyse_imputations
from outcomes.trial.checks.analyses import about_examined
from outcomes.trial.study import Analysis

COLUMNS = (
    *("arm", "group", "name", "label", "n", "estimate", "std_error", "df"),
    *("conf_low", "conf_high", "p_value", "monte_carlo_error", "reason"),
)
GROUPS = {
    "declared": "Nothing imputed",
    "covariates": "Baseline or covariates imputed, scores as seen",
    "assumption": "Imputed under an assumption",
    "convention": "Convention: one value put in place",
}
CARRIED: Mapping[Convention, CarryRule] = {
    Convention.BASELINE_CARRIED_FORWARD: "bocf",
    Convention.WORST_CARRIED_FORWARD: "wocf",
    Convention.LAST_CARRIED_FORWARD: "locf",
}
# Kinds whose assumption can be examined, and how each is run.
DECLARED: Mapping[type[Analysis], Callable[[Any, Any], Any]] = {
    Mmrm: analyse_mmrm,
    Ancova: analyse_ancova,
}


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class UnderAssumption:
    """What an assumption gives: imputations, and means and differences at every visit.

    Where it cannot be had, `reason` says why.
    """

    assumption: Assumption
    imputations: Imputations | None
    pooled: pd.DataFrame
    reason: str = ""


def examined_analysis(setting: Setting, specification: MissingData) -> Mmrm | Ancova:
    """Find the analysis whose assumption is examined.

    Raises
    ------
    SpecificationError
        It is not declared, asks another question, or is of a kind whose assumption cannot be
        examined so.
    """
    for _, text in about_examined(setting.study, specification, ()):
        raise SpecificationError(f"{specification.id}: {text}.")
    declared = {each.id: each for each in setting.study.analyses}
    found = declared.get(specification.sensitivity_of)
    if not isinstance(found, (Mmrm, Ancova)):
        able = [name for name, each in declared.items() if type(each) in DECLARED]
        raise SpecificationError(
            f"sensitivity_of is {specification.sensitivity_of!r}; it must name an mmrm or ancova "
            f"of the study file: {', '.join(able) or 'there is none'}."
        )
    return found


def declared_rows(setting: Setting, specification: MissingData) -> Iterator[dict[str, object]]:
    """Rows of the analysis that is examined, and of the scores observed at the visit."""
    examined = examined_analysis(setting, specification)
    found = DECLARED[type(examined)](setting, examined)
    kind = "MMRM" if isinstance(examined, Mmrm) else "ANCOVA"
    label = f"As declared: {kind} ({examined.id})"
    yield from _rows(setting, found.contrasts, "declared", examined.id, label, found.n_subjects)
    if isinstance(examined, Mmrm):
        seen = analysed_rows(setting)
        label = "Observed at the visit only (ANCOVA)"
        yield from _ancova_rows(setting, specification, seen, "declared", "observed", label)


def covariate_rows(setting: Setting, specification: MissingData) -> Iterator[dict[str, object]]:
    """Rows of the scores seen at the visit with missing baselines and numbers imputed.

    Patients are in it who have a score at the visit and lack a baseline score or a covariate that
    is a number; a missing category is not imputed. No rows where nobody does.
    """
    here = setting.frame[
        (setting.frame["visit"] == setting.visit.id) & setting.frame["value"].notna()
    ]
    needed = ["baseline", *setting.adjusters]
    numbers = [name for name in needed if pd.api.types.is_numeric_dtype(here[name])]
    here = here[here[[name for name in needed if name not in numbers]].notna().all(axis=1)]
    lacking = [name for name in numbers if here[name].isna().any()]
    if not lacking:
        return
    known = [name for name in needed if name not in lacking]
    completed = impute_columns(
        here,
        lacking,
        predictors=["value", "arm", *known],
        rng=generator_of(setting.study.seed, f"{specification.id}/covariates"),
        n_imputations=specification.n_imputations,
    )
    fits = [_ancova(setting, specification, frame) for frame in completed]
    contrasts = [fit.contrasts.astype({"arm": object}) for fit in fits]
    pooled = pool_estimates(contrasts, by=["arm"], conf_level=1 - specification.alpha)
    yield from _rows(
        setting,
        pooled.assign(visit=setting.visit.id),
        "covariates",
        "chained_equations",
        "Chained equations (ANCOVA)",
        len(here),
    )


def under_assumption(
    setting: Setting, specification: MissingData, assumption: Assumption
) -> UnderAssumption:
    """Impute under an assumption and pool the analyses of covariance."""
    nothing = pd.DataFrame(columns=["visit", "quantity", "arm", "estimate"])
    early = lost_before_any_score(setting, specification)
    if assumption is Assumption.LAST_MEAN_CARRIED_FORWARD and early:
        reason = f"{early} patients have no score after baseline whose mean could be carried"
        return UnderAssumption(
            assumption=assumption, imputations=None, pooled=nothing, reason=reason
        )
    rng = generator_of(setting.study.seed, f"{specification.id}/{assumption.value}")
    try:
        made = imputed(setting, specification, assumption, rng=rng, method=specification.method)
        pooled = analyse_imputations(
            made, covariates=analysis_terms(setting), conf_level=1 - specification.alpha
        )
    except FitError as error:
        return UnderAssumption(
            assumption=assumption, imputations=None, pooled=nothing, reason=str(error)
        )
    return UnderAssumption(assumption=assumption, imputations=made, pooled=pooled.table())


def assumption_rows(setting: Setting, found: UnderAssumption) -> Iterator[dict[str, object]]:
    """Rows of the differences at the visit, or of why there are none."""
    label = found.assumption.label
    n = 0 if found.reason else int(analysed_rows(setting)["subject"].nunique())
    contrasts = found.pooled[found.pooled["quantity"] == "difference"]
    yield from _rows(
        setting, contrasts, "assumption", found.assumption.value, label, n, found.reason
    )


def convention_rows(
    setting: Setting, specification: MissingData, convention: Convention
) -> Iterator[dict[str, object]]:
    """Rows of an analysis of covariance with one value in place of each missing score."""
    if convention not in CARRIED:
        raise UnsupportedCombinationError(
            f"conventions names {convention.value!r}, which fills no score: it is shown beside the "
            "responders where percent is declared. Leave it out."
        )
    filled = carried_forward(
        analysed_rows(setting), rule=CARRIED[convention], higher_is=setting.outcome.higher_is
    )
    yield from _ancova_rows(
        setting, specification, filled, "convention", convention.value, convention.label
    )


def _ancova_rows(
    setting: Setting,
    specification: MissingData,
    frame: pd.DataFrame,
    group: str,
    name: str,
    label: str,
) -> Iterator[dict[str, object]]:
    here = frame[(frame["visit"] == setting.visit.id) & frame["value"].notna()]
    fit = _ancova(setting, specification, here)
    contrasts = fit.contrasts.assign(visit=setting.visit.id)
    yield from _rows(setting, contrasts, group, name, label, fit.n_observations)


def _ancova(setting: Setting, specification: MissingData, rows: pd.DataFrame) -> AncovaFit:
    """Fit the analysis of covariance to rows that lack nothing."""
    return fit_ancova(
        formula(setting, "baseline", "arm"),
        rows[[*SCORE_COLUMNS, *setting.adjusters]],
        arm="arm",
        reference=setting.reference.id,
        conf_level=1 - specification.alpha,
    )


def _rows(
    setting: Setting,
    contrasts: pd.DataFrame,
    group: str,
    name: str,
    label: str,
    n: int,
    reason: str = "",
) -> Iterator[dict[str, object]]:
    """One row for each active arm at the visit of the analysis."""
    here = contrasts[contrasts["visit"].astype(str) == setting.visit.id]
    by_arm = {str(row["arm"]): row for row in here.to_dict("records")}
    for arm in setting.active:
        row = by_arm.get(arm.id, {})
        about = {
            "arm": arm.id,
            "group": group,
            "name": name,
            "label": label,
            "n": n,
            "reason": reason,
        }
        yield about | {key: row.get(key, float("nan")) for key in COLUMNS if key not in about}
