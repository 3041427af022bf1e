"""Levels of a hierarchical composite: what is compared, and what decides a pair of patients."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass
from typing import ClassVar, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from outcomes.errors import DataError, SchemaError, SpecificationError
from outcomes.models.records import first_rows
from outcomes.models.subjects import yes_no
from outcomes.stats.pair_verdicts import Comparison, compare_scores, compare_times
from outcomes.stats.rounding import rounding_noise

Array = NDArray[np.float64]
Rows = NDArray[np.intp]


@dataclass(frozen=True)
class ContinuousLevel:
    """A score: the better one wins where the two are at least `margin` apart.

    Parameters
    ----------
    column : str
        Numbers, such as change from baseline.
    higher_is : {"worse", "better"}
        Direction of the column.
    margin : float
        Least difference that decides a pair, in units of the column; a difference equal to it
        decides. 0: any difference does.
    label : str, optional
        Name in tables.
    """

    column: str
    _: KW_ONLY
    higher_is: Literal["worse", "better"]
    margin: float = 0.0
    label: str | None = None
    kind: ClassVar[str] = "continuous"


@dataclass(frozen=True)
class BinaryLevel:
    """An event that happened or not: who did better wins.

    Parameters
    ----------
    column : str
        True/False or 1/0.
    event_is : {"worse", "better"}
        What True means for a patient: death is worse, response is better.
    label : str, optional
        Name in tables.
    """

    column: str
    _: KW_ONLY
    event_is: Literal["worse", "better"]
    label: str | None = None
    kind: ClassVar[str] = "binary"


@dataclass(frozen=True)
class OrdinalLevel:
    """Categories: the better one wins.

    Parameters
    ----------
    column : str
        Categories as in `worst_to_best`.
    worst_to_best : tuple
        Every category there is, in order.
    label : str, optional
        Name in tables.
    """

    column: str
    _: KW_ONLY
    worst_to_best: tuple[str | int | float, ...]
    label: str | None = None
    kind: ClassVar[str] = "ordinal"


@dataclass(frozen=True)
class TimeToEventLevel:
    """A time to an event, compared as far as both patients of a pair were followed.

    A pair is decided only where the earlier event is seen while the other patient is still
    followed (follow-up that ends on that very day includes it); otherwise it goes on.

    Parameters
    ----------
    time : str
        Time of the event or of the end of follow-up.
    event : str
        1 or True for an event, 0 or False for the end of follow-up.
    event_is : {"worse", "better"}
        Whether the patient with the later or with the earlier event wins.
    margin : float
        Least difference in time that decides a pair.
    horizon : float, optional
        Time after which nothing counts: later events and follow-up are cut there.
    label : str, optional
        Name in tables.
    """

    time: str
    event: str
    _: KW_ONLY
    event_is: Literal["worse", "better"]
    margin: float = 0.0
    horizon: float | None = None
    label: str | None = None
    kind: ClassVar[str] = "time to event"


Level = ContinuousLevel | BinaryLevel | OrdinalLevel | TimeToEventLevel
"""What a hierarchy may consist of."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class ReadLevel:
    """A level with its values.

    Parameters
    ----------
    label : str
    missing : array of bool, (n,)
        Patients who cannot be compared at this level.
    compare : callable
        From positions of active and of reference patients to their comparison.
    """

    label: str
    missing: NDArray[np.bool_]
    compare: Callable[[Rows, Rows], Comparison]


def columns_of(level: Level) -> tuple[str, ...]:
    """Columns a level reads."""
    if isinstance(level, TimeToEventLevel):
        return level.time, level.event
    return (level.column,)


def label_of(level: Level) -> str:
    """Name of a level: its label, or its column."""
    return level.label or columns_of(level)[0]


def read_level(data: pd.DataFrame, level: Level) -> ReadLevel:
    """Read the values of a level.

    Raises
    ------
    SchemaError, DataError
        A column holds what its level does not allow.
    SpecificationError
        Categories of an ordinal level are not all there, or not once.
    """
    if isinstance(level, TimeToEventLevel):
        return _times(data, level)
    scores = _READERS[level.kind](data, level)
    margin = level.margin if isinstance(level, ContinuousLevel) else 0.0
    noise = rounding_noise(scores)

    def compare(active: Rows, reference: Rows) -> Comparison:
        return lambda rows: compare_scores(
            scores[active][rows], scores[reference], margin, noise=noise
        )

    return ReadLevel(label=label_of(level), missing=np.isnan(scores), compare=compare)


