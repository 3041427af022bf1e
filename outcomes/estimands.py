"""Estimands: the question a trial asks, apart from how it is estimated.

The five attributes and the five strategies are those of ICH E9(R1), *Addendum on estimands and
sensitivity analysis in clinical trials* (2019), sections A.3.2 (strategies) and A.3.3 (attributes).
What is assumed of data that are not seen belongs to the estimator and has types of its own, in
`outcomes.assumptions`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal


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
class Recorded:
    """Where a trial's data say on which day an intercurrent event happened to whom.

    Parameters
    ----------
    frame : {"events", "medication", "adherence", "subjects"}
        The frame that holds its records.
    where : mapping of str to str
        Columns and the values that mark a record of this event: ``{"purpose": "rescue"}``.
    day : str
        Column with the day since randomisation; a record without a day is no event.
    above_baseline : str, optional
        Column of numbers. Where given, the event is the first record after day 0 with a number
        above that of the subject's last record until day 0: ``"quantity"``, of a dose. Subjects
        without a record until day 0 cannot have it.
    same_day : {"before", "after"}
        Whether a score taken on the day of the event counts as taken before it, as where rescue is
        handed out at the end of a visit, or after it.
    """

    frame: Literal["events", "medication", "adherence", "subjects"]
    where: Mapping[str, str] = field(default_factory=dict)
    day: str = "day"
    above_baseline: str | None = None
    same_day: Literal["before", "after"] = "before"


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
    recorded : Recorded, optional
        Where its days are found. Every strategy that changes scores needs it.
    value : float or "worst", optional
        Score that the event itself stands for, of a composite strategy on scores; ``"worst"`` is
        the limit of the scale. A composite response needs none: the event is no response.
    stratum : str, optional
        Of a principal stratum: a yes/no column of subjects, known before randomisation, that says
        who belongs to it whatever arm they are in.
    """

    event: str
    handling: Handling
    detail: str | None = None
    recorded: Recorded | None = None
    value: float | Literal["worst"] | None = None
    stratum: str | None = None


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
