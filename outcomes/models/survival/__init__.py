"""Time to event: curves, tests and models of frames; lifelines behind one of its modules."""

from outcomes.models.survival.competing_risks import (
    CumulativeIncidences,
    FineGrayFit,
    cumulative_incidence,
    fit_cause_specific,
    fit_fine_gray,
    gray_test,
)
from outcomes.models.survival.cox import CoxFit, fit_cox
from outcomes.models.survival.interval_censored import (
    IntervalCensoredFit,
    VisitResponse,
    fit_interval_censored,
    interval_censored_response,
)
from outcomes.models.survival.kaplan_meier import SurvivalCurves, kaplan_meier
from outcomes.models.survival.landmark import Landmark, landmark_analysis
from outcomes.models.survival.log_rank import RankTests, log_rank_test
from outcomes.models.survival.recurrent import RateFit, fit_andersen_gill, fit_negative_binomial
from outcomes.models.survival.restricted_mean import RestrictedMeans, restricted_mean_difference

__all__ = [
    "CoxFit",
    "CumulativeIncidences",
    "FineGrayFit",
    "IntervalCensoredFit",
    "Landmark",
    "RankTests",
    "RateFit",
    "RestrictedMeans",
    "SurvivalCurves",
    "VisitResponse",
    "cumulative_incidence",
    "fit_andersen_gill",
    "fit_cause_specific",
    "fit_cox",
    "fit_fine_gray",
    "fit_interval_censored",
    "fit_negative_binomial",
    "gray_test",
    "interval_censored_response",
    "kaplan_meier",
    "landmark_analysis",
    "log_rank_test",
    "restricted_mean_difference",
]
