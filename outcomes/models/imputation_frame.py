"""From a frame of repeated measures to every subject at every visit."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from outcomes.errors import DataError, SchemaError, SpecificationError
from outcomes.models.design import (
    column_levels,
)
from outcomes.models.records import (
    constant_within_subject,
    first_rows,
    require_columns,
    require_one_record,
    require_values,
)
from outcomes.models.visits import visit_order

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class Roles:
    """Columns by what they are: outcome, visit, subject, arm."""

    outcome: str
    visit: str
    subject: str
    arm: str


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Grid:
    """Every subject at every visit, subjects in order of appearance.

    Parameters
    ----------
    roles : Roles
    frame : DataFrame
        One row per subject and visit; visit and arm are categorical, the reference first.
    subjects, visits, arms : tuple
    """

    roles: Roles
    frame: pd.DataFrame
    subjects: tuple[Hashable, ...]
    visits: tuple[Hashable, ...]
    arms: tuple[Hashable, ...]

    @property
    def shape(self) -> tuple[int, int]:
        """Subjects and visits."""
        return len(self.subjects), len(self.visits)

    @property
    def outcomes(self) -> Array:
        """(n, m): outcomes, NaN where missing."""
        column = self.frame[self.roles.outcome]
        return column.to_numpy(dtype=float, na_value=np.nan).reshape(self.shape)

    def arm_codes(self) -> NDArray[np.intp]:
        """(n,): arm of each subject."""
        codes = self.frame[self.roles.arm].cat.codes.to_numpy().astype(np.intp)
        return np.asarray(codes.reshape(self.shape)[:, 0])

    def in_arm(self, arm: Hashable) -> pd.DataFrame:
        """Return the frame with everybody in one arm."""
        column = pd.Series(arm, index=self.frame.index, dtype=self.frame[self.roles.arm].dtype)
        return self.frame.assign(**{self.roles.arm: column})


def complete_grid(data: pd.DataFrame, roles: Roles, reference: Hashable | None) -> Grid:
    """Check a frame and give every subject a row at every visit.

    Rows that are absent have no outcome; columns that are constant within the subject are filled,
    others stay missing.

    Raises
    ------
    SchemaError, DataError, DuplicateRecordError, SpecificationError
        If the frame contradicts what its columns are.
    """
    require_columns(data, {getattr(roles, role): f"{role}=" for role in Roles.__dataclass_fields__})
    if data.empty:
        raise DataError("The data have no rows.")
    require_values(data, [roles.subject, roles.visit, roles.arm])
    require_one_record(data, roles.subject, roles.visit)
    constant_within_subject(data, roles.arm, roles.subject)
    _require_numbers(data, roles.outcome)
    order = visit_order(data[roles.visit], roles.visit)
    present = set(data[roles.visit].astype(object))
    visits = tuple(_plain(visit) for visit in order if visit in present)
    subjects = tuple(dict.fromkeys(map(_plain, data[roles.subject].astype(object))))
    frame = _expanded(data, roles, subjects, visits)
    arms = _arms(data[roles.arm], reference)
    frame[roles.arm] = pd.Categorical(frame[roles.arm].astype(object), categories=list(arms))
    frame[roles.visit] = pd.Categorical(
        frame[roles.visit].astype(object), categories=list(visits), ordered=True
    )
    return Grid(roles=roles, frame=frame, subjects=subjects, visits=visits, arms=arms)


def _plain(value: Hashable) -> Hashable:
    """Numbers as Python's own, so that messages and labels read well."""
    return value.item() if isinstance(value, np.generic) else value


def _expanded(
    data: pd.DataFrame,
    roles: Roles,
    subjects: tuple[Hashable, ...],
    visits: tuple[Hashable, ...],
) -> pd.DataFrame:
    keys = [roles.subject, roles.visit]
    plain = data.astype(dict.fromkeys(keys, object))
    index = pd.MultiIndex.from_product([subjects, visits], names=keys)
    found = plain.set_index(keys)
    whole = found.reindex(index)
    absent = ~index.isin(found.index)
    if absent.any():
        known = found.groupby(level=0, sort=False, observed=True)
        for name in (column for column in whole.columns if column != roles.outcome):
            values = known[name].agg(["first", "nunique", "size", "count"])
            constant = values.loc[
                (values["nunique"] == 1) & (values["size"] == values["count"]), "first"
            ]
            of_row = index.get_level_values(0)
            fill = absent & of_row.isin(constant.index)
            whole.loc[fill, name] = constant.reindex(of_row[fill]).to_numpy()
    return whole.reset_index()[list(data.columns)]


def _require_numbers(data: pd.DataFrame, outcome: str) -> None:
    column = data[outcome]
    if not pd.api.types.is_numeric_dtype(column.dtype) or pd.api.types.is_bool_dtype(column.dtype):
        raise SchemaError(f"{outcome!r} must be numeric, not {column.dtype}.")
    wrong = np.isinf(column.to_numpy(dtype=float, na_value=np.nan))
    if wrong.any():
        raise DataError(
            f"{outcome}: {wrong.sum()} of {len(data)} outcomes are infinite (first rows "
            f"{first_rows(data, wrong)}). Correct them or make them missing."
        )


def _arms(column: pd.Series, reference: Hashable | None) -> tuple[Hashable, ...]:
    levels = [_plain(level) for level in column_levels(column)]
    if reference is not None and reference not in levels:
        raise SpecificationError(
            f"reference={reference!r} is no level of {column.name!r}. Allowed: "
            f"{', '.join(map(repr, levels))}."
        )
    if len(levels) < 2:
        raise DataError(
            f"{column.name}: the data hold one arm only ({levels[0]!r}). A comparison needs two."
        )
    if reference is None:
        return tuple(levels)
    return (reference, *(level for level in levels if level != reference))
