"""What the report shows of each kind of analysis: one row of a table per kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from outcomes.plots.figure import Figure
from outcomes.tables.table import Table
from outcomes.trial.study import Visit


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """Tables and figures with the sentence that says what they show."""

    says: str
    tables: tuple[Table, ...] = ()
    figures: tuple[Figure, ...] = ()


def nothing(_result: Any) -> Shown:
    """Show no tables and no figures."""
    return Shown(says="")


@dataclass(frozen=True, kw_only=True, slots=True)
class Presentation:
    """How one kind of analysis is shown; each function takes its result.

    Parameters
    ----------
    name, short : str
        The analysis in words, and as it is abbreviated in a title.
    summary : callable
        The estimator's answer to the estimand's summary measure.
    missing : str
        What the estimator assumes of missing values, or does with them.
    robustness : str
        What this report did not examine, as a sentence.
    one_visit : bool
        Whether the estimate belongs to one visit, and not to the whole follow-up.
    consort : tuple of str
        Items of CONSORT 2025 that the results speak to.
    results, figures, checks : callable
        What the sections of these names show; without tables and figures a section says so.
    """

    name: str
    short: str
    summary: Callable[[Any], str]
    missing: Callable[[Any], str]
    robustness: str
    results: Callable[[Any], Shown]
    one_visit: bool = True
    consort: tuple[str, ...] = ("26",)
    figures: Callable[[Any], Shown] = nothing
    checks: Callable[[Any], Shown] = nothing


def visit_of(result: Any) -> Visit | None:
    """Find the visit an analysis is about: the declared one, else the last; None without visits."""
    wanted = getattr(result.specification, "visit", None)
    found = [visit for visit in result.visits if visit.id == wanted]
    return found[0] if found else (result.visits[-1] if result.visits else None)


def conf_level(result: Any) -> float:
    """Level of a result's intervals."""
    return float(1 - result.specification.alpha)
