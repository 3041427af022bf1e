"""What a frame of times to an event must be, and its columns as arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from outcomes.errors import DataError, NotEstimableError, SchemaError, SpecificationError
from outcomes.models.records import first_rows, require_columns, require_values
from outcomes.stats.rounding import one_value

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
Labels = NDArray[np.intp]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Times:
    """Columns of a frame, checked; one row per subject.

    Parameters
    ----------
    arms : tuple of str
        In order; the reference first where there is one.
    group : (n,) array of int
        Arm of each subject, as its place in `arms`.
    time : (n,) array
    event : (n,) array of int
        0 where censored, 1 for an event, or the number of the cause.
    entry : (n,) array or None
    """

    arms: tuple[str, ...]
    group: Labels
    time: Array
    event: Labels
    entry: Array | None = None

    @property
    def had_event(self) -> Flags:
        """Whether an event of any cause was seen."""
        return self.event > 0

    def of(self, arm: int) -> Times:
        """Keep rows of one arm."""
        return self.where(self.group == arm)

    def where(self, kept: Flags) -> Times:
        """Keep rows that are marked."""
        return Times(
            arms=self.arms,
            group=self.group[kept],
            time=self.time[kept],
            event=self.event[kept],
            entry=None if self.entry is None else self.entry[kept],
        )


def read_times(
    data: pd.DataFrame,
    *,
    time: str,
    event: str,
    arm: str,
    reference: str | None = None,
    entry: str | None = None,
) -> Times:
    """Read the columns of a frame of times, or say what is wrong with them.

    Raises
    ------
    SchemaError
        A column is absent or has the wrong type.
    DataError
        A time is missing, negative or infinite, an event or arm is missing, or somebody enters
        at or after the own time.
    SpecificationError
        `reference` is not among the arms, or is the only one.
    NotEstimableError
        An arm has no patients.
    """
    asked = {time: "time=", event: "event=", arm: "arm="} | ({entry: "entry="} if entry else {})
    require_columns(data, asked)
    arms = arms_of(data, arm, reference)
    ends, starts = spans(data, time, entry)
    return Times(
        arms=arms,
        group=group_of(data, arm, arms),
        time=ends,
        event=event_column(data, event),
        entry=starts,
    )


def time_column(data: pd.DataFrame, name: str) -> Array:
    """Read times as numbers, zero or more."""
    column = data[name]
    if not pd.api.types.is_numeric_dtype(column.dtype) or column.dtype == bool:
        raise SchemaError(
            f"{name}: times are {column.dtype}; they must be numbers, such as days from "
            "randomisation."
        )
    values = column.astype(float)
    for wrong, what, cure in (
        (values.isna(), "no time", "Give the last day each was observed"),
        (values < 0, "a negative time", "Count from the start of follow-up"),
        (np.isinf(values), "an infinite time", "Give the last day each was observed"),
    ):
        if wrong.any():
            raise DataError(
                f"{name}: {wrong.sum()} of {len(data)} rows have {what} (first rows "
                f"{first_rows(data, wrong)}). {cure}, or leave these rows out and say so."
            )
    return values.to_numpy().astype(np.float64)


def event_column(data: pd.DataFrame, name: str) -> Labels:
    """Read events as 1 and 0."""
    column = data[name]
    wrong = ~column.isin([0, 1])
    if wrong.any():
        found = ", ".join(dict.fromkeys(repr(value) for value in column[wrong][:3]))
        raise DataError(
            f"{name}: {wrong.sum()} of {len(data)} rows do not say whether the event happened "
            f"(first rows {first_rows(data, wrong)}; found {found}). Allowed are True/False or "
            "1/0, false where the time is censored."
        )
    return column.astype(float).to_numpy().astype(np.intp)


def spans(data: pd.DataFrame, time: str, entry: str | None) -> tuple[Array, Array | None]:
    """Read the own times and, where asked for, when each came under observation before them."""
    ends = time_column(data, time)
    if entry is None:
        return one_value(ends), None
    ends, starts = np.split(one_value(np.concatenate([ends, time_column(data, entry)])), 2)
    late = starts >= ends
    if late.any():
        raise DataError(
            f"{entry}: {late.sum()} of {len(data)} rows enter at or after {time} (first rows "
            f"{first_rows(data, late)}). Nobody is at risk before entry; leave these rows out and "
            "say so."
        )
    return ends, starts


def arms_of(data: pd.DataFrame, name: str, reference: str | None) -> tuple[str, ...]:
    """Put arms in order, the reference first."""
    if data.empty:
        raise NotEstimableError("the data have no rows, so nothing can be estimated.")
    require_values(data, [name])
    column = data[name]
    if isinstance(column.dtype, pd.CategoricalDtype):
        found = list(column.cat.categories)
        empty = [each for each in found if not (column == each).any()]
        if empty:
            raise NotEstimableError(
                f"nobody is in arm {', '.join(map(repr, empty))}. Remove the category or give its "
                "patients."
            )
    else:
        found = sorted(column.unique(), key=str)
    if reference is None:
        return tuple(found)
    if reference not in found:
        raise SpecificationError(
            f"reference is {reference!r}; the arms are {', '.join(map(str, found))}."
        )
    if len(found) < 2:
        raise SpecificationError(f"{reference!r} is the only arm; a comparison needs two.")
    return (reference, *(each for each in found if each != reference))


def group_of(data: pd.DataFrame, name: str, arms: tuple[str, ...]) -> Labels:
    """Give each subject's arm as its place in `arms`."""
    return pd.Index(arms).get_indexer(pd.Index(data[name].astype(object))).astype(np.intp)
