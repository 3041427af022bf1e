"""RAND-36 1.0, and the SF-36 version 1 with its summary scores.

The two share items; pain and general health are scored differently.
"""

import numpy as np
from numpy.typing import NDArray

from outcomes.instruments.spec import (
    AS_ITS_PARTS,
    Algorithm,
    Composite,
    Instrument,
    Item,
    MissingRule,
    Scale,
    Source,
    integers,
    prorate,
)

_HAYS = Source(
    citation="Hays RD, Sherbourne CD, Mazel RM. Health Econ 1993;2:217-227",
    locator="recoding table of the RAND 36-Item Health Survey 1.0",
    doi="10.1002/hec.4730020305",
)
_WARE = Source(
    citation="Ware JE et al. SF-36 Physical and Mental Health Summary Scales. 1994",
    locator="1990 US norms, orthogonal coefficients",
)
_ANY_ANSWERED = MissingRule(name="any_answered", min_answered=1, level="verified", source=_HAYS)

# Scale, label, item numbers, and half of the items, which is when a scale is scored.
_SCALES: tuple[tuple[str, str, tuple[int, ...], int], ...] = (
    ("physical_functioning", "Physical functioning", tuple(range(3, 13)), 5),
    ("role_physical", "Role limitations, physical", (13, 14, 15, 16), 2),
    ("role_emotional", "Role limitations, emotional", (17, 18, 19), 2),
    ("energy_fatigue", "Energy and fatigue", (23, 27, 29, 31), 2),
    ("emotional_wellbeing", "Emotional well-being", (24, 25, 26, 28, 30), 3),
    ("social_functioning", "Social functioning", (20, 32), 1),
    ("pain", "Freedom from pain", (21, 22), 1),
    ("general_health", "General health", (1, 33, 34, 35, 36), 3),
)
_FIVE_DOWN = (100.0, 75.0, 50.0, 25.0, 0.0)
_SIX_DOWN = (100.0, 80.0, 60.0, 40.0, 20.0, 0.0)
_VALUES: dict[int, tuple[float, ...]] = (
    dict.fromkeys((1, 2, 20, 22, 34, 36), _FIVE_DOWN)
    | dict.fromkeys(range(3, 13), (0.0, 50.0, 100.0))
    | dict.fromkeys(range(13, 20), (0.0, 100.0))
    | dict.fromkeys((21, 23, 26, 27, 30), _SIX_DOWN)
    | dict.fromkeys((24, 25, 28, 29, 31), _SIX_DOWN[::-1])
    | dict.fromkeys((32, 33, 35), _FIVE_DOWN[::-1])
)


def _item(instrument: str, number: int) -> Item:
    """Item recoded to 0-100, with as many answers as it has values."""
    values = _VALUES[number]
    return Item(key=f"{instrument}_{number}", responses=integers(1, len(values)), recode=values)


def _scale(
    instrument: str, name: str, key: str, label: str, numbers: tuple[int, ...], half: int
) -> Scale:
    """Mean of the recoded items."""
    return Scale(
        key=key,
        label=f"{label} ({name})",
        items=tuple(_item(instrument, number) for number in numbers),
        combine="mean",
        range=(0, 100),
        higher_is="better",
        source=_HAYS,
        level="verified",
        missing=prorate(half, "project"),
        other_rules=(_ANY_ANSWERED,),
    )


RAND_36 = Instrument(
    key="rand36",
    name="RAND 36-Item Health Survey",
    version="1.0",
    recall="4 weeks (items 13 to 32)",
    scales=tuple(_scale("rand36", "RAND-36", *row) for row in _SCALES),
    rights="RAND; items and scoring free",
    citation=_HAYS,
    coding="answers as printed; item 2 is in no scale and needs no column; pain: higher is better",
)


