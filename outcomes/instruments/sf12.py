"""SF-12: version 1 by indicator weights, version 2 by the public UCLA algorithm."""

from outcomes.instruments.rand36 import MENTAL, PHYSICAL, summary, summary_scale
from outcomes.instruments.spec import (
    Composite,
    Instrument,
    Item,
    Scale,
    Source,
    integers,
    strict,
)

_WARE = Source(
    citation="Ware JE, Kosinski M, Keller SD. Med Care 1996;34:220-233",
    locator="indicator weights, as in one public implementation",
    doi="10.1097/00005650-199603000-00003",
)
_UCLA = Source(
    citation="Spritzer K. UCLA SAS code for the SF-12 version 2. 2003/2004",
    locator="1998 US means, SF-36 version 1 factor weights; not the licensed scoring",
)
_RIGHTS = "QualityMetric; trademark and licence"

# Weights of the indicator variables by item, from its worst level to the last but best.
_PHYSICAL = {
    1: (-8.37399, -5.56461, -3.02396, -1.31872),
    2: (-7.23216, -3.45555),
    3: (-6.24397, -2.73557),
    4: (-4.61617,),
    5: (-5.51747,),
    6: (3.04365,),
    7: (2.32091,),
    8: (-11.25544, -8.38063, -6.50522, -3.80130),
    9: (3.46638, 2.90426, 2.37241, 1.36689, 0.66514),
    10: (-2.44706, -2.02168, -1.61850, -1.14387, -0.42251),
    11: (4.61446, 3.41593, 2.34247, 1.28044, 0.41188),
    12: (-0.33682, -0.94342, -0.18043, 0.11038),
}
_MENTAL = {
    1: (-1.71175, -0.16891, 0.03482, -0.06064),
    2: (3.93115, 1.86840),
    3: (2.68282, 1.43103),
    4: (1.44060,),
    5: (1.66968,),
    6: (-6.82672,),
    7: (-5.69921,),
    8: (1.48619, 1.76691, 1.49384, 0.90384),
    9: (-10.19085, -7.92717, -6.31121, -4.09842, -1.94949),
    10: (-6.02409, -4.88962, -3.29805, -1.65178, -0.92057),
    11: (-16.15395, -10.77911, -8.09914, -4.59055, -1.95934),
    12: (-6.29724, -8.26066, -5.63286, -3.13896),
}
_BEST_FIRST = (1, 8, 9, 10)
"""Items whose first printed answer is the best one."""


def _indicator_item(number: int, weights: tuple[float, ...]) -> Item:
    """Weight of each printed answer; the best answer weighs nothing."""
    values = (*weights, 0.0)
    if number in _BEST_FIRST:
        values = values[::-1]
    return Item(key=f"sf12_v1_{number}", responses=integers(1, len(values)), recode=values)


def _indicator_score(
    key: str, label: str, constant: float, weights: dict[int, tuple[float, ...]]
) -> Scale:
    """Constant plus the weights of the given answers."""
    items = tuple(_indicator_item(number, row) for number, row in weights.items())
    low, high = (sum(item.values[end] for item in items) for end in (0, 1))
    rule = strict("single_source", _WARE)
    weighed = Scale(
        key=f"{key}_sum",
        label=label,
        items=items,
        combine="sum",
        range=(low, high),
        higher_is="better",
        source=_WARE,
        level="single_source",
        missing=rule,
    )
    return Scale(
        key=key,
        label=label,
        items=items,
        combine=Composite(parts=(weighed,), weights=(1.0,), constant=constant),
        range=(low + constant, high + constant),
        higher_is="better",
        unit="T-score",
        true_zero=False,
        source=_WARE,
        level="single_source",
        missing=rule,
    )


SF_12_V1 = Instrument(
    key="sf12_v1",
    name="SF-12 Health Survey",
    version="version 1",
    recall="4 weeks",
    scales=(
        _indicator_score("physical", "Physical component summary (SF-12)", 56.57706, _PHYSICAL),
        _indicator_score("mental", "Mental component summary (SF-12)", 60.75781, _MENTAL),
    ),
    rights=_RIGHTS,
    citation=_WARE,
    coding="form order and answers as printed in version 1; version 2 answers are refused where "
    "they are impossible, not where they look alike",
)


def _item(number: int) -> Item:
    """Item of version 2 with the values that the algorithm gives its answers."""
    key = f"sf12_v2_{number}"
    if number == 1:
        return Item(key=key, responses=integers(1, 5), recode=(5.0, 4.4, 3.4, 2.0, 1.0))
    highest = 3 if number in (2, 3) else 5
    return Item(key=key, responses=integers(1, highest), reverse=number in (8, 9, 10))


def _scale(key: str, label: str, numbers: tuple[int, ...]) -> Scale:
    """Sum of the item values on 0 to 100."""
    return Scale(
        key=key,
        label=f"{label} (SF-12v2)",
        items=tuple(_item(number) for number in numbers),
        combine="sum",
        rescale_to=(0, 100),
        range=(0, 100),
        higher_is="better",
        source=_UCLA,
        level="verified",
    )


_SCALES = {
    scale.key: scale
    for scale in (
        _scale("physical_functioning", "Physical functioning", (2, 3)),
        _scale("role_physical", "Role limitations, physical", (4, 5)),
        _scale("bodily_pain", "Freedom from bodily pain", (8,)),
        _scale("general_health", "General health", (1,)),
        _scale("energy_fatigue", "Vitality", (10,)),
        _scale("social_functioning", "Social functioning", (12,)),
        _scale("role_emotional", "Role limitations, emotional", (6, 7)),
        _scale("emotional_wellbeing", "Mental health", (9, 11)),
    )
}
# The first standard deviation also circulates as 29.10588; summaries move by at most 0.0002.
_NORMS_1998 = {
    "physical_functioning": (81.18122, 29.10558),
    "role_physical": (80.52856, 27.13526),
    "bodily_pain": (81.74015, 24.53019),
    "general_health": (72.19795, 23.19041),
    "energy_fatigue": (55.59090, 24.84380),
    "social_functioning": (83.73973, 24.75775),
    "role_emotional": (86.41051, 22.35543),
    "emotional_wellbeing": (70.18217, 20.50597),
}

SF_12_V2 = Instrument(
    key="sf12_v2",
    name="SF-12 Health Survey",
    version="version 2, UCLA algorithm, 1998 US norms",
    recall="4 weeks",
    scales=(
        summary_scale(
            "physical",
            "Physical component summary (SF-12v2)",
            summary(_SCALES, _NORMS_1998, PHYSICAL),
            _UCLA,
        ),
        summary_scale(
            "mental",
            "Mental component summary (SF-12v2)",
            summary(_SCALES, _NORMS_1998, MENTAL),
            _UCLA,
        ),
        *_SCALES.values(),
    ),
    rights=_RIGHTS,
    citation=_UCLA,
    coding="form order and answers as printed in version 2",
)
