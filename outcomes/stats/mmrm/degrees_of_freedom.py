"""Degrees of freedom of linear functions of the coefficients: one rule per method.

A rule answers two questions: the degrees of freedom of each row of L, and those of the joint F
test of all rows with the factor its statistic is multiplied by. L is in standardised columns,
`raw` the same rows in the formula's own; for the joint test `rotated` spans the rows with
uncorrelated estimates.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from outcomes.stats.mmrm.kenward_roger import f_test_scaling
from outcomes.stats.mmrm.rows import Rows
from outcomes.stats.mmrm.sandwich import Sandwich, sandwich_df

Array = NDArray[np.float64]


class Rule(Protocol):
    """How degrees of freedom are found."""

    def df(self, L: Array, raw: Array) -> Array:
        """(R,): degrees of freedom of each row."""
        ...

    def joint(self, rotated: Array, raw: Array) -> tuple[float, float]:
        """Denominator degrees of freedom of the F test, and the factor of its statistic."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Satterthwaite:
    """``2 (l'Vl)^2 / g'Cg`` with g the derivatives of ``l'Vl`` and C the covariance of theta.

    For one row, Kenward and Roger's degrees of freedom reduce to the same expression. The F test
    follows Fai AHT, Cornelius PL. J Stat Comput Simul 1996;54:363-78.
    """

    V: Array
    P: Array = field(repr=False)
    theta_covariance: Array = field(repr=False)

    def df(self, L: Array, raw: Array) -> Array:  # noqa: ARG002
        """(R,): degrees of freedom of each row."""
        LV = L @ self.V
        variance = np.einsum("rp,rp->r", LV, L)
        gradient = np.einsum("rp,kpq,rq->rk", LV, self.P, LV, optimize=True)
        spread = np.einsum("rk,kl,rl->r", gradient, self.theta_covariance, gradient, optimize=True)
        return np.asarray(2.0 * variance**2 / spread)

    def joint(self, rotated: Array, raw: Array) -> tuple[float, float]:
        """Combine the degrees of freedom of uncorrelated rows."""
        return combined(self.df(rotated, raw)), 1.0


@dataclass(frozen=True, kw_only=True, slots=True)
class KenwardRoger(Satterthwaite):
    """Satterthwaite for one row; Kenward and Roger's scaled F for several."""

    def joint(self, rotated: Array, raw: Array) -> tuple[float, float]:  # noqa: ARG002
        """Match the first two moments of the F statistic."""
        return f_test_scaling(self.V, self.P, self.theta_covariance, rotated)


@dataclass(frozen=True, kw_only=True, slots=True)
class SandwichSatterthwaite:
    """Degrees of freedom of a sandwich variance, as if the model were right."""

    sandwich: Sandwich

    def df(self, L: Array, raw: Array) -> Array:  # noqa: ARG002
        """(R,): degrees of freedom of each row."""
        return sandwich_df(self.sandwich, L)

    def joint(self, rotated: Array, raw: Array) -> tuple[float, float]:
        """Combine the degrees of freedom of uncorrelated rows."""
        return combined(self.df(rotated, raw)), 1.0


@dataclass(frozen=True, kw_only=True, slots=True)
class BetweenWithin:
    """Subjects for what differs between them, observations for what changes within them.

    Schluchter MD, Elashoff JT. J Stat Comput Simul 1990;37:69-87. A row that involves several
    coefficients has the smallest of their degrees of freedom.
    """

    of_coefficient: Array

    def df(self, L: Array, raw: Array) -> Array:  # noqa: ARG002
        """(R,): degrees of freedom of each row."""
        involved = np.abs(raw) > 1e-12 * np.abs(raw).max(axis=1, keepdims=True)
        return np.asarray(np.where(involved, self.of_coefficient, np.inf).min(axis=1))

    def joint(self, rotated: Array, raw: Array) -> tuple[float, float]:
        """Take the smallest of all rows."""
        return float(self.df(rotated, raw).min()), 1.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Residual:
    """Observations less coefficients, for everything."""

    n_spare: int

    def df(self, L: Array, raw: Array) -> Array:  # noqa: ARG002
        """(R,): degrees of freedom of each row."""
        return np.full(len(L), float(self.n_spare))

    def joint(self, rotated: Array, raw: Array) -> tuple[float, float]:  # noqa: ARG002
        """Use the same for a joint test."""
        return float(self.n_spare), 1.0


def between_within(rows: Rows) -> BetweenWithin:
    """Classify the columns of the design by whether they change within a subject."""
    start = np.zeros(rows.n_subjects, dtype=np.intp)
    start[rows.subject[::-1]] = np.arange(len(rows.y))[::-1]
    within = (rows.X[start[rows.subject]] != rows.X).any(axis=0)
    intercept = (rows.X == 1.0).all(axis=0)
    between = ~within
    df_between = rows.n_subjects - between.sum()
    df_within = len(rows.y) - rows.n_subjects - within.sum()
    return BetweenWithin(
        of_coefficient=np.where(between & ~intercept, df_between, df_within).astype(float)
    )


def combined(df: Array) -> float:
    """Denominator of an F test whose rows have these degrees of freedom (Fai and Cornelius)."""
    if np.ptp(df) < 1e-8:
        return float(df.mean())
    if (df <= 2.0).any():
        return 2.0
    expected = float((df / (df - 2.0)).sum())
    return 2.0 * expected / (expected - len(df))
