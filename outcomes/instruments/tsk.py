"""Tampa Scale of Kinesiophobia."""

from outcomes.instruments.spec import Instrument, Scale, Source, numbered, pick, points

_VLAEYEN = Source(
    citation="Vlaeyen JWS et al. Pain 1995;62:363-372", doi="10.1016/0304-3959(94)00279-N"
)
_WOBY = Source(
    citation="Woby SR et al. Pain 2005;117:137-144",
    locator="abstract",
    doi="10.1016/j.pain.2005.05.029",
)
_RIGHTS = "no formal owner known"
_MCID = points("MCID", 4, "chronic low back pain, UK", "anchor not recorded", _WOBY, "originator")

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
_ELEVEN = TSK_11.items
# Numbers on the TSK-11; on the TSK-17 they are 3, 5, 6, 11, 15 and 1, 2, 7, 10, 13, 17.
_SUBSCALES = (
    ("somatic_focus", "Somatic focus", (3, 4, 5, 8, 10)),
    ("activity_avoidance", "Activity avoidance", (1, 2, 6, 7, 9, 11)),
)

TSK_11_SUBSCALES = Instrument(
    key="tsk11_subscales",
    name="Tampa Scale of Kinesiophobia, subscales of the 11 items",
    version="TSK-11, two factors",
    recall=TSK_11.recall,
    scales=tuple(
        Scale(
            key=key,
            label=f"{label} (TSK-11)",
            items=pick(_ELEVEN, numbers),
            combine="sum",
            range=(len(numbers), 4 * len(numbers)),
            higher_is="worse",
            true_zero=False,
            source=Source(citation=_WOBY.citation, locator="subscales from general knowledge"),
            level="unverified",
        )
        for key, label, numbers in _SUBSCALES
    ),
    rights=_RIGHTS,
    citation=_WOBY,
    coding="columns of the TSK-11, tsk11_1 to tsk11_11",
    experimental="which item belongs to which subscale was read in no paper, and websites disagree",
)
