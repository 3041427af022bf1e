"""Missing data: scores observed and missing, and records set aside for their day."""

from __future__ import annotations

import pandas as pd

from outcomes.analyses.result import Result
from outcomes.report.block import Block
from outcomes.report.markup import joined, section
from outcomes.report.presentation import visit_of
from outcomes.tables import format as f
from outcomes.tables.arms import ordered
from outcomes.tables.format import inside_sentence
from outcomes.tables.html import table_html
from outcomes.tables.observed import observed
from outcomes.tables.set_aside import set_aside
from outcomes.tables.table import Table
from outcomes.trial.trial import Trial


def missing_data(trial: Trial, result: Result) -> Block:
    """Show how much is missing by arm and visit, and what was set aside by the visit windows.

    An analysis that uses no scores by visit says so instead.
    """
    if result.observed.empty:
        return _block(result.without_visits, [])
    label = f.heading(result.outcome.label) if result.outcome else "Any instrument"
    tables = [
        observed(result.observed, arms=result.arms, visits=trial.design.visits, outcome=label)
    ]
    if not trial.set_aside.empty:
        tables.append(set_aside(trial.set_aside, visits=trial.design.visits))
    return _block(f"{_says(result)}{_aside(trial)}", tables)


def _block(says: str, tables: list[Table]) -> Block:
    parts = [table_html(table) for table in tables]
    return Block(
        id="missing", title="Missing data", html=section("missing", "Missing data", says, parts)
    )


def _says(result: Result) -> str:
    visit, counts = visit_of(result), result.observed
    known = set(counts["visit"].astype(str))
    name = visit.id if visit and visit.id in known else str(counts["visit"].iloc[-1])
    label = next((each.label for each in result.visits if each.id == name), name)
    rows = counts[counts["visit"].astype(str) == name]
    each = [
        f"{_share(rows[rows['arm'].astype(str) == arm.id])} with {arm.label}"
        for arm in ordered(result.arms)
    ]
    return f"At {inside_sentence(label)}, {_share(rows)} of scores are missing: {joined(each)}."


def _share(rows: pd.DataFrame) -> str:
    missing, total = rows["n_missing"].sum(), rows[["n_observed", "n_missing"]].sum().sum()
    return f.percent(missing / total) if total else f.MISSING


def _aside(trial: Trial) -> str:
    n = len(trial.set_aside)
    if n == 0:
        return ""
    if n == 1:
        return " One record outside its visit window was set aside."
    return f" {n} records outside their visit windows were set aside."
