"""The page a reviewer opens first: every report of a batch, and a page for each that failed."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from outcomes.plots.interval import interval_strip
from outcomes.report.index_entry import Failure, IndexAbout, IndexEntry, IndexEstimate, done
from outcomes.tables import format as f

__all__ = [
    "Failure",
    "IndexAbout",
    "IndexEntry",
    "IndexEstimate",
    "done",
    "render_failure",
    "render_index",
]

_ROLES = {
    "primary": "Primary analyses",
    "secondary": "Secondary analyses",
    "exploratory": "Exploratory and descriptive reports",
}


def render_index(entries: Iterable[IndexEntry], about: IndexAbout) -> str:
    """Lay out the index: failures, the summary, then primary, secondary and exploratory reports.

    Parameters
    ----------
    entries : iterable of IndexEntry
        Kept in their order within each part.
    about : IndexAbout
        The trial.

    Returns
    -------
    str
        A self-contained page without scripts; equal input gives equal bytes.

    Examples
    --------
    >>> entry = IndexEntry(status="done", title="Pain <at> week 12", link="pain/report.html")
    >>> page = render_index([entry], IndexAbout(title="A trial"))
    >>> "Pain &lt;at&gt; week 12" in page, "<script" in page
    (True, False)
    """
    entries = tuple(entries)
    good = [entry for entry in entries if entry.status == "done"]
    axes = _axes(good)
    parts = [
        {"id": role, "title": title, "entries": [entry for entry in good if entry.role == role]}
        for role, title in _ROLES.items()
    ]
    page = _template("index.html.j2").render(
        style=_style(),
        about=about,
        says=_says(entries),
        badges=_badges(about),
        failures=[entry for entry in entries if entry.status == "failed"],
        summaries=[entry for entry in good if entry.role == "summary"],
        parts=[part for part in parts if part["entries"]],
        draft_page=about.status == "draft",
        printed=lambda estimate, entry: _printed(estimate, axes.get(_axis_of(estimate, entry))),
    )
    return str(page)


def render_failure(failure: Failure) -> str:
    """Lay out the page that stands where a report would be.

    Parameters
    ----------
    failure : Failure
        What went wrong; everything is escaped.

    Returns
    -------
    str
        A self-contained page without scripts.
    """
    parameters = {name: _shown(value) for name, value in failure.parameters.items()}
    page = _template("index_failure.html.j2").render(
        style=_style(), failure=failure, parameters=parameters
    )
    return str(page)


def _says(entries: Sequence[IndexEntry]) -> str:
    """Sum up the batch in a sentence."""
    failed = sum(entry.status == "failed" for entry in entries)
    warned = sum(entry.warnings > 0 for entry in entries)
    made = len(entries) - failed
    if not entries:
        return "The batch has no reports."
    how = (
        f"All {made} reports were made"
        if not failed
        else f"{made} of {len(entries)} reports were made and {failed} failed"
    )
    if len(entries) == 1 and not failed:
        how = "The report was made"
    notes = "none carries a warning" if not warned else f"{warned} {_carry(warned)}"
    return f"{how}; {notes}." if made else f"{how}."


def _carry(n: int) -> str:
    return "carries warnings" if n == 1 else "carry warnings"


def _badges(about: IndexAbout) -> list[dict[str, str]]:
    badges = [{"text": about.status.upper(), "style": about.status}]
    if about.synthetic:
        badges.append({"text": "SYNTHETIC DATA", "style": "synthetic"})
    return badges


Axis = tuple[float, float]
AxisKey = tuple[str, str, str]


def _axis_of(estimate: IndexEstimate, entry: IndexEntry) -> AxisKey:
    """Estimates that may be compared by eye: one quantity, and one score where it has a unit."""
    own_unit = bool(estimate.unit) and not estimate.percent
    return estimate.quantity, estimate.unit, (entry.outcome or "") if own_unit else ""


def _axes(entries: Iterable[IndexEntry]) -> dict[AxisKey, Axis]:
    """Find the ends of the axis that all estimates of one kind share, no difference in its middle.

    So the lines of no difference of a page stand below each other, whatever the scores' units.
    """
    reach: dict[AxisKey, float] = {}
    nulls: dict[AxisKey, float] = {}
    for entry in entries:
        for estimate in entry.estimates:
            key = _axis_of(estimate, entry)
            if estimate.drawable:
                found = max(_distance(value, estimate.null) for value in estimate.reached)
                reach[key] = max(found, reach.get(key, 0.0))
                nulls[key] = estimate.null
    return {key: _around(nulls[key], reach[key]) for key in reach}


def _distance(value: float, null: float) -> float:
    return abs(math.log(value)) if null == 1 else abs(value - null)


def _around(null: float, reach: float) -> Axis:
    if null == 1:
        return math.exp(-reach), math.exp(reach)
    return null - reach, null + reach


def _printed(estimate: IndexEstimate, axis: Axis | None) -> dict[str, Any]:
    """One estimate in words, numbers and a small picture."""
    number = f.points if estimate.percent else f.number
    low, high = (
        number(estimate.conf_low, estimate.digits),
        number(estimate.conf_high, estimate.digits),
    )
    return {
        "contrast": f"{f.heading(estimate.active)} against {estimate.reference}",
        "quantity": f"{estimate.quantity}{f', {estimate.unit}' if estimate.unit else ''}",
        "estimate": number(estimate.estimate, estimate.digits),
        "interval": f"{low} to {high}",
        "level": f.level(estimate.conf_level),
        "p": f.MISSING if estimate.p_value is None else f.p_value(estimate.p_value),
        "adjusted": None
        if estimate.adjusted_p_value is None
        else f.p_value(estimate.adjusted_p_value),
        "strip": _strip(estimate, axis),
        "reading": _reading(estimate),
    }


def _strip(estimate: IndexEstimate, axis: Axis | None) -> Markup:
    if axis is None or not estimate.drawable or axis[0] == axis[1]:
        return Markup()
    strip = interval_strip(
        *estimate.numbers, axis=axis, null=estimate.null, margins=estimate.margins
    )
    return Markup(strip)  # noqa: S704 - made of numbers alone


def _reading(estimate: IndexEstimate) -> str:
    """Say on which side of no difference the interval lies, and what that means of a margin."""
    words = [_side(estimate)]
    if estimate.margins:
        scaled = f.hundredfold if estimate.percent else float
        margins = " and ".join(f.plain(scaled(margin)) for margin in estimate.margins)
        words.insert(0, _shown_against(estimate, margins))
    return "; ".join(words)


def _shown_against(estimate: IndexEstimate, margins: str) -> str:
    """Say in words whether non-inferiority (one margin) or equivalence (two) was shown."""
    number = f.points if estimate.percent else f.number
    if len(estimate.margins) == 2:
        low, high = estimate.margins
        inside = low < estimate.conf_low and estimate.conf_high < high
        return f"{'equivalent' if inside else 'equivalence not shown'}: margins {margins}"
    margin = estimate.margins[0]
    upper = margin > 0
    limit = estimate.conf_high if upper else estimate.conf_low
    shown = limit < margin if upper else limit > margin
    where = f"{'' if shown else 'not '}{'below' if upper else 'above'} margin {margins}"
    name = "non-inferior" if shown else "non-inferiority not shown"
    limit_name = "upper" if upper else "lower"
    return f"{name}: {limit_name} limit {number(limit, estimate.digits)} {where}"


def _side(estimate: IndexEstimate) -> str:
    if not estimate.drawable:
        return "interval not finite"
    if estimate.conf_low <= estimate.null <= estimate.conf_high:
        return "includes no difference"
    if estimate.favours_active is None:
        return "excludes no difference"
    lower = estimate.conf_high < estimate.null
    better = (
        estimate.active if lower == (estimate.favours_active == "lower") else estimate.reference
    )
    return f"favours {better}"


def _shown(value: Any) -> str:
    return "not set" if value is None else str(value)


@cache
def _template(name: str) -> Any:
    environment = Environment(
        loader=PackageLoader("outcomes.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(name)


@cache
def _style() -> Markup:
    folder = files("outcomes.report") / "templates"
    sheets = [(folder / name).read_text(encoding="utf-8") for name in ("style.css", "index.css")]
    return Markup("\n".join(sheets))  # noqa: S704 - the package's own style sheets
