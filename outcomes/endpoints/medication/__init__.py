"""Medication outcomes: opioid dose, adherence, defined daily doses, reduction and stopping."""

from outcomes.endpoints.medication.adherence import adherence, pill_count
from outcomes.endpoints.medication.ddd import ddd_per_day
from outcomes.endpoints.medication.factors import Factor, FactorSet, factor_set
from outcomes.endpoints.medication.mme import mme_per_day
from outcomes.endpoints.medication.opioid_change import opioid_discontinuation, opioid_reduction
from outcomes.endpoints.medication.sustained import (
    reduction_without_worsening,
    sustained_opioid_reduction,
)

__all__ = [
    "Factor",
    "FactorSet",
    "adherence",
    "ddd_per_day",
    "factor_set",
    "mme_per_day",
    "opioid_discontinuation",
    "opioid_reduction",
    "pill_count",
    "reduction_without_worsening",
    "sustained_opioid_reduction",
]
