"""Analysed rows, and their design taken one visit at a time."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from outcomes.stats.mmrm.structures import Structure

Array = NDArray[np.float64]
Index = NDArray[np.intp]


@dataclass(frozen=True, kw_only=True, slots=True)
class Rows:
    """Analysed rows: one per subject and visit, finite, design of full column rank.

    Parameters
    ----------
    X : (N, p)
    y : (N,)
    subject : (N,) int codes 0 .. n_subjects - 1, each present
    visit : (N,) int codes into `visits`
    visits : names of the visits, for messages
    weight : (N,), what the residual covariance is divided by; None for ones
    group : (n_subjects,) int codes of subjects whose covariance is their own; None for one
    coordinates : (N, d), where each row was observed, for spatial structures
    kind : (n_subjects,) codes a structure gets in place of distances, where it goes by the kind of
        subject
    """

    X: Array
    y: Array
    subject: Index
    visit: Index
    visits: tuple[str, ...]
    weight: Array | None = None
    group: Index | None = None
    coordinates: Array | None = None
    kind: Index | None = None

    @property
    def n_subjects(self) -> int:
        """Subjects with at least one row."""
        return int(self.subject.max()) + 1

    @property
    def n_visits(self) -> int:
        """Visits with at least one row."""
        return len(self.visits)

    @property
    def root_weight(self) -> Array:
        """(N,): square roots of the weights."""
        return np.ones(len(self.y)) if self.weight is None else np.sqrt(self.weight)

    @property
    def design(self) -> DesignByVisit:
        """The weighted design."""
        return DesignByVisit(
            X=self.X,
            subject=self.subject,
            visit=self.visit,
            n_subjects=self.n_subjects,
            n_visits=self.n_visits,
            root_weight=None if self.weight is None else self.root_weight,
        )

    @property
    def seen(self) -> NDArray[np.bool_]:
        """(n, m): visits at which each subject was observed."""
        whole = np.zeros((self.n_subjects, self.n_visits), dtype=np.bool_)
        whole[self.subject, self.visit] = True
        return whole

    def rectangle(self, values: Array) -> Array:
        """(n, m): one value per row, zero where a subject was not observed."""
        whole = np.zeros((self.n_subjects, self.n_visits))
        whole[self.subject, self.visit] = values
        return whole


@dataclass(frozen=True, kw_only=True, slots=True)
class DesignByVisit:
    """Rows of a design, taken one visit at a time so that no second copy of it is needed.

    Parameters
    ----------
    X : (N, p)
    subject : (N,) int codes 0 .. n_subjects - 1, or -1 for rows of other subjects
    visit : (N,) int codes 0 .. n_visits - 1
    n_subjects, n_visits : int
    root_weight : (N,), by which rows are multiplied; None for ones
    """

    X: Array
    subject: Index
    visit: Index
    n_subjects: int
    n_visits: int
    root_weight: Array | None = None

    def at_visit(self, j: int) -> tuple[Index, Array]:
        """Subjects observed at a visit and their design rows."""
        rows = np.flatnonzero((self.visit == j) & (self.subject >= 0))
        X = self.X[rows]
        return self.subject[rows], X if self.root_weight is None else (
            X * self.root_weight[rows, None]
        )

    def of(self, member: NDArray[np.bool_]) -> DesignByVisit:
        """Return the design of some of the subjects (n,), numbered among themselves."""
        place = np.where(member, np.cumsum(member) - 1, -1)
        return replace(self, subject=place[self.subject], n_subjects=int(member.sum()))

    def padded(self, transform: Array) -> Array:
        """(n, m, p): rows times `transform` (p, p), zeros where a subject was not observed."""
        whole = np.zeros((self.n_subjects, self.n_visits, transform.shape[1]))
        for j in range(self.n_visits):
            who, X = self.at_visit(j)
            whole[who, j] = X @ transform
        return whole


def distances(rows: Rows, structure: Structure) -> Array:
    """Visits between visits, Euclidean distances between coordinates, or kinds of subjects.

    (m, m), or (n, m, m) where they differ between subjects.
    """
    m = rows.n_visits
    if rows.kind is not None:
        return np.tile(rows.kind[:, None, None].astype(float), (1, m, m))
    if not (structure.spatial and rows.coordinates is not None):
        place = np.arange(m, dtype=float)
        return np.abs(place[:, None] - place)
    where = np.full((rows.n_subjects, m, rows.coordinates.shape[1]), np.nan)
    where[rows.subject, rows.visit] = rows.coordinates
    usual = np.stack([one[np.isfinite(one).all(axis=1)][0] for one in where.transpose(1, 0, 2)])
    where = np.where(np.isfinite(where), where, usual)
    if (where == usual).all():
        where = usual[None]
    apart = np.sqrt(((where[:, :, None] - where[:, None]) ** 2).sum(axis=-1))
    return np.asarray(apart[0] if len(apart) == 1 else apart)
