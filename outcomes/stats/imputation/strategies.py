"""Imputation strategies: what the outcomes of a subject with an event are assumed to follow.

A strategy is a pure function of the subject's own marginal distribution, that of the reference arm
for the same covariates, and the first visit the event affects. Carpenter JR, Roger JH, Kenward MG.
Journal of Biopharmaceutical Statistics 2013;23:1352-71, section 4.3.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from outcomes.errors import SpecificationError, UnsupportedCombinationError

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class Marginal:
    """Normal distributions of the outcomes at all m visits.

    Parameters
    ----------
    mean : (..., n, m), one row per subject
    covariance : (..., m, m), shared by these subjects
    """

    mean: Array
    covariance: Array


Rule = Callable[[Marginal, Marginal, int], Marginal]


@dataclass(frozen=True, kw_only=True, slots=True)
class Strategy:
    """One strategy.

    Parameters
    ----------
    name : str
    rule : own Marginal, reference Marginal, first affected visit -> Marginal
    needs_reference : bool
        Whether the rule looks at the reference arm.
    at_random : bool
        Whether outcomes after the event follow the model as all others, so that observed ones
        inform it.
    needs_visit_before : bool
        Whether an event at the first visit leaves the rule without meaning.
    """

    name: str
    rule: Rule
    needs_reference: bool = True
    at_random: bool = False
    needs_visit_before: bool = False


def mar(own: Marginal, reference: Marginal, first: int) -> Marginal:  # noqa: ARG001
    """Follow the subject's own arm: missing at random."""
    return own


def jump_to_reference(own: Marginal, reference: Marginal, first: int) -> Marginal:
    """Take the reference arm's means from the event on."""
    mean = np.concatenate([own.mean[..., :first], reference.mean[..., first:]], axis=-1)
    return Marginal(mean=mean, covariance=joined_covariance(own, reference, first))


def copy_reference(own: Marginal, reference: Marginal, first: int) -> Marginal:  # noqa: ARG001
    """Take the reference arm's distribution at all visits, those before the event included."""
    return reference


def copy_increments(own: Marginal, reference: Marginal, first: int) -> Marginal:
    """Keep the mean reached before the event and add the reference arm's increments."""
    if first == 0:
        return jump_to_reference(own, reference, first)
    before = own.mean[..., first - 1 : first] - reference.mean[..., first - 1 : first]
    mean = np.concatenate([own.mean[..., :first], before + reference.mean[..., first:]], axis=-1)
    return Marginal(mean=mean, covariance=joined_covariance(own, reference, first))


def last_mean_carried_forward(
    own: Marginal,
    reference: Marginal,  # noqa: ARG001
    first: int,
) -> Marginal:
    """Stay at the own arm's mean of the last visit before the event.

    Raises
    ------
    UnsupportedCombinationError
        If there is no visit before the event.
    """
    if first == 0:
        raise UnsupportedCombinationError(
            "last_mean_carried_forward has no mean to carry where the event comes at the first "
            "visit. Choose another strategy for these subjects."
        )
    size = own.mean.shape[-1] - first
    carried = np.repeat(own.mean[..., first - 1 : first], size, axis=-1)
    mean = np.concatenate([own.mean[..., :first], carried], axis=-1)
    return Marginal(mean=mean, covariance=own.covariance)


def joined_covariance(own: Marginal, reference: Marginal, first: int) -> Array:
    """(..., m, m): own before the event, the reference's given the past after it.

    References
    ----------
    Carpenter, Roger and Kenward (2013), section 4.3: with T the own and R the reference's
    covariance and 1, 2 the visits before and after, ``S11 = T11``, ``S21 = R21 R11^-1 T11`` and
    ``S22 = R22 - R21 R11^-1 (R11 - T11) R11^-1 R12``.
    """
    T, R = own.covariance, reference.covariance
    T11, R11 = T[..., :first, :first], R[..., :first, :first]
    R12, R22 = R[..., :first, first:], R[..., first:, first:]
    slope = np.linalg.solve(R11, R12)  # R11^-1 R12
    S12 = T11 @ slope
    S22 = R22 - np.swapaxes(slope, -1, -2) @ (R11 - T11) @ slope
    above = np.concatenate([T11, S12], axis=-1)
    below = np.concatenate([np.swapaxes(S12, -1, -2), S22], axis=-1)
    return np.concatenate([above, below], axis=-2)


_ALL = (
    Strategy(name="mar", rule=mar, needs_reference=False, at_random=True),
    Strategy(name="jump_to_reference", rule=jump_to_reference),
    Strategy(name="copy_reference", rule=copy_reference),
    Strategy(name="copy_increments", rule=copy_increments),
    Strategy(
        name="last_mean_carried_forward",
        rule=last_mean_carried_forward,
        needs_reference=False,
        needs_visit_before=True,
    ),
)
STRATEGIES = {strategy.name: strategy for strategy in _ALL}
MAR = STRATEGIES["mar"]


def user_strategy(name: str, rule: Rule) -> Strategy:
    """Declare a strategy of the user's own.

    Its rule is called with means (..., n, m) and covariances (..., m, m), and must return the
    same shapes.

    Raises
    ------
    SpecificationError
        If the name is taken or the rule cannot be called.
    """
    if name in STRATEGIES:
        raise SpecificationError(f"{name!r} is the name of a built-in strategy. Choose another.")
    if not callable(rule):
        raise SpecificationError(f"The strategy {name!r} must be a function, not {rule!r}.")
    return Strategy(name=name, rule=_checked(name, rule))


def _checked(name: str, rule: Rule) -> Rule:
    def called(own: Marginal, reference: Marginal, first: int) -> Marginal:
        found = rule(own, reference, first)
        right = isinstance(found, Marginal) and (
            found.mean.shape == own.mean.shape and found.covariance.shape == own.covariance.shape
        )
        if not right or not np.isfinite(found.mean).all():
            raise SpecificationError(
                f"The strategy {name!r} must return a Marginal with finite means of shape "
                f"{own.mean.shape} and a covariance of shape {own.covariance.shape}."
            )
        return found

    return called
