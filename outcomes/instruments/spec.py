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
from outcomes.instruments.facts import (
    AS_ITS_PARTS,
    STRICT,
    Bands,
    Direction,
    Level,
    MissingRule,
    Source,
    Threshold,
    percent,
    points,
    prorate,
    strict,
)
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
    "AS_ITS_PARTS",
    "STRICT",
    "Algorithm",
    "Bands",
    "Check",
    "Composite",
    "Direction",
    "Instrument",
    "Item",
    "Level",
    "MissingRule",
    "RawSumTable",
    "Responses",
    "Scale",
    "Source",
    "Threshold",
    "between",
    "integers",
    "mean_of",
    "numbered",
    "one_of",
    "percent",
    "pick",
    "points",
    "prorate",
    "strict",
    "sum_of",
]


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
    missing for `reason`, or, where reasons differ between records, for the one that `why` gives
    each (n_records, n_items) row of values. `direction` says whether the score rises or falls with
    every item value, 0 if neither.
    """

    function: Callable[[NDArray[np.float64]], NDArray[np.float64]]
    summary: str
    direction: Literal[-1, 0, 1] = 1
    reason: str = "too_few_answers"
    why: Callable[[NDArray[np.float64]], NDArray[np.object_]] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Composite:
    """A score made of other scales' scores: ``constant`` plus the sum of weight times score.

    Every part keeps its own missing rule; one missing part leaves the composite missing.
    """

    parts: tuple[Scale, ...]
    weights: tuple[float, ...]
    constant: float = 0.0

    @property
    def items(self) -> tuple[Item, ...]:
        """Items of all parts, each once."""
        return tuple({item.key: item for part in self.parts for item in part.items}.values())

    @property
    def range(self) -> tuple[float, float]:
        """Lowest and highest value that the ranges of the parts allow."""
        ends = [
            sorted(weight * end for end in part.range)
            for part, weight in zip(self.parts, self.weights, strict=True)
        ]
        return self.constant + sum(low for low, _ in ends), self.constant + sum(
            high for _, high in ends
        )


def mean_of(*parts: Scale) -> Composite:
    """Mean of the scores of `parts`."""
    return Composite(parts=parts, weights=(1 / len(parts),) * len(parts))


def sum_of(*parts: Scale) -> Composite:
    """Sum of the scores of `parts`."""
    return Composite(parts=parts, weights=(1.0,) * len(parts))


@dataclass(frozen=True, kw_only=True, slots=True)
class Scale:
    """One score of an instrument and everything a reader must know of it.

    `combine` turns answers into the raw score; `rescale_to` maps the lowest and highest
    possible raw score linearly onto two numbers; `table` converts a complete raw sum. `range`
    is what the source states; a declaration that contradicts its own items is refused.
    `true_zero` is false where zero is arbitrary, so that percent change means nothing.
    """

    key: str
    label: str
    items: tuple[Item, ...]
    combine: Literal["sum", "mean"] | Composite | Algorithm
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
        return self.table is None and isinstance(self.combine, str)


def _range_complaints(scale: Scale) -> list[str]:
    """Compare the range with what the items imply, where it can be derived."""
    if isinstance(scale.combine, Algorithm):
        return []
    low, high = scale.raw_range
    implied = (low, high)
    if isinstance(scale.combine, Composite):
        implied = scale.combine.range
    elif scale.table is not None:
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
    if not scale.prorates and scale.rescale_to:
        return ["only a plain sum or mean can be rescaled"]
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
class Check:
    """Answers that are possible but so unlikely that the reader is warned.

    `function` maps the (n_records, n_items) answers to the records in doubt.
    """

    message: str
    function: Callable[[NDArray[np.float64]], NDArray[np.bool_]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Instrument:
    """A questionnaire in one named version.

    `coding` states what the numbers in the data must mean where that is not obvious, because it
    is declared and never inferred. Rules are open; `rights` says who licenses the questionnaire.
    `experimental` says what has not been verified; such an instrument is scored only on request.
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
    experimental: str | None = None
    checks: tuple[Check, ...] = ()

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
