"""Migraine-Specific Quality of Life Questionnaire, version 2.1."""

from outcomes.instruments.spec import (
    Instrument,
    MissingRule,
    Scale,
    Source,
    Threshold,
    numbered,
    pick,
    points,
)

_MARTIN = Source(
    citation="Martin BC et al. Headache 2000;40:204-216",
    locator="three scales of 0 to 100; item numbers and the half rule from general knowledge",
)
_COLE = Source(citation="Cole JC et al. Cephalalgia 2009;29:1180-1187")
_ITEMS = numbered("msq_v2_1", 14, lowest=1, highest=6)


def _thresholds(
    group: float, responder: float, up_to: float | None = None
) -> tuple[Threshold, ...]:
    """Declare the group and responder changes that Cole found."""
    patients, unread = "migraine", "anchor not recorded"
    return (
        points("MID", group, patients, unread, _COLE, "single_source"),
        points("MCID", responder, patients, unread, _COLE, "single_source", value_high=up_to),
    )


def _scale(key: str, label: str, numbers: range, thresholds: tuple[Threshold, ...]) -> Scale:
    """Mean answer turned around, on 0 to 100."""
    half = MissingRule(
        name="half", min_answered=(len(numbers) + 1) // 2, level="unverified", source=_MARTIN
    )
    return Scale(
        key=key,
        label=f"{label} (MSQ)",
        items=pick(_ITEMS, numbers),
        combine="mean",
        rescale_to=(100, 0),
        range=(0, 100),
        higher_is="better",
        source=_MARTIN,
        level="unverified",
        other_rules=(half,),
        thresholds=thresholds,
    )


MSQ = Instrument(
    key="msq_v2_1",
    name="Migraine-Specific Quality of Life Questionnaire",
    version="MSQ 2.1",
    recall="past 4 weeks",
    scales=(
        _scale("restrictive", "Role function, restrictive", range(1, 8), _thresholds(3.2, 5)),
        _scale("preventive", "Role function, preventive", range(8, 12), _thresholds(4.6, 5, 7.9)),
        _scale("emotional", "Emotional function", range(12, 15), _thresholds(7.5, 8, 10.6)),
    ),
    rights="GSK; licences from Mapi Research Trust",
    citation=_MARTIN,
    coding="answers as captured, 1 none of the time to 6 all of the time; they are turned around "
    "here. The Medical Symptoms Questionnaire has the same abbreviation",
    experimental="which item belongs to which scale, and the half rule, were read in no manual",
)
