"""Fear-Avoidance Beliefs Questionnaire."""

from outcomes.instruments.spec import Instrument, Scale, Source, numbered, pick, points

_WADDELL = Source(citation="Waddell G et al. Pain 1993;52:157-168")
_MONTICONE = Source(
    citation="Italian FABQ in chronic low back pain",
    locator="abstract; against large improvement",
    doi="10.23736/S1973-9087.20.06158-4",
)
_ITEMS = numbered("fabq", 16, lowest=0, highest=6)
_COHORT = "chronic low back pain, 8-week multidisciplinary programme (n = 129)"

FABQ = Instrument(
    key="fabq",
    name="Fear-Avoidance Beliefs Questionnaire",
    version="FABQ-16",
    recall="not stated in the sources read",
    scales=(
        Scale(
            key="physical_activity",
            label="Fear-avoidance, physical activity (FABQ)",
            items=pick(_ITEMS, (2, 3, 4, 5)),
            combine="sum",
            range=(0, 24),
            higher_is="worse",
            source=_WADDELL,
            level="verified",
            thresholds=(points("MCID", 4, _COHORT, "large improvement", _MONTICONE, "originator"),),
        ),
        Scale(
            key="work",
            label="Fear-avoidance, work (FABQ)",
            items=pick(_ITEMS, (6, 7, 9, 10, 11, 12, 15)),
            combine="sum",
            range=(0, 42),
            higher_is="worse",
            source=_WADDELL,
            level="verified",
            thresholds=(points("MCID", 7, _COHORT, "large improvement", _MONTICONE, "originator"),),
        ),
    ),
    rights="free in practice",
    citation=_WADDELL,
    coding="items 1, 8, 13, 14 and 16 are not scored and need no column; leave the work items "
    "empty for people not in work",
)
