"""What is said of a sensitivity analysis: verdicts, notes, choices and methods."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from outcomes.analyses.mean_difference import (
    adjusters_sentence,
    interval_sentence,
    population_sentence,
)
from outcomes.analyses.missing_data.specification import MissingData
from outcomes.analyses.result import Note, Planned
from outcomes.analyses.setting import Setting
from outcomes.assumptions import Assumption, Convention
from outcomes.tables.format import decimals, inside_sentence, number, p_phrase, plain
from outcomes.trial.study import OutcomeAnalysis, Study

_RUBIN = (
    "pooled by Rubin’s rules with the degrees of freedom of Barnard and Rubin (Biometrika "
    "1999;86:948-955)"
)
METHODS = {
    "conditional_mean": "by their expectation given the scores that were seen, with the jackknife "
    "for standard errors and normal intervals (Wolbers et al., Pharm Stat 2022;21:1246-1257)",
    "bayesian": "{n} times at random with parameters drawn from their posterior distribution, "
    + _RUBIN,
    "approximate_bayesian": "{n} times at random with parameters fitted to bootstrap samples, "
    + _RUBIN,
    "bootstrap_ml": "at random in {n} bootstrap samples, pooled as by von Hippel and Bartlett "
    "(Stat Sci 2021;36:400-420)",
}


def verdicts(
    setting: Setting, specification: MissingData, estimates: pd.DataFrame, points: pd.DataFrame
) -> dict[str, str]:
    """Say by active arm where the conclusion tips, if anywhere."""
    digits = digits_of(setting, estimates)
    base = inside_sentence(specification.assumptions[0].label)
    return {
        str(row["arm"]): _verdict(setting, specification, row, base, digits)
        for row in points.to_dict("records")
    }


def _verdict(
    setting: Setting,
    specification: MissingData,
    row: Mapping[Any, Any],
    base: str,
    digits: int,
) -> str:
    arm = next(each for each in setting.active if each.id == row["arm"])
    alpha = plain(specification.alpha)
    start = f"With scores imputed as {base}, {p_phrase(row['p_value'])}"
    if not row["p_value"] < specification.alpha:
        return f"{start}: there is no significant difference that a shift could undo."
    if not row["n_imputed"]:
        return f"{start}, and no score of {arm.label} is imputed that could be shifted."
    n = f"{row['n_imputed']} imputed scores with {arm.label}"
    unit = setting.outcome.unit
    if not pd.notna(row["shift"]):
        way = _way(setting, row["furthest"])
        most = f"{number(abs(row['furthest']), digits)} {unit} {way}"
        return f"{start}, and no shift of the {n} by up to {most} brings p to {alpha}."
    shift, ratio = abs(row["shift"]), number(abs(row["shift"]) / row["sd"], 2)
    return (
        f"{start}; p reaches {alpha} only if the {n} are shifted by {number(shift, digits)} {unit} "
        f"{_way(setting, row['shift'])} ({ratio} standard deviations of the scores seen), those "
        f"with {setting.reference.label} staying as imputed."
    )


def _way(setting: Setting, shift: float) -> str:
    """Direction of a shift, in words."""
    worse = {"worse": shift > 0, "better": shift < 0}.get(setting.outcome.higher_is)
    if worse is None:
        return "upwards" if shift > 0 else "downwards"
    return "for the worse" if worse else "for the better"


def examined(
    setting: Setting,
    specification: MissingData,
    estimates: pd.DataFrame,
    told: Mapping[str, str],
) -> str:
    """Say how far the estimate depends on the assumption, and where it tips."""
    digits = digits_of(setting, estimates)
    parts = []
    for arm in setting.active:
        rows = estimates[(estimates["arm"] == arm.id) & (estimates["group"] == "assumption")]
        rows = rows[rows["estimate"].notna()]
        if rows.empty:
            continue
        below = int((rows["p_value"] < specification.alpha).sum())
        low, high = number(rows["estimate"].min(), digits), number(rows["estimate"].max(), digits)
        how = {len(rows): "under all of them", 0: "under none"}.get(below, f"under {below}")
        whom = f" for {arm.label}" if len(setting.active) > 1 else ""
        parts.append(
            f"Under the {len(rows)} assumptions estimated the difference{whom} lies between {low} "
            f"and {high}, with p below {plain(specification.alpha)} {how}."
        )
        if arm.id in told:
            parts.append(told[arm.id])
    return " ".join(parts)


def digits_of(setting: Setting, estimates: pd.DataFrame) -> int:
    """Decimals of differences on the scale."""
    return decimals(estimates["estimate"].dropna(), setting.outcome.range)


def choices(specification: MissingData, fitted: str) -> list[Planned]:
    """Say what scores were imputed by, as planned and as used."""
    covariance = specification.covariance.replace("_", " ").capitalize()
    return [
        Planned(
            choice="Assumptions compared",
            planned=_listed(specification.assumptions),
            used=_listed(specification.assumptions),
            reason=f"Beside the analysis {specification.sensitivity_of!r}, which rests on missing "
            "at random",
        ),
        Planned(
            choice="Covariance of the imputation model",
            planned=covariance,
            used=fitted.replace("_", " ").capitalize(),
            reason="The imputation model converged",
        ),
    ]


def _listed(assumptions: tuple[Assumption, ...]) -> str:
    return "; ".join(each.label for each in assumptions)


def notes(estimates: pd.DataFrame, said: tuple[str, ...]) -> list[Note]:
    """Say what could not be estimated, and what is made up."""
    lacking = estimates[estimates["reason"] != ""].drop_duplicates("label")
    found = [
        Note(kind="information", title=f"{label}: not estimated", text=f"{reason}.")
        for label, reason in zip(lacking["label"], lacking["reason"], strict=True)
    ]
    if (estimates["group"] == "convention").any():
        found.append(
            Note(
                kind="information",
                title="Conventions are shown for comparison only",
                text="Putting one value in place of each missing score is a convention: nothing "
                "need be true of the patients for it, and its standard error takes the value for "
                "an observation.",
            )
        )
    if {"jump_to_reference", "copy_reference", "copy_increments"} & set(estimates["name"]):
        found.append(
            Note(
                kind="information",
                title="Standard errors under reference-based assumptions",
                text="An assumption that borrows from the reference arm adds information: its "
                "standard error by resampling, which is that of repeating the trial under the "
                "assumption, can be smaller than with every score seen.",
            )
        )
    return found + [Note(kind="warning", title="Imputation", text=text) for text in said]


def methods(
    setting: Setting, specification: MissingData, estimates: pd.DataFrame
) -> tuple[str, ...]:
    """Paragraphs of the statistical methods."""
    paragraphs = [_assumptions(setting, specification), _comparison(setting, specification)]
    paragraphs.append(_shifts(specification))
    if specification.conventions:
        paragraphs.append(_conventions(specification))
    if (estimates["group"] == "covariates").any():
        paragraphs.append(
            "Missing baseline scores and covariates that are numbers are imputed "
            f"{specification.n_imputations} times by chained equations with predictive mean "
            "matching from five donors, given arm, score at the visit and other covariates (van "
            "Buuren and Groothuis-Oudshoorn, J Stat Softw 2011;45(3)), and pooled by Rubin’s rules."
        )
    if specification.percent is not None:
        paragraphs.append(_responders(specification))
    return tuple(paragraphs)


def _assumptions(setting: Setting, specification: MissingData) -> str:
    return (
        f"{population_sentence(setting)} The assumption of the analysis "
        f"“{specification.sensitivity_of}” about scores that were not seen is examined by imputing "
        f"them under others: {_listed(specification.assumptions).lower()}. An assumption holds "
        "from the first visit on from which nothing more of a patient is seen; visits missed "
        f"before one that was seen are imputed at random.{_after_events(specification)} The "
        "imputation model is a mixed model for "
        "repeated measures with baseline score, visit, arm and the interactions of visit with "
        f"baseline and with arm{adjusters_sentence(setting)}, fitted by restricted maximum "
        "likelihood (Carpenter, Roger and Kenward, J Biopharm Stat 2013;23:1352-1371)."
    )


def _after_events(specification: MissingData) -> str:
    """Say which events have an assumption of their own, whichever is compared."""
    return "".join(
        f" After {inside_sentence(each.event)}, scores not seen are imputed as "
        f"{inside_sentence(each.assumed.label)} whichever assumption is compared."
        for each in specification.unseen.after_events
        if each.assumed is not None
    )


def _comparison(setting: Setting, specification: MissingData) -> str:
    how = METHODS[specification.method].format(n=specification.n_imputations)
    visit = inside_sentence(setting.visit.label)
    return (
        f"Scores are imputed {how}. Completed scores at {visit} are compared by analysis of "
        f"covariance with baseline score and arm{adjusters_sentence(setting)}. "
        f"{interval_sentence(specification.alpha)}"
    )


def _shifts(specification: MissingData) -> str:
    first = inside_sentence(specification.assumptions[0].label)
    return (
        f"Tipping points: scores imputed as {first} are shifted by constant amounts in each arm "
        "and compared again (Permutt, Stat Med 2016;35:2876-2879); the tipping point is the "
        "smallest shift in the active arm alone at which the two-sided p value reaches "
        f"{plain(specification.alpha)}."
    )


def _responders(specification: MissingData) -> str:
    return (
        f"A response is an improvement of at least {plain(specification.percent or 0)}% of "
        f"baseline. Scores not seen are imputed {specification.n_imputations} times at random "
        "under each assumption, with parameters fitted to bootstrap samples; shares "
        "and their difference, with Wald standard errors, are pooled by Rubin’s rules. Without "
        "imputation the difference has Newcombe’s interval."
    )


_CARRIED = {
    Convention.WORST_CARRIED_FORWARD: " The worst score is that of all visits after baseline; who "
    "has none after baseline is left out of it.",
    Convention.LAST_CARRIED_FORWARD: " The last score is that of the visit before, the baseline "
    "where there is none.",
}


def _conventions(specification: MissingData) -> str:
    shown = specification.conventions
    named = ", ".join(inside_sentence(each.label) for each in shown)
    meant = "".join(_CARRIED.get(each, "") for each in shown)
    return (
        f"For comparison, {named} are shown.{meant} These are conventions, no assumptions that "
        "could hold, and their standard errors ignore that values were made up."
    )


def examined_elsewhere(study: Study, analysis: OutcomeAnalysis) -> list[Note]:
    """Say which analyses of the plan examine what this one assumes of scores not seen."""
    found = [
        each.id
        for each in study.analyses
        if isinstance(each, MissingData) and each.sensitivity_of == analysis.id
    ]
    if not found:
        return []
    return [
        Note(
            kind="information",
            title="Missing data are examined in a report of their own",
            text="What this analysis assumes of scores that were not seen is held against other "
            f"assumptions, with tipping points, by “{'”, “'.join(found)}” of the plan.",
        )
    ]
