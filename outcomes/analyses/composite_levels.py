"""Levels of a hierarchy as a study file declares them, and their values for each patient."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from outcomes.analyses.outcome import outcome_named
from outcomes.analyses.patient_flow import withdrawal_reasons, withdrawn_by
from outcomes.analyses.setting import Compared, one_of
from outcomes.endpoints import outcome_frame
from outcomes.errors import DataError, SpecificationError
from outcomes.models.win_levels import BinaryLevel, ContinuousLevel, Level
from outcomes.tables.format import inside_sentence, plain
from outcomes.trial.study import Visit
from outcomes.trial.trial import Trial


@dataclass(frozen=True, kw_only=True)
class CompositeLevel:
    """One level: leaving the trial, or a score at a visit.

    Parameters
    ----------
    withdrawal : bool
        Leaving the trial, for any reason: who did not, wins.
    instrument, scale : str, optional
        Score compared instead, as an analysis of one score names it.
    visit : str, optional
        Follow-up visit of the score; None is the last. Of a withdrawal: the visit by whose day
        patients left; None is any time.
    compare : {"change", "value"}
        Change from baseline, or the score itself.
    margin : float
        Least difference that decides a pair, in units of the score; one equal to it decides.
    """

    withdrawal: bool = False
    instrument: str | None = None
    scale: str | None = None
    visit: str | None = None
    compare: Literal["change", "value"] = "change"
    margin: float = 0.0


def read_levels(
    trial: Trial, who: Compared, declared: tuple[CompositeLevel, ...]
) -> tuple[dict[str, pd.Series[Any]], list[Level]]:
    """Columns of the levels by name, in the order of the subjects, and what decides at each.

    Raises
    ------
    SpecificationError
        A level names nothing to compare, or what the study file does not declare.
    """
    columns: dict[str, pd.Series[Any]] = {}
    levels: list[Level] = []
    for number, each in enumerate(declared, start=1):
        name = f"level {number}"
        if each.withdrawal:
            label, columns[name] = _withdrawal(who, each)
            levels.append(BinaryLevel(name, event_is="worse", label=label))
            continue
        label, higher_is, values = _score(trial, who, each)
        columns[name] = values
        levels.append(ContinuousLevel(name, higher_is=higher_is, margin=each.margin, label=label))
    return columns, levels


def _withdrawal(who: Compared, level: CompositeLevel) -> tuple[str, pd.Series[bool]]:
    """Label, and who left the trial: by the day of the visit, where one is named."""
    reasons = withdrawal_reasons(who)
    if reasons is None:
        raise SpecificationError(
            "A level of withdrawal needs design.withdrawal: the column that says why patients left."
        )
    if level.instrument is not None or level.margin:
        raise SpecificationError(
            "A level is either withdrawal or a score; withdrawal takes no instrument and no margin."
        )
    left, label = reasons.notna(), "leaving the trial"
    if level.visit is not None:
        visit = _visit(who, level.visit)
        _require_days(who, left)
        left = withdrawn_by(who, visit.day)
        label += f" by {inside_sentence(visit.label)}"
    by_subject = left.set_axis(pd.Index(who.randomised["subject"]))
    return label, who.subjects["subject"].map(by_subject)


def _require_days(who: Compared, left: pd.Series[bool]) -> None:
    """Refuse withdrawals of which nobody knows whether they came before a visit."""
    declared = who.design.withdrawal
    if declared is None or declared.day is None:
        raise SpecificationError(
            "A withdrawal by a visit needs design.withdrawal.day: the column of the days on which "
            "patients left. Declare it, or leave visit out to count leaving at any time."
        )
    undated = who.randomised.loc[left & who.randomised[declared.day].isna(), "subject"]
    if len(undated):
        raise DataError(
            f"{declared.day}: {len(undated)} of {int(left.sum())} patients who withdrew have no "
            f"day (first subjects {', '.join(undated.astype(str)[:3])}), so that nobody knows "
            "whether they left by the visit. Record the days, or leave visit out of the level."
        )


def _score(
    trial: Trial, who: Compared, level: CompositeLevel
) -> tuple[str, Literal["worse", "better"], pd.Series[float]]:
    """Label, direction and values of a score, in the order of the subjects."""
    if level.instrument is None:
        raise SpecificationError(
            "A level of a composite names an instrument, or has withdrawal: true."
        )
    outcome = outcome_named(trial.study, level.instrument, level.scale)
    if outcome.higher_is == "neutral":
        raise SpecificationError(
            f"{outcome.label} has no direction, so nobody can win by it. Leave the level out."
        )
    visit = _visit(who, level.visit)
    frame = outcome_frame(
        trial.scores,
        who.subjects,
        who.design,
        instrument=outcome.instrument,
        scale=outcome.scale,
    )
    here = frame[frame["visit"] == visit.id].set_index("subject")[level.compare]
    what = "change in " if level.compare == "change" else ""
    margin = f", margin {plain(level.margin)}" if level.margin else ""
    label = f"{what}{outcome.label} at {inside_sentence(visit.label)}{margin}"
    values = who.subjects["subject"].map(here)
    return label, outcome.higher_is, values


def _visit(who: Compared, name: str | None) -> Visit:
    follow_up = who.design.follow_up
    if name is None:
        return follow_up[-1]
    one_of(name, [visit.id for visit in follow_up], "follow-up visit")
    return next(visit for visit in follow_up if visit.id == name)
