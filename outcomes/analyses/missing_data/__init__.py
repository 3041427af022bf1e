"""Sensitivity to missing data: one comparison under several assumptions about scores not seen."""

from outcomes.analyses.missing_data.analysis import MissingDataResult, analyse_missing_data
from outcomes.analyses.missing_data.specification import MissingData
from outcomes.analyses.missing_data.words import examined_elsewhere

__all__ = ["MissingData", "MissingDataResult", "analyse_missing_data", "examined_elsewhere"]
