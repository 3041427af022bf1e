"""Foot Function Index."""

from dataclasses import replace

from outcomes.instruments.spec import (
    AS_ITS_PARTS,
    Instrument,
    Item,
    Scale,
    Source,
    integers,
    mean_of,
    prorate,
)

_BUDIMAN_MAK = Source(
    citation="Budiman-Mak E, Conrad KJ, Roach KE. J Clin Epidemiol 1991;44:561-570",
    locator="as a public summary describes it; items that do not apply leave the denominator",
)


def _subscale(key: str, label: str, n_items: int) -> Scale:
    """Percent of the highest sum of the items that apply; at least half by project decision."""
    return Scale(
        key=key,
        label=f"{label} (FFI)",
        items=tuple(
            Item(key=f"ffi_{key}_{number}", responses=integers(0, 10))
            for number in range(1, n_items + 1)
        ),
        combine="sum",
        rescale_to=(0, 100),
        range=(0, 100),
        higher_is="worse",
        source=_BUDIMAN_MAK,
        level="single_source",
        missing=prorate((n_items + 1) // 2, "project", _BUDIMAN_MAK),
    )


_PARTS = (
    _subscale("pain", "Foot pain", 9),
    _subscale("disability", "Foot disability", 9),
    _subscale("activity", "Activity limitation", 5),
)

FFI = Instrument(
    key="ffi",
    name="Foot Function Index",
    version="numeric 0-10, 23 items, total as mean of the subscales",
    recall="past week",
    scales=(
        Scale(
            key="total",
            label="Foot function (FFI)",
            items=mean_of(*_PARTS).items,
            combine=mean_of(*_PARTS),
            range=(0, 100),
            higher_is="worse",
            source=_BUDIMAN_MAK,
            level="single_source",
            missing=AS_ITS_PARTS,
        ),
        *_PARTS,
    ),
    rights="to be asked of the authors; one list calls it not free, at no cost",
    citation=_BUDIMAN_MAK,
    coding="ffi_pain_1 to 9, ffi_disability_1 to 9, ffi_activity_1 to 5, each 0 to 10; an item "
    "that does not apply is empty. The visual analogue form is scored 0 to 9 and is another one",
)
FFI_POOLED = replace(
    FFI,
    key="ffi_pooled",
    version="numeric 0-10, 23 items, total as pooled sum",
    scales=(
        Scale(
            key="total",
            label="Foot function, pooled sum (FFI)",
            items=mean_of(*_PARTS).items,
            combine="sum",
            rescale_to=(0, 100),
            range=(0, 100),
            higher_is="worse",
            source=_BUDIMAN_MAK,
            level="single_source",
        ),
    ),
    coding=f"{FFI.coding}. The other total in use, 100 times the sum over 230; all items needed",
)
