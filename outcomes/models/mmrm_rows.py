"""Rows of a repeated-measures fit: from columns and options to arrays."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from outcomes.errors import SpecificationError, UnsupportedCombinationError
from outcomes.models.design import Design
from outcomes.models.records import (
    constant_within_subject,
    finite_columns,
    positive_weights,
    require_values,
)
from outcomes.models.visits import visit_codes
from outcomes.stats.mmrm import Rows, Structure, structure_named

Array = NDArray[np.float64]


def one_per_row(weights: ArrayLike, n_rows: int) -> Array:
    """Weights given as values.

    Raises
    ------
    SpecificationError
        If there is not one for each row.
    """
    values = np.asarray(weights, dtype=float)
    if values.shape != (n_rows,):
        raise SpecificationError(
            f"weights has shape {values.shape}; it must have one value for each of the {n_rows} "
            "rows, or name a column."
        )
    return values


def ladder_structures(
    ladder: tuple[str, ...], coordinates: Sequence[str] | None
) -> tuple[Structure, ...]:
    """Look up the structures of a ladder.

    Raises
    ------
    SpecificationError
        If there is none, or one is not known.
    UnsupportedCombinationError
        If coordinates are given and no structure uses them.
    """
    if not ladder:
        raise SpecificationError("covariance names no structure. Name at least one.")
    structures = tuple(structure_named(name) for name in ladder)
    if coordinates and not any(structure.spatial for structure in structures):
        raise UnsupportedCombinationError(
            f"coordinates= goes with a spatial structure, not with {', '.join(ladder)}. "
            'Choose covariance="spatial_exponential" or leave coordinates out.'
        )
    return structures


def row_places(
    structures: tuple[Structure, ...], places: tuple[str, ...], frame: pd.DataFrame, visit: str
) -> Array | None:
    """Coordinates of the rows, None where no structure asks for them.

    Raises
    ------
    SpecificationError
        If distances are needed and nothing numeric gives them.
    """
    if not any(structure.spatial for structure in structures):
        return None
    if not places and not pd.api.types.is_numeric_dtype(frame[visit].dtype):
        raise SpecificationError(
            f"spatial_exponential needs distances and {visit!r} is not numeric. Name the columns "
            "of days or places with coordinates=[...]."
        )
    return finite_columns(frame, places or (visit,))


def repeated_rows(
    frame: pd.DataFrame,
    design: Design,
    order: list[Hashable],
    visit: str,
    subject: str,
    group: str | None,
    weights: str | None,
    places: Array | None,
) -> tuple[Rows, tuple[Hashable, ...], NDArray[np.intp]]:
    """Arrays of the analysed rows, the groups, and which visits were observed."""
    codes = visit_codes(frame[visit], order, visit)
    observed = np.unique(codes)
    who, names = pd.factorize(frame[subject])
    member, groups = None, ()
    if group is not None:
        require_values(frame, [group])
        constant_within_subject(frame, group, subject)
        of_row, levels = pd.factorize(frame[group], sort=True)
        member, groups = np.zeros(len(names), dtype=np.intp), tuple(levels)
        member[who] = of_row
    rows = Rows(
        X=design.X[:, design.kept] if design.aliased else design.X,
        y=design.y,
        subject=who.astype(np.intp),
        visit=np.searchsorted(observed, codes),
        visits=tuple(str(order[code]) for code in observed),
        weight=None if weights is None else positive_weights(frame, weights),
        group=member,
        coordinates=places,
    )
    return rows, groups, observed
