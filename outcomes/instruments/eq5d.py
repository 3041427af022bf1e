"""EQ-5D: level sums, EQ VAS, and the index by each verified value set.

A value set is part of an instrument's key (``eq5d5l_usa``), because an index without its value set
means nothing and there is no default one.
"""

import csv
from collections.abc import Callable
from functools import cache, partial
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from outcomes.instruments.spec import (
    Algorithm,
    Instrument,
    Level,
    Scale,
    Source,
    Threshold,
    integers,
    numbered,
    points,
)

_HERDMAN = Source(
    citation="Herdman M et al. Qual Life Res 2011;20:1727-1736", doi="10.1007/s11136-011-9903-x"
)
_EUROQOL = Source(
    citation="EuroQol Group. Health Policy 1990;16:199-208", doi="10.1016/0168-8510(90)90421-9"
)
_VAN_HOUT = Source(
    citation="van Hout B et al. 2012",
    locator="response probabilities of the crosswalk",
    doi="10.1016/j.jval.2012.02.008",
)
_RIGHTS = "EuroQol Research Foundation; registration always, licence fee for commercial use"
_DIMENSIONS = ("MO", "SC", "UA", "PD", "AD")
_CROSSWALKED = ("UK", "Germany", "Netherlands_2006", "Spain", "Denmark", "Japan", "France")
"""Three-level sets with which the crosswalk reproduces published values."""

Coefficients = dict[str, float]
States = NDArray[np.int64]
Floats = NDArray[np.float64]


