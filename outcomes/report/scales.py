"""How the scores of a result are printed: decimals, caption, margins."""

from __future__ import annotations

from typing import Any

from outcomes.analyses.result import Outcome
from outcomes.report.presentation import visit_of
from outcomes.tables import format as f
from outcomes.tables.judgements import judgements
from outcomes.tables.table import Table


def digits(result: Any) -> int:
    """Decimals of scores on the outcome's scale, or by the size of the headline's numbers."""
    limits = result.outcome.range if result.outcome else None
    found = [(each.estimate, each.conf_low, each.conf_high) for each in result.headlines]
    return f.decimals([value for row in found for value in row], limits)


def scale_caption(outcome: Outcome) -> str:
    """Name a score with its limits and its direction.

    Examples
    --------
    >>> scale_caption(
    ...     Outcome(
    ...         instrument="odi",
    ...         scale="total",
    ...         label="ODI",
    ...         higher_is="worse",
    ...         unit="points",
    ...         range=(0, 100),
    ...         source="",
    ...     )
    ... )
    'ODI, 0 to 100, higher is worse'
    """
    limits = f"{f.plain(outcome.range[0])} to {f.plain(outcome.range[1])}" if outcome.range else ""
    way = "" if outcome.higher_is == "neutral" else f"higher is {outcome.higher_is}"
    return ", ".join(text for text in (f.heading(outcome.label), limits, way) if text)


def margins(result: Any) -> tuple[float, ...]:
    """Signed margins of the hypothesis, in units of the outcome."""
    for each in result.headlines:
        signed = margin_lines(each)
        if signed:
            return signed
    return ()


def margin_lines(headline: Any) -> tuple[float, ...]:
    """Signed margins of one headline: one for non-inferiority, two for equivalence."""
    kind, margin = headline.hypothesis.kind, headline.hypothesis.margin
    if kind == "superiority" or margin is None or headline.null != 0:
        return ()
    if kind == "equivalence":
        return (-margin, margin)
    return (margin,) if margin_side(headline) == "upper" else (-margin,)


def margin_side(headline: Any) -> str:
    """Limit of the interval that a non-inferiority claim rests on: ``"upper"`` or ``"lower"``."""
    if headline.hypothesis.side is not None:
        return str(headline.hypothesis.side)
    return "upper" if headline.favours_active == "lower" else "lower"


def judgement_tables(result: Any) -> tuple[Table, ...]:
    """Show tests against a margin, where the hypothesis has one."""
    visit = visit_of(result)
    if result.judgements.empty or visit is None:
        return ()
    return (
        judgements(
            result.judgements,
            arms=result.arms,
            visits=result.visits,
            kind=result.specification.hypothesis.kind,
            visit=visit.id,
        ),
    )
