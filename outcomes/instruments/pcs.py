"""Pain Catastrophizing Scale."""

from outcomes.instruments.spec import Instrument, Item, Scale, Source, Threshold, numbered, pick

_SULLIVAN = Source(
    citation="Sullivan MJL, Bishop SR, Pivik J. Psychol Assess 1995;7:524-532",
    locator="three-factor scoring",
)
_MONTICONE = Source(
    citation="Italian PCS in chronic low back pain",
    locator="abstract",
    doi="10.23736/S1973-9087.21.06729-0",
)
_MANUAL = Source(citation="Rehabilitation Measures Database, Pain Catastrophizing Scale")
_ITEMS = numbered("pcs", 13, lowest=0, highest=4)


def _scale(
    key: str, label: str, items: tuple[Item, ...], thresholds: tuple[Threshold, ...] = ()
) -> Scale:
    """Sum of items; no missing-item rule is published."""
    return Scale(
        key=key,
        label=label,
        items=items,
        combine="sum",
        range=(0, 4 * len(items)),
        higher_is="worse",
        source=_SULLIVAN,
        level="verified",
        thresholds=thresholds,
    )


_COHORT = "chronic low back pain, multidisciplinary rehabilitation (n = 205)"
_THRESHOLDS = (
    Threshold(
        value=8,
        unit="points",
        kind="MCID",
        population=_COHORT,
        anchor="anchor not recorded",
        source=_MONTICONE,
        level="originator",
    ),
    Threshold(
        value=7.73,
        unit="points",
        kind="measurement error",
        population=_COHORT,
        anchor="minimal detectable change",
        source=_MONTICONE,
        level="originator",
    ),
    Threshold(
        value=11,
        unit="points",
        kind="MCID",
        population=f"{_COHORT}, baseline above 30",
        anchor="anchor not recorded",
        source=_MONTICONE,
        level="originator",
    ),
    Threshold(
        value=6.48,
        unit="points",
        kind="MCID",
        population="low back pain, Japan",
        anchor="pain change of 2 on the NRS",
        source=Source(citation="PMC7053735"),
        level="single_source",
    ),
    Threshold(
        value=30,
        operator=">",
        unit="points",
        kind="cut-off",
        population="people with chronic pain; sources disagree on > against >=",
        anchor="not stated",
        source=_MANUAL,
        level="single_source",
    ),
)

PCS = Instrument(
    key="pcs",
    name="Pain Catastrophizing Scale",
    version="PCS-13",
    recall="not stated in the sources read",
    scales=(
        _scale("total", "Pain catastrophizing (PCS)", _ITEMS, _THRESHOLDS),
        _scale("rumination", "Rumination (PCS)", pick(_ITEMS, (8, 9, 10, 11))),
        _scale("magnification", "Magnification (PCS)", pick(_ITEMS, (6, 7, 13))),
        _scale("helplessness", "Helplessness (PCS)", pick(_ITEMS, (1, 2, 3, 4, 5, 12))),
    ),
    rights="copyright M. J. L. Sullivan; funded or commercial use may need a licence",
    citation=_SULLIVAN,
)