def check_level(level: Level) -> None:
    """Refuse what is no level, or one that makes no sense.

    Raises
    ------
    SpecificationError
        Direction, margin or horizon is not what it can be.
    """
    if not isinstance(level, ContinuousLevel | BinaryLevel | OrdinalLevel | TimeToEventLevel):
        raise SpecificationError(
            f"A level is a ContinuousLevel, BinaryLevel, OrdinalLevel or TimeToEventLevel, but one "
            f"is {level!r}."
        )
    direction = getattr(level, "higher_is", getattr(level, "event_is", "worse"))
    if direction not in ("worse", "better"):
        raise SpecificationError(
            f"{label_of(level)}: the direction is {direction!r}; allowed are 'worse' and 'better'."
        )
    margin = getattr(level, "margin", 0.0)
    if not (np.isfinite(margin) and margin >= 0):
        raise SpecificationError(
            f"{label_of(level)}: margin is {margin}; a margin is 0 or a positive number."
        )
    horizon = getattr(level, "horizon", None)
    if horizon is not None and not horizon > 0:
        raise SpecificationError(f"{label_of(level)}: horizon is {horizon}; it must be positive.")


def _continuous(data: pd.DataFrame, level: ContinuousLevel) -> Array:
    values = _numbers(data, level.column)
    return values if level.higher_is == "better" else -values


def _binary(data: pd.DataFrame, level: BinaryLevel) -> Array:
    values = yes_no(data, level.column)
    return values if level.event_is == "better" else -values


def _ordinal(data: pd.DataFrame, level: OrdinalLevel) -> Array:
    order = {category: rank for rank, category in enumerate(level.worst_to_best)}
    if len(order) < len(level.worst_to_best) or len(order) < 2:
        raise SpecificationError(
            f"{label_of(level)}: worst_to_best needs two or more categories, each once."
        )
    column = data[level.column].astype(object)
    unknown = column.notna() & ~column.isin(list(order))
    if unknown.any():
        found = ", ".join(dict.fromkeys(repr(value) for value in column[unknown].head(3)))
        raise DataError(
            f"{level.column}: {int(unknown.sum())} of {len(column)} values are no category of the "
            f"level (found {found}; first rows {first_rows(data, unknown)}). Allowed are "
            f"{', '.join(map(repr, level.worst_to_best))}."
        )
    return np.array([order.get(value, np.nan) for value in column], dtype=float)


_READERS: Mapping[str, Callable[..., Array]] = {
    "continuous": _continuous,
    "binary": _binary,
    "ordinal": _ordinal,
}


def _times(data: pd.DataFrame, level: TimeToEventLevel) -> ReadLevel:
    time, event = _numbers(data, level.time), yes_no(data, level.event)
    negative = time < 0
    if negative.any():
        raise DataError(
            f"{level.time}: {int(negative.sum())} of {len(time)} times are negative (first rows "
            f"{first_rows(data, negative)})."
        )
    if level.horizon is not None:
        event = np.where(time > level.horizon, 0.0, event)
        time = np.minimum(time, level.horizon)
    missing = np.isnan(time) | np.isnan(event)
    time, event = np.where(missing, np.nan, time), np.where(missing, np.nan, event)
    noise = rounding_noise(time)

    def compare(active: Rows, reference: Rows) -> Comparison:
        return lambda rows: compare_times(
            (time[active][rows], event[active][rows]),
            (time[reference], event[reference]),
            level.margin,
            event_is_worse=level.event_is == "worse",
            noise=noise,
        )

    return ReadLevel(label=label_of(level), missing=missing, compare=compare)


def _numbers(data: pd.DataFrame, name: str) -> Array:
    column = data[name]
    if not pd.api.types.is_numeric_dtype(column.dtype) or pd.api.types.is_bool_dtype(column.dtype):
        raise SchemaError(f"{name!r} must be numeric; it holds {column.dtype}.")
    values: Array = np.asarray(column.astype("Float64").to_numpy(na_value=np.nan), np.float64)
    infinite = np.isinf(values)
    if infinite.any():
        raise DataError(
            f"{name}: {int(infinite.sum())} of {len(values)} values are infinite (first rows "
            f"{first_rows(data, infinite)})."
        )
    return values
