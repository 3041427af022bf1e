"""Tables of how a repeated measures model was fitted: attempts, and the covariance found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from outcomes.tables import format as f
from outcomes.tables.table import Column, Row, Table
from outcomes.trial.study import Visit


def attempts(tried: pd.DataFrame) -> Table:
    """One row per covariance structure tried, in order; the last is the one used.

    Parameters
    ----------
    tried : DataFrame
        covariance, converged, reason, minus_two_log_likelihood, iterations.
    """
    rows = (
        Row(label=_words(record["covariance"]), cells=_attempt(record))
        for record in tried.to_dict("records")
    )
    return Table(
        caption="Covariance structures tried, in their planned order.",
        stub="Covariance",
        columns=(
            Column(label="Converged", align="left"),
            Column(label="Reason", align="left"),
            Column(label="−2 log likelihood"),
            Column(label="Iterations"),
        ),
        rows=tuple(rows),
    )


def _attempt(record: dict[Any, Any]) -> tuple[str, ...]:
    reason = record["reason"]
    return (
        "yes" if record["converged"] else "no",
        str(reason) if isinstance(reason, str) and reason else f.MISSING,
        f.number(_float(record["minus_two_log_likelihood"]), 3),
        f.number(_float(record["iterations"]), 0),
    )


def _float(value: Any) -> float:
    return float("nan") if value is None or value is pd.NA else float(value)


def _words(name: str) -> str:
    text = str(name).replace("_", " ")
    return text[:1].upper() + text[1:]


def covariance(matrix: pd.DataFrame, *, visits: Sequence[Visit], digits: int) -> Table:
    """Show the standard deviation at each visit, and the correlation with earlier visits.

    Parameters
    ----------
    matrix : DataFrame
        Covariance, visits by visits, with visit ids as labels.
    visits : sequence of Visit
        As declared.
    digits : int
        Decimals of standard deviations.
    """
    labels = {visit.id: visit.label for visit in visits}
    names = [str(name) for name in matrix.index]
    values = matrix.to_numpy(dtype=float)
    deviations = values.diagonal() ** 0.5
    correlations = values / deviations[:, None] / deviations[None, :]
    rows = (
        Row(
            label=labels.get(name, name),
            cells=(
                f.number(deviations[i], digits),
                *(f.number(correlations[i, j], 2) if j < i else "" for j in range(len(names) - 1)),
            ),
        )
        for i, name in enumerate(names)
    )
    return Table(
        caption="Residual standard deviation at each visit, and correlation between visits.",
        stub="Visit",
        columns=(
            Column(label="SD"),
            *(Column(label=labels.get(n, n), group="Correlation with") for n in names[:-1]),
        ),
        rows=tuple(rows),
    )
