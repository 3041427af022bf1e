"""Sensitivity to missing data: one comparison under several assumptions about scores not seen."""

from outcomes.analyses.missing_data.analysis import MissingDataResult, analyse_missing_data
from outcomes.analyses.missing_data.specification import MissingData

__all__ = ["MissingData", "MissingDataResult", "analyse_missing_data"]
