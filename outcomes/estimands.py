"""Estimands: the question a trial asks, apart from how it is estimated.

The five attributes and the five strategies are those of ICH E9(R1), *Addendum on estimands and
sensitivity analysis in clinical trials* (2019), sections A.3.2 (strategies) and A.3.3 (attributes).
What is assumed of data that were never seen belongs to the estimator and has types of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Handling(StrEnum):
    """How an intercurrent event enters the question (ICH E9(R1), A.3.2)."""

    TREATMENT_POLICY = "treatment_policy"
    HYPOTHETICAL = "hypothetical"
    COMPOSITE = "composite"
    WHILE_ON_TREATMENT = "while_on_treatment"
    PRINCIPAL_STRATUM = "principal_stratum"

    @property
    def label(self) -> str:
        """The strategy as it is printed: ``Treatment policy``."""
        return self.value.replace("_", " ").capitalize()


@dataclass(frozen=True, kw_only=True, slots=True)
class IntercurrentEvent:
    """An event after treatment started that changes what an outcome means, and its strategy.

    Parameters
    ----------
    event : str
        What happens, in words: ``"Rescue medication"``.
    handling : Handling
        The strategy for this event.
    detail : str, optional
        What the strategy means here: ``"scores count whatever medication was taken"``.
    """

    event: str
    handling: Handling
    detail: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Estimand:
    """A precise question: five attributes and a strategy for each intercurrent event.

    Parameters
    ----------
    id : str
        Short name used by analyses: ``"treatment_policy"``.
    population, treatment, variable, summary_measure : str
        The attributes in words, as the protocol states them.
    intercurrent_events : tuple of IntercurrentEvent
        One entry for each kind of event, each with one strategy; at least one.

    Examples
    --------
    >>> question = Estimand(
    ...     id="policy",
    ...     population="Adults with chronic low back pain",
    ...     treatment="Offer of integrative care against medication only",
    ...     variable="ODI at week 52",
    ...     intercurrent_events=(
    ...         IntercurrentEvent(event="Rescue", handling=Handling.TREATMENT_POLICY),
    ...     ),
    ...     summary_measure="Difference in means",
    ... )
    >>> question.intercurrent_events[0].handling.label
    'Treatment policy'
    """

    id: str
    population: str
    treatment: str
    variable: str
    intercurrent_events: tuple[IntercurrentEvent, ...]
    summary_measure: str
