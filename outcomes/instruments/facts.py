"""What is known of a score and how well: sources, missing-item rules, thresholds, bands."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

from outcomes.errors import SpecificationError

Level = Literal["verified", "originator", "single_source", "unverified", "project"]
"""How well a rule is known.

verified: two independent sources, or one and an independent exact recomputation; originator: the
developer's own page or paper; single_source: one secondary source; unverified: general knowledge,
never a default; project: our decision where no rule was found.
"""

Direction = Literal["worse", "better", "neutral"]
Kind = Literal["MCID", "MID", "responder", "measurement error", "cut-off"]
"""Of a threshold: within a person, between groups, response, noise, or a cut-off of the score."""


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

    Where fewer than all are enough, the answered ones stand for the rest (person mean). 0 leaves
    it to the parts of a composite or to the algorithm. `level` is ``"requested"`` where the
    caller asked for the rule and nobody published it. `rounded` is true where the source rounds
    the score to a whole number, half up; no default does.
    """

    name: str
    min_answered: int | None
    level: Level | Literal["requested"]
    source: Source | None = None
    rounded: bool = False

    def label(self, n_items: int) -> str:
        """Describe the rule for the ``rule`` column of a score."""
        if self.min_answered == 0:
            return f"{self.name} ({self.level})"
        if self.min_answered in (None, n_items):
            needed = "its one item" if n_items == 1 else f"all {n_items} items"
            return f"{self.name}: {needed} ({self.level})"
        how = ", rounded" if self.rounded else ""
        return f"{self.name}: at least {self.min_answered} of {n_items} items{how} ({self.level})"


STRICT = MissingRule(name="strict", min_answered=None, level="project")
"""Where no rule is published, any missing item leaves the scale missing."""

AS_ITS_PARTS = MissingRule(
    name="each part by its own rule, all parts", min_answered=0, level="project"
)
"""A composite of scales is missing where one of them is."""


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
    kind: Kind
    population: str
    anchor: str
    source: Source
    level: Level
    operator: Literal[">=", ">", "<=", "<"] = ">="
    value_high: float | None = None


def points(
    kind: Kind,
    value: float,
    population: str,
    anchor: str,
    source: Source,
    level: Level,
    **more: Any,
) -> Threshold:
    """Declare a threshold in points of the scale."""
    return Threshold(
        value=value,
        unit="points",
        kind=kind,
        population=population,
        anchor=anchor,
        source=source,
        level=level,
        **more,
    )


def percent(
    kind: Kind,
    value: float,
    population: str,
    anchor: str,
    source: Source,
    level: Level,
    **more: Any,
) -> Threshold:
    """Declare a threshold in percent of the baseline score."""
    threshold = points(kind, value, population, anchor, source, level, **more)
    return replace(threshold, unit="percent of baseline")


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
