"""Two proportions: intervals, tests and the number needed to treat."""

from outcomes.stats.proportions.exact import exact_interval, exact_margin_test, exact_test
from outcomes.stats.proportions.needed import NumberNeededToTreat, number_needed_to_treat
from outcomes.stats.proportions.restricted import Quantity
from outcomes.stats.proportions.score import (
    margin_test,
    score_interval,
    score_statistic,
    score_test,
)
from outcomes.stats.proportions.wilson import newcombe, wilson

__all__ = [
    "NumberNeededToTreat",
    "Quantity",
    "exact_interval",
    "exact_margin_test",
    "exact_test",
    "margin_test",
    "newcombe",
    "number_needed_to_treat",
    "score_interval",
    "score_statistic",
    "score_test",
    "wilson",
]
