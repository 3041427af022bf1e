"""Reference-based imputation of repeated measures, on arrays."""

from outcomes.stats.imputation.model import ImputationModel, Parameters, fit_imputation_model
from outcomes.stats.imputation.panel import Panel
from outcomes.stats.imputation.pooling import Pooled
from outcomes.stats.imputation.strategies import MAR, STRATEGIES, Marginal, Strategy, user_strategy
from outcomes.stats.imputation.streams import Streams

__all__ = [
    "MAR",
    "STRATEGIES",
    "ImputationModel",
    "Marginal",
    "Panel",
    "Parameters",
    "Pooled",
    "Strategy",
    "Streams",
    "fit_imputation_model",
    "user_strategy",
]
