"""Time to event: curves, tests and models of frames; lifelines behind one of its modules."""

from outcomes.models.survival.andersen_gill import fit_andersen_gill
from outcomes.models.survival.cause_models import FineGrayFit, fit_cause_specific, fit_fine_gray
from outcomes.models.survival.cox import CoxFit, fit_cox
from outcomes.models.survival.cumulative_incidence import CumulativeIncidences, cumulative_incidence
from outcomes.models.survival.gray import gray_test
from outcomes.models.survival.interval_model import IntervalCensoredFit, fit_interval_censored
from outcomes.models.survival.kaplan_meier import SurvivalCurves, kaplan_meier
from outcomes.models.survival.landmark import Landmark, landmark_analysis
from outcomes.models.survival.log_rank import RankTests, log_rank_test
from outcomes.models.survival.rates import RateFit, fit_negative_binomial
from outcomes.models.survival.restricted_mean import RestrictedMeans, restricted_mean_difference
from outcomes.models.survival.visit_response import VisitResponse, interval_censored_response

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
