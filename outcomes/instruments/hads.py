"""Hospital Anxiety and Depression Scale."""

from outcomes.instruments.spec import (
    Bands,
    Instrument,
    Scale,
    Source,
    Threshold,
    numbered,
    pick,
    points,
    prorate,
)

_ZIGMOND = Source(
    citation="Zigmond AS, Snaith RP. Acta Psychiatr Scand 1983;67:361-370",
    doi="10.1111/j.1600-0447.1983.tb09716.x",
)
_BELL = Source(
    citation="Bell ML et al. BMC Res Notes 2016;9:479",
    locator="half rule per subscale; a published recommendation, not the manual's",
    doi="10.1186/s13104-016-2284-z",
)
_ITEMS = numbered("hads", 14, lowest=0, highest=3)


_PUHAN = Source(citation="Puhan et al. 2008", doi="10.1186/1477-7525-6-46")


def _subscale(key: str, label: str, first: int, thresholds: tuple[Threshold, ...] = ()) -> Scale:
    """Every second item from `first`."""
    return Scale(
        key=key,
        label=label,
        items=pick(_ITEMS, range(first, 15, 2)),
        combine="sum",
        range=(0, 21),
        higher_is="worse",
        source=_ZIGMOND,
        level="verified",
        missing=prorate(4, "originator", _BELL),
        thresholds=thresholds,
        bands=(
            Bands(
                name="Zigmond and Snaith",
                labels=("normal", "borderline", "abnormal"),
                edges=(0, 8, 11, 21),
                closed="left",
                source=_ZIGMOND,
                level="single_source",
            ),
        ),
    )


HADS = Instrument(
    key="hads",
    name="Hospital Anxiety and Depression Scale",
    version="HADS-14",
    recall="past week",
    scales=(
        _subscale(
            "anxiety",
            "Anxiety (HADS)",
            1,
            (
                points(
                    "MCID",
                    1.41,
                    "COPD rehabilitation, not a pain population",
                    "anchor not recorded",
                    _PUHAN,
                    "single_source",
                    value_high=1.57,
                ),
            ),
        ),
        _subscale("depression", "Depression (HADS)", 2),
    ),
    rights="GL Assessment; fee and licence needed",
    citation=_ZIGMOND,
    coding="scored values, 3 = most symptomatic; not the position of the option on the form",
)
