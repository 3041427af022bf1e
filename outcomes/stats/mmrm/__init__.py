"""Marginal linear models for repeated measures, on arrays."""

from outcomes.stats.mmrm.fit import Attempt, RepeatedMeasuresFit, fit_rows
from outcomes.stats.mmrm.inference import (
    DF_METHODS,
    Estimates,
    FTest,
    Inference,
    check_combination,
    infer,
    joint_test,
    linear_functions,
)
from outcomes.stats.mmrm.rows import Rows
from outcomes.stats.mmrm.sandwich import ROBUST
from outcomes.stats.mmrm.structures import STRUCTURES, Structure, structure_named

__all__ = [
    "DF_METHODS",
    "ROBUST",
    "STRUCTURES",
    "Attempt",
    "Estimates",
    "FTest",
    "Inference",
    "RepeatedMeasuresFit",
    "Rows",
    "Structure",
    "check_combination",
    "fit_rows",
    "infer",
    "joint_test",
    "linear_functions",
    "structure_named",
]
