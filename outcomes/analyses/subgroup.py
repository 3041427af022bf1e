"""For whom it works: the difference between arms by subgroup, with tests of interaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

import pandas as pd
from matplotlib.axes import Axes

from outcomes.analyses.ard import Part, ard, shared_parts, variable_of
from outcomes.analyses.clusters import cluster_notes, design_effects
from outcomes.analyses.hypothesis import no_judgements, only_superiority
from outcomes.analyses.mean_difference import adjusters_sentence, population_sentence
from outcomes.analyses.mmrm_notes import DF_METHODS, words
from outcomes.analyses.model_frame import SCORE_COLUMNS, flow, require_scores, usable
from outcomes.analyses.notes import adjuster_notes, baseline_notes, factor_choice, window_notes
from outcomes.analyses.population import observed_frame
from outcomes.analyses.result import Note, Planned, Result
from outcomes.analyses.setting import Setting
from outcomes.analyses.subgroup_effects import (
    EFFECT_COLUMNS,
    INTERACTION_COLUMNS,
    modified_effects,
    overall_effects,
)
from outcomes.errors import SpecificationError
from outcomes.estimands import Handling
from outcomes.plots.subgroups import plot_subgroups
from outcomes.tables.format import inside_sentence
from outcomes.trial.study import OutcomeAnalysis


@dataclass(frozen=True, kw_only=True)
class Subgroup(OutcomeAnalysis):
    """Difference in mean score at the visit within subgroups, and whether it differs among them.

    Parameters
    ----------
    modifiers : tuple of str
        Columns of subjects, known before treatment: text makes subgroups, a number is a continuous
        effect modifier.
    covariance : tuple of str
        Ladder of covariance structures declared in advance.
    df_method : str
        Standard errors and degrees of freedom.
    """

    strategies: ClassVar[frozenset[Handling]] = frozenset(Handling) - {Handling.WHILE_ON_TREATMENT}

    kind: Literal["subgroup"] = "subgroup"
    modifiers: tuple[str, ...]
    covariance: tuple[str, ...] = ("unstructured",)
    df_method: str = "kenward_roger_linear"


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class SubgroupResult(Result):
    """What a `Subgroup` analysis found.

    Parameters
    ----------
    effects : DataFrame
        modifier ("" is all patients), label, level, arm (active), n_active and n_reference
        (patients with a score at the visit), estimate, std_error, df, conf_low, conf_high,
        covariance (structure of the visits in its model, "" where none was fitted), reason (why
        there is no estimate, else ""). The levels of a number are its quartiles, and its n are all
        patients who have it.
    interactions : DataFrame
        modifier, label, arm (active), num_df, denom_df, statistic, p_value of the test that the
        difference is the same at every level; slope, conf_low, conf_high: change of the difference
        per unit of a number, NaN for subgroups; n_missing (patients without the modifier), reason.
    n_subjects : int
    """

    specification: Subgroup
    effects: pd.DataFrame
    interactions: pd.DataFrame
    n_subjects: int

    def table(self) -> pd.DataFrame:
        """Differences by subgroup."""
        return self.effects

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the forest."""
        return plot_subgroups(self.effects, self.interactions, arms=self.arms, ax=ax)

    def to_ard(self) -> pd.DataFrame:
        """Every number of the result, one row each."""
        return ard(self.specification, _parts(self), n_rows=self.n_subjects)


def analyse_subgroup(setting: Setting, specification: Subgroup) -> SubgroupResult:
    """Fit one model for each modifier, with its interactions with arm and visit.

    Parameters
    ----------
    setting : Setting
        Population, score and visits.
    specification : Subgroup

    Raises
    ------
    SpecificationError
        No modifier is named, one is named twice, or is no column of subjects.
    UnsupportedCombinationError
        Another hypothesis than superiority is declared.
    NotConvergedError, NotEstimableError
        The model without modifiers cannot be fitted.

    Notes
    -----
    ``value ~ baseline * visit + arm * visit * modifier`` with factors and covariates as main
    effects. A test of interaction says whether the difference depends on the modifier; an interval
    that leaves out zero in one subgroup and not in another says nothing of it (Assmann SF, Pocock
    SJ, Enos LE, Kasten LE. Lancet 2000;355:1064-1069).
    """
    only_superiority(specification, "difference by subgroup")
    _check(setting, specification)
    analysed = setting.frame[usable(setting) & setting.frame["value"].notna()]
    require_scores(setting, analysed)
    found = [modified_effects(setting, specification, name) for name in specification.modifiers]
    frames = [overall_effects(setting, specification), *(each for each, _ in found)]
    effects = pd.DataFrame(
        [row for each in frames for row in each.to_dict("records")], columns=list(EFFECT_COLUMNS)
    )
    choices, factor_notes = factor_choice(setting, specification)
    cluster_effects = design_effects(setting, analysed.drop_duplicates("subject"))
    interactions = pd.concat([each for _, each in found], ignore_index=True)
    return SubgroupResult(
        specification=specification,
        arms=setting.arms,
        visits=setting.design.visits,
        outcome=setting.outcome,
        headlines=(),
        flow=flow(setting, any_visit=True),
        observed=observed_frame(setting.recorded, setting.design.baseline, setting.arms),
        planned=(*_planned(specification, effects), *choices),
        notes=(
            *_covariance_notes(specification, effects),
            *_reading_notes(specification, interactions),
            *_missing_notes(setting, interactions),
            *cluster_notes(setting, cluster_effects),
            *factor_notes,
            *baseline_notes(setting),
            *adjuster_notes(setting),
            *window_notes(setting),
        ),
        methods=_methods(setting, specification),
        design_effects=cluster_effects,
        judgements=no_judgements(),
        effects=effects,
        interactions=interactions[list(INTERACTION_COLUMNS)],
        n_subjects=int(analysed["subject"].nunique()),
    )


