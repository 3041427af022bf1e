"""Summary of a batch: what was not made, and every analysis with its estimate and verdict."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import pandas as pd
from markupsafe import Markup

from outcomes.analyses.batch_ard import summary_ard
from outcomes.analyses.batch_results import BatchResults
from outcomes.analyses.families import FamilyResult, adjusted_by_report
from outcomes.analyses.result import Note
from outcomes.report.block import Block, ard_rows
from outcomes.report.markup import fragment, section, unbroken
from outcomes.report.sections.header import top
from outcomes.report.sections.multiplicity import verdict_texts
from outcomes.tables import format as f
from outcomes.tables.html import table_html
from outcomes.tables.table import Column, Row, Table
from outcomes.trial.trial import Trial

TITLE = "Summary of all analyses"
_ROLES = {"primary": "Primary", "secondary": "Secondary", "exploratory": "Exploratory"}
_STATES = {"failed": "failed", "outdated": "is out of date", "missing": "was not made"}


def summary_header(trial: Trial, results: BatchResults, *, draft: bool = False) -> Block:
    """Show trial, status, data cut and how many reports the summary reads."""
    about = trial.study.about
    status = "draft" if draft else about.status
    made = f"{len(results.done)} of {len(results.reports)} made"
    html = top(trial, TITLE, status, ("Reports", made))
    meta = {
        "trial": about.id,
        "trial_title": about.title,
        "title": TITLE,
        "status": status,
        "synthetic": about.synthetic,
        "role": "summary",
        "short": "Summary",
        "seed": trial.study.seed,
        "sources": [asdict(source) for source in trial.sources],
    }
    return Block(id="header", title=TITLE, html=str(html), meta=meta)


def not_made(trial: Trial, results: BatchResults) -> Block:  # noqa: ARG001 - sections share a shape
    """List the reports that are not there, and why: what a reviewer must know first."""
    absent = results.not_made
    notes = [
        Note(
            kind="warning",
            title=f"{row['title']} {_STATES[row['state']]}",
            text=f"{row['role'].capitalize()}. {row['cause']}",
        )
        for row in absent.to_dict("records")
    ]
    parts = [fragment("notes", notes=notes)] if notes else []
    says = (
        f"All {len(results.reports)} reports of the plan were made."
        if not notes
        else f"{len(notes)} of {len(results.reports)} reports of the plan are not there. A "
        "hypothesis without its report is never shown."
    )
    title = "Reports not made"
    html = section("not-made", title, says, parts)
    return Block(id="not-made", title=title, html=html)


def overview(trial: Trial, results: BatchResults, families: Sequence[FamilyResult]) -> Block:
    """Show every analysis with estimate, interval, raw and adjusted p, verdict and warnings."""
    table = _table(trial, results, families)
    title = "All analyses"
    return Block(
        id="overview",
        title=title,
        html=section("overview", title, _says(results, families), [table_html(table)]),
        ard=ard_rows(summary_ard(results, families)),
        meta={
            "notes": [
                {"kind": "warning", "title": f"{row['title']} {_STATES[row['state']]}"}
                for row in results.not_made.to_dict("records")
            ]
        },
    )


def _says(results: BatchResults, families: Sequence[FamilyResult]) -> str:
    compared = results.estimates["report"].nunique()
    warned = int((results.done["warnings"] > 0).sum())
    said = (
        f"{len(results.done)} reports, {compared} of which compare arms; {warned} carry warnings."
    )
    in_family = {str(name) for each in families for name in each.hypotheses["report"]} - {""}
    if not families:
        return f"{said} No p value is adjusted for their number."
    return (
        f"{said} The p values of {len(in_family)} are adjusted within their families; all others "
        "are not, and prove nothing by themselves."
    )


def _table(trial: Trial, results: BatchResults, families: Sequence[FamilyResult]) -> Table:
    adjusted = adjusted_by_report(families)
    verdicts = verdict_texts(trial, families)
    rows: list[Row] = []
    for role, label in _ROLES.items():
        reports = results.done[results.done["role"] == role]
        if len(reports):
            rows.append(Row(label=label, kind="group"))
        for report in reports.to_dict("records"):
            mine = results.estimates[results.estimates["report"] == report["report"]]
            rows += _rows(report, mine, adjusted, verdicts)
    return Table(
        caption="Every report of the batch; estimates are active minus reference, or ratios.",
        stub="Analysis",
        columns=(
            Column(label="Estimate", align="left"),
            Column(label="p", align="left"),
            Column(label="Adjusted p", align="left"),
            Column(label="Verdict", align="left"),
            Column(label="Warnings", align="left"),
        ),
        rows=tuple(rows),
        footnotes=(
            "p is two-sided and of no difference; for non-inferiority and equivalence the verdict "
            "rests on the margin, and the adjusted p is of that test.",
        ),
        stack=True,
    )


def _rows(
    report: Mapping[Any, Any],
    estimates: pd.DataFrame,
    adjusted: Mapping[tuple[str, str], float],
    verdicts: Mapping[tuple[str, str], str],
) -> list[Row]:
    label = _link(report)
    if estimates.empty:
        cells = ("compares no arms", f.MISSING, f.MISSING, "descriptive", _warnings(report))
        return [Row(label=label, cells=cells)]
    several = len(estimates) > 1
    rows = []
    for row in estimates.to_dict("records"):
        key = (str(row["report"]), str(row["arm"]))
        found = adjusted.get(key, math.nan)
        rows.append(
            Row(
                label=label + Markup(", {}").format(row["active"]) if several else label,
                kind="primary" if report["role"] == "primary" else "plain",
                cells=(
                    _estimate(row),
                    _p(row["p_value"]),
                    _p(found) if key in adjusted else "not adjusted",
                    verdicts.get(key, _unjudged(row)),
                    _warnings(report),
                ),
            )
        )
    return rows


def _unjudged(row: Mapping[Any, Any]) -> str:
    """Say what an interval shows of an estimate that no family judges."""
    low, high, null = row["conf_low"], row["conf_high"], row["null"]
    if not (math.isfinite(low) and math.isfinite(high)):
        return "in no family; interval not finite"
    side = "includes" if low <= null <= high else "excludes"
    return f"in no family; interval {side} no difference"


def _link(report: Mapping[Any, Any]) -> Markup:
    soft = ", ".join(filter(None, (report["kind"], report["analysis"])))
    return Markup('<a href="../{}/report.html">{}</a> <span class="soft">{}</span>').format(
        report["report"], report["title"], soft
    )


def _warnings(report: Mapping[Any, Any]) -> str:
    counts = (("warning", report["warnings"]), ("deviation", report["deviations"]))
    told = [f"{n} {word}{'s' if n > 1 else ''}" for word, n in counts if n]
    if not told:
        return "none"
    return Markup('<a href="../{}/report.html#warnings">{}</a>').format(
        report["report"], ", ".join(told)
    )


def _estimate(row: Mapping[Any, Any]) -> Markup:
    percent = "risk difference" in row["quantity"].lower()
    number = f.points if percent else f.number
    value, low, high = (
        f.MISSING if math.isnan(row[name]) else number(row[name], int(row["digits"]))
        for name in ("estimate", "conf_low", "conf_high")
    )
    unit = " percentage points" if percent else f" {row['unit']}" if row["unit"] else ""
    return unbroken(f"{value} ({low} to {high})") + Markup("{}; {}, {} CI").format(
        unit, row["quantity"], f.level(float(row["conf_level"]))
    )


def _p(value: float) -> str:
    return f.MISSING if math.isnan(value) else f.p_value(value)
