"""Assumptions: what is taken to hold of scores that are not seen.

An estimand says what is asked (`outcomes.estimands`); an assumption says what an estimator puts in
place of scores that were never collected, or that a strategy of the estimand sets aside. The two
are different types, so that one is never taken for the other: "jump to reference" is no strategy
for an intercurrent event, and "hypothetical" says nothing of how a score is guessed.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


class Assumption(StrEnum):
    """How scores are distributed from the first one that is not seen, given those before.

    References
    ----------
    Carpenter JR, Roger JH, Kenward MG. Analysis of longitudinal trials with protocol deviation.
    J Biopharm Stat 2013;23:1352-1371, section 4.
    """

    MAR = "mar"
    JUMP_TO_REFERENCE = "jump_to_reference"
    COPY_REFERENCE = "copy_reference"
    COPY_INCREMENTS = "copy_increments"
    LAST_MEAN_CARRIED_FORWARD = "last_mean_carried_forward"

    @property
    def label(self) -> str:
        """The assumption as it is printed: ``Jump to reference``."""
        if self is Assumption.MAR:
            return "Missing at random"
        if self is Assumption.COPY_INCREMENTS:
            return "Copy increments in reference"
        return self.value.replace("_", " ").capitalize()


class Convention(StrEnum):
    """A single value put in place of each score that is not seen: a convention, no assumption.

    Standard errors take the value for an observation, and there is in general nothing that would
    have to be true of the patients for the estimate to be right.

    References
    ----------
    National Research Council. The prevention and treatment of missing data in clinical trials.
    National Academies Press; 2010, recommendation 10: single imputation should not be the primary
    approach unless its assumptions are scientifically justified.
    """

    BASELINE_CARRIED_FORWARD = "baseline_carried_forward"
    WORST_CARRIED_FORWARD = "worst_carried_forward"
    LAST_CARRIED_FORWARD = "last_carried_forward"
    NON_RESPONDER = "non_responder"

    @property
    def label(self) -> str:
        """The convention as it is printed: ``LOCF: last observation carried forward``."""
        if self is Convention.NON_RESPONDER:
            return "NRI: non-responder imputation"
        words = self.value.replace("_carried_forward", " observation carried forward")
        return f"{words[0].upper()}OCF: {words}"


@dataclass(frozen=True, kw_only=True, slots=True)
class AfterEvent:
    """What an estimator does with the scores after one kind of intercurrent event.

    Parameters
    ----------
    event : str
        The event's name in the estimand.
    observed : {"kept", "set_aside"}
        Whether scores collected after the event are used.
    assumed : Assumption, optional
        What is assumed of scores after the event that are not seen; None is what is assumed of
        all others.
    """

    event: str
    observed: Literal["kept", "set_aside"]
    assumed: Assumption | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Unseen:
    """What an estimator assumes of scores that are not seen.

    Parameters
    ----------
    missing : Assumption
        Of scores that were never collected.
    after_events : tuple of AfterEvent
        What differs after an intercurrent event; an event that is not listed is treated as its
        strategy asks. The plan refuses what contradicts the strategy.

    Examples
    --------
    >>> print(Unseen(after_events=(AfterEvent(event="Rescue", observed="set_aside"),)))
    missing at random; after rescue: observed scores set aside
    """

    missing: Assumption = Assumption.MAR
    after_events: tuple[AfterEvent, ...] = ()

    def __str__(self) -> str:
        return "; ".join([self.missing.label.lower(), *map(_words, self.after_events)])


def _words(after: AfterEvent) -> str:
    observed = f"after {after.event.lower()}: observed scores {after.observed.replace('_', ' ')}"
    return f"{observed}, {after.assumed.label.lower()}" if after.assumed else observed
