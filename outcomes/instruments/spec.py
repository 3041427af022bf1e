"""What a questionnaire is: its items, scales, rules and where each of them is written.

Declarations only; `outcomes.instruments.scoring` does the arithmetic. Rules and numbers are
declared, never the wording of questions, which usually belongs to somebody.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from outcomes.errors import SpecificationError
from outcomes.instruments.items import (
    Item,
    Responses,
    between,
    integers,
    numbered,
    one_of,
    pick,
)

__all__ = [
    "STRICT",
    "Algorithm",
    "Bands",
    "Instrument",
    "Item",
    "MissingRule",
    "RawSumTable",
    "Responses",
    "Scale",
    "Source",
    "Threshold",
    "between",
    "integers",
    "numbered",
    "one_of",
    "pick",
    "prorate",
    "strict",
]

Level = Literal["verified", "originator", "single_source", "unverified", "project"]
"""How well a rule is known.

verified: two independent sources, or one and an independent exact recomputation; originator: the
developer's own page or paper; single_source: one secondary source; unverified: general knowledge,
never a default; project: our decision where no rule was found.
"""

Direction = Literal["worse", "better", "neutral"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """Where a rule or number is written, with the place in it."""

    citation: str
    locator: str = ""
    doi: str | None = None

    def __str__(self) -> str:
        """Citation, place and DOI in one line."""
        doi = f"doi:{self.doi}" if self.doi else ""
        return ". ".join(part for part in (self.citation.rstrip("."), self.locator, doi) if part)


@dataclass(frozen=True, kw_only=True, slots=True)
class MissingRule:
    """How many items must be answered; `min_answered` None means all of them.

    Where fewer than all are enough, the answered ones stand for the rest (person mean).
    """

    name: str
    min_answered: int | None
    level: Level
    source: Source | None = None

    def label(self, n_items: int) -> str:
        """Describe the rule for the ``rule`` column of a score."""
        if self.min_answered in (None, n_items):
            return f"{self.name}: all {n_items} items ({self.level})"
        return f"{self.name}: at least {self.min_answered} of {n_items} items ({self.level})"


STRICT = MissingRule(name="strict", min_answered=None, level="project")
"""Where no rule is published, any missing item leaves the scale missing."""


def strict(level: Level, source: Source) -> MissingRule:
    """All items, where a source says so."""
    return MissingRule(name="strict", min_answered=None, level=level, source=source)


def prorate(min_answered: int, level: Level, source: Source | None = None) -> MissingRule:
    """At least `min_answered` items; the person's mean stands for the others."""
    return MissingRule(name="prorate", min_answered=min_answered, level=level, source=source)


@dataclass(frozen=True, kw_only=True, slots=True)
class Threshold:
    """A difference or score that somebody found to matter, for one population and anchor.

    Never a default across populations. `value_high` ends a published range. A ``"cut-off"``
    applies to a score with its operator, every other kind to the size of a change.
    """

    value: float
    unit: Literal["points", "percent of baseline"]
    kind: Literal["MCID", "MID", "responder", "measurement error", "cut-off"]
    population: str
    anchor: str
    source: Source
    level: Level
    operator: Literal[">=", ">", "<=", "<"] = ">="
    value_high: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Bands:
    """A named scheme of severity bands, one of possibly several.

    Band i lies between ``edges[i]`` and ``edges[i + 1]``. `closed` says which edge belongs to
    it: ``"left"`` is [low, high), ``"right"`` is (low, high]; the outermost edges always belong.
    """

    name: str
    labels: tuple[str, ...]
    edges: tuple[float, ...]
    closed: Literal["left", "right"]
    source: Source
    level: Level

    def __post_init__(self) -> None:
        """Refuse edges that do not enclose the labels in ascending order."""
        if len(self.edges) != len(self.labels) + 1 or list(self.edges) != sorted(set(self.edges)):
            raise SpecificationError(f"bands {self.name}: edges must ascend, one more than labels")


@dataclass(frozen=True, kw_only=True, slots=True)
class RawSumTable:
    """Published conversion of a raw sum of all items; one entry per sum from `first`."""

    first: int
    scores: tuple[float, ...]
    source: Source
    std_errors: tuple[float, ...] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Algorithm:
    """The escape hatch: a pure function of item values where no plain rule fits.

    `function` maps (n_records, n_items) values, NaN where unanswered, to (n_records,) scores.
    It sees only records that satisfy the missing rule, and may return NaN, which leaves the score
    missing for `reason`.
    """

    function: Callable[[NDArray[np.float64]], NDArray[np.float64]]
    summary: str
    monotone: bool = True
    reason: str = "too_few_answers"


