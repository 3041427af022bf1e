"""Screening for a poor course, and tobacco."""

import numpy as np
from numpy.typing import NDArray

from outcomes.instruments.spec import (
    Algorithm,
    Instrument,
    Item,
    Scale,
    Source,
    between,
    integers,
    points,
)

Floats = NDArray[np.float64]

_LINTON = Source(
    citation="Linton SJ, Nicholas M, MacDonald S. Spine 2011;36:1891-1895",
    locator="as in one public scorer; positions of the reversed items from general knowledge",
    doi="10.1097/BRS.0b013e3181f8f775",
)
_TOBACCO = Source(citation="Heaviness of Smoking Index", locator="from general knowledge")
_UNREAD = "not stated in the sources read"

OMPSQ_10 = Instrument(
    key="ompsq10",
    name="Örebro Musculoskeletal Pain Screening Questionnaire, short form",
    version="OMPSQ-10",
    recall=_UNREAD,
    scales=(
        Scale(
            key="total",
            label="Risk of long-term problems (OMPSQ-10)",
            items=(
                Item(key="ompsq10_1", responses=integers(1, 10)),
                *(
                    Item(
                        key=f"ompsq10_{number}",
                        responses=integers(0, 10),
                        reverse=number in (3, 4, 8),
                    )
                    for number in range(2, 11)
                ),
            ),
            combine="sum",
            range=(1, 100),
            higher_is="worse",
            true_zero=False,
            source=_LINTON,
            level="unverified",
            thresholds=(
                points("cut-off", 50, "musculoskeletal pain", "not read", _LINTON, "single_source"),
            ),
        ),
    ),
    rights="free (S. Linton) as far as known",
    citation=_LINTON,
    coding="item 1 a category of duration 1 to 10, the others 0 to 10; the positively worded ones, "
    "taken to be 3, 4 and 8, are reversed here. A screen, not an outcome",
    experimental="the positions of its three reversed items were read in no source",
)


def _heaviness(values: Floats) -> Floats:
    """Cigarettes a day in four classes plus minutes to the first in four."""
    cigarettes, minutes = values.T
    a_day = np.digitize(cigarettes, [10, 20, 30], right=True)
    first = 3 - np.digitize(minutes, [5, 30, 60], right=True)
    return np.asarray(a_day + first, dtype=np.float64)


def _pack_years(values: Floats) -> Floats:
    """Packs of 20 a day times years."""
    return np.asarray(values[:, 0] / 20 * values[:, 1])


_CIGARETTES = Item(key="hsi_cigarettes", responses=between(0, 200))
_MINUTES = Item(key="hsi_minutes", responses=between(0, 1440))
_YEARS = Item(key="hsi_years", responses=between(0, 100))

HSI = Instrument(
    key="hsi",
    name="Heaviness of Smoking Index and pack-years",
    version="two items and years of smoking",
    recall=_UNREAD,
    scales=(
        Scale(
            key="index",
            label="Heaviness of smoking",
            items=(_CIGARETTES, _MINUTES),
            combine=Algorithm(
                function=_heaviness,
                summary="cigarettes a day in classes <=10, <=20, <=30 plus minutes to the first in "
                "classes >60, >30, >5",
                direction=0,
            ),
            range=(0, 6),
            higher_is="worse",
            source=_TOBACCO,
            level="unverified",
        ),
        Scale(
            key="pack_years",
            label="Pack-years of smoking",
            items=(_CIGARETTES, _YEARS),
            combine=Algorithm(function=_pack_years, summary="cigarettes a day / 20 x years"),
            range=(0, 1000),
            higher_is="worse",
            unit="pack-years",
            source=_TOBACCO,
            level="unverified",
        ),
    ),
    rights="free as far as known",
    citation=_TOBACCO,
    coding="of smokers: hsi_cigarettes a day, hsi_minutes from waking to the first, hsi_years",
    experimental="its classes were read in no source",
)