def _check(setting: Setting, specification: Subgroup) -> None:
    names = specification.modifiers
    if not names:
        raise SpecificationError("modifiers is empty; name at least one column of subjects.")
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise SpecificationError(f"modifiers names {', '.join(twice)} more than once.")
    columns = [str(column) for column in setting.subjects.columns]
    taken = [name for name in names if name in ("subject", "arm", *SCORE_COLUMNS)]
    absent = [name for name in names if name not in columns or name in taken]
    if absent:
        raise SpecificationError(
            f"{', '.join(absent)} cannot be a modifier; columns of subjects are "
            f"{', '.join(name for name in columns if name not in ('subject', 'arm'))}."
        )


def _planned(specification: Subgroup, effects: pd.DataFrame) -> list[Planned]:
    """Covariance and degrees of freedom of the models, as planned and as used."""
    fitted = effects[effects["covariance"] != ""]
    first, used = specification.covariance[0], list(dict.fromkeys(fitted["covariance"]))
    return [
        Planned(
            choice="Covariance of the visits",
            planned=words(first),
            used=", ".join(map(words, used)),
            reason="Every model converged at the first attempt"
            if used == [first]
            else f"Simpler in the models of {', '.join(_simpler(specification, effects))}",
        ),
        Planned(
            choice="Standard errors and degrees of freedom",
            planned=words(specification.df_method),
            used=words(specification.df_method),
            reason="Available for the models that were fitted",
        ),
    ]


def _simpler(specification: Subgroup, effects: pd.DataFrame) -> list[str]:
    """Models for which the first covariance declared did not converge."""
    changed = effects[~effects["covariance"].isin(["", specification.covariance[0]])]
    return [str(label) or "all patients" for label in dict.fromkeys(changed["label"])]


def _covariance_notes(specification: Subgroup, effects: pd.DataFrame) -> list[Note]:
    changed = _simpler(specification, effects)
    if not changed:
        return []
    return [
        Note(
            kind="warning",
            title="Simpler covariance than planned",
            text=f"{words(specification.covariance[0])} covariance did not converge "
            f"in the models of {', '.join(changed)}; the next one declared was used. Where it does "
            "not hold, estimates that rest on missing at random are biased.",
            beside_headline=True,
        )
    ]


def _reading_notes(specification: Subgroup, interactions: pd.DataFrame) -> list[Note]:
    tests = int(interactions["p_value"].notna().sum())
    return [
        Note(
            kind="information",
            title="Exploratory" if specification.role == "exploratory" else "Subgroups",
            text=f"{tests} tests of interaction were made and none is adjusted for the others; "
            f"by chance alone {tests * specification.alpha:.2g} of them would be expected to have "
            f"p below {specification.alpha:g}. Subgroups are small: an interval that holds no "
            "difference is no evidence of no effect, and only a test of interaction says whether "
            "effects differ.",
            beside_headline=True,
        )
    ]


def _missing_notes(setting: Setting, interactions: pd.DataFrame) -> list[Note]:
    lost = interactions.drop_duplicates("modifier")
    lost = lost[lost["n_missing"] > 0]
    if lost.empty:
        return []
    each = ", ".join(
        f"{n} without {inside_sentence(str(label))}"
        for n, label in zip(lost["n_missing"], lost["label"], strict=True)
    )
    return [
        Note(
            kind="warning",
            title="Patients without a modifier",
            text=f"Of {len(setting.subjects)} patients of the population, {each}; they are left "
            "out of that comparison and are in all others.",
        )
    ]


def _methods(setting: Setting, specification: Subgroup) -> tuple[str, ...]:
    ladder = ", then ".join(name.replace("_", " ") for name in specification.covariance)
    return (
        f"{population_sentence(setting)} For each modifier ({', '.join(specification.modifiers)}) "
        f"scores of {setting.outcome.label} after baseline are compared by a mixed model for "
        "repeated measures with baseline score by visit and arm by visit by modifier"
        f"{adjusters_sentence(setting)} (covariance: {ladder}; standard errors and degrees of "
        f"freedom {DF_METHODS[specification.df_method][1]}). "
        "Differences are of least-squares means within each level; for a number they are given at "
        "its quartiles. Interaction is tested by an F test that the difference at the visit is "
        "equal at all levels. Levels must be known before treatment.",
    )


def _parts(result: SubgroupResult) -> list[Part]:
    unit = result.outcome.unit if result.outcome else ""
    scale = dict.fromkeys(("estimate", "std_error", "conf_low", "conf_high", "slope"), unit)
    parts = shared_parts(result)
    for modifier, rows in result.effects.groupby("modifier", sort=False):
        for reason, each in rows.groupby("reason", sort=False):
            parts.append(
                Part(
                    context="subgroup",
                    frame=each.assign(modifier=modifier or "all patients"),
                    groups=("arm", "modifier"),
                    level="level",
                    stats=(
                        *("n_active", "n_reference", "estimate", "std_error", "df"),
                        *("conf_low", "conf_high"),
                    ),
                    variable=variable_of(result),
                    units=scale,
                    method="MMRM",
                    absent=str(reason) or "not estimated",
                )
            )
    for _, row in result.interactions.iterrows():
        slopes = () if pd.isna(row["slope"]) else ("slope", "conf_low", "conf_high")
        parts.append(
            Part(
                context="interaction",
                frame=pd.DataFrame([row]),
                groups=("arm", "modifier"),
                stats=("num_df", "denom_df", "statistic", "p_value", "n_missing", *slopes),
                variable=variable_of(result),
                units=scale,
                method="F test of interaction",
                absent=str(row["reason"]) or "not estimated",
            )
        )
    return parts
