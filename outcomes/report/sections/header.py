"""Title: which trial and analysis this is, and whether its numbers are final."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from markupsafe import Markup

from outcomes.analyses.result import Result
from outcomes.report.block import Block
from outcomes.report.kinds import presentation_of
from outcomes.report.markup import fragment
from outcomes.report.presentation import Presentation, visit_of
from outcomes.tables import format as f
from outcomes.tables.format import inside_sentence
from outcomes.trial.trial import Trial


def header(trial: Trial, result: Result, *, draft: bool = False) -> Block:
    """Show trial, title, status, data cut, patients randomised and the analysis with its role.

    `draft` marks a report as a draft whatever the study file says.
    """
    about, kind = trial.study.about, presentation_of(result)
    title = title_of(result, kind)
    status = "draft" if draft else about.status
    html = top(trial, title, status, ("Analysis", f"{kind.short}, {result.specification.role}"))
    meta = _meta(trial, result, title, status)
    return Block(id="header", title=title, html=str(html), meta=meta)


def top(trial: Trial, title: str, status: str, fact: tuple[str, str]) -> Markup:
    """Lay out the head of any report; `fact` is what this one is about, name and value."""
    about = trial.study.about
    badges = [{"text": status.upper(), "style": status}]
    if about.synthetic:
        badges.append({"text": "SYNTHETIC DATA", "style": "synthetic"})
    facts = [
        ("Data cut", about.data_cut or "not declared"),
        ("Randomised", f.count(len(trial.subjects))),
        fact,
    ]
    if about.registration:
        facts.append(("Registration", about.registration))
    return fragment("header", trial=about.title, title=title, badges=badges, facts=facts)


def title_of(result: Result, kind: Presentation) -> str:
    """Title as declared, else made of outcome, visit and kind of analysis."""
    about = about_of(result, kind)
    if result.specification.title or result.outcome is None or _percent(result) is not None:
        return about
    return f"{about}: {inside_sentence(kind.name)}"


def about_of(result: Result, kind: Presentation) -> str:
    """Say what is analysed, as in a list where the kind of analysis stands beside it."""
    if result.specification.title:
        return result.specification.title
    if result.outcome is None:
        return kind.name
    visit = visit_of(result) if kind.one_visit else None
    when = f" at {inside_sentence(visit.label)}" if visit else ""
    percent = _percent(result)
    if percent is None:
        return f"{f.heading(result.outcome.label)}{when}"
    what = "Response" if kind.one_visit else "Time to confirmed response"
    return f"{what} by {f.plain(percent)}%, {result.outcome.label}{when}"


def _percent(result: Result) -> float | None:
    """Least improvement that counts, of analyses of response."""
    return getattr(result.specification, "percent", None)


def _meta(trial: Trial, result: Result, title: str, status: str) -> dict[str, Any]:
    """Plain values for the index of a batch and for the provenance."""
    specification = result.specification
    return {
        "trial": trial.study.about.id,
        "trial_title": trial.study.about.title,
        "title": title,
        "about": about_of(result, presentation_of(result)),
        "status": status,
        "synthetic": trial.study.about.synthetic,
        "analysis": specification.id,
        "kind": getattr(specification, "kind", ""),
        "short": presentation_of(result).short,
        "consort": list(presentation_of(result).consort),
        "role": specification.role,
        "outcome": result.outcome.label if result.outcome else None,
        "seed": trial.study.seed,
        "sources": [asdict(source) for source in trial.sources],
    }
