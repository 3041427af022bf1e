"""What an analysis starts from: the subjects, scores and names its specification asks for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any

import pandas as pd

from outcomes.analyses.outcome import outcome_named, with_threshold
from outcomes.analyses.population import in_population
from outcomes.analyses.result import Outcome
from outcomes.analyses.strategies import carried_out, members
from outcomes.endpoints import outcome_frame
from outcomes.errors import SpecificationError, UnsupportedCombinationError
from outcomes.estimands import Estimand
from outcomes.trial.checks.strategies import contradictions
from outcomes.trial.study import (
    Analysis,
    Arm,
    Design,
    OutcomeAnalysis,
    Population,
    Study,
    Visit,
)
from outcomes.trial.trial import Trial


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Compared:
    """Who is compared: the arms, everybody randomised to them, and the analysis population.

    `randomised` and `subjects` are rows of `Trial.subjects` whose arm has only the levels compared,
    the reference first. `set_aside` are the records outside their visit windows.
    """

    design: Design
    arms: tuple[Arm, ...]
    population: Population
    randomised: pd.DataFrame
    subjects: pd.DataFrame
    set_aside: pd.DataFrame

    @property
    def reference(self) -> Arm:
        """The arm the others are compared with."""
        return next(arm for arm in self.arms if arm.reference)

    @property
    def active(self) -> tuple[Arm, ...]:
        """Every arm compared but the reference."""
        return tuple(arm for arm in self.arms if not arm.reference)

    def first_stages(self) -> dict[str, pd.Series[str]]:
        """Arms of those randomised and, where it leaves anybody out, of the population."""
        stages = {"Randomised": self.randomised["arm"]}
        if self.population.flag is not None:
            stages[self.population.label] = self.subjects["arm"]
        return stages


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Adjusted(Compared):
    """Who is compared, and for what the comparison is adjusted.

    `factors` (of the randomisation) and `covariates` are columns of the analysed frame; factors
    are categories.
    """

    factors: tuple[str, ...]
    covariates: tuple[str, ...]

    @property
    def adjusters(self) -> tuple[str, ...]:
        """Randomisation factors, then covariates, each once."""
        return tuple(dict.fromkeys((*self.factors, *self.covariates)))


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Setting(Adjusted):
    """Who is compared on what: `Compared` with the score, the visit and the model's columns.

    Parameters
    ----------
    outcome : Outcome
        The score.
    visit : Visit
        The visit the analysis is about.
    frame : DataFrame
        `outcome_frame` of the population: one row per subject and follow-up visit, after the
        estimand's strategies were carried out.
    recorded : DataFrame
        The same with the scores as they were recorded.
    estimand : Estimand or None
        The question.
    intercurrent : DataFrame
        What its strategies changed, as in `Result`.
    occurred : DataFrame
        subject, event, day, visit: events, and the first visit after each, as by `carried_out`.
    study : Study
        What the study file declares.
    """

    outcome: Outcome
    visit: Visit
    frame: pd.DataFrame
    recorded: pd.DataFrame
    estimand: Estimand | None
    intercurrent: pd.DataFrame
    occurred: pd.DataFrame
    study: Study


def compared(
    trial: Trial, specification: Analysis, active: tuple[str, ...] | None = None
) -> Compared:
    """Choose arms and population.

    Raises
    ------
    SpecificationError
        The population or an arm is not declared.
    """
    design = trial.design
    arms = _arms(design, active)
    population = _population(design, specification.population)
    ids = [arm.id for arm in sorted(arms, key=lambda arm: not arm.reference)]
    randomised = trial.subjects[trial.subjects["arm"].isin(ids)].reset_index(drop=True)
    randomised = randomised.assign(
        arm=pd.Categorical(randomised["arm"].astype(object), categories=ids, ordered=True)
    )
    kept = in_population(randomised, population)
    return Compared(
        design=design,
        arms=arms,
        population=population,
        randomised=randomised,
        subjects=randomised[kept].reset_index(drop=True),
        set_aside=trial.set_aside[trial.set_aside["subject"].isin(randomised["subject"])],
    )


def adjusted(
    trial: Trial,
    specification: Analysis,
    active: tuple[str, ...] | None,
    *,
    covariates: tuple[str, ...],
    randomisation_factors: bool,
) -> Adjusted:
    """Choose arms and population, with factors and covariates as categories among the subjects.

    Raises
    ------
    SpecificationError
        The population, an arm or a covariate is not declared or not in the data.
    """
    who = compared(trial, specification, active)
    factors = who.design.randomisation_factors if randomisation_factors else ()
    for name in (*factors, *covariates):
        one_of(name, [str(column) for column in who.subjects.columns], "subjects column")
    columns = {
        name: as_category(who.subjects[name], factor=name in factors)
        for name in (*covariates, *factors)
    }
    return Adjusted(
        design=who.design,
        arms=who.arms,
        population=who.population,
        randomised=who.randomised,
        subjects=who.subjects.assign(**columns),
        set_aside=who.set_aside,
        factors=factors,
        covariates=covariates,
    )


def setting_of(trial: Trial, specification: OutcomeAnalysis) -> Setting:
    """Gather what an analysis of one score needs.

    Raises
    ------
    SpecificationError
        Population, arm, visit, estimand, score or covariate is not declared or not in the data.
    UnsupportedCombinationError
        The analysis cannot answer its estimand, or assumes what contradicts it.
    """
    question = _question(trial, specification)
    who = _in_stratum(compared(trial, specification, specification.active), question)
    outcome = with_threshold(
        outcome_named(trial.study, specification.instrument, specification.scale),
        specification.threshold,
    )
    factors = who.design.randomisation_factors if specification.randomisation_factors else ()
    for name in (*factors, *specification.covariates):
        one_of(name, [str(column) for column in who.subjects.columns], "subjects column")
    frame = outcome_frame(
        trial.scores,
        who.subjects,
        who.design,
        instrument=outcome.instrument,
        scale=outcome.scale,
    )
    frame["arm"] = frame["arm"].cat.remove_unused_categories()
    categories = {name: as_category(frame[name], factor=True) for name in factors}
    others = {
        name: as_category(frame[name])
        for name in specification.covariates
        if name not in categories
    }
    recorded = frame.assign(**categories, **others)
    done = carried_out(
        recorded, trial, outcome, question, response=specification.compares == "response"
    )
    return Setting(
        design=who.design,
        arms=who.arms,
        population=who.population,
        randomised=who.randomised,
        subjects=who.subjects,
        set_aside=who.set_aside,
        outcome=outcome,
        visit=_visit(who.design, specification.visit),
        frame=done.frame,
        recorded=recorded,
        factors=factors,
        covariates=specification.covariates,
        estimand=question,
        intercurrent=done.events,
        occurred=done.occurred,
        study=trial.study,
    )


def as_category(column: pd.Series[Any], *, factor: bool = False) -> pd.Series[Any]:
    """Make text, truth values and, where `factor`, whole numbers categories; keep other numbers.

    Raises
    ------
    SpecificationError
        A randomisation factor is a measurement: strata are few and whole.
    """
    numeric = pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)
    if numeric and not factor:
        return column.astype(float)
    known = column.dropna()
    if numeric and not (known % 1 == 0).all():
        raise SpecificationError(
            f"The randomisation factor {column.name!r} holds numbers that are not whole, such as "
            f"{known[known % 1 != 0].iloc[0]}; factors are categories. Give the stratum used at "
            "randomisation, and name the measurement among the covariates."
        )
    levels = sorted(known.unique())
    text = column.map({level: str(level) for level in levels})
    return pd.Series(
        pd.Categorical(text, categories=[str(level) for level in levels]), index=column.index
    )


def one_of(name: str, allowed: list[str], what: str) -> str:
    """Return `name` if it is allowed.

    Raises
    ------
    SpecificationError
        It is not; with the nearest one that is.
    """
    if name in allowed:
        return name
    near = get_close_matches(name, allowed, n=1)
    hint = f" (did you mean {near[0]!r}?)" if near else ""
    raise SpecificationError(
        f"There is no {what} {name!r}{hint}; there are {', '.join(allowed) or 'none'}."
    )


def _question(trial: Trial, specification: OutcomeAnalysis) -> Estimand | None:
    """Find the estimand, and refuse an analysis that cannot answer it."""
    declared = {estimand.id: estimand for estimand in trial.study.estimands}
    if specification.estimand is not None:
        one_of(specification.estimand, list(declared), "estimand")
    question = declared.get(specification.estimand or "")
    found = [
        f"{'.'.join(map(str, place))}: {text}"
        for place, text in contradictions(specification, question)
    ]
    if found:
        raise UnsupportedCombinationError(
            f"The analysis {specification.id!r} and its estimand do not fit. " + ". ".join(found)
        )
    return question


def _in_stratum(who: Compared, question: Estimand | None) -> Compared:
    kept = members(who.subjects, question)
    return replace(who, subjects=who.subjects[kept].reset_index(drop=True))


def _arms(design: Design, active: tuple[str, ...] | None) -> tuple[Arm, ...]:
    """Arms compared, in the design's order."""
    if active is None:
        return design.arms
    allowed = [arm.id for arm in design.arms if not arm.reference]
    wanted = {one_of(name, allowed, "active arm") for name in active}
    if not wanted:
        raise SpecificationError(f"active is empty; name at least one of {', '.join(allowed)}.")
    return tuple(arm for arm in design.arms if arm.reference or arm.id in wanted)


def _population(design: Design, name: str | None) -> Population:
    if name is None:
        return design.populations[0]
    one_of(name, [population.id for population in design.populations], "population")
    return next(population for population in design.populations if population.id == name)


def _visit(design: Design, name: str | None) -> Visit:
    if name is None:
        return design.follow_up[-1]
    one_of(name, [visit.id for visit in design.follow_up], "follow-up visit")
    return next(visit for visit in design.follow_up if visit.id == name)
