"""Spondyloarthritis and osteoarthritis indices: BASDAI, BASFI, Lequesne."""

from outcomes.instruments.spec import (
    Bands,
    Composite,
    Instrument,
    Item,
    Scale,
    Source,
    between,
    integers,
    numbered,
    one_of,
    pick,
    points,
)

_GARRETT = Source(citation="Garrett S et al. J Rheumatol 1994;21:2286-2291")
_CALIN = Source(
    citation="Calin A et al. J Rheumatol 1994;21:2281-2285",
    locator="mean of ten items, as in one public scorer",
)
_KVIATKOVSKY = Source(
    citation="Kviatkovsky MJ et al. J Rheumatol 2016;43:1680-1686",
    locator="4 weeks",
    doi="10.3899/jrheum.151244",
)
_LEQUESNE = Source(citation="Lequesne MG et al. Scand J Rheumatol Suppl 1987;65:85-89")
_SPONDYLITIS = "ankylosing spondylitis starting NSAIDs"
_TEN = between(0, 10)
_ACTIVITY = numbered("basdai", 6, responses=_TEN)


def _mean(key: str, items: tuple[Item, ...]) -> Scale:
    """Mean of some of the items, a part of the BASDAI."""
    return Scale(
        key=key,
        label=f"{key} (BASDAI)",
        items=items,
        combine="mean",
        range=(0, 10),
        higher_is="worse",
        source=_GARRETT,
        level="verified",
    )


BASDAI = Instrument(
    key="basdai",
    name="Bath Ankylosing Spondylitis Disease Activity Index",
    version="six items, 0-10",
    recall="past week",
    scales=(
        Scale(
            key="total",
            label="Disease activity (BASDAI)",
            items=_ACTIVITY,
            combine=Composite(
                parts=(
                    _mean("items 1 to 4", pick(_ACTIVITY, range(1, 5))),
                    _mean("stiffness", pick(_ACTIVITY, (5, 6))),
                ),
                weights=(0.8, 0.2),
            ),
            range=(0, 10),
            higher_is="worse",
            source=_GARRETT,
            level="verified",
            thresholds=(
                points(
                    "cut-off", 4, "ankylosing spondylitis", "active disease", _GARRETT, "verified"
                ),
                points(
                    "MCID", 0.7, _SPONDYLITIS, "anchor not recorded", _KVIATKOVSKY, "single_source"
                ),
            ),
        ),
    ),
    rights="free as far as known",
    citation=_GARRETT,
    coding="numeric or visual analogue, 0 to 10; item 6, duration of stiffness, as 0 h = 0, 1 h = "
    "5, 2 h or more = 10",
)
BASFI = Instrument(
    key="basfi",
    name="Bath Ankylosing Spondylitis Functional Index",
    version="ten items, 0-10",
    recall="past week",
    scales=(
        Scale(
            key="total",
            label="Function (BASFI)",
            items=numbered("basfi", 10, responses=_TEN),
            combine="mean",
            range=(0, 10),
            higher_is="worse",
            source=_CALIN,
            level="single_source",
            thresholds=(
                points(
                    "MCID", 0.4, _SPONDYLITIS, "anchor not recorded", _KVIATKOVSKY, "single_source"
                ),
            ),
        ),
    ),
    rights="free as far as known",
    citation=_CALIN,
    coding="numeric or visual analogue, 0 to 10",
)
_HALVES = one_of(0, 0.5, 1, 1.5, 2)

LEQUESNE = Instrument(
    key="lequesne",
    name="Lequesne algofunctional index",
    version="hip or knee, 0-24",
    recall="at interview",
    scales=(
        Scale(
            key="total",
            label="Algofunctional index (Lequesne)",
            items=(
                *(
                    Item(key=f"lequesne_{letter}", responses=integers(0, highest))
                    for letter, highest in zip("abcde", (2, 2, 1, 2, 1), strict=True)
                ),
                Item(key="lequesne_distance", responses=integers(0, 6)),
                Item(key="lequesne_aid", responses=integers(0, 2)),
                *(
                    Item(key=f"lequesne_activity_{number}", responses=_HALVES)
                    for number in range(1, 5)
                ),
            ),
            combine="sum",
            range=(0, 24),
            higher_is="worse",
            source=_LEQUESNE,
            level="verified",
            bands=(
                Bands(
                    name="Lequesne",
                    labels=("none", "mild", "moderate", "severe", "very severe", "extreme"),
                    # Half points are placed by the project: below 5, 8, 11, 14.
                    edges=(0, 0.5, 5, 8, 11, 14, 24),
                    closed="left",
                    source=_LEQUESNE,
                    level="project",
                ),
            ),
        ),
    ),
    rights="free academic use as far as known",
    citation=_LEQUESNE,
    coding="points as printed: a to e pain or discomfort (item e differs between hip and knee), "
    "walking distance 0 to 6, walking aid 0, 1 or 2, four activities 0 to 2 in halves",
)
