"""Short-form McGill Pain Questionnaires."""

from collections.abc import Iterable

from outcomes.instruments.spec import Instrument, Item, Level, Scale, Source, numbered, pick

_MELZACK = Source(citation="Melzack R. Pain 1987;30:191-197", doi="10.1016/0304-3959(87)91074-8")
_DWORKIN = Source(
    citation="Dworkin RH et al. Pain 2009;144:35-42", doi="10.1016/j.pain.2009.02.007"
)
_DESCRIPTORS = numbered("sfmpq", 15, lowest=0, highest=3)
_ITEMS_2 = numbered("sfmpq2", 22, lowest=0, highest=10)


def _sum(key: str, label: str, items: tuple[Item, ...]) -> Scale:
    """Sum of descriptors rated 0 to 3."""
    return Scale(
        key=key,
        label=f"{label} (SF-MPQ)",
        items=items,
        combine="sum",
        range=(0, 3 * len(items)),
        higher_is="worse",
        source=_MELZACK,
        level="verified",
    )


def _mean(key: str, label: str, numbers: Iterable[int], level: Level = "single_source") -> Scale:
    """Mean of descriptors rated 0 to 10."""
    return Scale(
        key=key,
        label=f"{label} (SF-MPQ-2)",
        items=pick(_ITEMS_2, numbers),
        combine="mean",
        range=(0, 10),
        higher_is="worse",
        source=_DWORKIN,
        level=level,
    )


SF_MPQ = Instrument(
    key="sfmpq",
    name="Short-Form McGill Pain Questionnaire",
    version="SF-MPQ, 1987",
    recall="present pain, or as the study asks",
    scales=(
        _sum("total", "Pain descriptors", _DESCRIPTORS),
        _sum("sensory", "Sensory pain", pick(_DESCRIPTORS, range(1, 12))),
        _sum("affective", "Affective pain", pick(_DESCRIPTORS, range(12, 16))),
    ),
    rights="copyright R. Melzack; licences from Mapi Research Trust",
    citation=_MELZACK,
    coding="descriptors 0 to 3; present pain intensity (sfmpq_ppi) and VAS (vas) are never added "
    "to the total",
)
SF_MPQ_2 = Instrument(
    key="sfmpq2",
    name="Short-Form McGill Pain Questionnaire 2",
    version="SF-MPQ-2, 2009",
    recall="past week",
    scales=(
        # The mean of the 22 items, which is not the mean of the four subscale means.
        _mean("total", "Pain descriptors", range(1, 23)),
        _mean("continuous", "Continuous pain", (1, 5, 6, 8, 9, 10)),
        _mean("intermittent", "Intermittent pain", (2, 3, 4, 11, 16, 18)),
        _mean("neuropathic", "Predominantly neuropathic pain", (7, 17, 19, 20, 21, 22)),
        _mean("affective", "Affective descriptors", (12, 13, 14, 15)),
    ),
    rights="copyright R. Melzack and IMMPACT; permission needed",
    citation=_DWORKIN,
)
SF_MPQ_PPI = Instrument(
    key="sfmpq_ppi",
    name="Present Pain Intensity of the Short-Form McGill Pain Questionnaire",
    version="SF-MPQ, 1987",
    recall="now",
    scales=(
        Scale(
            key="intensity",
            label="Present pain intensity (SF-MPQ)",
            items=numbered("sfmpq_ppi", 1, lowest=0, highest=5),
            combine="sum",
            range=(0, 5),
            higher_is="worse",
            source=_MELZACK,
            level="verified",
        ),
    ),
    rights=SF_MPQ.rights,
    citation=_MELZACK,
    coding="0 to 5, reported beside the descriptors; the form's visual analogue scale is vas",
)
