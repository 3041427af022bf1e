"""Disabilities of the Arm, Shoulder and Hand: DASH, QuickDASH and their optional modules."""

from dataclasses import replace

from outcomes.instruments.spec import (
    Instrument,
    Scale,
    Source,
    Threshold,
    numbered,
    pick,
    points,
    prorate,
    strict,
)

_GUIDE = Source(citation="The DASH Outcome Measure User's Manual. 2002", locator="scoring formula")
_HUDAK = Source(
    citation="Hudak PL et al. Am J Ind Med 1996;29:602-608",
    doi="10.1002/(SICI)1097-0274(199606)29:6<602::AID-AJIM4>3.0.CO;2-L",
)
_BEATON = Source(
    citation="Beaton DE et al. J Bone Joint Surg Am 2005;87:1038-1046", doi="10.2106/JBJS.D.02060"
)
_GUMMESSON = Source(citation="Gummesson C et al. 2003", locator="quoted second-hand")
_SHOULDER = Source(citation="comparison of measures in shoulder pain", locator="abstract")
_SORENSEN = Source(citation="Sorensen AA et al. 2013", locator="quoted second-hand")


def _instrument(
    key: str,
    name: str,
    n_items: int,
    min_answered: int,
    citation: Source,
    thresholds: tuple[Threshold, ...] = (),
) -> Instrument:
    """Mean answer of 1 to 5 on a scale of 0 to 100."""
    rule = strict("verified", _GUIDE)
    if min_answered < n_items:
        rule = prorate(min_answered, "verified", _GUIDE)
    return Instrument(
        key=key,
        name=name,
        version=f"{n_items} items",
        recall="last week",
        scales=(
            Scale(
                key="total",
                label=name,
                items=numbered(key, n_items, lowest=1, highest=5),
                combine="mean",
                rescale_to=(0, 100),
                range=(0, 100),
                higher_is="worse",
                source=_GUIDE,
                level="verified",
                missing=rule,
                thresholds=thresholds,
            ),
        ),
        rights="Institute for Work & Health; commercial use needs a licence",
        citation=citation,
    )


DASH = _instrument(
    "dash",
    "Disabilities of the Arm, Shoulder and Hand",
    30,
    27,
    _HUDAK,
    (points("MCID", 10, "upper-limb surgery", "anchor not recorded", _GUMMESSON, "single_source"),),
)
DASH_WORK = _instrument("dash_work", "DASH work module", 4, 4, _HUDAK)
DASH_SPORT = _instrument("dash_sport", "DASH sport and performing arts module", 4, 4, _HUDAK)
QUICKDASH = _instrument(
    "quickdash",
    "QuickDASH",
    11,
    10,
    _BEATON,
    (
        points(
            "MCID",
            14,
            "atraumatic hand and forearm conditions",
            "anchor not recorded",
            _SORENSEN,
            "single_source",
        ),
        points(
            "MCID",
            10.8,
            "shoulder pain",
            "anchor not recorded",
            _SHOULDER,
            "single_source",
            value_high=13.6,
        ),
    ),
)
QUICKDASH_WORK = _instrument("quickdash_work", "QuickDASH work module", 4, 4, _BEATON)
QUICKDASH_SPORT = _instrument(
    "quickdash_sport", "QuickDASH sport and performing arts module", 4, 4, _BEATON
)
QUICKDASH_FROM_DASH = replace(
    QUICKDASH,
    key="quickdash_from_dash",
    version="11 of the 30 items of the DASH",
    scales=(
        replace(
            QUICKDASH.scales[0],
            label="QuickDASH, derived from the DASH",
            items=pick(DASH.items, (1, 7, 10, 14, 16, 18, 22, 23, 24, 26, 29)),
            level="unverified",
            thresholds=(),
        ),
    ),
    coding="columns of the DASH: dash_1, 7, 10, 14, 16, 18, 22, 23, 24, 26 and 29",
    experimental="which items of the DASH it has was read in no source",
)
