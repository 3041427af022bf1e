"""The sample design, and larger ones."""

from dataclasses import replace
from functools import cache

from outcomes.simulate import SimulationDesign, read_design
from tests.conftest import ROOT

SAMPLE = ROOT / "data/sample"


@cache
def sample_design() -> SimulationDesign:
    return read_design(SAMPLE / "design.yaml")


def with_patients(n: int) -> SimulationDesign:
    """The sample design with another number of patients."""
    design = sample_design()
    return replace(design, patients=replace(design.patients, n=n))
