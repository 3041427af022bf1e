"""Likelihood-ratio comparison of nested repeated-measures fits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from outcomes.errors import SpecificationError, UnsupportedCombinationError
from outcomes.models.mmrm_fit import MmrmFit

# Each structure with the structures one step above it.
_ABOVE: dict[str, tuple[str, ...]] = {
    "compound_symmetry": ("toeplitz", "heterogeneous_compound_symmetry"),
    "ar1": ("toeplitz", "heterogeneous_ar1", "antedependence"),
    "toeplitz": ("heterogeneous_toeplitz",),
    "heterogeneous_compound_symmetry": ("heterogeneous_toeplitz",),
    "heterogeneous_ar1": ("heterogeneous_toeplitz", "heterogeneous_antedependence"),
    "antedependence": ("heterogeneous_antedependence",),
    "heterogeneous_toeplitz": ("unstructured",),
    "heterogeneous_antedependence": ("unstructured",),
    "spatial_exponential": ("unstructured",),
    "unstructured": (),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class LikelihoodRatio:
    """Twice the gain in log likelihood of the larger model, against chi-squared."""

    statistic: float
    df: int
    p_value: float


def likelihood_ratio_test(smaller: MmrmFit, larger: MmrmFit) -> LikelihoodRatio:
    """Compare two fits of the same rows, one nested in the other.

    Restricted likelihoods are comparable only with the same terms; with ML the terms of the
    smaller model must lie within those of the larger one. Where the smaller covariance lies on
    the boundary of the larger one the p value is too large.

    Raises
    ------
    UnsupportedCombinationError
        If one fit is REML and the other ML, or REML fits differ in their terms.
    SpecificationError
        If the fits rest on different rows or are not nested.
    """
    if smaller.reml != larger.reml:
        raise UnsupportedCombinationError("One fit is REML and the other ML; refit one of them.")
    _require_same_rows(smaller, larger)
    _require_nested_covariance(smaller, larger)
    _require_nested_terms(smaller, larger)
    extra = larger.fit.n_covariance_parameters - smaller.fit.n_covariance_parameters
    df = extra + int(larger.design.kept.sum() - smaller.design.kept.sum())
    if df < 1:
        raise SpecificationError("The larger fit has no more parameters than the smaller one.")
    statistic = smaller.minus_two_log_likelihood - larger.minus_two_log_likelihood
    return LikelihoodRatio(
        statistic=statistic, df=df, p_value=float(stats.chi2.sf(max(statistic, 0.0), df))
    )


def _require_same_rows(smaller: MmrmFit, larger: MmrmFit) -> None:
    same = smaller.design.frame.index.equals(larger.design.frame.index)
    if not (same and np.array_equal(smaller.design.y, larger.design.y)):
        raise SpecificationError(
            "The fits rest on different rows or outcomes. Fit both to the same data."
        )


def _require_nested_covariance(smaller: MmrmFit, larger: MmrmFit) -> None:
    groups_fit = smaller.group in (None, larger.group)
    if not groups_fit or larger.covariance_used not in _at_or_above(smaller.covariance_used):
        raise SpecificationError(
            f"{smaller.covariance_used} (group {smaller.group}) is not nested in "
            f"{larger.covariance_used} (group {larger.group}). Compare them by AIC or BIC."
        )


def _require_nested_terms(smaller: MmrmFit, larger: MmrmFit) -> None:
    X, Z = smaller.rows.X, larger.rows.X
    left_over = X - Z @ np.linalg.lstsq(Z, X, rcond=None)[0]
    if np.abs(left_over).max() > 1e-7 * np.abs(X).max():
        raise SpecificationError(
            "The terms of the smaller model are not contained in those of the larger one."
        )
    if smaller.reml and X.shape[1] != Z.shape[1]:
        raise UnsupportedCombinationError(
            "Restricted likelihoods of models with different terms are not comparable. Fit both "
            "with reml=False."
        )


def _at_or_above(name: str) -> set[str]:
    return {name}.union(*(_at_or_above(above) for above in _ABOVE[name]))
