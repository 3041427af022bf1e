"""Intercurrent events: which subject, from which visit on, under which strategy."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from outcomes.errors import (
    DataError,
    DuplicateRecordError,
    SpecificationError,
    UnknownVisitError,
    UnsupportedCombinationError,
)
from outcomes.models.imputation_frame import Grid
from outcomes.models.records import require_columns, require_values
from outcomes.stats.imputation import MAR, STRATEGIES, Strategy, user_strategy
from outcomes.stats.imputation.strategies import Rule

Index = NDArray[np.intp]


@dataclass(frozen=True, kw_only=True, slots=True)
class Events:
    """Events as arrays.

    Parameters
    ----------
    first : (n,), first affected visit; the number of visits where there is none
    strategies : those in use
    strategy : (n,) codes
    """

    first: Index
    strategies: tuple[Strategy, ...]
    strategy: Index


def known_strategies(user: Mapping[str, Rule] | None) -> dict[str, Strategy]:
    """Built-in strategies and the user's own."""
    own = {name: user_strategy(name, rule) for name, rule in (user or {}).items()}
    return STRATEGIES | own


def read_events(
    intercurrent: pd.DataFrame | None,
    grid: Grid,
    strategy: str | None,
    known: Mapping[str, Strategy],
) -> Events:
    """Check a frame of events against the data.

    Raises
    ------
    SpecificationError, UnsupportedCombinationError
        If a strategy is not known, not given, or does not go with the event.
    DataError, DuplicateRecordError, UnknownVisitError
        If a subject or visit is not in the data, or a subject has two events.
    """
    n, m = grid.shape
    first, codes = np.full(n, m), np.zeros(n, dtype=np.intp)
    if intercurrent is None:
        if strategy not in (None, MAR.name):
            raise SpecificationError(
                f"strategy={strategy!r} says what follows an event, and no events are given. Name "
                "them with intercurrent=, a frame of subject and first affected visit."
            )
        return Events(first=first, strategies=(MAR,), strategy=codes)
    if strategy is not None:
        _require_known([strategy], known)
    subject, visit = _key_columns(intercurrent, grid)
    require_values(intercurrent, [subject, visit])
    _require_one_event(intercurrent, subject)
    who = _positions(intercurrent[subject], grid)
    first[who] = _visit_positions(intercurrent, subject, visit, grid)
    names = _named(intercurrent, subject, strategy)
    _require_known(names, known)
    used = tuple({MAR.name: MAR} | {name: known[name] for name in names})
    codes[who] = [used.index(name) for name in names]
    events = Events(first=first, strategies=tuple(known[name] for name in used), strategy=codes)
    _require_visit_before(events, grid)
    return events


def _key_columns(events: pd.DataFrame, grid: Grid) -> tuple[str, str]:
    """Columns are named as in the data, or ``subject`` and ``visit``."""
    subject = grid.roles.subject if grid.roles.subject in events.columns else "subject"
    visit = grid.roles.visit if grid.roles.visit in events.columns else "visit"
    require_columns(events, {subject: "of intercurrent=", visit: "of intercurrent="})
    return subject, visit


def _require_one_event(events: pd.DataFrame, subject: str) -> None:
    repeated = events.loc[events.duplicated(subject), subject]
    if len(repeated):
        first = ", ".join(map(str, repeated.unique()[:3]))
        raise DuplicateRecordError(
            f"intercurrent: {repeated.nunique()} subjects have more than one event (first "
            f"{first}). Keep the first event whose strategy is not MAR."
        )


def _positions(column: pd.Series, grid: Grid) -> Index:
    place = {subject: i for i, subject in enumerate(grid.subjects)}
    unknown = [subject for subject in column if subject not in place]
    if unknown:
        raise DataError(
            f"intercurrent: {len(unknown)} of {len(column)} events belong to subjects who are not "
            f"in the data (first {', '.join(map(repr, unknown[:3]))}; the data have "
            f"{grid.subjects[0]!r}, …). Correct them or leave these rows out."
        )
    return np.array([place[subject] for subject in column], dtype=np.intp)


def _visit_positions(events: pd.DataFrame, subject: str, visit: str, grid: Grid) -> Index:
    place = {name: i for i, name in enumerate(grid.visits)}
    wrong = events[[value not in place for value in events[visit]]]
    if len(wrong):
        told = "; ".join(
            f"{s} at {v!r}{_outside(v, grid.visits)}"
            for s, v in wrong[[subject, visit]].head(3).itertuples(index=False, name=None)
        )
        raise UnknownVisitError(
            f"intercurrent: {len(wrong)} of {len(events)} events name a visit that is not in the "
            f"data (first {told}). Allowed: {', '.join(map(repr, grid.visits))}. Name the first "
            "visit the event affects; an event before the first visit affects the first, one "
            "after the last visit affects none and has no row."
        )
    return np.array([place[value] for value in events[visit]], dtype=np.intp)


def _outside(visit: Hashable, visits: tuple[Hashable, ...]) -> str:
    """Where numbers tell: before the first or after the last visit."""
    numbers = (int, float, np.integer, np.floating)
    if not isinstance(visit, numbers) or not all(isinstance(v, numbers) for v in visits):
        return ""
    low, high = float(min(visits)), float(max(visits))  # type: ignore[type-var, arg-type]
    return ", before the first" if visit < low else ", after the last" if visit > high else ""


def _named(events: pd.DataFrame, subject: str, strategy: str | None) -> list[str]:
    names = events["strategy"] if "strategy" in events.columns else pd.Series(None, events.index)
    chosen = [strategy if pd.isna(name) else name for name in names.astype(object)]
    without = [s for s, name in zip(events[subject], chosen, strict=True) if name is None]
    if without:
        raise SpecificationError(
            f"intercurrent: {len(without)} events have no strategy (first subjects "
            f"{', '.join(map(str, without[:3]))}). Fill the column 'strategy' or give strategy=. "
            f"Allowed: {', '.join(STRATEGIES)}."
        )
    return [str(name) for name in chosen]


def _require_known(names: list[str], known: Mapping[str, Strategy]) -> None:
    unknown = list(dict.fromkeys(name for name in names if name not in known))
    if unknown:
        raise SpecificationError(
            f"{len(unknown)} strategies are not known ({', '.join(map(repr, unknown[:3]))}). "
            f"Allowed: {', '.join(known)}; declare your own with strategies={{name: function}}."
        )


def _require_visit_before(events: Events, grid: Grid) -> None:
    late = np.array([one.needs_visit_before for one in events.strategies])[events.strategy]
    early = np.flatnonzero(late & (events.first == 0))
    if len(early):
        name = events.strategies[events.strategy[early[0]]].name
        raise UnsupportedCombinationError(
            f"{name} needs a visit before the event, and {len(early)} subjects have theirs at the "
            f"first visit {grid.visits[0]!r} (first "
            f"{', '.join(str(grid.subjects[i]) for i in early[:3])}). Choose another strategy for "
            "them."
        )
