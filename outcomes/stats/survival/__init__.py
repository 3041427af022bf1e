"""Time to event: what the library in use lacks."""

from outcomes.stats.survival.at_risk import AtRisk, at_risk
from outcomes.stats.survival.median import median_time

__all__ = ["AtRisk", "at_risk", "median_time"]
