"""Synthetic trials with a known truth."""

from outcomes.simulate.design import SimulationDesign
from outcomes.simulate.design_file import check_design, read_design
from outcomes.simulate.trial import SimulatedTrial, simulate_trial
from outcomes.simulate.truth import true_differences
from outcomes.simulate.write import write_trial, write_truth

__all__ = [
    "SimulatedTrial",
    "SimulationDesign",
    "check_design",
    "read_design",
    "simulate_trial",
    "true_differences",
    "write_trial",
    "write_truth",
]
