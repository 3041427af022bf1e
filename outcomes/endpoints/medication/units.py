"""Units of doses: masses, daily masses and the rates of patches."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from outcomes.errors import DataError
from outcomes.trial.problems import Problems, first_of, rows

MASS = {"g": 1000.0, "mg": 1.0, "mcg": 0.001, "ug": 0.001, "µg": 0.001, "μg": 0.001}
"""Milligrams in one."""

PATCH = ("mcg/h", "ug/h", "µg/h", "μg/h", "mcg/hr", "ug/hr", "µg/hr", "μg/hr")
"""Spellings of micrograms per hour."""

_DAILY = ("/day", "/d")


def is_daily(unit: str) -> bool:
    """Whether a dose is that of a whole day."""
    return unit.endswith(_DAILY)


def refuse_units(
    frame: pd.DataFrame, products: Mapping[tuple[str, str], str], problems: Problems
) -> None:
    """Note doses in a unit that cannot become that of their product."""
    for (drug, route), group in frame.groupby(["drug", "route"], sort=False, observed=True):
        wanted = products[(str(drug), str(route))]
        wrong = group[~group["unit"].map(lambda unit, wanted=wanted: _fits(unit, wanted))]
        if wanted and len(wrong):
            units = first_of(dict.fromkeys(unit or "(none)" for unit in wrong["unit"]))
            allowed = "mcg/h" if wanted in PATCH else "g, mg, mcg, or mg/day for a whole day"
            problems.add(
                DataError,
                f"{drug} {route}: no factor for a dose in {units} ({rows(len(wrong))}: "
                f"{first_of(f'row {i}' for i in wrong.index)}). Allowed is {allowed}.",
            )


def in_unit(
    dose: pd.Series[float], unit: pd.Series[str], wanted: pd.Series[str]
) -> pd.Series[float]:
    """Doses in the unit of their product."""
    return dose * unit.map(_milligrams) / wanted.map(_milligrams)


def _fits(unit: str, wanted: str) -> bool:
    """Whether a unit is of the same kind as the one of the product."""
    if wanted in PATCH:
        return unit in PATCH
    return _mass(unit) in MASS


def _mass(unit: str) -> str:
    """Drop the day from a daily dose."""
    for ending in _DAILY:
        unit = unit.removesuffix(ending)
    return unit


def _milligrams(unit: str) -> float:
    """Milligrams in one unit of mass; a rate stays as it is."""
    return MASS.get(_mass(unit), 1.0)
