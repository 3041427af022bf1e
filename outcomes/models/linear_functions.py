"""Tables of linear functions of coefficients: coefficients, means, contrasts, joint tests."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from outcomes.errors import NotEstimableError, SpecificationError
from outcomes.models.design import Design
from outcomes.models.reference_grid import Cells, Weights, covariate_means, mean_cells, pair_rows
from outcomes.models.tidy import checked_level, tidy
from outcomes.stats.mmrm import FTest, Inference, joint_test, linear_functions

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class Margins:
    """Where least-squares means are taken.

    Parameters
    ----------
    factor : str
        A variable of the formula; a numeric one is taken at each value it has.
    by : tuple of str
        Variables at whose levels the means are given.
    at : mapping
        Values at which numeric covariates are held instead of their means.
    weights : {"equal", "proportional"}
        How the remaining factors are averaged over.
    subject_rows : (N,) bool or None
        Rows over which covariates are averaged; None for all.
    """

    factor: str
    by: tuple[str, ...] = ()
    at: Mapping[str, float] = field(default_factory=dict)
    weights: Weights = "equal"
    subject_rows: NDArray[np.bool_] | None = None

    @classmethod
    def of(
        cls,
        factor: str,
        by: str | Sequence[str] | None,
        at: Mapping[str, float] | None = None,
        weights: Weights = "equal",
        subject_rows: NDArray[np.bool_] | None = None,
    ) -> Margins:
        """Margins from the arguments of a public method."""
        others = (by,) if isinstance(by, str) else tuple(by or ())
        return cls(
            factor=factor, by=others, at=at or {}, weights=weights, subject_rows=subject_rows
        )


def coefficient_table(design: Design, inference: Inference, conf_level: float) -> pd.DataFrame:
    """One row per column of the design, indexed by term; NaN where the column is aliased."""
    table = estimates(inference, np.eye(int(design.kept.sum())), conf_level)
    table.index = pd.Index(np.array(design.columns, dtype=object)[design.kept], name="term")
    return table.reindex(pd.Index(design.columns, name="term"))


def mean_table(
    design: Design, inference: Inference, margins: Margins, conf_level: float
) -> pd.DataFrame:
    """Least-squares means with intervals."""
    table = cell_table(design, inference, _cells(design, margins), conf_level)
    return table.drop(columns=["statistic", "p_value"])


def contrast_table(
    design: Design,
    inference: Inference,
    margins: Margins,
    reference: Hashable | None,
    conf_level: float,
) -> pd.DataFrame:
    """Differences of least-squares means: active minus reference, or all pairs."""
    cells = _cells(design, margins)
    pairs, names = pair_rows(cells, margins.factor, reference)
    active, base = np.array(pairs, dtype=np.intp).reshape(-1, 2).T
    labels = cells.labels.iloc[active].drop(columns=margins.factor).reset_index(drop=True)
    labels.insert(0, "contrast", names)
    differences = Cells(labels=labels, L=cells.L[active] - cells.L[base])
    return cell_table(design, inference, differences, conf_level)


def custom_contrast_table(
    design: Design,
    inference: Inference,
    margins: Margins,
    contrasts: Mapping[str, Mapping[Hashable, float]],
    conf_level: float,
) -> pd.DataFrame:
    """Weighted sums of the means of a factor's levels, within each combination of `margins.by`.

    Raises
    ------
    SpecificationError
        If a contrast names something that is no level of the factor.
    """
    cells = _cells(design, margins)
    levels = list(dict.fromkeys(cells.labels[margins.factor]))
    unknown = {level for weights in contrasts.values() for level in weights} - set(levels)
    if unknown:
        raise SpecificationError(
            f"{', '.join(map(repr, sorted(unknown, key=str)))} is no level of {margins.factor!r}. "
            f"Allowed: {', '.join(map(repr, levels))}."
        )
    stack = cells.L.reshape(len(levels), -1, cells.L.shape[1])
    others = cells.labels.drop(columns=margins.factor).iloc[: stack.shape[1]]
    parts, rows = [], []
    for name, weights in contrasts.items():
        weight = np.array([float(weights.get(level, 0.0)) for level in levels])
        rows.append(np.tensordot(weight, stack, 1))
        parts.append(others.assign(contrast=name))
    labels = pd.concat(parts, ignore_index=True)
    labels = labels[["contrast", *others.columns]]
    sums = Cells(labels=labels, L=np.concatenate(rows))
    return cell_table(design, inference, sums, conf_level)


def term_contrast(design: Design, weights: Mapping[str, float]) -> Array:
    """(p,): a row of weights of named coefficients.

    Raises
    ------
    SpecificationError
        If a name is no column of the design.
    """
    unknown = [name for name in weights if name not in design.columns]
    if unknown:
        raise SpecificationError(
            f"{', '.join(map(repr, unknown))} is no coefficient. Allowed: "
            f"{', '.join(design.columns)}."
        )
    return np.array([float(weights.get(column, 0.0)) for column in design.columns])


def cell_table(
    design: Design, inference: Inference, cells: Cells, conf_level: float
) -> pd.DataFrame:
    """Labels with estimates beside them, NaN where the data hold no information.

    Raises
    ------
    NotEstimableError
        If no row is estimable.
    """
    estimable = design.estimable(cells.L)
    if not estimable.any():
        raise NotEstimableError(
            f"None of the {len(cells.L)} cells is estimable: the data hold no rows that inform "
            "them. Use fewer terms or another margin."
        )
    numbers = estimates(inference, cells.L[estimable][:, design.kept], conf_level)
    numbers.index = pd.Index(np.flatnonzero(estimable))
    return pd.concat([cells.labels, numbers.reindex(cells.labels.index)], axis=1)


def f_test(design: Design, inference: Inference, L: Array) -> FTest:
    """Joint test of the rows of L (R, p).

    Raises
    ------
    NotEstimableError
        If a row is not estimable.
    """
    bad = ~design.estimable(L)
    if bad.any():
        raise NotEstimableError(
            f"{bad.sum()} of the {len(L)} rows of the joint test are not estimable: the data hold "
            "no rows that inform them."
        )
    return joint_test(inference, L[:, design.kept])


def estimates(inference: Inference, L: Array, conf_level: float) -> pd.DataFrame:
    """Tidy frame of the rows of L (R, kept columns)."""
    found = linear_functions(inference, L)
    level = checked_level(conf_level)
    return tidy(found.estimate, found.std_error, found.df, conf_level=level)


def subject_rows(
    subject: NDArray[np.intp], covariate_mean: Literal["rows", "subject"]
) -> NDArray[np.bool_] | None:
    """First row of each subject, or None where all rows count.

    Raises
    ------
    SpecificationError
        If the choice is not known.
    """
    if covariate_mean == "rows":
        return None
    if covariate_mean != "subject":
        raise SpecificationError(
            f"covariate_mean={covariate_mean!r} is not known. Allowed: 'rows', 'subject'."
        )
    return np.asarray(~pd.Series(subject).duplicated().to_numpy())


def _cells(design: Design, margins: Margins) -> Cells:
    return mean_cells(
        design,
        (margins.factor, *margins.by),
        covariates=covariate_means(design, margins.subject_rows),
        at=margins.at,
        weights=margins.weights,
    )
