"""Estimates, standard errors and tests of linear functions of the coefficients."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from outcomes.errors import NotEstimableError, UnsupportedCombinationError
from outcomes.stats.mmrm.degrees_of_freedom import (
    KenwardRoger,
    Residual,
    Rule,
    SandwichSatterthwaite,
    Satterthwaite,
    between_within,
)
from outcomes.stats.mmrm.kenward_roger import adjusted_covariance
from outcomes.stats.mmrm.likelihood import expected_information
from outcomes.stats.mmrm.optimise import Optimum
from outcomes.stats.mmrm.problem import Problem
from outcomes.stats.mmrm.rows import Rows
from outcomes.stats.mmrm.sandwich import ROBUST, Sandwich, sandwich

Array = NDArray[np.float64]

KENWARD_ROGER = ("kenward_roger", "kenward_roger_linear")
DF_METHODS = (*KENWARD_ROGER, "satterthwaite", "between_within", "residual")


@dataclass(frozen=True, kw_only=True, slots=True)
class Inference:
    """What tests of linear functions ``L beta`` need.

    Parameters
    ----------
    beta : (p,), in original units
    mixing : (p, p), original coefficients per standardised one
    covariance : (p, p), where standard errors come from, standardised
    rule : Rule
    """

    beta: Array
    mixing: Array
    covariance: Array
    rule: Rule = field(repr=False)

    @property
    def coefficient_covariance(self) -> Array:
        """(p, p): covariance of beta in original units."""
        return np.asarray(self.mixing @ self.covariance @ self.mixing.T)


@dataclass(frozen=True, kw_only=True, slots=True)
class Estimates:
    """Linear functions of the coefficients; each field of shape (R,)."""

    estimate: Array
    std_error: Array
    df: Array


@dataclass(frozen=True, kw_only=True, slots=True)
class FTest:
    """A joint test of several linear functions."""

    num_df: int
    denom_df: float
    statistic: float
    p_value: float


def check_combination(df_method: str | None, robust: str | None, *, reml: bool) -> str:
    """Name the degrees of freedom to use, refusing what does not go together.

    Raises
    ------
    UnsupportedCombinationError
        If Kenward-Roger is asked for, or no method is named, with ML or a sandwich, or a name is
        not known.
    """
    if robust is not None and robust not in ROBUST:
        raise UnsupportedCombinationError(
            f"robust={robust!r} is not known. Allowed: {', '.join(ROBUST)} or None."
        )
    method = df_method or "kenward_roger_linear"
    if method not in DF_METHODS:
        raise UnsupportedCombinationError(
            f"df_method={method!r} is not known. Allowed: {', '.join(DF_METHODS)}."
        )
    if method in KENWARD_ROGER and (not reml or robust is not None):
        asked = "ML" if not reml else f"robust={robust!r}"
        named = f"df_method={method!r}" if df_method else "The default, Kenward-Roger,"
        raise UnsupportedCombinationError(
            f"{named} does not go with {asked}: it corrects the model-based covariance of a REML "
            'fit. Choose df_method="satterthwaite", "between_within" or "residual".'
        )
    return method


def infer(
    rows: Rows,
    problem: Problem,
    found: Optimum,
    *,
    df_method: str,
    robust: str | None = None,
    expected: bool = False,
) -> Inference:
    """Covariance of the coefficients and the rule for degrees of freedom.

    `expected` takes the covariance of theta from the expected information, as R's pbkrtest does,
    instead of the observed one, as SAS and R's mmrm do.
    """
    information = found.information
    if expected:
        information = expected_information(problem, found.at, found.slope, found.P)
    C = np.linalg.inv(information).astype(float)
    meat = None if robust is None else sandwich(problem, found.at, robust)
    covariance = found.at.V if meat is None else meat.covariance
    if df_method in KENWARD_ROGER:
        linear = df_method == "kenward_roger_linear"
        covariance = adjusted_covariance(problem, found, C, linear=linear)
    return Inference(
        beta=problem.original(found.at.beta),
        mixing=problem.scale * problem.transform,
        covariance=covariance,
        rule=_rule(rows, found, C, meat, df_method),
    )


def _rule(rows: Rows, found: Optimum, C: Array, meat: Sandwich | None, df_method: str) -> Rule:
    if df_method == "residual":
        return Residual(n_spare=len(rows.y) - rows.X.shape[1])
    if df_method == "between_within":
        return between_within(rows)
    if meat is not None:
        return SandwichSatterthwaite(sandwich=meat)
    kind = KenwardRoger if df_method in KENWARD_ROGER else Satterthwaite
    return kind(V=found.at.V, P=found.P, theta_covariance=C)


def linear_functions(inference: Inference, L: Array) -> Estimates:
    """Estimates, standard errors and degrees of freedom of the rows of L (R, p)."""
    standard = L @ inference.mixing
    variance = np.einsum("rp,pq,rq->r", standard, inference.covariance, standard, optimize=True)
    return Estimates(
        estimate=L @ inference.beta,
        std_error=np.sqrt(variance),
        df=inference.rule.df(standard, L),
    )


def joint_test(inference: Inference, L: Array) -> FTest:
    """F test of ``L beta = 0``; dependent rows of L (R, p) count once.

    Raises
    ------
    NotEstimableError
        If all rows are zero.
    """
    standard = L @ inference.mixing
    values, vectors = np.linalg.eigh(standard @ inference.covariance @ standard.T)
    kept = values > np.sqrt(np.finfo(float).eps) * max(values[-1], 0.0)
    if not kept.any():
        raise NotEstimableError("The joint test has no row that is not zero.")
    rotation, rank = vectors[:, kept].T, int(kept.sum())
    estimate = rotation @ (L @ inference.beta)
    df, factor = inference.rule.joint(rotation @ standard, L)
    statistic = factor * float((estimate**2 / values[kept]).sum()) / rank
    return FTest(
        num_df=rank,
        denom_df=df,
        statistic=statistic,
        p_value=float(stats.f.sf(statistic, rank, df)),
    )
