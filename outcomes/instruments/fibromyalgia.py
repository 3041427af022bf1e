"""Fibromyalgia: revised impact questionnaire, and the criteria of 2016."""

import numpy as np
from numpy.typing import NDArray

from outcomes.instruments.spec import (
    AS_ITS_PARTS,
    Algorithm,
    Bands,
    Instrument,
    Item,
    Scale,
    Source,
    integers,
    numbered,
    pick,
    prorate,
    sum_of,
)

_BENNETT = Source(
    citation="Bennett RM et al. Arthritis Res Ther 2009;11:R120",
    locator="with the author's scoring page: domain sums times 9/x, 2/x, 10/x",
    doi="10.1186/ar2783",
)
_SALAFFI = Source(citation="Salaffi F et al. Clin Exp Rheumatol 2018;36:1074", locator="abstract")
_ITEMS = numbered("fiqr", 21, lowest=0, highest=10)


def _domain(key: str, label: str, items: tuple[Item, ...], highest: int, least: int) -> Scale:
    """Domain sum on its published weight; the author states no fewest answers, half is ours."""
    return Scale(
        key=key,
        label=f"{label} (FIQR)",
        items=items,
        combine="sum",
        rescale_to=(0, highest),
        range=(0, highest),
        higher_is="worse",
        source=_BENNETT,
        level="originator",
        missing=prorate(least, "project", _BENNETT),
    )


_DOMAINS = (
    _domain("function", "Function", pick(_ITEMS, range(1, 10)), 30, 5),
    _domain("overall", "Overall impact", pick(_ITEMS, (10, 11)), 20, 1),
    _domain("symptoms", "Symptoms", pick(_ITEMS, range(12, 22)), 50, 5),
)

FIQR = Instrument(
    key="fiqr",
    name="Revised Fibromyalgia Impact Questionnaire",
    version="FIQR 2009",
    recall="past 7 days",
    scales=(
        Scale(
            key="total",
            label="Fibromyalgia impact (FIQR)",
            items=_ITEMS,
            combine=sum_of(*_DOMAINS),
            range=(0, 100),
            higher_is="worse",
            source=_BENNETT,
            level="originator",
            missing=AS_ITS_PARTS,
            bands=(
                Bands(
                    name="Salaffi",
                    labels=("remission", "mild", "moderate", "high"),
                    edges=(0, 30, 45, 65, 100),
                    closed="right",
                    source=_SALAFFI,
                    level="single_source",
                ),
            ),
        ),
        *_DOMAINS,
    ),
    rights="open-access publication (CC BY 2.0); copyright of the authors",
    citation=_BENNETT,
    coding="fiqr_1 to 9 function, 10 and 11 overall impact, 12 to 21 symptoms",
)

_WOLFE = Source(
    citation="Wolfe F et al. Semin Arthritis Rheum 2016;46:319-329",
    locator="criteria 1 to 3",
    doi="10.1016/j.semarthrit.2016.08.012",
)
REGIONS = {
    "left_upper": ("jaw_left", "shoulder_left", "upper_arm_left", "lower_arm_left"),
    "right_upper": ("jaw_right", "shoulder_right", "upper_arm_right", "lower_arm_right"),
    "left_lower": ("hip_left", "upper_leg_left", "lower_leg_left"),
    "right_lower": ("hip_right", "upper_leg_right", "lower_leg_right"),
    "axial": ("neck", "upper_back", "lower_back", "chest", "abdomen"),
}
AREAS = tuple(area for areas in REGIONS.values() for area in areas)
_NOT_GENERALISED = ("jaw_left", "jaw_right", "chest", "abdomen")
_YES_NO = integers(0, 1)
_PAINFUL = tuple(Item(key=f"fm_{area}", responses=_YES_NO) for area in AREAS)
_SYMPTOMS = (
    *(
        Item(key=f"fm_{name}", responses=integers(0, 3))
        for name in ("fatigue", "waking", "cognition")
    ),
    *(Item(key=f"fm_{name}", responses=_YES_NO) for name in ("headache", "cramps", "depression")),
)
_LASTING = Item(key="fm_three_months", responses=_YES_NO)


def _met(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Apply the criteria of 2016: index and severity, four of five regions, three months."""
    painful, symptoms, lasting = values[:, :19] == 1, values[:, 19:25], values[:, 25] == 1
    index, severity = painful.sum(axis=1), symptoms.sum(axis=1)
    counted = painful & ~np.isin(AREAS, _NOT_GENERALISED)
    starts = np.cumsum([0, *(len(areas) for areas in REGIONS.values())])[:-1]
    regions = (np.add.reduceat(counted.astype(int), starts, axis=1) > 0).sum(axis=1)
    enough = ((index >= 7) & (severity >= 5)) | ((index >= 4) & (index <= 6) & (severity >= 9))
    return np.asarray(enough & (regions >= 4) & lasting, dtype=np.float64)


def _count(key: str, label: str, items: tuple[Item, ...], highest: int) -> Scale:
    """Sum of areas or symptoms."""
    return Scale(
        key=key,
        label=f"{label} (fibromyalgia criteria 2016)",
        items=items,
        combine="sum",
        range=(0, highest),
        higher_is="worse",
        source=_WOLFE,
        level="verified",
    )


FIBROMYALGIA_2016 = Instrument(
    key="fm2016",
    name="Fibromyalgia criteria",
    version="2016 revision",
    recall="past week; headache, cramps and depression past 6 months",
    scales=(
        _count("widespread_pain", "Widespread pain index", _PAINFUL, 19),
        _count("symptom_severity", "Symptom severity score", _SYMPTOMS, 12),
        _count("severity", "Fibromyalgia severity", (*_PAINFUL, *_SYMPTOMS), 31),
        Scale(
            key="met",
            label="Fibromyalgia criteria met (2016)",
            items=(*_PAINFUL, *_SYMPTOMS, _LASTING),
            combine=Algorithm(
                function=_met,
                summary="index >= 7 and severity >= 5, or 4-6 and >= 9; pain in 4 of 5 regions "
                "without jaw, chest and abdomen; 3 months",
            ),
            range=(0, 1),
            higher_is="worse",
            unit="1 met, 0 not met",
            source=_WOLFE,
            level="verified",
        ),
    ),
    rights="published criteria; free",
    citation=_WOLFE,
    coding="fm_<area> 1 painful, 0 not: " + ", ".join(AREAS) + "; fm_fatigue, fm_waking, "
    "fm_cognition 0 to 3; fm_headache, fm_cramps, fm_depression, fm_three_months 0 or 1",
)
