"""Arms in the order and with the marks they have everywhere: the reference arm first."""

from __future__ import annotations

from collections.abc import Sequence

from outcomes.tables.format import heading
from outcomes.trial.study import Arm


def ordered(arms: Sequence[Arm]) -> tuple[Arm, ...]:
    """Arms with the reference arm first, the others in the design's order.

    Examples
    --------
    >>> arms = (Arm(id="care", label="Care"), Arm(id="usual", label="Usual", reference=True))
    >>> [arm.id for arm in ordered(arms)]
    ['usual', 'care']
    """
    return tuple(sorted(arms, key=lambda arm: not arm.reference))


def positions(arms: Sequence[Arm]) -> dict[str, int]:
    """Position of each arm by its id, which decides its mark.

    Examples
    --------
    >>> arms = (Arm(id="care", label="Care"), Arm(id="usual", label="Usual", reference=True))
    >>> positions(arms)
    {'usual': 0, 'care': 1}
    """
    return {arm.id: position for position, arm in enumerate(ordered(arms))}


def active(arms: Sequence[Arm]) -> tuple[Arm, ...]:
    """Every arm but the reference."""
    return tuple(arm for arm in arms if not arm.reference)


def versus(arm: Arm, arms: Sequence[Arm]) -> str:
    """Name a contrast in its direction: ``Care minus usual``."""
    return f"{heading(arm.label)} minus {ordered(arms)[0].label}"


def against(arm: Arm, arms: Sequence[Arm]) -> str:
    """Name a comparison that may be a ratio: ``Care against usual``."""
    return f"{heading(arm.label)} against {ordered(arms)[0].label}"
