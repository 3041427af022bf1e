"""Items and the answers they allow; never the wording of a question."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import numpy as np

from outcomes.errors import SpecificationError


@dataclass(frozen=True, kw_only=True, slots=True)
class Responses:
    """The answers an item allows: the listed `values`, or any number between the ends."""

    lowest: float
    highest: float
    values: tuple[float, ...] | None = None

    def __str__(self) -> str:
        """As an error message names them: ``0 to 5``, ``6, 8, 10``, ``any number 0 to 100``."""
        ends = f"{self.lowest:g} to {self.highest:g}"
        if self.values is None:
            return f"any number {ends}"
        if self.are_consecutive:
            return ends
        return ", ".join(f"{value:g}" for value in self.values)

    @property
    def are_consecutive(self) -> bool:
        """Whether every whole number between the ends is allowed, and nothing else."""
        return self.values == tuple(np.arange(self.lowest, self.highest + 1.0))


def integers(lowest: int, highest: int) -> Responses:
    """Whole numbers from `lowest` to `highest`."""
    return one_of(*range(lowest, highest + 1))


def one_of(*values: float) -> Responses:
    """Only the listed numbers, as in the HIT-6."""
    ordered = tuple(sorted(float(value) for value in values))
    return Responses(lowest=ordered[0], highest=ordered[-1], values=ordered)


def between(lowest: float, highest: float) -> Responses:
    """Any number between the ends, as on a visual analogue scale."""
    return Responses(lowest=lowest, highest=highest)


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """One question: its key (the data column), the answers it allows and what they count.

    An answer counts as itself, as ``lowest + highest - answer`` when `reverse` is true, or as
    `recode` says, which lists the value of each allowed answer in ascending order of answers.
    """

    key: str
    responses: Responses
    reverse: bool = False
    recode: tuple[float, ...] | None = None

    def __post_init__(self) -> None:
        """Refuse a recode that does not cover the answers."""
        if self.recode is None:
            return
        if self.reverse or len(self.recode) != len(self.responses.values or ()):
            raise SpecificationError(
                f"{self.key}: recode needs one value per allowed answer and excludes reverse"
            )

    @property
    def values(self) -> tuple[float, float]:
        """Lowest and highest value an answer can count."""
        if self.recode is not None:
            return min(self.recode), max(self.recode)
        return self.responses.lowest, self.responses.highest


def numbered(
    key: str,
    n_items: int,
    *,
    lowest: int | None = None,
    highest: int | None = None,
    responses: Responses | None = None,
    reverse: Collection[int] = (),
) -> tuple[Item, ...]:
    """Items ``key_1`` to ``key_n`` with the same responses; `reverse` lists item numbers.

    Examples
    --------
    >>> [item.key for item in numbered("odi", 3, lowest=0, highest=5)]
    ['odi_1', 'odi_2', 'odi_3']
    """
    if responses is None:
        if lowest is None or highest is None:
            raise SpecificationError(f"{key}: give lowest and highest, or responses")
        responses = integers(lowest, highest)
    return tuple(
        Item(key=f"{key}_{number}", responses=responses, reverse=number in reverse)
        for number in range(1, n_items + 1)
    )


def pick(items: tuple[Item, ...], numbers: Iterable[int]) -> tuple[Item, ...]:
    """Items with these numbers, counted from 1 as on the form.

    Examples
    --------
    >>> [item.key for item in pick(numbered("pcs", 13, lowest=0, highest=4), [8, 9])]
    ['pcs_8', 'pcs_9']
    """
    return tuple(items[number - 1] for number in numbers)
