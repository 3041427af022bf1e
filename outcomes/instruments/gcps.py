"""Graded Chronic Pain Scale by recall period, and the revised scale."""

from functools import partial

import numpy as np
from numpy.typing import NDArray

from outcomes.instruments.spec import (
    Algorithm,
    Instrument,
    Item,
    Level,
    MissingRule,
    Scale,
    Source,
    integers,
)

Floats = NDArray[np.float64]

_VON_KORFF = Source(
    citation="Von Korff M, Ormel J, Keefe FJ, Dworkin SF. Pain 1992;50:133-149",
    doi="10.1016/0304-3959(92)90154-4",
)
_DC_TMD = Source(
    citation="GCPS version 2.0 of the DC/TMD",
    locator="disability points of the 1-month version: 0-1, 2, 3-5, 6 or more days",
)
_REVISED = Source(
    citation="Von Korff M et al. Pain 2020;161:651-661",
    locator="algorithm as in a public test library's manual",
    doi="10.1097/j.pain.0000000000001758",
)
_TEN = integers(0, 10)


def _rated(*names: str) -> tuple[Item, ...]:
    """Ratings 0 to 10."""
    return tuple(Item(key=f"gcps_{name}", responses=_TEN) for name in names)


_INTENSITY = _rated("now", "worst", "average")
_INTERFERENCE = _rated("daily", "social", "work")
_MONTH = (2, 3, 6)
"""Days from which the 1-month version gives 1, 2 and 3 points."""
_HALF_YEAR = (7, 15, 31)


def disability_points(score: Floats, days: Floats, day_edges: tuple[int, ...]) -> Floats:
    """Points 0 to 6 from the disability score (0-100) and the disability days."""
    by_score = np.digitize(np.round(score, 9), [30, 50, 70])
    return np.asarray(by_score + np.digitize(days, day_edges), dtype=np.float64)


def _grade(values: Floats, day_edges: tuple[int, ...]) -> Floats:
    """Grade 0 to 4; disability takes precedence over intensity."""
    intensity, interference, days = values[:, :3], values[:, 3:6], values[:, 6]
    points = disability_points(10 * interference.mean(axis=1), days, day_edges)
    high = np.round(10 * intensity.mean(axis=1), 9) >= 50
    painless = (intensity == 0).all(axis=1)
    grades = np.where(high, 2.0, 1.0)
    grades[painless] = 0.0
    grades[points >= 3] = 3.0
    grades[points >= 5] = 4.0
    return grades


def _characteristic(key: str, label: str, items: tuple[Item, ...]) -> Scale:
    """Mean of three ratings times ten."""
    return Scale(
        key=key,
        label=f"{label} (GCPS)",
        items=items,
        combine="mean",
        rescale_to=(0, 100),
        range=(0, 100),
        higher_is="worse",
        source=_VON_KORFF,
        level="verified",
    )


_SCORES = (
    _characteristic("intensity", "Characteristic pain intensity", _INTENSITY),
    _characteristic("disability", "Disability score", _INTERFERENCE),
)
_RATINGS_CODING = "gcps_now, worst, average, daily, social, work 0 to 10"


def _graded(most_days: int, day_edges: tuple[int, ...], source: Source, level: Level) -> Scale:
    """Grade by the day points of one recall period."""
    days = Item(key="gcps_days", responses=integers(0, most_days))
    return Scale(
        key="grade",
        label="Chronic pain grade (GCPS)",
        items=(*_INTENSITY, *_INTERFERENCE, days),
        combine=Algorithm(
            function=partial(_grade, day_edges=day_edges),
            summary="IV from 5 disability points, III from 3, else II from intensity 50, "
            "I below, 0 without pain",
        ),
        range=(0, 4),
        higher_is="worse",
        unit="grade",
        true_zero=False,
        source=source,
        level=level,
    )


def _gcps(
    key: str, version: str, scales: tuple[Scale, ...], coding: str, experimental: str | None = None
) -> Instrument:
    """One version with its recall period."""
    return Instrument(
        key=key,
        name="Graded Chronic Pain Scale",
        version=version,
        recall=version.split(", ")[1],
        scales=scales,
        rights="free as far as known",
        citation=_VON_KORFF,
        coding=coding,
        experimental=experimental,
    )


GCPS = _gcps(
    "gcps",
    "GCPS 2.0, 1 month",
    (*_SCORES, _graded(31, _MONTH, _DC_TMD, "single_source")),
    f"{_RATINGS_CODING}; gcps_days 0 to 31. The day points belong to the recall period",
)
GCPS_6_MONTHS = _gcps(
    "gcps_6m",
    "GCPS 1992, 6 months",
    _SCORES,
    f"{_RATINGS_CODING}; the grade has a key of its own, gcps_6m_grade",
)
GCPS_6_MONTHS_GRADE = _gcps(
    "gcps_6m_grade",
    "GCPS 1992, 6 months",
    (_graded(184, _HALF_YEAR, _VON_KORFF, "unverified"),),
    f"{_RATINGS_CODING}; gcps_days 0 to 184. The day points belong to the recall period",
    "its day points were read in no source",
)


def _revised_grade(values: Floats) -> Floats:
    """Grade 0 to 3 from frequency, limitation and the PEG sum, as far as each is needed."""
    frequency, limited, peg = values[:, 0], values[:, 1], values[:, 2:].sum(axis=1)
    # A missing PEG item leaves the sum, and so the grade, missing where it is needed.
    by_peg = np.where(np.isnan(peg), np.nan, np.where(peg >= 12, 2.0, 1.0))
    chronic = np.where(limited >= 2, 3.0, np.where(np.isnan(limited), np.nan, by_peg))
    return np.where(frequency <= 1, 0.0, np.where(np.isnan(frequency), np.nan, chronic))


_SOME = integers(0, 3)

GCPS_R = Instrument(
    key="gcpsr",
    name="Graded Chronic Pain Scale, revised",
    version="GCPS-R 2020",
    recall="3 months (frequencies), 7 days (PEG)",
    scales=(
        Scale(
            key="grade",
            label="Chronic pain grade (GCPS-R)",
            items=(
                Item(key="gcpsr_frequency", responses=_SOME),
                Item(key="gcpsr_limited", responses=_SOME),
                *(Item(key=f"gcpsr_peg_{number}", responses=_TEN) for number in (1, 2, 3)),
            ),
            combine=Algorithm(
                function=_revised_grade,
                summary="0 unless pain on most days, 3 if it limits on most days, else 2 from a "
                "PEG sum of 12, 1 below",
            ),
            range=(0, 3),
            higher_is="worse",
            unit="grade",
            true_zero=False,
            source=_REVISED,
            level="single_source",
            missing=MissingRule(
                name="the items its grade needs",
                min_answered=0,
                level="single_source",
                source=_REVISED,
            ),
        ),
    ),
    rights="free as far as known",
    citation=_REVISED,
    coding="gcpsr_frequency and gcpsr_limited 0 never, 1 some days, 2 most days, 3 every day; "
    "gcpsr_peg_1 to 3 are summed here, not averaged",
)
