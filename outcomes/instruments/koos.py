"""Knee and hip: KOOS, HOOS, KOOS-12, KOOS-JR and HOOS-JR."""

from outcomes.instruments.spec import (
    AS_ITS_PARTS,
    Instrument,
    Item,
    Level,
    MissingRule,
    RawSumTable,
    Scale,
    Source,
    Threshold,
    integers,
    mean_of,
    numbered,
    points,
    prorate,
)

_KOOS = Source(
    citation="Roos EM et al. J Orthop Sports Phys Ther 1998;28:88-96",
    locator="with the developers' scoring instructions of August 2012",
)
_HOOS = Source(
    citation="Nilsdotter AK et al. BMC Musculoskelet Disord 2003;4:10",
    locator="with the developers' scoring instructions of June 2013",
)
_GANDEK = Source(
    citation="Gandek B et al. Osteoarthritis Cartilage 2019;27:762-770",
    locator="with the developers' scoring page",
)
_LYMAN_KNEE = Source(citation="Lyman S et al. Clin Orthop Relat Res 2016;474:1461-1471")
_LYMAN_HIP = Source(citation="Lyman S et al. Clin Orthop Relat Res 2016;474:1472-1482")
_BOOK = Source(citation="a handbook of patient-reported measures", locator="quoted second-hand")
_DETECTABLE = "smallest detectable change of one person"
_ANSWER = integers(0, 4)
_NO_PROBLEM = "0 = no problem for every item"
_FREE = "free; no permission needed as far as known (koos.nu)"


def _items(prefix: str, n_items: int) -> tuple[Item, ...]:
    """Items as the form numbers them within a subscale, such as ``koos_p1``."""
    return tuple(
        Item(key=f"{prefix}{number}", responses=_ANSWER) for number in range(1, n_items + 1)
    )


def _subscale(
    key: str,
    label: str,
    items: tuple[Item, ...],
    missing: MissingRule,
    source: Source,
    other_rules: tuple[MissingRule, ...] = (),
    thresholds: tuple[Threshold, ...] = (),
) -> Scale:
    """100 minus 25 times the mean answer."""
    return Scale(
        key=key,
        label=label,
        items=items,
        combine="mean",
        rescale_to=(100, 0),
        range=(0, 100),
        higher_is="better",
        source=source,
        level="verified",
        missing=missing,
        other_rules=other_rules,
        thresholds=thresholds,
    )


def _legacy(name: str, min_answered: int, source: Source, level: Level) -> tuple[MissingRule, ...]:
    """Keep the rule of the first publication, for comparison with old analyses."""
    return (MissingRule(name=name, min_answered=min_answered, level=level, source=source),)


def _subscales(
    instrument: str,
    table: tuple[tuple[str, str, str, int, int, int, float], ...],
    legacy: str,
    source: Source,
    level: Level,
    legacy_level: Level,
    population: str,
) -> tuple[Scale, ...]:
    """One scale for each row: key, label, prefix, items, fewest answers now, formerly, noise."""
    return tuple(
        _subscale(
            key,
            f"{label} ({instrument.upper()})",
            _items(f"{instrument}_{prefix}", n_items),
            prorate(least, level, source),
            source,
            _legacy(legacy, formerly, source, legacy_level),
            (points("measurement error", noise, population, _DETECTABLE, _BOOK, "single_source"),),
        )
        for key, label, prefix, n_items, least, formerly, noise in table
    )