@cache
def _rows() -> tuple[dict[str, str], ...]:
    """Read the coefficients that ship with the package."""
    path = files("outcomes.instruments") / "tables" / "eq5d_value_sets.csv"
    return tuple(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


def _sets(version: str) -> dict[str, list[dict[str, str]]]:
    """Rows of each country's value set for ``"EQ-5D-5L"`` or ``"EQ-5D-3L"``."""
    countries: dict[str, list[dict[str, str]]] = {}
    for row in _rows():
        if row["version"] == version and row["value_set_type"] in ("VT", "TTO"):
            countries.setdefault(row["country"], []).append(row)
    return countries


def _all_states(n_levels: int) -> States:
    """Every state, ``11111`` first; the position of a state is its number in base `n_levels`."""
    grid = np.indices((n_levels,) * 5).reshape(5, -1).T + 1
    return grid.astype(np.int64)


def _more_than_one(chosen: NDArray[np.bool_]) -> Floats:
    """Count the chosen dimensions of each state, less one, at least zero."""
    return np.asarray(np.maximum(chosen.sum(axis=1) - 1, 0), dtype=np.float64)


def _any(chosen: NDArray[np.bool_]) -> Floats:
    """1 where any dimension of the state is chosen."""
    return np.asarray(chosen.any(axis=1), dtype=np.float64)


_TERMS: dict[str, Callable[[States], Floats]] = {
    "constant_full_health": lambda states: np.ones(len(states)),
    "any_dimension_worse_than_1": lambda states: _any(states > 1),
    "any_dimension_at_3_(N3)": lambda states: _any(states == 3),
    "any_dimension_at_4_or_5_(N4)": lambda states: _any(states >= 4),
    "any_dimension_at_5_(N5)": lambda states: _any(states == 5),
    "(count_of_dimensions_at_4_or_5_minus_1)_squared": lambda s: _more_than_one(s >= 4) ** 2,
    "D1": lambda states: _more_than_one(states > 1),
    "I2square": lambda states: _more_than_one(states == 2) ** 2,
    "I3": lambda states: _more_than_one(states == 3),
    "I3square": lambda states: _more_than_one(states == 3) ** 2,
}


def _term(name: str, states: States) -> Floats:
    """How often one coefficient applies to each state: ``MO2``, ``MO45`` or a named term."""
    if name in _TERMS:
        return _TERMS[name](states)
    dimension, levels = states[:, _DIMENSIONS.index(name[:2])], name[2:]
    return np.isin(dimension, [int(level) for level in levels]).astype(np.float64)


def _values(coefficients: Coefficients, n_levels: int) -> Floats:
    """Value of every state by the coefficients of one set."""
    states = _all_states(n_levels)
    terms = [weight * _term(name, states) for name, weight in coefficients.items()]
    return np.asarray(np.sum(terms, axis=0))


def _crosswalk(values_3l: Floats) -> Floats:
    """Expect the three-level value of every five-level state."""
    probabilities = np.zeros((5, 5, 3))
    for row in _rows():
        if row["value_set_type"] == "CW_probability":
            # The term reads P(MO_3L=1|5L=2).
            dimension, three, five = row["term"][2:4], row["term"][8], row["term"][13]
            place = (_DIMENSIONS.index(dimension), int(five) - 1, int(three) - 1)
            probabilities[place] = float(row["value"])
    value = values_3l.reshape((3,) * 5)
    expected = np.einsum("am,bn,co,dp,eq,mnopq->abcde", *probabilities, value)
    return np.asarray(expected.reshape(-1))


def _look_up(answers: Floats, values: Floats, n_levels: int) -> Floats:
    """Value of each answered state."""
    position = (answers - 1) @ (float(n_levels) ** np.arange(4, -1, -1))
    return values[position.astype(np.int64)]


_CHANGES: dict[str, tuple[Threshold, ...]] = {
    "eq5d3l_japan": (
        points(
            "MCID",
            0.10,
            "chronic non-cancer pain (n = 710)",
            "anchor not recorded",
            Source(citation="PMC4773997"),
            "single_source",
        ),
    ),
}
"""Thresholds belong to the value set they were found with."""


def _index(
    key: str, name: str, values: Floats, n_levels: int, source: Source, level: Level
) -> Instrument:
    """Declare the index of one value set."""
    return Instrument(
        key=key,
        name=name,
        version=source.citation,
        recall="today",
        scales=(
            Scale(
                key="index",
                label=name,
                items=numbered(f"eq5d{n_levels}l", 5, lowest=1, highest=n_levels),
                combine=Algorithm(
                    function=partial(_look_up, values=values, n_levels=n_levels),
                    summary=f"value of the state, one of {n_levels**5}",
                    direction=-1,
                ),
                range=(float(values.min()), float(values.max())),
                higher_is="better",
                unit="value (0 = dead, 1 = full health)",
                true_zero=False,
                source=source,
                level=level,
                thresholds=_CHANGES.get(key, ()),
            ),
        ),
        rights=_RIGHTS,
        citation=_HERDMAN if n_levels == 5 else _EUROQOL,
        coding=_CODING,
        experimental=None if level == "verified" else "its coefficients have a single source",
    )


_CODING = (
    "levels in the order mobility, self-care, usual activities, pain or discomfort, anxiety or "
    "depression; level 1 = no problems"
)


def _value_set(version: str, country: str, rows: list[dict[str, str]]) -> Instrument:
    """Declare the index by the value set of one country."""
    n_levels = int(version[-2])
    coefficients = {row["term"]: float(row["value"]) for row in rows}
    place = country.replace("_", " ")
    source = Source(citation=f"{version} value set, {place}", doi=rows[0]["doi"])
    level: Level = "verified" if rows[0]["status"].startswith("verified") else "single_source"
    return _index(
        f"eq5d{n_levels}l_{country.lower()}",
        f"{version} index, {place}",
        _values(coefficients, n_levels),
        n_levels,
        source,
        level,
    )


def _crosswalked(country: str) -> Instrument:
    """Declare the five-level index through the three-level set of one country."""
    rows = _sets("EQ-5D-3L")[country]
    values = _values({row["term"]: float(row["value"]) for row in rows}, 3)
    place = country.replace("_", " ")
    citation = f"EQ-5D-5L crosswalk to the 3L value set, {place}. {_VAN_HOUT.citation}"
    return _index(
        f"eq5d5l_crosswalk_{country.lower()}",
        f"EQ-5D-5L index, crosswalk to {place} 3L",
        _crosswalk(values),
        5,
        Source(citation=citation, locator=_VAN_HOUT.locator, doi=_VAN_HOUT.doi),
        "verified",
    )


def _level_sum(n_levels: int, citation: Source) -> Instrument:
    """Declare the unweighted sum of levels."""
    return Instrument(
        key=f"eq5d{n_levels}l",
        name=f"EQ-5D-{n_levels}L level sum score",
        version=f"EQ-5D-{n_levels}L",
        recall="today",
        scales=(
            Scale(
                key="level_sum",
                label=f"Level sum score (EQ-5D-{n_levels}L)",
                items=numbered(f"eq5d{n_levels}l", 5, lowest=1, highest=n_levels),
                combine="sum",
                range=(5, 5 * n_levels),
                higher_is="worse",
                true_zero=False,
                source=citation,
                level="verified",
            ),
        ),
        rights=_RIGHTS,
        citation=citation,
        coding=f"{_CODING}; for the index choose the key of a value set",
    )


EQ_VAS = Instrument(
    key="eqvas",
    name="EQ VAS",
    version="EQ VAS 0-100",
    recall="today",
    scales=(
        Scale(
            key="health",
            label="Self-rated health (EQ VAS)",
            items=numbered("eqvas", 1, responses=integers(0, 100)),
            combine="sum",
            range=(0, 100),
            higher_is="better",
            source=_EUROQOL,
            level="verified",
        ),
    ),
    rights=_RIGHTS,
    citation=_EUROQOL,
    coding="0 worst to 100 best imaginable health in column eqvas_1",
)

EQ_5D: tuple[Instrument, ...] = (
    EQ_VAS,
    _level_sum(5, _HERDMAN),
    _level_sum(3, _EUROQOL),
    *(
        _value_set(version, country, rows)
        for version in ("EQ-5D-5L", "EQ-5D-3L")
        for country, rows in _sets(version).items()
    ),
    *(_crosswalked(country) for country in _CROSSWALKED),
)
