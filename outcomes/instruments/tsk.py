"""Tampa Scale of Kinesiophobia."""

from outcomes.instruments.spec import Instrument, Scale, Source, numbered, points

_VLAEYEN = Source(
    citation="Vlaeyen JWS et al. Pain 1995;62:363-372", doi="10.1016/0304-3959(94)00279-N"
)
_WOBY = Source(
    citation="Woby SR et al. Pain 2005;117:137-144",
    locator="abstract",
    doi="10.1016/j.pain.2005.05.029",
)
_RIGHTS = "no formal owner known"
_MCID = points("MCID", 4, "chronic low back pain, UK", "anchor not read", _WOBY, "originator")

TSK = Instrument(
    key="tsk",
    name="Tampa Scale of Kinesiophobia",
    version="TSK-17",
    recall="not stated in the sources read",
    scales=(
        Scale(
            key="total",
            label="Fear of movement (TSK-17)",
            items=numbered("tsk", 17, lowest=1, highest=4, reverse=(4, 8, 12, 16)),
            combine="sum",
            range=(17, 68),
            higher_is="worse",
            true_zero=False,
            source=_VLAEYEN,
            level="verified",
            thresholds=(
                _MCID,
                points(
                    "cut-off",
                    37,
                    "chronic low back pain",
                    "high fear of movement",
                    _VLAEYEN,
                    "verified",
                    operator=">",
                ),
            ),
        ),
    ),
    rights=_RIGHTS,
    citation=_VLAEYEN,
    coding="answers as printed, 1 to 4; items 4, 8, 12 and 16 are reversed here",
)
TSK_11 = Instrument(
    key="tsk11",
    name="Tampa Scale of Kinesiophobia, 11 items",
    version="TSK-11",
    recall="not stated in the sources read",
    scales=(
        Scale(
            key="total",
            label="Fear of movement (TSK-11)",
            items=numbered("tsk11", 11, lowest=1, highest=4),
            combine="sum",
            range=(11, 44),
            higher_is="worse",
            true_zero=False,
            source=_WOBY,
            level="originator",
            thresholds=(_MCID,),
        ),
    ),
    rights=_RIGHTS,
    citation=_WOBY,
    coding="items 1, 2, 3, 5, 6, 7, 10, 11, 13, 15, 17 of the TSK-17 in this order; none reversed",
)
