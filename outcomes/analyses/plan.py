"""The plan: which analyses exist, what a study declares of them, and how one is run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from outcomes.analyses.ancova import Ancova, analyse_ancova
from outcomes.analyses.baseline import BaselineTable, analyse_baseline
from outcomes.analyses.composite import Composite, analyse_composite
from outcomes.analyses.data_quality import DataQuality, analyse_data_quality
from outcomes.analyses.deviations import deviations, with_true_role
from outcomes.analyses.effect_size import EffectSize, analyse_effect_size
from outcomes.analyses.medication import MedicationUse, analyse_medication
from outcomes.analyses.missing_data import MissingData, analyse_missing_data, examined_elsewhere
from outcomes.analyses.mmrm import Mmrm, analyse_mmrm
from outcomes.analyses.ordinal import Ordinal, analyse_ordinal
from outcomes.analyses.responder import ResponderDifference, analyse_responder
from outcomes.analyses.result import Result
from outcomes.analyses.safety import Safety, analyse_safety
from outcomes.analyses.setting import setting_of
from outcomes.analyses.strategies import strategy_notes, strategy_sentences
from outcomes.analyses.subgroup import Subgroup, analyse_subgroup
from outcomes.analyses.time_to_event import TimeToEvent, analyse_time_to_event
from outcomes.analyses.time_to_response import TimeToResponse, analyse_time_to_response
from outcomes.endpoints.diary_weeks import with_diary_scores
from outcomes.errors import SpecificationError
from outcomes.trial.io.read import load_trial
from outcomes.trial.study import Analysis, OutcomeAnalysis
from outcomes.trial.trial import Trial

KINDS: Mapping[type[Analysis], Callable[[Any, Any], Result]] = {
    Mmrm: analyse_mmrm,
    Ancova: analyse_ancova,
    ResponderDifference: analyse_responder,
    TimeToResponse: analyse_time_to_response,
    TimeToEvent: analyse_time_to_event,
    BaselineTable: analyse_baseline,
    EffectSize: analyse_effect_size,
    Ordinal: analyse_ordinal,
    Composite: analyse_composite,
    Safety: analyse_safety,
    MedicationUse: analyse_medication,
    Subgroup: analyse_subgroup,
    MissingData: analyse_missing_data,
    DataQuality: analyse_data_quality,
}
"""Each specification and the function that runs it: the one line a new analysis adds."""


def read_trial(path: str | Path) -> Trial:
    """Read a study file and the data it names.

    Parameters
    ----------
    path : str or path
        The study file, YAML 1.2.

    Returns
    -------
    Trial

    Raises
    ------
    SpecificationError
        The study file is not well formed; every complaint at once, with its line.
    DataError
        The data contradict the study file.
    """
    return with_diary_scores(load_trial(Path(path), tuple(KINDS)))


def analyse(trial: Trial, specification: Analysis) -> Result:
    """Run a specification on a trial.

    Parameters
    ----------
    trial : Trial
    specification : Analysis
        One of the declared ones, or any other: what departs from the plan is listed in the result,
        and a question that was not declared makes it exploratory.

    Returns
    -------
    Result
        The result of its kind, such as `MmrmResult`.

    Raises
    ------
    SpecificationError
        No function runs this kind of analysis, or it names what the study does not declare.
    """
    run = KINDS.get(type(specification))
    if run is None:
        raise SpecificationError(
            f"No analysis is run from a {type(specification).__name__}; there are "
            f"{', '.join(kind.__name__ for kind in KINDS)}."
        )
    actual = with_true_role(trial.study, specification)
    found = (
        _answered(trial, actual, run) if isinstance(actual, OutcomeAnalysis) else run(trial, actual)
    )
    rows, notes = deviations(trial.study, actual)
    return replace(found, planned=(*rows, *found.planned), notes=(*notes, *found.notes))


def _answered(
    trial: Trial, specification: OutcomeAnalysis, run: Callable[[Any, Any], Result]
) -> Result:
    """Run an analysis on what the strategies of its estimand leave, and say what they did."""
    setting = setting_of(trial, specification)
    found = run(setting, specification)
    return replace(
        found,
        intercurrent=setting.intercurrent,
        notes=(
            *found.notes,
            *strategy_notes(setting.intercurrent),
            *examined_elsewhere(trial.study, specification),
        ),
        methods=(*found.methods, *strategy_sentences(setting.estimand)),
    )


def planned(
    trial: Trial, analysis: str | None = None, *, kind: str | None = None, **overrides: Any
) -> Analysis:
    """Find a declared analysis, with some of its choices replaced.

    Parameters
    ----------
    trial : Trial
    analysis : str, optional
        Its id. None is the primary one of the kind, or its first; where `instrument` is replaced
        and an analysis of the kind is declared for that instrument, it is the one found.
    kind : str, optional
        ``"mmrm"``, ``"ancova"``, ``"responder"``, ``"time_to_response"``,
        ``"time_to_event"``, ``"baseline"``, ``"effect_size"``, ``"ordinal"``, ``"composite"``,
        ``"missing_data"``, ``"safety"`` …
    **overrides
        Fields to replace; None keeps what is declared. A text stands for a tuple of one.

    Returns
    -------
    Analysis

    Raises
    ------
    SpecificationError
        There is no such analysis, or it has no such field.
    """
    given = {name: value for name, value in overrides.items() if value is not None}
    declared = _of_kind(trial, kind)
    found = _named(declared, analysis) if analysis else _first_choice(declared, given)
    _refuse_unknown(found, overrides)
    return replace(found, **{name: _fitting(found, name, value) for name, value in given.items()})


def _of_kind(trial: Trial, kind: str | None) -> list[Analysis]:
    """List declared analyses of a kind, the primary ones first."""
    known = {str(each.kind) for each in KINDS}  # type: ignore[attr-defined]
    if kind is not None and kind not in known:
        raise SpecificationError(
            f"There is no kind of analysis {kind!r}{_hint(kind, known)}; there are "
            f"{', '.join(sorted(known))}."
        )
    found = [each for each in trial.study.analyses if kind in (None, _kind(each))]
    if not found:
        raise SpecificationError(
            f"The study file declares no analysis of kind {kind!r}. Declare one under analyses."
        )
    return sorted(found, key=lambda each: each.role != "primary")


def _named(declared: list[Analysis], name: str) -> Analysis:
    ids = [each.id for each in declared]
    if name not in ids:
        raise SpecificationError(
            f"The study file declares no analysis {name!r} here{_hint(name, ids)}; it has "
            f"{', '.join(ids)}."
        )
    return declared[ids.index(name)]


def _first_choice(declared: list[Analysis], given: Mapping[str, Any]) -> Analysis:
    wanted = [
        each
        for each in declared
        if "instrument" in given and getattr(each, "instrument", None) == given["instrument"]
    ]
    return (wanted or declared)[0]


def _refuse_unknown(analysis: Analysis, overrides: Mapping[str, Any]) -> None:
    allowed = [each.name for each in fields(analysis) if each.name not in ("id", "kind")]
    for name in overrides:
        if name not in allowed:
            raise SpecificationError(
                f"An analysis of kind {_kind(analysis)!r} takes no {name!r}"
                f"{_hint(name, allowed)}; it takes {', '.join(allowed)}."
            )


def _fitting(analysis: Analysis, name: str, value: Any) -> Any:
    """Make a single text a tuple where the declared value is one."""
    is_tuple = isinstance(getattr(analysis, name), tuple) or name == "active"
    return (value,) if is_tuple and isinstance(value, str) else value


def _kind(analysis: Analysis) -> str:
    return str(getattr(analysis, "kind", ""))


def _hint(name: str, known: Any) -> str:
    near = get_close_matches(name, list(known), n=1)
    return f" (did you mean {near[0]!r}?)" if near else ""