def _bodily_pain(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """SF-36 bodily pain from reversed items 21 (1-6) and 22 (1-5).

    What item 22 counts depends on item 21; where one is missing, the other stands for it.
    """
    magnitude, interference = values.T
    known = np.nan_to_num(magnitude, nan=1.0).astype(int)
    first = np.array([1, 2.2, 3.1, 4.2, 5.4, 6])[known - 1]
    first[np.isnan(magnitude)] = np.nan
    second = np.where((interference == 5) & (magnitude == 6), 6.0, interference)
    alone = 1 + (interference - 1) * 1.25
    second = np.where(np.isnan(magnitude), alone, second)
    total = 2 * np.nanmean(np.column_stack([first, second]), axis=1)
    return np.asarray((total - 2) * 10)


_PAIN = Scale(
    key="bodily_pain",
    label="Freedom from bodily pain (SF-36)",
    items=(
        Item(key="sf36_21", responses=integers(1, 6), reverse=True),
        Item(key="sf36_22", responses=integers(1, 5), reverse=True),
    ),
    combine=Algorithm(
        function=_bodily_pain,
        summary="items 21 and 22 recoded, item 22 depending on item 21; 100 (sum - 2) / 10",
    ),
    range=(0, 100),
    higher_is="better",
    source=_WARE,
    level="verified",
    missing=MissingRule(name="either item", min_answered=1, level="project"),
)
_HEALTH = Scale(
    key="general_health",
    label="General health (SF-36)",
    items=(
        Item(key="sf36_1", responses=integers(1, 5), recode=(5.0, 4.4, 3.4, 2.0, 1.0)),
        Item(key="sf36_33", responses=integers(1, 5)),
        Item(key="sf36_34", responses=integers(1, 5), reverse=True),
        Item(key="sf36_35", responses=integers(1, 5)),
        Item(key="sf36_36", responses=integers(1, 5), reverse=True),
    ),
    combine="sum",
    rescale_to=(0, 100),
    range=(0, 100),
    higher_is="better",
    source=_WARE,
    level="verified",
    missing=prorate(3, "project"),
)
_SF_36 = {
    row[0]: _scale("sf36", "SF-36", *row)
    for row in _SCALES
    if row[0] not in ("pain", "general_health")
} | {"bodily_pain": _PAIN, "general_health": _HEALTH}

# Mean and standard deviation in the 1990 US norms, physical and mental coefficient.
NORMS_1990 = {
    "physical_functioning": (84.52404, 22.89490, 0.42402, -0.22999),
    "role_physical": (81.19907, 33.79729, 0.35119, -0.12329),
    "bodily_pain": (75.49196, 23.55879, 0.31754, -0.09731),
    "general_health": (72.21316, 20.16964, 0.24954, -0.01571),
    "energy_fatigue": (61.05453, 20.86942, 0.02877, 0.23534),
    "social_functioning": (83.59753, 22.37642, -0.00753, 0.26876),
    "role_emotional": (81.29467, 33.02717, -0.19206, 0.43407),
    "emotional_wellbeing": (74.84212, 18.01189, -0.22069, 0.48581),
}


def summary(
    scales: dict[str, Scale], norms: dict[str, tuple[float, float]], coefficients: dict[str, float]
) -> Composite:
    """T-score of weighted z scores: 50 + 10 * sum(coefficient * (score - mean) / sd)."""
    weights = {key: 10 * coefficients[key] / sd for key, (_, sd) in norms.items()}
    return Composite(
        parts=tuple(scales[key] for key in norms),
        weights=tuple(weights.values()),
        constant=50 - sum(weights[key] * mean for key, (mean, _) in norms.items()),
    )


def summary_scale(key: str, label: str, combined: Composite, source: Source) -> Scale:
    """Physical or mental component summary."""
    return Scale(
        key=key,
        label=label,
        items=combined.items,
        combine=combined,
        range=combined.range,
        higher_is="better",
        unit="T-score",
        true_zero=False,
        source=source,
        level="verified",
        missing=AS_ITS_PARTS,
    )


_NORMS = {key: (mean, sd) for key, (mean, sd, _, _) in NORMS_1990.items()}
PHYSICAL = {key: row[2] for key, row in NORMS_1990.items()}
MENTAL = {key: row[3] for key, row in NORMS_1990.items()}

SF_36 = Instrument(
    key="sf36",
    name="SF-36 Health Survey",
    version="version 1, 1990 US norms",
    recall="4 weeks (items 13 to 32)",
    scales=(
        *_SF_36.values(),
        summary_scale(
            "physical",
            "Physical component summary (SF-36)",
            summary(_SF_36, _NORMS, PHYSICAL),
            _WARE,
        ),
        summary_scale(
            "mental",
            "Mental component summary (SF-36)",
            summary(_SF_36, _NORMS, MENTAL),
            _WARE,
        ),
    ),
    rights="QualityMetric; trademark and licence",
    citation=_WARE,
    coding="answers as printed in version 1; version 2 has other answers and licensed norms",
)
