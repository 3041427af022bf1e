"""Random effects and partially nested models, on arrays."""

from outcomes.stats.mixed.partially_nested import (
    Nesting,
    PartiallyNestedEstimate,
    fit_partially_nested_rows,
)

__all__ = ["Nesting", "PartiallyNestedEstimate", "fit_partially_nested_rows"]
