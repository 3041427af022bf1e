"""The arrays an imputation works on: every subject at every visit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from outcomes.stats.imputation.strategies import Strategy
from outcomes.stats.mmrm import Rows

Array = NDArray[np.float64]
Index = NDArray[np.intp]


@dataclass(frozen=True, kw_only=True, slots=True)
class Panel:
    """n subjects at m visits with p columns of design.

    Parameters
    ----------
    y : (n, m), NaN where missing
    X : (n, m, p), design of each subject in its own arm
    X_reference : (n, m, p), design of the same subjects in the reference arm
    arm : (n,) codes
    reference : code of the reference arm
    first : (n,), first visit affected by the subject's event; m where there is none
    strategies : the strategies in use
    strategy : (n,) codes into `strategies`
    visits : names, for messages
    subjects : (n,) names, for messages
    """

    y: Array
    X: Array
    X_reference: Array
    arm: Index
    reference: int
    first: Index
    strategies: tuple[Strategy, ...]
    strategy: Index
    visits: tuple[str, ...]
    subjects: NDArray[np.object_]

    @property
    def n_subjects(self) -> int:
        """Subjects."""
        return len(self.y)

    @property
    def n_visits(self) -> int:
        """Visits."""
        return int(self.y.shape[1])

    @property
    def seen(self) -> NDArray[np.bool_]:
        """(n, m): where the outcome was observed."""
        return np.asarray(np.isfinite(self.y))

    @property
    def after_event(self) -> NDArray[np.bool_]:
        """(n, m): visits from the subject's event on, whatever its strategy."""
        return np.asarray(np.arange(self.n_visits) >= self.first[:, None])

    @property
    def at_random(self) -> NDArray[np.bool_]:
        """(n, m): visits at which the subject follows the model of its arm."""
        random = np.array([strategy.at_random for strategy in self.strategies])[self.strategy]
        return np.asarray(random[:, None] | ~self.after_event)

    @property
    def usable(self) -> NDArray[np.bool_]:
        """(n, m): observed outcomes that inform the imputation model."""
        return self.seen & self.at_random

    def take(self, subjects: Index) -> Panel:
        """Return the panel of these subjects, who may come more than once."""
        return Panel(
            y=self.y[subjects],
            X=self.X[subjects],
            X_reference=self.X_reference[subjects],
            arm=self.arm[subjects],
            reference=self.reference,
            first=self.first[subjects],
            strategies=self.strategies,
            strategy=self.strategy[subjects],
            visits=self.visits,
            subjects=self.subjects[subjects],
        )

    def rows(self, *, by_arm: bool) -> tuple[Rows, Index]:
        """Rows of the imputation model's fit, and the (n_fitted,) subjects they come from."""
        usable = self.usable
        members = np.flatnonzero(usable.any(axis=1))
        subject, visit = np.nonzero(usable[members])
        return Rows(
            X=self.X[members][subject, visit],
            y=self.y[members][subject, visit],
            subject=subject,
            visit=visit,
            visits=self.visits,
            group=self.arm[members] if by_arm else None,
        ), members
