"""Joint tests of the terms of a formula, types II and III."""

from __future__ import annotations

import re
from typing import Any, Literal

import formulaic
import numpy as np
import pandas as pd
from formulaic.parser.types import Factor
from numpy.typing import NDArray

from outcomes.errors import NotEstimableError, SpecificationError, UnsupportedCombinationError
from outcomes.models.design import Design
from outcomes.stats.mmrm import Inference, joint_test

Array = NDArray[np.float64]


def term_test_table(
    design: Design, inference: Inference, kind: Literal["II", "III"]
) -> pd.DataFrame:
    """F test of each term but the intercept, indexed by term.

    Columns num_df, denom_df, statistic, p_value.

    Raises
    ------
    NotEstimableError
        If columns are aliased, for example by an empty cell: the hypotheses then depend on which
        columns were dropped.
    SpecificationError
        If the type is neither "II" nor "III".
    UnsupportedCombinationError
        If the formula has no intercept, so that a term's columns hold the overall level too.
    """
    if kind not in ("II", "III"):
        raise SpecificationError(f"kind={kind!r} is not known. Allowed: 'II', 'III'.")
    if design.aliased:
        raise NotEstimableError(
            f"Tests of terms need every cell: {', '.join(design.aliased)} have no coefficient. "
            "Test contrasts of the means that can be estimated."
        )
    if not any(str(term) == "1" for term in design.spec.term_slices):
        raise UnsupportedCombinationError(
            f"Tests of terms need an intercept, which {design.formula!r} leaves out."
        )
    contrasts = type_three(design) if kind == "III" else type_two(design)
    tests = {name: joint_test(inference, L) for name, L in contrasts.items()}
    return pd.DataFrame(
        [[t.num_df, t.denom_df, t.statistic, t.p_value] for t in tests.values()],
        columns=["num_df", "denom_df", "statistic", "p_value"],
        index=pd.Index(list(tests), name="term"),
    )


def type_three(design: Design) -> dict[str, Array]:
    """Hypotheses as sums-to-zero coding states them: every term given all others.

    The columns of each term in that coding are tested, expressed in the coefficients of the
    formula's own coding.

    """
    terms = list(design.spec.term_slices.items())
    text = " + ".join(_sum_coded(design.spec, term) for term, _ in terms if str(term) != "1")
    recoded = formulaic.Formula(f"1 + {text}").get_model_matrix(
        design.frame, output="numpy", na_action="raise"
    )
    slices = list(recoded.model_spec.term_slices.values())
    change = np.linalg.lstsq(np.asarray(recoded, dtype=float), design.X, rcond=None)[0]
    change[np.abs(change) < 1e-9] = 0.0
    return {
        str(term): change[where]
        for (term, _), where in zip(terms, slices, strict=True)
        if str(term) != "1"
    }


def type_two(design: Design) -> dict[str, Array]:
    """Hypotheses of each term given the terms that do not contain it.

    SAS Institute. The four types of estimable functions. SAS/STAT user's guide.
    """
    slices = {term: where for term, where in design.spec.term_slices.items() if str(term) != "1"}
    return {
        str(term): _type_two_rows(design, term, where)[:, design.kept]
        for term, where in slices.items()
    }


def _type_two_rows(design: Design, term: Any, where: slice) -> Array:
    own = np.arange(design.X.shape[1])[where]
    above = [
        other_where
        for other, other_where in design.spec.term_slices.items()
        if other != term and _contains(design, other, term)
    ]
    higher = np.concatenate([np.arange(design.X.shape[1])[w] for w in above] or [own[:0]])
    rest = np.setdiff1d(np.arange(design.X.shape[1]), np.concatenate([own, higher]))
    L = np.zeros((len(own), design.X.shape[1]))
    X = design.X
    left = X[:, own] - X[:, rest] @ np.linalg.lstsq(X[:, rest], X[:, own], rcond=None)[0]
    cross = left.T @ X[:, own]
    L[:, own] = np.eye(len(own))
    L[:, higher] = np.linalg.solve(cross, left.T @ X[:, higher])
    L[np.abs(L) < 1e-9] = 0.0
    return L


def _contains(design: Design, other: Any, term: Any) -> bool:
    """Whether `other` is `term` with further factors."""
    more = set(map(str, other.factors)) - set(map(str, term.factors))
    return set(map(str, term.factors)) < set(map(str, other.factors)) and all(
        _is_factor(design.spec, name) for name in more
    )


def _is_factor(spec: Any, name: str) -> bool:
    return spec.encoder_state.get(name, (None,))[0] is Factor.Kind.CATEGORICAL


def _sum_coded(spec: Any, term: Any) -> str:
    parts = []
    for factor in term.factors:
        name = str(factor)
        inside = re.fullmatch(r"C\(([^,]+)(,.*)?\)", name)
        plain = inside.group(1) if inside else name
        parts.append(f"C({plain}, contr.sum)" if _is_factor(spec, name) else name)
    return ":".join(parts)
