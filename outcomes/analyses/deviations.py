"""What was run against what the study file declares."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TypeVar

from outcomes.analyses.outcome import outcome_named
from outcomes.analyses.result import Note, Planned
from outcomes.trial.study import Analysis, DeclaredThreshold, Hypothesis, OutcomeAnalysis, Study

AnyAnalysis = TypeVar("AnyAnalysis", bound=Analysis)

# Changing one of these asks another question; the rest changes how it is answered.
QUESTION = frozenset(
    {
        *("instrument", "scale", "visit", "population", "estimand", "active", "hypothesis"),
        *("percent", "missing", "variables", "instruments", "levels"),
    }
)
# These say what an analysis is called, not what it does.
_NAMES = frozenset({"id", "role", "title"})


def declared(study: Study, specification: Analysis) -> Analysis | None:
    """Find the analysis of the same id and kind that the study file declares."""
    for analysis in study.analyses:
        if analysis.id == specification.id and type(analysis) is type(specification):
            return analysis
    return None


def with_true_role(study: Study, specification: AnyAnalysis) -> AnyAnalysis:
    """Make an analysis exploratory where its question is not the one declared."""
    plan = declared(study, specification)
    if plan is not None and not QUESTION & set(changed(study, plan, specification)):
        return specification
    return replace(specification, role="exploratory")


def changed(study: Study, plan: Analysis, specification: Analysis) -> tuple[str, ...]:
    """Names of the fields in which a specification differs from the one declared.

    Naming what holds by default anyway, such as the last visit, is no difference.
    """
    before, after = _in_full(study, plan), _in_full(study, specification)
    return tuple(name for name in before if before[name] != after[name])


def _in_full(study: Study, specification: Analysis) -> dict[str, object]:
    """Fields of a specification that say what it does, the study's defaults filled in."""
    design = study.design
    default: dict[str, object] = {
        "population": design.populations[0].id,
        "visit": design.follow_up[-1].id,
        "active": tuple(arm.id for arm in design.arms if not arm.reference),
    }
    if isinstance(specification, OutcomeAnalysis):
        named = outcome_named(study, specification.instrument, specification.scale)
        default["scale"] = named.scale
    given = {each.name: getattr(specification, each.name) for each in fields(specification)}
    return {
        name: default.get(name) if value is None else value
        for name, value in given.items()
        if name not in _NAMES
    }


def deviations(study: Study, specification: Analysis) -> tuple[list[Planned], list[Note]]:
    """Rows and notes for each way in which a specification departs from the plan."""
    plan = declared(study, specification)
    if plan is None:
        return [], [
            Note(
                kind="deviation",
                title="Not in the plan",
                text=f"The study file declares no analysis {specification.id!r} of this kind; its "
                "result is exploratory.",
            )
        ]
    names = changed(study, plan, specification)
    before, after = _in_full(study, plan), _in_full(study, specification)
    rows = [
        Planned(
            choice=_words(name),
            planned=_shown(before[name]),
            used=_shown(after[name]),
            reason="Changed when the analysis was run",
        )
        for name in names
    ]
    if not rows:
        return [], []
    told = "; ".join(
        f"{row.choice.lower()}: {row.planned} planned, {row.used} used" for row in rows
    )
    asks = " This asks another question than the one declared, so the result is exploratory."
    text = f"{told}.{asks if QUESTION & set(names) else ''}"
    return rows, [Note(kind="deviation", title="Departs from the plan", text=text)]


def _words(name: str) -> str:
    return {
        "df_method": "Degrees of freedom",
        "alpha": "Two-sided alpha",
        "unseen": "Assumption about scores not seen",
    }.get(name, name.replace("_", " ").capitalize())


def _shown(value: object) -> str:
    """Print a field of a specification."""
    if value is None:
        return "None"
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, tuple):
        return ", ".join(str(one).replace("_", " ") for one in value) or "None"
    if isinstance(value, DeclaredThreshold):
        return f"{value.kind} {value.value:g}"
    if isinstance(value, Hypothesis):
        margin = "" if value.margin is None else f", margin {value.margin:g}"
        return value.kind.replace("_", "-") + margin
    return str(value).replace("_", " ")
