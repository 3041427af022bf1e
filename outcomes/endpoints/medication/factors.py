"""Factors from opioid doses to morphine milligram equivalents: named tables, never mixed."""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from outcomes.errors import SpecificationError
from outcomes.instruments.facts import Level, Source

SOURCES = {
    "guideline_2022": Source(
        citation="Dowell D et al. CDC Clinical Practice Guideline for Prescribing Opioids for Pain "
        "- United States, 2022. MMWR Recomm Rep 2022;71(RR-3):1-95",
        locator="table of morphine milligram equivalent doses",
        doi="10.15585/mmwr.rr7103a1",
    ),
    "guideline_2016": Source(
        citation="Dowell D et al. CDC Guideline for Prescribing Opioids for Chronic Pain - United "
        "States, 2016. MMWR Recomm Rep 2016;65(RR-1):1-49",
        locator="conversion factors; bounds of the methadone tiers as in the CDC/CMS list of 2017",
        doi="10.15585/mmwr.rr6501e1",
    ),
    "lists_2014_2017": Source(
        citation="CDC/CMS opioid oral morphine milligram equivalent conversion factors",
        locator="lists of 2014 and 2017",
    ),
    "heal_calculator": Source(
        citation="Adams et al. 2025, MME calculator of the NIH HEAL initiative",
        locator="factors of the calculator",
        doi="10.1097/j.pain.0000000000003529",
    ),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Factor:
    """MME of one `unit` of an opioid a day, while its daily dose is in (`above`, `up_to`]."""

    opioid: str
    route: str
    unit: str
    factor: float
    level: Level
    source: Source
    above: float = 0.0
    up_to: float = math.inf


@dataclass(frozen=True, kw_only=True, slots=True)
class FactorSet:
    """One published table; `key` is what every result calls it."""

    key: str
    factors: tuple[Factor, ...]

    @property
    def units(self) -> dict[tuple[str, str], str]:
        """Unit in which the dose of each opioid and route is counted."""
        return {(one.opioid, one.route): one.unit for one in self.factors}

    @property
    def tiered(self) -> frozenset[str]:
        """Opioids whose factor depends on the daily dose."""
        return frozenset(one.opioid for one in self.factors if math.isfinite(one.up_to))

    def equivalents(
        self, opioid: str, route: str, dose: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """MME a day of whole daily doses of one opioid by one route, in its unit; NaN stays."""
        # 0.1 g three times a day is 0.30000000000000004 g, and must not enter the next tier.
        compared = np.round(dose, 9)
        mme = np.where(np.isnan(dose), np.nan, 0.0)
        for one in self.factors:
            if (one.opioid, one.route) == (opioid, route):
                tier = (compared > one.above) & (compared <= one.up_to)
                mme = np.where(tier, one.factor * dose, mme)
        return mme


def factor_set(key: str) -> FactorSet:
    """Find a table of factors.

    Parameters
    ----------
    key : {"cdc2022", "cdc2016", "heal2025"}
        The CDC guideline of 2022; that of 2016, where the factor of methadone rises with its
        dose; or the factors of the NIH HEAL calculator, which also cover buprenorphine and are
        known from one source, for sensitivity analyses only.

    Returns
    -------
    FactorSet

    Raises
    ------
    SpecificationError
        There is no such table.

    Examples
    --------
    >>> factor_set("cdc2022").equivalents("methadone", "oral", np.array([40.0]))
    array([188.])
    >>> factor_set("cdc2016").equivalents("methadone", "oral", np.array([40.0]))
    array([320.])
    """
    sets = _factor_sets()
    if key not in sets:
        raise SpecificationError(
            f"factor_set is {key!r}; there are {', '.join(sets)}. The same doses differ between "
            "tables, so name the one that the protocol names."
        )
    return sets[key]


@cache
def _factor_sets() -> dict[str, FactorSet]:
    """All tables, as shipped."""
    path = files("outcomes.endpoints.medication") / "tables" / "mme_factors.csv"
    rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    keys = dict.fromkeys(row["factor_set"] for row in rows)
    return {
        key: FactorSet(
            key=key, factors=tuple(_factor(row) for row in rows if row["factor_set"] == key)
        )
        for key in keys
    }


def _factor(row: dict[str, str]) -> Factor:
    """One line of the shipped table."""
    return Factor(
        opioid=row["opioid"],
        route=row["route"],
        unit=row["unit"],
        factor=float(row["factor"]),
        level=row["level"],  # type: ignore[arg-type]
        source=SOURCES[row["source"]],
        above=float(row["above"] or 0),
        up_to=float(row["up_to"] or math.inf),
    )
