"""Curves of steps read at given times."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
import pandas as pd

from outcomes.errors import SpecificationError
from outcomes.models.survival.columns import Array, Flags

# Times were joined where they differ by rounding, so the last one can be lower in its last digits.
ROUNDING = 1e-9


def asked_times(times: Sequence[float]) -> Array:
    """Give the times to read something at.

    Raises
    ------
    SpecificationError
        One is missing or below zero, where nobody was followed.
    """
    asked = np.asarray(times, dtype=float)
    wrong = ~(asked >= 0)
    if wrong.any():
        raise SpecificationError(
            f"times holds {asked[wrong][0]:g}; give numbers of zero or more, in the unit of the "
            "data."
        )
    return asked


def reaches(last: float, times: float | Array) -> Flags:
    """Whether follow-up to `last` reaches given times; a difference by rounding is none."""
    return np.asarray(times <= last * (1 + ROUNDING))


def steps_at(
    steps: pd.DataFrame, times: Sequence[float], arm: Hashable, last: float
) -> pd.DataFrame:
    """Take the rows of `steps` (from time 0) that hold at given times.

    Raises
    ------
    SpecificationError
        A time is below zero or after `last`, the last follow-up of the arm.
    """
    asked = asked_times(times)
    beyond = ~reaches(last, asked)
    if beyond.any():
        raise SpecificationError(
            f"time {asked[beyond][0]:g} is after the last follow-up of arm {arm!r}, at "
            f"{last:g}; the curve is not known there. Ask for times up to {last:g}."
        )
    place = np.searchsorted(steps["time"].to_numpy(float), asked, side="right") - 1
    return steps.iloc[place].assign(time=asked)
