"""Time to event: what the library in use lacks."""

from outcomes.stats.survival.at_risk import AtRisk, at_risk
from outcomes.stats.survival.cox import CoxTerms, cox_terms, polished
from outcomes.stats.survival.cox_tests import proportional_hazards_test, robust_covariance
from outcomes.stats.survival.cumulative_incidence import (
    CumulativeIncidence,
    cumulative_incidence_rows,
)
from outcomes.stats.survival.fine_gray import FineGray, fit_fine_gray_rows
from outcomes.stats.survival.gray import gray_test_rows
from outcomes.stats.survival.location_scale import DISTRIBUTIONS, LocationScale, fit_location_scale
from outcomes.stats.survival.log_rank import RankTest, log_rank
from outcomes.stats.survival.median import median_time
from outcomes.stats.survival.restricted_mean import RestrictedMean, restricted_mean
from outcomes.stats.survival.risk_sets import RiskSets, risk_sets, survival_before
from outcomes.stats.survival.turnbull import Turnbull, probabilities_at, turnbull

__all__ = [
    "DISTRIBUTIONS",
    "AtRisk",
    "CoxTerms",
    "CumulativeIncidence",
    "FineGray",
    "LocationScale",
    "RankTest",
    "RestrictedMean",
    "RiskSets",
    "Turnbull",
    "at_risk",
    "cox_terms",
    "cumulative_incidence_rows",
    "fit_fine_gray_rows",
    "fit_location_scale",
    "gray_test_rows",
    "log_rank",
    "median_time",
    "polished",
    "probabilities_at",
    "proportional_hazards_test",
    "restricted_mean",
    "risk_sets",
    "robust_covariance",
    "survival_before",
    "turnbull",
]