KOOS = Instrument(
    key="koos",
    name="Knee injury and Osteoarthritis Outcome Score",
    version="KOOS LK1.0, missing rule of 2012",
    recall="last week",
    scales=_subscales(
        "koos",
        (
            ("symptoms", "Symptoms", "s", 7, 4, 5, 21.2),
            ("pain", "Pain", "p", 9, 5, 7, 26.4),
            ("adl", "Activities of daily living", "a", 17, 9, 15, 23.8),
            ("sport", "Sport and recreation", "sp", 5, 3, 3, 49.1),
            ("qol", "Knee-related quality of life", "q", 4, 2, 2, 24.9),
        ),
        "1998",
        _KOOS,
        "verified",
        "single_source",
        "knee osteoarthritis",
    ),
    rights=_FREE,
    citation=_KOOS,
    coding=f"{_NO_PROBLEM}; S4 and S5 are printed in the opposite order (always = 0): reverse "
    "them first if they were captured as never = 0",
)
HOOS = Instrument(
    key="hoos",
    name="Hip disability and Osteoarthritis Outcome Score",
    version="HOOS LK2.0, missing rule of 2013",
    recall="last week",
    scales=_subscales(
        "hoos",
        (
            ("symptoms", "Symptoms", "s", 5, 3, 3, 10.5),
            ("pain", "Pain", "p", 10, 5, 8, 15.1),
            ("adl", "Activities of daily living", "a", 17, 9, 15, 9.6),
            ("sport", "Sport and recreation", "sp", 4, 2, 2, 15.5),
            ("qol", "Hip-related quality of life", "q", 4, 2, 2, 16.2),
        ),
        "2003",
        _HOOS,
        "originator",
        "originator",
        "hip osteoarthritis",
    ),
    rights=_FREE,
    citation=_HOOS,
    coding=_NO_PROBLEM,
)
_KOOS_12 = tuple(
    _subscale(
        key,
        f"{label} (KOOS-12)",
        numbered(f"koos12_{key}", 4, responses=_ANSWER),
        prorate(2, "verified", _GANDEK),
        _GANDEK,
    )
    for key, label in (
        ("pain", "Pain"),
        ("function", "Function"),
        ("qol", "Knee-related quality of life"),
    )
)
KOOS_12 = Instrument(
    key="koos12",
    name="KOOS-12",
    version="KOOS-12, 2019",
    recall="last week",
    scales=(
        *_KOOS_12,
        Scale(
            key="summary",
            label="Knee impact summary (KOOS-12)",
            items=mean_of(*_KOOS_12).items,
            combine=mean_of(*_KOOS_12),
            range=(0, 100),
            higher_is="better",
            source=_GANDEK,
            level="verified",
            missing=AS_ITS_PARTS,
        ),
    ),
    rights=_FREE,
    citation=_GANDEK,
    coding=f"{_NO_PROBLEM}; pain P1, P5, P6, P8; function A3, A4, A7, SP4; quality of life Q1-Q4",
)


def _joint_replacement(
    key: str, name: str, coding: str, source: Source, level: Level, scores: tuple[float, ...]
) -> Instrument:
    """Complete raw sum to the interval scale; linear scoring would be wrong."""
    return Instrument(
        key=key,
        name=name,
        version=f"{name}, 2016",
        recall="last week",
        scales=(
            Scale(
                key="total",
                label=f"Joint health ({name})",
                items=numbered(key, (len(scores) - 1) // 4, responses=_ANSWER),
                combine="sum",
                table=RawSumTable(first=0, scores=scores, source=source),
                range=(0, 100),
                higher_is="better",
                source=source,
                level=level,
            ),
        ),
        rights="Hospital for Special Surgery; free with acknowledgement as far as known",
        citation=source,
        coding=f"{_NO_PROBLEM}; {coding}",
    )


KOOS_JR = _joint_replacement(
    "koosjr",
    "KOOS-JR",
    "KOOS items S6, P2, P3, P6, P9, A3, A5 in this order",
    _LYMAN_KNEE,
    "verified",
    (
        *(100.000, 91.975, 84.600, 79.914, 76.332, 73.342, 70.704, 68.284, 65.994, 63.776),
        *(61.583, 59.381, 57.140, 54.840, 52.465, 50.012, 47.487, 44.905, 42.281, 39.625),
        *(36.931, 34.174, 31.307, 28.251, 24.875, 20.941, 15.939, 8.291, 0.000),
    ),
)
HOOS_JR = _joint_replacement(
    "hoosjr",
    "HOOS-JR",
    "HOOS items P5, P10, A3, A5, A12, A14 in this order",
    _LYMAN_HIP,
    "single_source",
    (
        *(100.000, 92.340, 85.257, 80.550, 76.776, 73.472, 70.426, 67.516, 64.664, 61.815),
        *(58.930, 55.985, 52.965, 49.858, 46.652, 43.335, 39.902, 36.363, 32.735, 29.009),
        *(25.103, 20.805, 15.633, 8.104, 0.000),
    ),
)
