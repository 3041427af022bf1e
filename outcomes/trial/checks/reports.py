"""Reports: whether the parameter values they run with are declared."""

from __future__ import annotations

from collections.abc import Iterator

from outcomes.trial.checks.finding import Finding, Place, unknown
from outcomes.trial.study import ReportEntry, Scalar, Study


def about_reports(study: Study) -> Iterator[Finding]:
    """Find parameters with two values, empty lists, and names the study does not declare."""
    for i, entry in enumerate(study.reports):
        place = ("reports", i)
        if not entry.notebook.strip():
            yield (*place, "notebook"), "needs the name of a notebook"
        yield from _about_matrix(entry, place)
        for parameter, where, value in _values(entry, place):
            if parameter == "study":
                yield where, "is this file; leave it out"
            yield from _about_value(study, parameter, value, where)


def _about_matrix(entry: ReportEntry, place: Place) -> Iterator[Finding]:
    for parameter, values in entry.matrix.items():
        here = (*place, "matrix", parameter)
        if parameter in entry.parameters:
            yield here, "is also under parameters; it can be fixed or varied, not both"
        if not values:
            yield here, "needs at least one value"
        if len({(type(value), value) for value in values}) < len(values):
            yield here, "lists a value twice"


def _values(entry: ReportEntry, place: Place) -> Iterator[tuple[str, Place, Scalar]]:
    for parameter, value in entry.parameters.items():
        yield parameter, (*place, "parameters", parameter), value
    for parameter, values in entry.matrix.items():
        for i, value in enumerate(values):
            yield parameter, (*place, "matrix", parameter, i), value


def _about_value(study: Study, parameter: str, value: Scalar, place: Place) -> Iterator[Finding]:
    declared = {
        "analysis": [analysis.id for analysis in study.analyses],
        "instrument": [
            *study.instruments,
            *(measure.name for measure in study.measures),
            *([study.diary.name] if study.diary else []),
        ],
        "estimand": [estimand.id for estimand in study.estimands],
        "population": [population.id for population in study.design.populations],
        "visit": [visit.id for visit in study.design.visits],
    }
    if parameter in declared:
        yield from unknown(str(value), declared[parameter], place, parameter)
