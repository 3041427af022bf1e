"""Fear-Avoidance Beliefs Questionnaire."""

from outcomes.instruments.spec import (
    Instrument,
    Scale,
    Source,
    Threshold,
    numbered,
    pick,
    points,
)

_WADDELL = Source(citation="Waddell G et al. Pain 1993;52:157-168")
_MONTICONE = Source(
    citation="Italian FABQ in chronic low back pain",
    locator="abstract; against large improvement",
    doi="10.23736/S1973-9087.20.06158-4",
)
_ITEMS = numbered("fabq", 16, lowest=0, highest=6)
_COHORT = "chronic low back pain, 8-week multidisciplinary programme (n = 129)"
_SURVEY = Source(citation="PMC2881572")
_GUIDELINE = Source(citation="JOSPT guideline on low back pain, PMC4893951")
_SECONDARY = Source(citation="a secondary summary of the questionnaire")


def _changes(important: float, noise: float) -> tuple[Threshold, Threshold]:
    """Give the important and the detectable change in one cohort."""
    return (
        points("MCID", important, _COHORT, "large improvement", _MONTICONE, "originator"),
        points(
            "measurement error",
            noise,
            _COHORT,
            "minimal detectable change, 95 % confidence",
            _MONTICONE,
            "originator",
        ),
    )


def _cut_off(value: float, population: str, source: Source) -> Threshold:
    """Score above which fear-avoidance is called high; several circulate."""
    return points(
        "cut-off", value, population, "high fear-avoidance", source, "single_source", operator=">"
    )


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
            thresholds=(
                *_changes(4, 3.69),
                _cut_off(14, "not stated", _SURVEY),
                _cut_off(15, "not stated", _SECONDARY),
            ),
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
            thresholds=(
                *_changes(7, 5.95),
                _cut_off(29, "not stated", _SURVEY),
                _cut_off(29, "work-related acute low back pain", _GUIDELINE),
                _cut_off(22, "low back pain not related to work", _GUIDELINE),
                _cut_off(34, "not stated", _SECONDARY),
            ),
        ),
    ),
    rights="free in practice",
    citation=_WADDELL,
    coding="items 1, 8, 13, 14 and 16 are not scored and need no column; leave the work items "
    "empty for people not in work",
)
