"""Multiplicity: the verdicts of each family of hypotheses, with its graph and its steps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from markupsafe import Markup

from outcomes.analyses.batch_results import BatchResults
from outcomes.analyses.families import FamilyResult
from outcomes.models.multiplicity import NEEDS_DEPENDENCE
from outcomes.plots.figure import Figure
from outcomes.plots.multiplicity import Node, first_edges, graph_figure
from outcomes.report.block import Block
from outcomes.report.drawing import figure_files, figures_markup
from outcomes.report.markup import paragraph, section, sentence_start
from outcomes.tables import format as f
from outcomes.tables import multiplicity as tables
from outcomes.tables.html import table_html
from outcomes.trial.families import family_of
from outcomes.trial.study import Study
from outcomes.trial.trial import Trial

#: Procedures whose graph says more than that all hypotheses are alike.
_DRAWN = ("fixed_sequence", "fallback", "graph")
_NONE = (
    "The study file declares no family of hypotheses: no p value of this batch is adjusted for the "
    "number of analyses."
)


def multiplicity(trial: Trial, results: BatchResults, families: Sequence[FamilyResult]) -> Block:
    """Show each family: verdicts, graph and the sequence of tests."""
    figures = [figure for each in families for figure in _figures(results, each)]
    parts = [part for each in families for part in _parts(trial, results, each)]
    says = _says(families) if families else _NONE
    return Block(
        id="multiplicity",
        title="Multiplicity",
        html=section("multiplicity", "Multiplicity", says, parts),
        figures=figure_files(figures),
    )


def family_line(study: Study, analysis: str, role: str) -> str:
    """Say in a sentence which adjustment holds for the p value of an analysis."""
    family = family_of(study, analysis)
    if family is None:
        why = "exploratory" if role == "exploratory" else "not in a declared family"
        return f"The p value is not adjusted for the number of analyses: this one is {why}."
    after = f", tested only after the family {family.after}" if family.after else ""
    return (
        f"The p value here is not adjusted. The analysis belongs to the family {family.id} "
        f"({tables.PROCEDURES[family.procedure]}, two-sided level {f.plain(family.alpha)}{after}); "
        "the summary of the batch has the adjusted p value and the verdict."
    )


def verdicts_of(trial: Trial, each: FamilyResult) -> dict[str, str]:
    """Verdict on each hypothesis of a family, in words."""
    labels = {arm.id: arm.label for arm in trial.design.arms}
    reference = trial.design.reference.label
    return {
        str(row["hypothesis"]): tables.verdict(
            row, {"active": labels.get(str(row["arm"]), ""), "reference": reference}
        )
        for row in each.hypotheses.to_dict("records")
    }


def _says(families: Sequence[FamilyResult]) -> str:
    shown = sum(int(each.hypotheses["rejected"].sum()) for each in families)
    total = sum(len(each.hypotheses) for each in families)
    said = f"{shown} of {total} hypotheses in families are shown."
    separate = sum(each.family.after is None for each in families)
    if separate > 1:
        said += (
            f" {separate} families have a level of their own; nothing is controlled across them."
        )
    return said


def _parts(trial: Trial, results: BatchResults, each: FamilyResult) -> Iterator[Markup]:
    family = each.family
    yield Markup("<h3>{}</h3>").format(f"Family {family.id}")
    yield paragraph(_procedure(each))
    yield table_html(
        tables.family(
            each.hypotheses,
            caption=f"Family {family.id}: raw and adjusted p values.",
            titles=_titles(results, each),
            verdicts=verdicts_of(trial, each),
            alpha=family.alpha,
        )
    )
    yield from figures_markup(_figures(results, each))
    if not each.found.steps.empty and each.open:
        yield table_html(tables.steps(each.found.steps, each.hypotheses))


def _procedure(each: FamilyResult) -> str:
    family = each.family
    name = sentence_start(tables.PROCEDURES[family.procedure])
    said = f"{name} at a two-sided family-wise level of {f.plain(family.alpha)}."
    if family.procedure in NEEDS_DEPENDENCE:
        said += " It holds its level only where test statistics do not depend negatively."
    if family.after:
        state = "they all are" if each.open else "not all of them are, so it is not tested"
        said += (
            f" Tested only after every hypothesis of the family {family.after} is shown: {state}."
        )
    return said


def _titles(results: BatchResults, each: FamilyResult) -> dict[str, str]:
    """Say what each hypothesis is about: the title of its report, else its name and analysis."""
    known = results.reports.set_index("report")["title"].to_dict()
    return {
        str(row["hypothesis"]): str(known.get(row["report"], _named(row)))
        for row in each.hypotheses.to_dict("records")
    }


def _named(row: Mapping[Any, Any]) -> str:
    name, analysis = str(row["hypothesis"]), str(row["analysis"])
    return name if name == analysis else f"{name} ({analysis})"


def _figures(results: BatchResults, each: FamilyResult) -> list[Figure]:
    if each.family.procedure not in _DRAWN or len(each.hypotheses) < 2:
        return []
    short = tables.codes(each.hypotheses)
    titles = _titles(results, each)
    nodes = [
        Node(name=short[row["hypothesis"]], weight=row["weight"], rejected=row["rejected"])
        for row in each.hypotheses.to_dict("records")
    ]
    return [
        graph_figure(
            nodes,
            first_edges(each.found.transitions, short),
            titles={short[name]: title for name, title in titles.items()},
            family=each.family.id,
            key=f"graph-{each.family.id}",
        )
    ]


def verdict_texts(trial: Trial, families: Sequence[FamilyResult]) -> Mapping[tuple[str, str], str]:
    """Verdicts by report and arm."""
    found: dict[tuple[str, str], str] = {}
    for each in families:
        words = verdicts_of(trial, each)
        for row in each.hypotheses.to_dict("records"):
            found[str(row["report"]), str(row["arm"])] = words[str(row["hypothesis"])]
    return found
