"""Pittsburgh Sleep Quality Index."""

import numpy as np
from numpy.typing import NDArray

from outcomes.instruments.spec import (
    AS_ITS_PARTS,
    Algorithm,
    Check,
    Composite,
    Instrument,
    Item,
    MissingRule,
    Scale,
    Source,
    between,
    integers,
    points,
    strict,
    sum_of,
)

Floats = NDArray[np.float64]

_BUYSSE = Source(
    citation="Buysse DJ et al. Psychiatry Res 1989;28:193-213",
    locator="with the University of Pittsburgh scoring script and its amendment of 20 May 2005",
    doi="10.1016/0165-1781(89)90047-4",
)
_REVIEW = Source(citation="BMC Med Res Methodol 2024;24:177")
_FREQUENCY = integers(0, 3)
_CLOCK = between(0, 24)
_LATENCY = Item(key="psqi_latency", responses=between(0, 1440))
_SLEPT = Item(key="psqi_hours", responses=_CLOCK)
_TO_BED = Item(key="psqi_bedtime", responses=_CLOCK)
_UP = Item(key="psqi_risetime", responses=_CLOCK)
_DISTURBANCES = tuple(Item(key=f"psqi_5{letter}", responses=_FREQUENCY) for letter in "bcdefghij")


def _item(key: str) -> Item:
    """Question answered 0 to 3."""
    return Item(key=f"psqi_{key}", responses=_FREQUENCY)


def hours_in_bed(to_bed: Floats, up: Floats) -> Floats:
    """Hours from bed time to rise time, over midnight where the clock says so."""
    hours = np.mod(up - to_bed, 24)
    return np.where(hours == 0, 24.0, hours)


def _in_threes(total: Floats) -> Floats:
    """Sum of two answers of 0 to 3 as 0, 1-2, 3-4, 5-6."""
    return np.asarray(np.ceil(total / 2))


def _latency(values: Floats) -> Floats:
    """Minutes to fall asleep in four classes, plus the frequency of lying awake."""
    minutes, awake = values.T
    return _in_threes(np.digitize(minutes, [15, 30, 60], right=True) + awake)


def _duration(values: Floats) -> Floats:
    """Hours slept; exactly 7 scores 0, as in the developers' script and not as printed."""
    return np.asarray(3 - np.digitize(values[:, 0], [5, 6, 7]), dtype=np.float64)


def _efficiency(values: Floats) -> Floats:
    """Percent of the time in bed that was slept, in half-open classes."""
    slept, to_bed, up = values.T
    percent = np.round(100 * slept / hours_in_bed(to_bed, up), 9)
    return np.asarray(3 - np.digitize(percent, [65, 75, 85]), dtype=np.float64)


def _disturbance(values: Floats) -> Floats:
    """Sum of nine disturbances as 0, 1-9, 10-18, 19-27; the ninth counts 0 where missing."""
    ninth = np.nan_to_num(values[:, 8])
    return np.asarray(np.ceil((values[:, :8].sum(axis=1) + ninth) / 9))


def _dysfunction(values: Floats) -> Floats:
    """Staying awake and enthusiasm."""
    return _in_threes(values.sum(axis=1))


def _component(
    key: str,
    label: str,
    items: tuple[Item, ...],
    algorithm: Algorithm | None = None,
    missing: MissingRule | None = None,
) -> Scale:
    """One of the seven components, 0 to 3."""
    return Scale(
        key=key,
        label=f"{label} (PSQI component)",
        items=items,
        combine=algorithm or "sum",
        range=(0, 3),
        higher_is="worse",
        source=_BUYSSE,
        level="verified",
        missing=missing or strict("verified", _BUYSSE),
    )


_COMPONENTS = (
    _component("quality", "Subjective sleep quality", (_item("quality"),)),
    _component(
        "latency",
        "Sleep latency",
        (_LATENCY, _item("5a")),
        Algorithm(function=_latency, summary="minutes in classes <=15, <=30, <=60, plus 5a"),
    ),
    _component(
        "duration",
        "Sleep duration",
        (_SLEPT,),
        Algorithm(function=_duration, summary="hours in classes >=7, >=6, >=5", direction=-1),
    ),
    _component(
        "efficiency",
        "Habitual sleep efficiency",
        (_SLEPT, _TO_BED, _UP),
        Algorithm(function=_efficiency, summary="percent in classes >=85, >=75, >=65", direction=0),
    ),
    _component(
        "disturbance",
        "Sleep disturbance",
        _DISTURBANCES,
        Algorithm(function=_disturbance, summary="5b to 5j in classes 0, <=9, <=18, <=27"),
        MissingRule(
            name="5b to 5i needed, 5j counts 0 if missing",
            min_answered=0,
            level="verified",
            source=_BUYSSE,
        ),
    ),
    _component("medication", "Use of sleeping medication", (_item("medication"),)),
    _component(
        "dysfunction",
        "Daytime dysfunction",
        (_item("awake"), _item("enthusiasm")),
        Algorithm(function=_dysfunction, summary="sum in classes 0, <=2, <=4, <=6"),
    ),
)
_GLOBAL: Composite = sum_of(*_COMPONENTS)
_KEYS = [item.key for item in _GLOBAL.items]


def _implausible(answers: Floats) -> NDArray[np.bool_]:
    """Slept longer than in bed, or in bed under 2 or over 16 hours: mostly 12-hour clocks."""
    slept, to_bed, up = (answers[:, _KEYS.index(item.key)] for item in (_SLEPT, _TO_BED, _UP))
    in_bed = hours_in_bed(to_bed, up)
    return np.asarray((slept > in_bed) | (in_bed > 16) | (in_bed < 2))


PSQI = Instrument(
    key="psqi",
    name="Pittsburgh Sleep Quality Index",
    version="PSQI 1989, amendment of 2005, 7 hours score 0",
    recall="past month",
    scales=(
        Scale(
            key="total",
            label="Sleep quality (PSQI)",
            items=_GLOBAL.items,
            combine=_GLOBAL,
            range=(0, 21),
            higher_is="worse",
            source=_BUYSSE,
            level="verified",
            missing=AS_ITS_PARTS,
            thresholds=(
                points(
                    "cut-off",
                    5,
                    "general",
                    "poor sleeper",
                    _BUYSSE,
                    "verified",
                    operator=">",
                ),
                points(
                    "MCID",
                    3,
                    "not stated",
                    "anchor not recorded",
                    _REVIEW,
                    "single_source",
                ),
                points(
                    "MID",
                    2.5,
                    "not stated",
                    "as used in trials",
                    _REVIEW,
                    "single_source",
                    value_high=2.7,
                ),
            ),
        ),
        *_COMPONENTS,
    ),
    rights="copyright University of Pittsburgh; free for non-commercial research and clinical use",
    citation=_BUYSSE,
    coding="two form layouts circulate, so items are named by topic: psqi_bedtime and "
    "psqi_risetime as hours of a 24-hour clock (23.5 = 23:30), psqi_latency in minutes, "
    "psqi_hours slept; psqi_5a to psqi_5j, psqi_quality, psqi_medication, psqi_awake and "
    "psqi_enthusiasm 0 to 3; a psqi_5j whose comment is missing must be empty, and counts 0",
    checks=(
        Check(
            message="have a sleep efficiency above 100 % or under 2 or over 16 hours in bed; "
            "look for 12-hour clock times",
            function=_implausible,
        ),
    ),
)
