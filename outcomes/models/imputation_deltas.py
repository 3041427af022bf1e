"""Shifts of imputed outcomes: frames of subject, visit and delta."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from outcomes.errors import DataError, SpecificationError, UnknownVisitError
from outcomes.models.imputation_frame import Grid
from outcomes.models.imputations import Imputations
from outcomes.models.records import finite_columns, require_columns, require_one_record
from outcomes.stats.imputation.delta import accumulated

Array = NDArray[np.float64]


def delta_template(
    imputations: Imputations,
    *,
    delta: Sequence[float] | None = None,
    lag: Sequence[float] | None = None,
    missing_only: bool = True,
) -> pd.DataFrame:
    """Make a frame of shifts to fill in or to pass on to `analyse_imputations`.

    Parameters
    ----------
    imputations : Imputations
    delta : sequence of float, optional
        One number per visit; shifts add up from each subject's event on. Without it all are zero.
    lag : sequence of float, optional
        The share of a visit's delta that is added, by visits since the event: ones, the default,
        add up all of them, ``[1, 0, 0, ...]`` keeps the shift of the event's visit.
    missing_only : bool
        Shift imputed outcomes only, not those observed after the event.

    Returns
    -------
    DataFrame
        One row per subject and visit: subject, visit, arm, strategy, is_missing, is_after_event,
        is_not_in_model, delta.

    Raises
    ------
    SpecificationError
        If delta and lag do not have one number per visit.

    Notes
    -----
    Missing outcomes before an event, or of subjects without one, get no delta here: fill in the
    column where `is_missing` to shift them as well. Same semantics as rbmi's ``delta_template``.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from outcomes.models.imputation import impute_reference_based
    >>> rng = np.random.default_rng(1)
    >>> data = pd.DataFrame({
    ...     "subject": np.repeat(np.arange(40), 3),
    ...     "visit": np.tile([4, 8, 12], 40),
    ...     "arm": np.repeat(["yoga", "usual"], 60),
    ...     "pain": rng.normal(5, 1, size=120),
    ... })
    >>> data.loc[[1, 2], "pain"] = np.nan
    >>> event = pd.DataFrame({"subject": [0], "visit": [8], "strategy": ["jump_to_reference"]})
    >>> imputed = impute_reference_based(
    ...     data, outcome="pain", visit="visit", subject="subject", arm="arm", reference="usual",
    ...     covariates=["arm:visit"], intercurrent=event)
    >>> delta_template(imputed, delta=[1, 1, 1])["delta"].head(3).tolist()
    [0.0, 1.0, 2.0]
    """
    m, cells = imputations.grid.shape[1], imputations.cells()
    if delta is None:
        if lag is not None:
            raise SpecificationError("lag= scales delta=, which is not given.")
        return cells.assign(delta=0.0)
    by_visit = np.asarray(delta, dtype=float)
    share = np.ones(m) if lag is None else np.asarray(lag, dtype=float)
    if by_visit.shape != (m,):
        raise SpecificationError(
            f"delta has shape {by_visit.shape}; it needs one number for each of {m} visits."
        )
    shift = accumulated(by_visit, share, imputations.imputer.panel.first).ravel()
    keep = cells["is_missing"] if missing_only else True
    return cells.assign(delta=np.where(keep, shift, 0.0))


def shift_of(grid: Grid, delta: pd.DataFrame | None) -> Array:
    """(1 or 0, n, m): shifts of a frame of subject, visit and delta; none without a frame.

    Raises
    ------
    SchemaError, DataError, DuplicateRecordError, UnknownVisitError
        If the frame does not fit the data.
    """
    n, m = grid.shape
    if delta is None:
        return np.zeros((0, n, m))
    require_columns(delta, dict.fromkeys(["subject", "visit", "delta"], "of delta="))
    require_one_record(delta, "subject", "visit")
    values = finite_columns(delta, ["delta"])[:, 0]
    who = pd.Index(grid.subjects, dtype=object).get_indexer(
        pd.Index(delta["subject"].astype(object))
    )
    when = pd.Index(grid.visits, dtype=object).get_indexer(pd.Index(delta["visit"].astype(object)))
    for code, name, error in ((who, "subject", DataError), (when, "visit", UnknownVisitError)):
        if (code < 0).any():
            first = ", ".join(map(repr, delta.loc[code < 0, name].head(3)))
            raise error(
                f"delta: {(code < 0).sum()} of {len(delta)} rows name a {name} that is not in the "
                f"data (first {first}). Take the rows of delta_template."
            )
    shift = np.zeros((1, n, m))
    shift[0, who, when] = values
    return shift
