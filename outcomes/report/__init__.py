"""Reports: blocks, sections and the HTML page around them."""

from outcomes.report.block import Block
from outcomes.report.sections.checks import checks
from outcomes.report.sections.estimand import estimand
from outcomes.report.sections.figures import figures
from outcomes.report.sections.header import header
from outcomes.report.sections.headline import headline
from outcomes.report.sections.methods import methods
from outcomes.report.sections.missing import missing_data
from outcomes.report.sections.multiplicity import multiplicity
from outcomes.report.sections.patients import exposure, patient_flow
from outcomes.report.sections.planned import planned_and_used
from outcomes.report.sections.population import population
from outcomes.report.sections.quality import diary, medication, reliability, visit_windows
from outcomes.report.sections.results import results
from outcomes.report.sections.summary import not_made, overview, summary_header
from outcomes.report.sections.warnings import warnings

__all__ = [
    "Block",
    "checks",
    "diary",
    "estimand",
    "exposure",
    "figures",
    "header",
    "headline",
    "medication",
    "methods",
    "missing_data",
    "multiplicity",
    "not_made",
    "overview",
    "patient_flow",
    "planned_and_used",
    "population",
    "reliability",
    "results",
    "summary_header",
    "visit_windows",
    "warnings",
]
