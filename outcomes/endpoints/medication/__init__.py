"""Medication outcomes: opioid dose, adherence, defined daily doses, reduction and stopping."""

from outcomes.endpoints.medication.factors import Factor, FactorSet, factor_set
from outcomes.endpoints.medication.mme import mme_per_day

__all__ = ["Factor", "FactorSet", "factor_set", "mme_per_day"]
