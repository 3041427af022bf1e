"""Sections of an audit of the data: reliability, visit windows, diary, medication."""

from __future__ import annotations

from typing import Any

from outcomes.report.block import Block
from outcomes.report.markup import section
from outcomes.tables import format as f
from outcomes.tables import record_quality, scoring_quality
from outcomes.tables.format import inside_sentence
from outcomes.tables.html import table_html
from outcomes.tables.set_aside import set_aside
from outcomes.tables.table import Table
from outcomes.trial.trial import Trial


def reliability(trial: Trial, result: Any) -> Block:
    """Show alpha, retest reliability, minimal important change and items."""
    labels = {visit.id: inside_sentence(visit.label) for visit in result.visits}
    specification, anchor = result.specification, result.specification.anchor
    visit = labels[specification.items_at or trial.design.baseline.id]
    shown = []
    if not result.alpha.empty:
        shown.append(scoring_quality.alpha(result.alpha, visit=visit, conf_level=0.95))
    if anchor is not None:
        retest = labels[anchor.retest]
        shown.append(scoring_quality.retest(result.retest, visit=retest, conf_level=0.95))
        shown.append(scoring_quality.important_change(result.mic, visit=labels[anchor.visit]))
    if not result.items.empty:
        shown.append(scoring_quality.items(result.items, visit=visit))
    return _block("reliability", "Reliability", _of_reliability(result), shown)


def _of_reliability(result: Any) -> str:
    known = result.alpha["estimate"].dropna()
    if known.empty:
        return "No scale has three items or more, so internal consistency is not shown."
    low = result.alpha.loc[known.idxmin(), "label"]
    text = (
        f"Cronbach’s alpha lies between {f.number(known.min(), 2)}, for {low}, and "
        f"{f.number(known.max(), 2)}."
    )
    if result.specification.anchor is None:
        return f"{text} Without a declared anchor, change is not read."
    n = int(result.retest["n"].max()) if len(result.retest) else 0
    return f"{text} Retest reliability rests on at most {f.count(n)} patients who felt unchanged."


def visit_windows(trial: Trial, result: Any) -> Block:
    """Show when patients were seen, and what lay outside the windows."""
    visits = trial.design.visits
    shown = [record_quality.windows(result.windows, visits=visits)]
    if len(trial.set_aside):
        shown.append(set_aside(trial.set_aside, visits=visits))
    n = len(trial.set_aside)
    says = "No record lies outside the window of its visit."
    if n:
        records = "One record lies" if n == 1 else f"{f.count(n)} records lie"
        says = f"{records} outside the window of their visit and were set aside."
    return _block("visit-windows", "Visit windows", says, shown)


def diary(trial: Trial, result: Any) -> Block:
    """Show how the diary was kept."""
    found = result.diary
    if found.empty:
        return _block("diary", "Diary", "The study file declares no diary.", [])
    enough, expected = found["enough"].sum(), found["expected"].sum()
    says = (
        f"{f.count_percent(enough, expected)} of {f.count(expected)} expected weeks have enough "
        f"rated days; {f.count(found['late'].sum())} days hold entries made too late."
    )
    return _block("diary", "Diary", says, [record_quality.diary(found, visits=trial.design.visits)])


def medication(trial: Trial, result: Any) -> Block:
    """Show the dispensing records and the opioid dose they give."""
    if result.drugs.empty:
        says = "There are no dispensing records that could be read."
        return _block("medication", "Medication records", says, [])
    shown = [record_quality.drugs(result.drugs)]
    if not result.doses.empty:
        factors = result.specification.factor_set
        shown.append(
            record_quality.doses(result.doses, visits=trial.design.visits, factor_set=factors)
        )
    return _block("medication", "Medication records", _of_medication(result), shown)


def _of_medication(result: Any) -> str:
    records = f"{f.count(result.drugs['records'].sum())} dispensing records"
    if result.doses.empty:
        return f"{records}, none of an opioid with a factor."
    first = result.doses.iloc[0]
    return (
        f"{records}. In the 28 days before randomisation "
        f"{f.count_percent(first['on_opioid'], first['expected'])} of patients had an opioid, half "
        f"of them {f.number(first['median'], 1)} MME a day or more."
    )


def _block(id: str, title: str, says: str, shown: list[Table]) -> Block:
    return Block(id=id, title=title, html=section(id, title, says, map(table_html, shown)))
