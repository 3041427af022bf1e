"""Flow of patients and exposure to the allocated treatment."""

from __future__ import annotations

from typing import Any

from outcomes.plots.flow import flow_figure
from outcomes.report.block import Block
from outcomes.report.drawing import figure_files, figures_markup
from outcomes.report.markup import joined, section
from outcomes.tables import format as f
from outcomes.tables import patients
from outcomes.tables.arms import ordered
from outcomes.tables.format import inside_sentence
from outcomes.tables.html import table_html
from outcomes.trial.trial import Trial


def patient_flow(trial: Trial, result: Any) -> Block:
    """Show where everybody randomised stands at each stage; every stage adds up."""
    names = _stage_names(trial)
    figure = flow_figure(result.enrolment, result.patients, arms=result.arms, names=names)
    tables = [patients.enrolment(result.enrolment)] if len(result.enrolment) > 1 else []
    parts = [*figures_markup([figure]), *map(table_html, tables)]
    title = "Flow of patients"
    return Block(
        id="patient-flow",
        title=title,
        html=section("patient-flow", title, _says(result), parts),
        figures=figure_files([figure]),
    )


def _stage_names(trial: Trial) -> dict[tuple[str, str], str]:
    """Labels of visits, populations and primary analyses, by part of the flow and id."""
    design = trial.design
    names = {("visit", visit.id): visit.label for visit in design.visits}
    names |= {("population", each.id): each.label for each in design.populations}
    return names | {
        ("outcome", each.id): f"Primary outcome: {inside_sentence(each.title or each.id)}"
        for each in trial.study.analyses
    }


def _says(result: Any) -> str:
    flow = result.patients
    total = int(flow.loc[flow["part"] == "randomised", "n"].sum())
    told = f"{f.count(total)} patients were randomised"
    follow_up = flow[flow["part"] == "follow_up"]
    if follow_up.empty:
        return f"{told}. Withdrawals are not shown: the study file declares no record of them."
    left = int(follow_up.loc[follow_up["step"].str.startswith("withdrew"), "n"].sum())
    return f"{told}; for {f.count_percent(left, total)} of them a withdrawal is recorded."


def exposure(trial: Trial, result: Any) -> Block:
    """Show the sessions attended in arms that have records of them."""
    title, sessions = "Exposure to treatment", result.exposure
    clusters = trial.design.clusters
    tables = []
    says = "There are no records of sessions, so exposure to treatment is not shown."
    if not sessions.empty:
        group = clusters.label if clusters else "group"
        tables = [table_html(patients.exposure(sessions, arms=result.arms, group=group))]
        whole = sessions[sessions["group"] == ""].set_index("arm")
        each = [
            f"{f.number(whole.loc[arm.id, 'mean'], 1)} of at most "
            f"{f.count(whole.loc[arm.id, 'offered'])} sessions with {arm.label}"
            for arm in ordered(result.arms)
            if arm.id in whole.index
        ]
        says = f"Patients attended on average {joined(each)}."
    return Block(id="exposure", title=title, html=section("exposure", title, says, tables))
