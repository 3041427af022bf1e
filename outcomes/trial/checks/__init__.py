"""Whether the parts of a study agree with each other, before any data are read."""

from __future__ import annotations

from collections.abc import Iterator

from outcomes.trial.checks.analyses import about_analyses
from outcomes.trial.checks.composites import about_composites
from outcomes.trial.checks.data import about_data
from outcomes.trial.checks.design import about_design
from outcomes.trial.checks.diary import about_diary
from outcomes.trial.checks.finding import Finding
from outcomes.trial.checks.measured import about_estimands, about_instruments, about_measures
from outcomes.trial.checks.multiplicity import about_multiplicity
from outcomes.trial.checks.reports import about_reports
from outcomes.trial.study import Study

__all__ = ["Finding", "inconsistencies"]


def inconsistencies(study: Study) -> Iterator[Finding]:
    """Find everything in a study that contradicts something else in it.

    Parameters
    ----------
    study : Study
        As built from a study file.

    Yields
    ------
    tuple
        Where, as in ``("design", "arms", 1, "id")``, and what is wrong there.
    """
    yield from about_design(study.design)
    yield from about_data(study)
    yield from about_instruments(study)
    yield from about_measures(study)
    yield from about_diary(study)
    yield from about_estimands(study)
    yield from about_analyses(study)
    yield from about_composites(study)
    yield from about_multiplicity(study)
    yield from about_reports(study)
