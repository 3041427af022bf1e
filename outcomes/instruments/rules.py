"""Which missing-item rule a scale is scored by, where the caller asks for another than its own."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from outcomes.errors import SpecificationError, UnsupportedCombinationError
from outcomes.instruments.columns import suggestion
from outcomes.instruments.spec import Composite, Instrument, MissingRule, Scale


@dataclass(frozen=True, kw_only=True, slots=True)
class Prorate:
    """Score a scale with at least this share of its items, the person mean standing for others.

    An assumption of the analyst where no rule is published, so it is written into every score.
    """

    min_fraction: float

    def __post_init__(self) -> None:
        """Refuse a share that is not in (0, 1]."""
        if not isinstance(self.min_fraction, int | float) or not 0 < self.min_fraction <= 1:
            raise SpecificationError(
                f"min_fraction is {self.min_fraction}; it must be above 0 and at most 1."
            )


def under_rule(instrument: Instrument, rule: str | Prorate | None) -> tuple[Scale, ...]:
    """Give the scales of `instrument` the rule asked for.

    A named rule applies to the scales that declare it and leaves the others with their own;
    ``"strict"`` applies to all.

    Raises
    ------
    SpecificationError
        If no scale knows the rule.
    UnsupportedCombinationError
        If a scale cannot bear the proration asked for.
    """
    if isinstance(rule, Prorate):
        return tuple(_prorated(instrument, scale, rule) for scale in instrument.scales)
    if not isinstance(rule, str | None):
        raise SpecificationError(
            f"rule is {rule!r}; give the name of a rule or Prorate(min_fraction=...)."
        )
    known = {"strict"}.union(*(_names(scale) for scale in instrument.scales))
    if rule is not None and rule not in known:
        raise SpecificationError(
            f"{instrument.key}: there is no missing-item rule {rule!r}"
            f"{suggestion(rule, sorted(known))}; it has {', '.join(sorted(known))}, and "
            "Prorate(min_fraction=...) for a rule of your own."
        )
    return tuple(_named(scale, rule) for scale in instrument.scales)


def _names(scale: Scale) -> set[str]:
    """Names of the rules that a scale declares."""
    return {each.name for each in (scale.missing, *scale.other_rules) if each.min_answered != 0}


def _named(scale: Scale, rule: str | None) -> Scale:
    """Apply the rule of this name where the scale, or a part of it, declares it."""
    if rule is None:
        return scale
    if rule == "strict":
        own = scale.missing
        asked = MissingRule(name="strict", min_answered=None, level="requested")
        return scale if own.name == "strict" else replace(scale, missing=asked)
    if isinstance(scale.combine, Composite):
        parts = tuple(_named(part, rule) for part in scale.combine.parts)
        return _of_parts(scale, scale.combine, parts, f"each part by {rule!r} where it has it")
    offered = {each.name: each for each in (scale.missing, *scale.other_rules)}
    return replace(scale, missing=offered.get(rule, scale.missing))


def _of_parts(scale: Scale, combined: Composite, parts: tuple[Scale, ...], name: str) -> Scale:
    """Give a composite other parts, and name their rule where it has changed."""
    if parts == combined.parts:
        return scale
    asked = MissingRule(name=name, min_answered=0, level="requested")
    return replace(scale, combine=replace(combined, parts=parts), missing=asked)


def _prorated(instrument: Instrument, scale: Scale, rule: Prorate) -> Scale:
    """Apply a requested proration, where the declaration of the scale can bear one."""
    if isinstance(scale.combine, Composite):
        parts = tuple(_prorated(instrument, part, rule) for part in scale.combine.parts)
        name = f"prorate, not published: at least {rule.min_fraction:.4g} of the items of each part"
        return _of_parts(scale, scale.combine, parts, name)
    n_items = len(scale.items)
    if not scale.prorates or len({item.values for item in scale.items}) > 1:
        raise UnsupportedCombinationError(
            f"{instrument.key}, scale {scale.key}: it cannot be prorated, because its answers "
            "are converted by a table or algorithm or have different ranges. Leave rule out."
        )
    least = max(1, math.ceil(rule.min_fraction * n_items - 1e-9))
    asked = MissingRule(name="prorate, not published", min_answered=least, level="requested")
    return replace(scale, missing=asked)
