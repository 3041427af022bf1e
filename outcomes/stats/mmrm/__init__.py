"""Marginal linear models for repeated measures, on arrays."""

from outcomes.stats.mmrm.degrees_of_freedom import Estimates, Inference, linear_functions
from outcomes.stats.mmrm.fit import Attempt, RepeatedMeasuresFit, fit_rows
from outcomes.stats.mmrm.problem import Rows
from outcomes.stats.mmrm.structures import STRUCTURES, Structure, structure_named

__all__ = [
    "STRUCTURES",
    "Attempt",
    "Estimates",
    "Inference",
    "RepeatedMeasuresFit",
    "Rows",
    "Structure",
    "fit_rows",
    "linear_functions",
    "structure_named",
]
