"""From checked frames to the arrays an imputation works on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from outcomes.errors import DataError, NotEstimableError
from outcomes.models.imputation_design import model_designs, quoted, term_list
from outcomes.models.imputation_events import Events
from outcomes.models.imputation_frame import Grid
from outcomes.stats.imputation import Panel

# Largest residual, relative to the outcomes, at which a visit counts as said by its covariates.
SPREAD = 1e-10


def panel_of(
    grid: Grid, events: Events, covariates: Sequence[str]
) -> tuple[Panel, tuple[str, ...], str]:
    """Panel, columns and formula of the imputation model.

    Raises
    ------
    DataError, NotEstimableError
        If a visit has no usable outcome, or covariates say its outcomes exactly.
    """
    roles = grid.roles
    shell = Panel(
        y=grid.outcomes,
        X=np.empty((*grid.shape, 0)),
        X_reference=np.empty((*grid.shape, 0)),
        arm=grid.arm_codes(),
        reference=0,
        first=events.first,
        strategies=events.strategies,
        strategy=events.strategy,
        visits=tuple(map(str, grid.visits)),
        subjects=np.array(grid.subjects, dtype=object),
    )
    usable = shell.usable
    _require_every_visit(grid, usable, shell.seen)
    terms = [quoted(roles.arm), quoted(roles.visit), *term_list(covariates, grid.frame)]
    X, X_reference, columns, formula = model_designs(grid, terms, usable)
    _require_spread(grid, X, usable)
    return replace(shell, X=X, X_reference=X_reference), columns, formula


def _require_every_visit(grid: Grid, usable: NDArray[np.bool_], seen: NDArray[np.bool_]) -> None:
    empty = np.flatnonzero(~usable.any(axis=0))
    if len(empty):
        names = ", ".join(str(grid.visits[j]) for j in empty[:3])
        observed = int(seen[:, empty].sum())
        raise DataError(
            f"{len(empty)} of {len(grid.visits)} visits have no outcome that informs the "
            f"imputation model ({names}; {observed} observed there, all after events). Leave these "
            "visits out or choose another strategy."
        )


def _require_spread(grid: Grid, X: NDArray[np.float64], usable: NDArray[np.bool_]) -> None:
    """Refuse a visit whose outcome its covariates say exactly, as a baseline among the visits."""
    for j, visit in enumerate(grid.visits):
        y, rows = grid.outcomes[usable[:, j], j], X[usable[:, j], j]
        beta, _, rank, _ = np.linalg.lstsq(rows, y, rcond=None)
        left = np.abs(y - rows @ beta).max()
        if len(y) > rank and left <= SPREAD * float(np.abs(y).max()):
            raise NotEstimableError(
                f"Arm and covariates say the outcome at the visit {visit!r} exactly, so that "
                "nothing of it is left to model. If it is the baseline, leave its rows out: visits "
                "are those after baseline, which enters as a covariate."
            )
