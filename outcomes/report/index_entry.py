"""What the index of a batch lists: one entry for each report, made or failed."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from outcomes.tables import format as f

Role = Literal["summary", "primary", "secondary", "exploratory"]


@dataclass(frozen=True, kw_only=True, slots=True)
class IndexAbout:
    """The trial a batch belongs to. `batch` is the name of the batch, None for the trial's own."""

    title: str
    status: Literal["draft", "final"] = "draft"
    synthetic: bool = False
    data_cut: str | None = None
    batch: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class IndexEstimate:
    """A headline estimate, active − reference or a ratio, with what is needed to read it.

    Parameters
    ----------
    quantity, unit : str
        ``"adjusted mean difference"``, ``"points"``.
    estimate, conf_low, conf_high : float
        In `unit`; a proportion where `percent` is set, and then printed in percentage points.
    p_value, adjusted_p_value : float or None
        Two-sided test of no difference; adjusted None where no adjustment is declared.
    null : float
        The value that means no difference, 0 or 1.
    favours_active : {"lower", "higher"} or None
        On which side of `null` the active arm did better; None where no side is better.
    margins : tuple of float
        Signed margins of non-inferiority or equivalence.
    digits : int
        Decimals to print.
    """

    quantity: str
    unit: str
    active: str
    reference: str
    estimate: float
    conf_low: float
    conf_high: float
    null: float = 0.0
    conf_level: float = 0.95
    p_value: float | None = None
    adjusted_p_value: float | None = None
    favours_active: Literal["lower", "higher"] | None = None
    margins: tuple[float, ...] = ()
    digits: int = 2
    percent: bool = False

    @property
    def numbers(self) -> tuple[float, float, float]:
        """Estimate and limits."""
        return self.estimate, self.conf_low, self.conf_high

    @property
    def reached(self) -> tuple[float, ...]:
        """Every value that must lie on the axis of this estimate."""
        return (*self.numbers, *self.margins)

    @property
    def drawable(self) -> bool:
        """Whether estimate and limits are finite, and positive where they are ratios."""
        return all(math.isfinite(v) and (self.null != 1 or v > 0) for v in self.numbers)


@dataclass(frozen=True, kw_only=True, slots=True)
class IndexEntry:
    """One report of a batch.

    Parameters
    ----------
    status : {"done", "failed"}
        Whether there is a report.
    title, link : str
        Title, and where the report or the page of its failure is, relative to the index.
    role : {"summary", "primary", "secondary", "exploratory"}
        Of the analysis, or that the report is on the batch itself.
    analysis, kind : str
        Id of the analysis and its kind in a word: ``"MMRM"``.
    outcome : str or None
        Label of the score compared.
    estimates : tuple of IndexEstimate
        One for each active arm; empty for a descriptive report.
    warnings, deviations : int
        Notes a reader must know.
    draft : bool
        Whether this report alone is a draft.
    cause : str or None
        Why there is no report.
    """

    status: Literal["done", "failed"]
    title: str
    link: str
    role: Role = "exploratory"
    analysis: str = ""
    kind: str = ""
    outcome: str | None = None
    estimates: tuple[IndexEstimate, ...] = ()
    warnings: int = 0
    deviations: int = 0
    draft: bool = False
    cause: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Failure:
    """Why a report was not made, and how to try again.

    Parameters
    ----------
    title : str
        What was to be made: title of the report or name of the notebook.
    notebook : str
        File name of the notebook.
    cause : str
        The error's kind and message.
    cell : int or None
        Position of the cell that stopped, counted from 0; None where none did.
    source, traceback : str or None
        The cell's code and what Python said.
    parameters : mapping
        Values the notebook ran with.
    rerun : str
        Command that makes the report again.
    index : str
        Where the index is, relative to the page.
    """

    title: str
    notebook: str
    cause: str
    cell: int | None = None
    source: str | None = None
    traceback: str | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    rerun: str = ""
    index: str = "../index.html"


def done(summary: Mapping[str, Any], *, link: str) -> IndexEntry:
    """Make the entry of a report from the summary its rendering gave.

    Parameters
    ----------
    summary : mapping
        Plain values with title, role, analysis, short (kind in a word), outcome, status, headlines
        (fields of `outcomes.analyses.result.Headline`, and `digits`) and notes (kind of each).
    link : str
        Where the report is, relative to the index.

    Returns
    -------
    IndexEntry
    """
    kinds = [note["kind"] for note in summary.get("notes", ())]
    return IndexEntry(
        status="done",
        title=summary["title"],
        link=link,
        role=summary.get("role", "exploratory"),
        analysis=summary.get("analysis", ""),
        kind=summary.get("short") or summary.get("kind", ""),
        outcome=summary.get("outcome"),
        estimates=tuple(_estimate(each) for each in summary.get("headlines", ())),
        warnings=kinds.count("warning"),
        deviations=kinds.count("deviation"),
        draft=summary.get("status") == "draft",
    )


def _estimate(headline: Mapping[str, Any]) -> IndexEstimate:
    percent = "risk difference" in headline["quantity"].lower()
    numbers = [_number(headline[name]) for name in ("estimate", "conf_low", "conf_high")]
    return IndexEstimate(
        quantity=headline["quantity"],
        unit="percentage points" if percent else headline["unit"],
        active=headline["active"]["label"],
        reference=headline["reference"]["label"],
        estimate=numbers[0],
        conf_low=numbers[1],
        conf_high=numbers[2],
        null=headline["null"],
        conf_level=headline["conf_level"],
        p_value=headline["p_value"],
        adjusted_p_value=headline.get("adjusted_p_value"),
        favours_active=headline["favours_active"],
        margins=_margins(headline),
        digits=_digits(headline, numbers, percent=percent),
        percent=percent,
    )


def _number(value: Any) -> float:
    """Read a number back from JSON, where missing is null and infinity is text."""
    return math.nan if value is None else float(value)


def _digits(headline: Mapping[str, Any], numbers: Sequence[float], *, percent: bool) -> int:
    if "digits" in headline:
        return int(headline["digits"])
    if percent:
        return 1
    return 2 if headline["null"] == 1 else f.decimals(numbers)


def _margins(headline: Mapping[str, Any]) -> tuple[float, ...]:
    hypothesis = headline.get("hypothesis") or {}
    margin, kind = hypothesis.get("margin"), hypothesis.get("kind", "superiority")
    if margin is None or kind == "superiority" or headline["null"] != 0:
        return ()
    if kind == "equivalence":
        return (-margin, margin)
    by_default = "upper" if headline["favours_active"] == "lower" else "lower"
    return (margin,) if (hypothesis.get("side") or by_default) == "upper" else (-margin,)