@dataclass(frozen=True, kw_only=True, slots=True)
class Scale:
    """One score of an instrument and everything a reader must know of it.

    `combine` turns item values into the raw score; `rescale_to` maps the lowest and highest
    possible raw score linearly onto two numbers; `table` converts a complete raw sum. `range`
    is what the source states; a declaration that contradicts its own items is refused.
    `true_zero` is false where zero is arbitrary, so that percent change means nothing.
    """

    key: str
    label: str
    items: tuple[Item, ...]
    combine: Literal["sum", "mean"] | Algorithm
    range: tuple[float, float]
    higher_is: Direction
    source: Source
    level: Level
    unit: str = "points"
    rescale_to: tuple[float, float] | None = None
    table: RawSumTable | None = None
    missing: MissingRule = STRICT
    other_rules: tuple[MissingRule, ...] = ()
    thresholds: tuple[Threshold, ...] = ()
    bands: tuple[Bands, ...] = ()
    loinc: str | None = None
    true_zero: bool = True

    def __post_init__(self) -> None:
        """Refuse a declaration that contradicts itself."""
        complaints = [*_range_complaints(self), *_proration_complaints(self)]
        if complaints:
            raise SpecificationError(f"scale {self.key}: " + "; ".join(complaints))

    @property
    def raw_range(self) -> tuple[float, float]:
        """Lowest and highest sum of the item values."""
        lows, highs = zip(*(item.values for item in self.items), strict=True)
        return float(sum(lows)), float(sum(highs))

    @property
    def prorates(self) -> bool:
        """Whether unanswered items may be stood for by the answered ones."""
        return self.table is None and not isinstance(self.combine, Algorithm)


def _range_complaints(scale: Scale) -> list[str]:
    """Compare the range with what the items imply, where it can be derived."""
    if isinstance(scale.combine, Algorithm):
        return []
    low, high = scale.raw_range
    implied = (low, high)
    if scale.table is not None:
        implied = (min(scale.table.scores), max(scale.table.scores))
        if (scale.table.first, len(scale.table.scores)) != (low, high - low + 1):
            return [f"its table must hold one score for each sum from {low:g} to {high:g}"]
    elif scale.rescale_to is not None:
        implied = (min(scale.rescale_to), max(scale.rescale_to))
    elif scale.combine == "mean":
        implied = (low / len(scale.items), high / len(scale.items))
    if not np.allclose(implied, scale.range, rtol=0, atol=1e-9):
        return [f"declared range {scale.range}, but its items imply {implied}"]
    return []


def _proration_complaints(scale: Scale) -> list[str]:
    """Refuse proration where a person mean could not stand for an omitted item."""
    if not scale.prorates and scale.rescale_to and scale.table:
        return ["give rescale_to or table, not both"]
    minima = [rule.min_answered for rule in (scale.missing, *scale.other_rules)]
    partial = any(least is not None for least in minima)
    if scale.prorates and any(least is not None and least < 1 for least in minima):
        return ["a score needs at least one answer"]
    same_range = len({item.values for item in scale.items}) == 1
    if scale.table is not None and partial:
        return ["a raw-sum table holds only for complete answers"]
    if scale.prorates and partial and not same_range:
        return ["its items have different ranges, so a person mean cannot stand for one of them"]
    return []


@dataclass(frozen=True, kw_only=True, slots=True)
class Instrument:
    """A questionnaire in one named version.

    `coding` states what the numbers in the data must mean where that is not obvious, because it
    is declared and never inferred. Rules are open; `rights` says who licenses the questionnaire.
    """

    key: str
    name: str
    version: str
    recall: str
    scales: tuple[Scale, ...]
    rights: str
    citation: Source
    coding: str = ""
    loinc: str | None = None
    experimental: bool = False

    def __post_init__(self) -> None:
        """Refuse scales of one name, and one item with two sets of responses."""
        keys = [scale.key for scale in self.scales]
        if len(set(keys)) != len(keys):
            raise SpecificationError(f"{self.key}: two scales have the same key")
        allowed = {(item.key, item.responses) for scale in self.scales for item in scale.items}
        if len(allowed) != len({key for key, _ in allowed}):
            raise SpecificationError(f"{self.key}: one item is declared with different responses")

    @property
    def items(self) -> tuple[Item, ...]:
        """Every item that some scale uses, once, in order of first use."""
        return tuple(
            {item.key: item for scale in reversed(self.scales) for item in scale.items}[key]
            for key in dict.fromkeys(item.key for scale in self.scales for item in scale.items)
        )

    def scale(self, key: str | None = None) -> Scale:
        """Find the scale of this key, or the only scale there is.

        Raises
        ------
        SpecificationError
            If there is no such scale, or several and none is named.

        Examples
        --------
        >>> from outcomes.instruments.registry import find
        >>> find("odi").scale().higher_is
        'worse'
        """
        keys = [scale.key for scale in self.scales]
        if key is None and len(keys) == 1:
            return self.scales[0]
        if key not in keys:
            asked = "name a scale" if key is None else f"there is no scale {key!r}"
            raise SpecificationError(f"{self.key}: {asked}; it has {', '.join(keys)}")
        return self.scales[keys.index(key)]
