"""Shoulder Pain and Disability Index."""

from dataclasses import replace

from outcomes.instruments.spec import (
    AS_ITS_PARTS,
    Instrument,
    Item,
    Scale,
    Source,
    mean_of,
    numbered,
    pick,
    points,
    prorate,
)

_BRECKENRIDGE = Source(
    citation="Breckenridge JD, McAuley JH. J Physiother 2011;57:197",
    locator="total is the mean of the two subscales",
    doi="10.1016/S1836-9553(11)70045-5",
)
_SUMMARY = Source(citation="public summary of the SPADI's measurement properties")
_ITEMS = numbered("spadi", 13, lowest=0, highest=10)


def _subscale(key: str, label: str, items: tuple[Item, ...]) -> Scale:
    """Mean of the answered items on 0 to 100; at most two missing by project decision."""
    return Scale(
        key=key,
        label=f"{label} (SPADI)",
        items=items,
        combine="mean",
        rescale_to=(0, 100),
        range=(0, 100),
        higher_is="worse",
        source=_BRECKENRIDGE,
        level="verified",
        missing=prorate(len(items) - 2, "project"),
    )


_PARTS = (
    _subscale("pain", "Shoulder pain", pick(_ITEMS, range(1, 6))),
    _subscale("disability", "Shoulder disability", pick(_ITEMS, range(6, 14))),
)

SPADI = Instrument(
    key="spadi",
    name="Shoulder Pain and Disability Index",
    version="numeric, 1995",
    recall="last week",
    scales=(
        Scale(
            key="total",
            label="Shoulder pain and disability (SPADI)",
            items=_ITEMS,
            combine=mean_of(*_PARTS),
            range=(0, 100),
            higher_is="worse",
            source=_BRECKENRIDGE,
            level="verified",
            missing=AS_ITS_PARTS,
            thresholds=(
                points("MCID", 8, "not stated", "anchor not recorded", _SUMMARY, "single_source"),
                points(
                    "measurement error",
                    18,
                    "not stated",
                    "minimal detectable change",
                    _SUMMARY,
                    "single_source",
                ),
            ),
        ),
        *_PARTS,
    ),
    rights="free of charge, as public summaries state",
    citation=_BRECKENRIDGE,
    coding="items 1 to 5 pain, 6 to 13 disability",
)
SPADI_POOLED = replace(
    SPADI,
    key="spadi_pooled",
    version="numeric, 1995, total as pooled sum",
    scales=(
        Scale(
            key="total",
            label="Shoulder pain and disability, pooled sum (SPADI)",
            items=_ITEMS,
            combine="sum",
            rescale_to=(0, 100),
            range=(0, 100),
            higher_is="worse",
            source=Source(citation="public scorers of the SPADI", locator="sum over 130"),
            level="single_source",
        ),
    ),
    coding=f"{SPADI.coding}. Another total than that of spadi; all items needed",
)
